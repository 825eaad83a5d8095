"""What is known before a run beside its price: ended models, picks that no longer fit, characters that were renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from continuity.errors import ProjectError
from continuity.plan.consent import consent_remarks
from continuity.plan.renamed import Renamed, renamed
from continuity.plan.schema import Plan
from continuity.plan.sunset import has_ended, sunset_remarks
from continuity.production.making import Row, Survey
from continuity.production.picked import picks_of
from continuity.production.rows import row_of
from continuity.production.survey import awaited_picks, gone_picks, stale_picks
from continuity.records.plan import load_plan, parse_plan

PLAN = "plan.json"


def worth_a_survey(root: Path, plan: Plan) -> bool:
    """Whether there is anything here that only a survey can tell of: picks, ended models, real people, renamed ones."""
    ended = any(has_ended(card, date.today()) for card in plan.models.values())
    return (
        ended or bool(plan.people) or any(picks_of(plan)) or any(renamed(before, plan) for before in _last_plan(root))
    )


def stops(root: Path, plan: Plan, found: Survey) -> list[str]:
    """What would end the run before anything is sent."""
    return [*found.stops, *gone_picks(root, plan, found)]


def remarks(root: Path, plan: Plan, found: Survey) -> list[str]:
    """What the run goes on with, and a person may want to know first."""
    picks = stale_picks(root, plan, found)
    if not gone_picks(root, plan, found):
        picks += awaited_picks(root, plan, found)
    today = date.today()
    said = [*sunset_remarks(plan.models, today), *consent_remarks(plan.people, today)]
    return [*said, *picks, *renames(root, plan, found)]


def renames(root: Path, plan: Plan, found: Survey) -> list[str]:
    """The characters that are made again since they are called otherwise, with what that makes, and its price."""
    said = []
    for one in _renamed(root, plan, found):
        pictures = _rows(found, f"library {one.character}")
        shots = [shot for shot in plan.shots.values() if one.character in {m.character for m in shot.characters}]
        takes = _rows(found, *(shot.id for shot in shots), *(row_of(shot) for shot in shots))
        price = sum(row.price_usd for row in (*pictures, *takes))
        counts = [f"{_new(pictures)} library pictures", f"{_new(takes)} takes"]
        said.append(
            f"{one.sentence}: {' and '.join(counts)} are made again, for ${price:.2f}, since prompts and references "
            f"name it. To make nothing again: {one.way_back}. Picked takes stay in the cut"
        )
    return said


def _renamed(root: Path, plan: Plan, found: Survey) -> list[Renamed]:
    """Held against the last plan, then against that of the last commit, where pictures of a character are missing."""
    new = {id for id in plan.characters if _new(_rows(found, f"library {id}"))}
    for before in _plans_before(root) if new else ():
        if called := [one for one in renamed(before, plan) if one.character in new]:
            return called
    return []


def _plans_before(root: Path) -> Iterator[Plan]:
    yield from _last_plan(root)
    from continuity.revisions import Revision  # loads DVC, in a second

    with suppress(ProjectError):
        if data := Revision(root, "HEAD").read(PLAN):
            yield parse_plan(data, f"{PLAN} of HEAD", "commit another")


def _last_plan(root: Path) -> list[Plan]:
    """The plan of the last run; none where there is none that can be read."""
    with suppress(ProjectError):
        return [load_plan(root)]
    return []


def _rows(found: Survey, *names: str) -> list[Row]:
    return [found.rows[name] for name in dict.fromkeys(names) if name in found.rows]


def _new(rows: list[Row]) -> int:
    return sum(row.new for row in rows)
