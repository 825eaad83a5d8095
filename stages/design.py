"""design: the library in its order, each picture made from its parents (assets/masters → assets/library)."""

from continuity.production.design import design
from continuity.production.survey import before_design
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(before_design, design)
