"""``plan.json`` as the stages after compose read it."""

from __future__ import annotations

from pathlib import Path

from continuity.errors import ProjectError
from continuity.plan.schema import Plan
from continuity.plan.whole import first_gap
from continuity.records.reading import parse, read

PLAN = Path("plan.json")


def load_plan(root: Path) -> Plan:
    """The plan of the project at ``root``.

    Raises ProjectError when it is missing or damaged, or names what it does not hold.
    """
    path = root / PLAN
    plan = read(path, Plan, "dvc repro compose")
    if gap := first_gap(plan):
        raise ProjectError(f"{path} does not hang together: {gap}; run `dvc repro -f compose` to write it anew")
    return plan


def parse_plan(data: bytes, name: str, way_out: str) -> Plan:
    """As `load_plan`, for bytes that came another way. Raises ProjectError."""
    plan = parse(data, Plan, name, way_out)
    if gap := first_gap(plan):
        raise ProjectError(f"{name} does not hang together: {gap}; {way_out}")
    return plan
