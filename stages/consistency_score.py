"""consistency-score: drift as numbers, and the best take of each shot (takes → reports/, shots/selects.json)."""

from continuity.production.score import score
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(score)
