"""What `dvc repro` would make: the stages' own asks, put to a dry run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from continuity import masters
from continuity.errors import ContinuityError, MasterError
from continuity.jobs.store import Store
from continuity.plan.schema import Plan
from continuity.plan.sunset import has_ended
from continuity.production.design import draw
from continuity.production.generate import perform, speak
from continuity.production.library import Library
from continuity.production.making import Survey
from continuity.production.rounds import Rounds
from continuity.production.transfer import show
from continuity.production.workspace import take_of


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
    return found


def _all(found: Survey) -> None:
    root, plan = found.root, found.plan
    pictures = draw(root, plan, found)
    library = Library(root, plan, {role: made.file if made else None for role, made in pictures.items()})
    lines = speak(root, plan, found)
    rounds = Rounds(root, plan, found.store, lines)
    takes = perform(root, plan, found, library, lines, rounds)
    driving = {
        shot: [take_of(root, "generated", shot, made) if made else None for made in several]
        for shot, several in takes.items()
    }
    show(root, plan, found, library, driving, takes, lines, rounds)


def before_design(root: Path, plan: Plan, store: Store) -> None:
    """Raise ModelEnded before a picture is asked for, where another could not be made any more."""
    if _some_ended(plan):
        found = Survey(root, plan, store)
        draw(root, plan, found)
        found.check_ended()


def before_takes(root: Path, plan: Plan, store: Store) -> None:
    """Raise ModelEnded before a line or take is asked for, where a take or its transfer could not be made any more."""
    if _some_ended(plan):
        found = Survey(root, plan, store)
        _all(found)
        found.check_ended()


def _some_ended(plan: Plan) -> bool:
    return any(has_ended(card, date.today()) for card in plan.models.values())
