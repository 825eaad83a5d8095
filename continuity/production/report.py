"""The page that shows it all."""

from __future__ import annotations

from pathlib import Path

from continuity.files import write_text
from continuity.jobs.store import Store
from continuity.plan.schema import Plan


def report(root: Path, plan: Plan, store: Store) -> None:
    """``reports/index.html``, from files alone: needs no store and nothing online."""
    from continuity.report.collect import collect
    from continuity.report.page import build_page

    path = root / "reports" / "index.html"
    write_text(path, build_page(collect(root)))
    print(f"report: open {path.relative_to(root)} in a browser")
