"""design: the library in its order, each picture made from its parents (assets/masters → assets/library)."""

from continuity.stage import run_stage
from continuity.library import design

if __name__ == "__main__":
    run_stage(design)
