"""assemble: the selects in order, lines mixed, loudness evened (shots/selects.json → shots/cuts)."""

from continuity.stage import run_stage
from continuity.production.assemble import assemble

if __name__ == "__main__":
    run_stage(assemble)
