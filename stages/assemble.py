"""assemble: the selects in order, lines mixed, loudness evened (shots/selects.json → shots/cuts)."""

from continuity.production.assemble import assemble
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(assemble)
