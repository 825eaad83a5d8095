"""consistency-score: drift as numbers for every take, with the evidence (takes → reports/evidence)."""

from continuity.production.held import remember
from continuity.production.score import score
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(score, remember)
