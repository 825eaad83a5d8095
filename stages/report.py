"""report: one page with everything on it (all of it → reports/index.html)."""

from continuity.production.report import report
from continuity.stage import run_stage

if __name__ == "__main__":
    run_stage(report)
