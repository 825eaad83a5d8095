"""Making what a stage asks for, in one way: library pictures, lines, takes, transfers and repairs alike.

A stage says what it wants as a list of `Ask`. A `Workshop` finds what is there, has jobs make the rest and puts each
result on its shelf in the workspace. A `Survey` is its dry run: it takes the same asks from the same stages, makes and
writes nothing, and counts. `continuity plan` prints it, so what is announced is what would be done.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from continuity.errors import BudgetExceeded, ConsentMissing, ContinuityError, ModelEnded, RequestRefused
from continuity.jobs.consent import check_consent
from continuity.jobs.runner import Terms, check_budget, check_ended, check_makes, make_all, none_sent
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Plan
from continuity.plan.sunset import ended
from continuity.production.consent import check_reuse, people_in
from continuity.production.library import NotMadeYet
from continuity.production.workspace import LAST_FRAME, Made, recorded_keys
from continuity.records.answered import answered_by


class Shelf(Protocol):
    """Where results of one kind lie in the workspace."""

    def find(self, key: str) -> Made | None:
        """The result under ``key``, when its file has the bytes that its record states; reads the file once."""

    def put(self, stored: Stored) -> Made:
        """Place a result; nothing of the user's is overwritten."""


@dataclass(frozen=True)
class Ask:
    """One thing that a stage wants. ``wanted`` builds the request; it raises NotMadeYet while what it is made from
    does not exist. ``row`` names the line of `continuity plan` that counts it."""

    row: str
    model: str
    price_usd: float
    shelf: Shelf
    wanted: Callable[[], Wanted]


class Making(Protocol):
    """What stages ask: a `Workshop`, or its dry run, a `Survey`."""

    def make(self, title: str, asks: Sequence[Ask], needed: bool = True) -> list[Made | None]:
        """A result for each ask, in order; None where a dry run found nothing.

        ``needed`` is false of what the run goes on without.
        """

    def lacks(self, ask: Ask) -> bool:
        """Whether the result is neither in its place nor in the store, or cannot be asked for yet."""

    def has_ended(self, ask: Ask) -> str:
        """Why a missing result cannot be had any more: its model has ended. Empty where it is there, or can be had."""

    def is_unallowed(self, ask: Ask) -> str:
        """Why a missing result may not be asked for: somebody in it has not agreed to that. Empty where it may."""

    def last_frame(self, made: Made) -> Path:
        """A picture of the clip's last frame."""


def terms_of(root: Path, plan: Plan, detached: bool = False) -> Terms:
    return Terms(
        plan.executor, plan.budget, plan.series.id, plan.services, partial(recorded_keys, root), plan.rehearsal,
        detached,
    )  # fmt: skip


def _asked(ask: Ask, plan: Plan) -> Wanted:
    """What is wanted, with whether its model has ended, and who is in it. Raises NotMadeYet."""
    item = ask.wanted()
    return replace(item, ended=_ended(ask, plan), people=people_in(plan, item))


def _ended(ask: Ask, plan: Plan) -> str:
    card = plan.models.get(ask.model)  # none for stills of a reference clip
    return ended(card, plan.models, date.today()) if card else ""


def _has_ended(ask: Ask, plan: Plan, store: Store) -> str:
    if not (said := _ended(ask, plan)) or not _lacks(ask, store):
        return ""
    try:
        check_ended([_asked(ask, plan)], store)
    except (ModelEnded, NotMadeYet):
        return said
    return ""


def _is_unallowed(ask: Ask, plan: Plan, store: Store) -> str:
    if not plan.people or not _lacks(ask, store):
        return ""
    try:
        check_consent([_asked(ask, plan)], store, plan.services, plan.series.id)
    except ConsentMissing as error:
        return str(error)
    return ""


def _lacks(ask: Ask, store: Store) -> bool:
    try:
        key = ask.wanted().request.key
    except NotMadeYet:
        return True
    return ask.shelf.find(key) is None and not store.has(key)


class Workshop:
    """Makes what is missing. Raises all of continuity.jobs.runner.make_all; nothing made before is lost.

    ``detached``: clips are asked of their services and not waited for.
    """

    def __init__(self, root: Path, plan: Plan, store: Store, detached: bool = False) -> None:
        self._root, self._plan, self._store, self._detached = root, plan, store, detached

    def make(self, title: str, asks: Sequence[Ask], needed: bool = True) -> list[Made | None]:
        if not asks:
            return []
        asked = [_asked(ask, self._plan) for ask in asks]
        check_reuse(asked)
        made = [ask.shelf.find(item.request.key) for ask, item in zip(asks, asked, strict=True)]
        for there in made:
            if there is not None and not self._store.has(there.key):  # as after `git clone` and `dvc pull`
                self._store.adopt(there.file, there.record)
        empty: dict[str, list[int]] = {}
        for index, item in enumerate(asked):
            if made[index] is None:
                empty.setdefault(item.request.key, []).append(index)

        def put(stored: Stored) -> None:  # at once, so that a crash keeps it
            for index in empty[stored.key]:
                made[index] = asks[index].shelf.put(stored)

        missing = [asked[indices[0]] for indices in empty.values()]
        keys = len({item.request.key for item in asked})
        make_all(
            missing,
            self._store,
            terms_of(self._root, self._plan, self._detached),
            put,
            title,
            reused=keys - len(missing),
        )
        for index in sorted(index for indices in empty.values() for index in indices[:1]):
            if (new := made[index]) and (other := answered_by(new.record)):
                request = asked[index].request
                print(f"note {request.subject}: {request.provider} was asked for {request.model}; {other} answered")
        return made

    def lacks(self, ask: Ask) -> bool:
        return _lacks(ask, self._store)

    def has_ended(self, ask: Ask) -> str:
        return _has_ended(ask, self._plan, self._store)

    def is_unallowed(self, ask: Ask) -> str:
        return _is_unallowed(ask, self._plan, self._store)

    def last_frame(self, made: Made) -> Path:
        """Cut beside the clip, once."""
        from continuity.media.video import last_frame

        frame = made.file.with_name(LAST_FRAME)
        if not frame.is_file():
            last_frame(made.file, frame)
        return frame


@dataclass
class Row:
    """What a survey counted under one name: results to be made, and results that are there."""

    what: str
    model: str
    new: int = 0
    reused: int = 0
    price_usd: float = 0.0
    note: str = ""


@dataclass
class Survey:
    """The dry run. ``rows`` by name; ``stops`` says what would end the run, before anything is sent."""

    root: Path
    plan: Plan
    store: Store
    rows: dict[str, Row] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)  # by row, as far as they are known
    _missing: list[Wanted] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _over: dict[str, list[str]] = field(default_factory=dict)  # what is missing, by what is said of its ended model
    _frames: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)

    def make(self, title: str, asks: Sequence[Ask], needed: bool = True) -> list[Made | None]:
        return [self._look(ask, needed) for ask in asks]

    def _look(self, ask: Ask, needed: bool) -> Made | None:
        row = self.rows.setdefault(ask.row, Row(ask.row, ask.model))
        try:
            item = _asked(ask, self.plan)
        except ContinuityError as error:
            if needed and isinstance(error, NotMadeYet) and (said := _ended(ask, self.plan)):
                self._over.setdefault(said, []).append(ask.row)  # of something new it is new too
            row.new += 1
            row.price_usd += ask.price_usd
            row.note = "what it is made from is not made yet" if isinstance(error, NotMadeYet) else str(error)
            return None
        key = item.request.key
        self.keys.setdefault(ask.row, []).append(key)
        made = ask.shelf.find(key)
        if made is None and (stored := self.store.find(key)) is not None:
            made = Made(stored.path, stored.record)
        if key in self._seen:  # the same words said twice are made, and bought, once
            return made
        self._seen.add(key)
        if made is not None:
            row.reused += 1
            return made
        if needed and self.has_ended(ask):
            self._over.setdefault(item.ended, []).append(item.request.subject)
        row.new += 1
        row.price_usd += item.price_usd
        self._missing.append(item)
        try:
            check_makes(item)
        except RequestRefused as error:
            self.stops.append(str(error))
        return None

    def lacks(self, ask: Ask) -> bool:
        return _lacks(ask, self.store)

    def has_ended(self, ask: Ask) -> str:
        return _has_ended(ask, self.plan, self.store)

    def is_unallowed(self, ask: Ask) -> str:
        return _is_unallowed(ask, self.plan, self.store)

    def last_frame(self, made: Made) -> Path:
        """The one beside the clip; else a copy that goes when this survey does."""
        from continuity.media.video import last_frame

        frame = made.file.with_name(LAST_FRAME)
        if not frame.is_file():
            frame = Path(self._frames.name) / f"{made.key}.png"
            last_frame(made.file, frame)
        return frame

    def check_ended(self) -> None:
        """Raise ModelEnded where something that the run needs is missing, and its model has ended."""
        if self._over:
            raise ModelEnded(none_sent(self._over))

    def check_consent(self, planned: Iterable[tuple[str, Wanted]]) -> None:
        """Raise ConsentMissing where something missing would be sent that shows somebody who has not agreed.

        ``planned`` has by row what is asked for in the end, for what cannot be asked for yet.
        """
        later = [
            replace(item, people=people_in(self.plan, item))
            for row, item in planned
            if row in self.rows and self.rows[row].new
        ]
        check_consent([*self._missing, *later], self.store, self.plan.services, self.plan.series.id)

    def check_budget(self) -> None:
        """Add to ``stops`` what the ceiling has against the whole of what is missing."""
        try:
            check_budget(self._missing, self.store, terms_of(self.root, self.plan))
        except BudgetExceeded as error:
            self.stops.append(str(error))
