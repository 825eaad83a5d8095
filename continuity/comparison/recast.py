"""Shots on another model: what that would make, at which price, and then the drift between the old takes and the new.

The choice is the shot's own ``model:``, written into the series' file as its author would. The pipeline makes the new
takes beside the old ones, within the ceiling; the runs are compared as any two are, these shots alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from continuity.comparison.compared import Comparison, compared
from continuity.comparison.sides import Side, side
from continuity.errors import ConfigError, ProjectError
from continuity.experiments import reproduce
from continuity.files import write_bytes
from continuity.jobs.store import Store
from continuity.obstacles import obstacles
from continuity.plan.cards import all_cards
from continuity.plan.compose import compose
from continuity.plan.conf_files import Files
from continuity.plan.edited import with_value
from continuity.plan.ids import suggestion
from continuity.plan.schema import Pick, Plan
from continuity.plan.sources import PARAMS
from continuity.plan.sunset import ended
from continuity.production.making import Row, Survey
from continuity.production.survey import survey
from continuity.scoring.takes.select import choose

MOST = 100  # shots at once
LAST_STAGE = "select"  # scores and selects; the cut and the report are for the next run


@dataclass(frozen=True)
class Recast:
    """What is to be made: ``plan`` is that with the other card, ``found`` all that a run of it would make.

    ``before`` is the run as it lies here, None where nothing of it has been scored.
    """

    root: Path
    card: str
    shots: list[str]
    plan: Plan
    found: Survey
    before: Side | None

    @property
    def rows(self) -> list[Row]:
        """What is new, other shots that start from these among it."""
        return [row for row in self.found.rows.values() if row.new]

    @property
    def price_usd(self) -> float:
        return round(sum(row.price_usd for row in self.rows), 4)

    @property
    def file(self) -> Path:
        """The series' own, relative to the project."""
        return Path("conf") / "series" / f"{self.plan.series.id}.yaml"

    def make(self) -> Comparison | None:
        """Write the choice, run the pipeline up to the selects, and compare; None where there is nothing to compare.

        Raises ProjectError where the run ends early: what was made is kept, and so is what the file says.
        """
        self._write()
        if reproduce(self.root, LAST_STAGE):
            raise ProjectError(
                f"the run ended before it was whole, for the reason above; what is made is kept. {self.file} says "
                f"`model: {self.card}` now: mend the reason and run `dvc repro` to go on, or take these lines out again"
            )
        if self.before is None:
            return None
        return compared(self._now(), self.before)

    def _write(self) -> None:
        """Into the series' file, whole or not at all."""
        path = (self.root / self.file).resolve()  # a link stays one
        old = path.read_bytes()
        text = old.decode("utf-8")
        for id in self.shots:
            shot = self.plan.shots[id]
            place = ["episodes", shot.episode, "scenes", shot.scene, "shots", id]
            text = with_value(text, place, "model", self.card, str(self.file))
        write_bytes(path, text.encode())
        try:
            plan = compose(self.root)
            wrong = [id for id in self.shots if plan.shots[id].model != self.card]
            if wrong:
                raise ConfigError(
                    f"{self.file} would say `model: {self.card}` for {', '.join(wrong)}, and `overrides` in {PARAMS} "
                    "say otherwise; take that override out. Nothing was changed"
                )
        except BaseException:
            write_bytes(path, old)
            raise

    def _now(self) -> Side:
        """Of each shot the best new take: a picked one stays in the cut, and is one of the old."""
        now = side(self.root, None)
        best = {}
        for id in self.shots:
            shown = [
                take.score
                for take in now.takes.get(id, [])
                if not take.raw.get("stale") and not (self.plan.shots[id].transfer and take.score.folder == "generated")
            ]
            if shown:
                best[id] = choose(id, shown, Pick()).key
        return replace(now, name=self.card, selects=best)


def prepare(root: Path, shots: Sequence[str], of: str | None, card: str, store: Store) -> Recast:
    """``shots``, and all that the card ``of`` makes, on ``card``. Nothing is made, sent or written.

    Raises ProjectError for shots and cards that are none, for what stands in the way of a run and for what would end
    it before anything is sent, the ceiling among it.
    """
    for obstacle in obstacles(root):
        raise ProjectError(obstacle.message)
    present, cards = compose(root), all_cards(root)
    for id in shots:
        if id not in present.shots:
            raise ProjectError(f"'{id}' is no shot of this series; {suggestion(id, present.shots)}")
    takers = {id for id, other in cards.items() if other.kind == "video" and not other.made_elsewhere}
    if card not in takers:
        named = f"card {card} makes {cards[card].kind}" if card in cards else f"'{card}' is no card of conf/model/"
        hint = "; cards of other kinds are chosen in conf/models/" if card in cards else ""
        raise ProjectError(f"{named}, and a shot is recast on one that makes takes{hint}; {suggestion(card, takers)}")
    if said := ended(cards[card], cards, date.today()):
        raise ProjectError(f"{said}. Nothing is sent to it any more")
    chosen = list(dict.fromkeys([*shots, *(id for id, shot in present.shots.items() if shot.model == of)]))
    if not chosen:
        raise ProjectError(f"no shot is made by {of}" if of else "name the shots to recast, or a card by --of")
    if len(chosen) > MOST:
        raise ProjectError(f"{len(chosen)} shots are over the most of {MOST} at once; name some of them")
    if there := [id for id in chosen if present.shots[id].model == card]:
        raise ProjectError(f"{', '.join(there)}: made by {card} already; name another card")
    plan = compose(root, dials={"overrides": [*_overrides(root), *(_as_override(present, id, card) for id in chosen)]})
    found = survey(root, plan, store)
    if found.stops:
        raise ProjectError("; ".join(dict.fromkeys(found.stops)))
    return Recast(root, card, chosen, plan, found, _before(root, present, chosen))


def _overrides(root: Path) -> list[str]:
    return list(Files(root).read(PARAMS).get("overrides") or [])


def _as_override(plan: Plan, id: str, card: str) -> str:
    shot = plan.shots[id]
    return f"++series.episodes.{shot.episode}.scenes.{shot.scene}.shots.{id}.model={card}"


def _before(root: Path, plan: Plan, shots: Sequence[str]) -> Side | None:
    """The run as it is scored here, these shots alone; their models are its name."""
    try:
        whole = side(root, None)
    except ProjectError:
        return None
    whole.references()  # read now: the run to come writes the library's list again
    name = ", ".join(dict.fromkeys(plan.shots[id].model for id in shots))
    selects = {id: key for id, key in whole.selects.items() if id in shots}
    return replace(whole, name=name, selects=selects) if any(whole.select(id) for id in shots) else None
