"""select: the take of each shot, by score and by people's picks (reports/evidence → shots/selects.json, metrics)."""

from continuity.production.select import select
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(select)
