"""What `dvc repro` would make: the stages' own asks, put to a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from continuity import masters
from continuity.errors import ConfigError, ConsentMissing, ContinuityError, MasterError
from continuity.jobs.store import Store
from continuity.plan.picks import picks_file
from continuity.plan.schema import Plan, Shot
from continuity.plan.sunset import has_ended
from continuity.production.consent import withdrawals
from continuity.production.design import draw
from continuity.production.generate import perform, speak
from continuity.production.library import Library
from continuity.production.making import Survey
from continuity.production.picked import STALE, absent, picked_takes, picks_of, shown_folders
from continuity.production.refusals import planned
from continuity.production.rounds import Rounds
from continuity.production.rows import row_of
from continuity.production.transfer import show
from continuity.production.workspace import read_index, take_of
from continuity.scoring.takes.gain import first_of


def survey(root: Path, plan: Plan, store: Store) -> Survey:
    """Everything up to the transfers, found or missing; makes, sends and writes nothing.

    What repair will make depends on scores; its price at most is the plan's ``estimate.repair_at_most``. So do takes
    beyond those that a shot has at least, unless all before them are there.
    """
    found = Survey(root, plan, store)
    try:
        masters.verify(root, masters.needed(plan))
    except MasterError as error:
        found.stops.append(str(error))
    try:
        _all(found)
        found.check_ended()
    except ContinuityError as error:  # a line too long for its shot, a footage file that is gone
        found.stops.append(str(error))
    found.check_budget()
    if said := withdrawals(root, plan):
        found.stops += said
    elif plan.people:
        try:
            found.check_consent(planned(plan))
        except ConsentMissing as error:
            found.stops.append(str(error))
    return found


def _all(found: Survey) -> None:
    root, plan = found.root, found.plan
    pictures = draw(root, plan, found)
    library = Library(root, plan, {role: made.file if made else None for role, made in pictures.items()})
    lines = speak(root, plan, found, library)
    rounds = Rounds(root, plan, found.store, lines)
    takes = perform(root, plan, found, library, lines, rounds)
    driving = {
        shot: [take_of(root, "generated", shot, made) if made else None for made in several]
        for shot, several in takes.items()
    }
    show(root, plan, found, library, driving, takes, lines, rounds)


def before_design(root: Path, plan: Plan, store: Store) -> None:
    """Raise ModelEnded before a picture is asked for, where another could not be made any more.

    ConsentMissing where that, or what follows, would be sent without the consent of somebody in it.
    """
    _check_people(root, plan, store)
    if _some_ended(plan):
        found = Survey(root, plan, store)
        draw(root, plan, found)
        found.check_ended()


def before_takes(root: Path, plan: Plan, store: Store) -> None:
    """Before a line or take is asked for, raise what would end the run after it.

    ModelEnded where a take or its transfer could not be made any more, ConfigError where a picked take is gone,
    ConsentMissing where something would be sent without the consent of somebody in it.
    """
    _check_people(root, plan, store)
    if _some_ended(plan):
        found = Survey(root, plan, store)
        _all(found)
        found.check_ended()
    check_picks(root, plan, store)


def _check_people(root: Path, plan: Plan, store: Store) -> None:
    if plan.people:
        found = Survey(root, plan, store)
        with suppress(ContinuityError):  # what else will end the run is said where it does
            _all(found)
        found.check_consent(planned(plan))


def check_picks(root: Path, plan: Plan, store: Store) -> None:
    """Raise ConfigError naming every picked take that is gone. Surveys only where one does not lie here."""
    here = picked_takes(root, plan)
    if all(shot in here for shot, _ in picks_of(plan)):
        return
    found = survey(root, plan, store)
    if said := gone_picks(root, plan, found):
        raise ConfigError("\n".join(said))
    for remark in awaited_picks(root, plan, found):
        print(f"note {remark}")


def gone_picks(root: Path, plan: Plan, found: Survey) -> list[str]:
    """The picks whose takes are neither here nor among what ``found`` would make, in words.

    Of takes that are made from what is not made yet, as on a new machine, nothing is known beforehand: a pick may be
    one of them. That is waited for where it costs nothing, and not paid for.
    """
    said = []
    paid = not plan.rehearsal and any(row.price_usd for row in found.rows.values())
    for shot, name, new in _absent(root, plan, found):
        driving = shot.transfer is not None and (root / "shots" / "generated" / shot.id / name).is_dir()
        if driving or paid or not new:
            folders = [root / "shots" / folder / shot.id for folder in shown_folders(shot)]
            known = sorted({path.parent.name for folder in folders for path in folder.glob("*/take.json")})
            said.append(absent(plan, shot.id, name, known, driving))
    return said


def awaited_picks(root: Path, plan: Plan, found: Survey) -> list[str]:
    """The picks whose takes are not here and may be among those of their shot that are still to be made, in words."""
    return [
        f"shot {shot.id}: picked take {name!r} is not here; it may be one of those that are still to be made"
        for shot, name, new in _absent(root, plan, found)
        if new
    ]


def _absent(root: Path, plan: Plan, found: Survey) -> Iterator[tuple[Shot, str, bool]]:
    """Each pick that is not here and under no known key, with whether takes of its shot are still to be made."""
    here = picked_takes(root, plan)
    for id, name in picks_of(plan):
        row = row_of(plan.shots[id])
        if id not in here and not any(key.startswith(name) for key in found.keys.get(row, ())):
            yield plan.shots[id], name, row in found.rows and found.rows[row].new > 0


def stale_picks(root: Path, plan: Plan, found: Survey) -> list[str]:
    """The picks whose takes are here, and no longer what ``found`` would make, in words."""
    repaired = read_index(root, "repaired") if (root / "shots" / "repaired.json").is_file() else {}
    of = {take.key: take.of or "" for takes in repaired.values() for take in takes}
    said = []
    for id, take in picked_takes(root, plan).items():
        if first_of(take.key, of) not in found.keys.get(row_of(plan.shots[id]), []):
            said.append(
                f"shot {id}: picked take {take.short} is {STALE}. It stays in the cut until `selected` in "
                f"{picks_file(plan.series.id)} names another, or is taken out"
            )
    return said


def _some_ended(plan: Plan) -> bool:
    return any(has_ended(card, date.today()) for card in plan.models.values())
