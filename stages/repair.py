"""repair: takes that score off-model are mended against the references (→ shots/repaired)."""

from continuity.production.repair import repair
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(repair)
