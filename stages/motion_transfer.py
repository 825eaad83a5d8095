"""motion-transfer: each performance onto the look that is shown (shots/generated → shots/transferred)."""

from continuity.production.transfer import transfer
from continuity.stage import leaving, run_stage

if __name__ == "__main__":
    run_stage(leaving(transfer))
