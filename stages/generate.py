"""generate: lines are spoken, then every shot's takes are made (assets/library → shots/generated)."""

from continuity.production.generate import generate
from continuity.production.survey import before_takes
from continuity.stage import leaving, run_stage

if __name__ == "__main__":
    run_stage(before_takes, leaving(generate))
