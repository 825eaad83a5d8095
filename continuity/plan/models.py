"""``conf/models/<id>.yaml``: which card serves which kind of work and, for takes and transfers, which kind of shot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from continuity.plan.ids import Id
from continuity.plan.schema import Chosen, Kind
from continuity.plan.sections import Section, Text
from continuity.plan.situations import SITUATIONS, Facts, Situation, as_list, why


class Rule(Section):
    """A card for shots in which all of ``when`` holds, and why, in the words of whoever wrote it."""

    when: Annotated[list[Situation], BeforeValidator(as_list), Field(min_length=1, max_length=10)]
    model: Id
    because: Text | None = None


class Routes(Section):
    """Cards by what a shot asks of a model; a shot's own ``model`` comes before all.

    The first of ``rules`` that fits; else what the shot says it is (``is``), in its order; else the situation that
    comes first in `continuity.plan.situations`, as below; else ``default``. A situation without a card is passed over.
    """

    default: Id
    rules: Annotated[list[Rule], Field(max_length=50)] = Field(default_factory=list)
    start_from: Id | None = Field(default=None, alias="start-from")  # begins with another shot's last frame
    crowd: Id | None = None  # three people or more
    several: Id | None = None  # two people or more
    transfer: Id | None = None  # its performance is carried over to another look
    talking_head: Id | None = Field(default=None, alias="talking-head")  # one person, who speaks on screen, not wide
    dialogue: Id | None = None  # somebody speaks on screen
    close_up: Id | None = Field(default=None, alias="close-up")
    medium: Id | None = None
    wide: Id | None = None
    nobody: Id | None = None
    action: Id | None = None  # somebody is in it, or the shot says `is: action`

    @property
    def cards(self) -> dict[str, str]:
        """The card of each situation that has one."""
        named = self.model_dump(by_alias=True, exclude_none=True, exclude={"rules", "default"})
        return {situation: named[situation] for situation in SITUATIONS if situation in named}

    def choose(self, shot: Facts) -> tuple[str, Chosen | None]:
        """A card, and by which key of the file and why; None where one card serves every shot."""
        for number, rule in enumerate(self.rules):
            reasons = [why(situation, shot) for situation in rule.when]
            if all(reasons):
                said = rule.because or "; ".join(
                    f"{situation}: {reason}" for situation, reason in zip(rule.when, reasons, strict=True)
                )
                return rule.model, Chosen(by=f"rules.{number}", reason=said)
        cards = self.cards
        for situation in (*shot.declared, *SITUATIONS):
            if situation in cards and (reason := why(situation, shot)):
                return cards[situation], Chosen(by=situation, reason=reason)
        others = self.rules or cards
        return self.default, Chosen(by="default", reason="no other fits") if others else None

    def named(self, kind: Kind) -> Iterator[tuple[tuple[str, ...], Kind, str]]:
        """(where, kind, card) of each card; where one serves every shot it may be written as that alone."""
        alone = not (self.rules or self.cards)
        yield (kind,) if alone else (kind, "default"), kind, self.default
        for situation, card in self.cards.items():
            yield (kind, situation), kind, card
        for number, rule in enumerate(self.rules):
            yield (kind, "rules", str(number), "model"), kind, rule.model


def _one_for_all(value: Any) -> Any:
    """One card alone serves every shot."""
    return {"default": value} if isinstance(value, str) else value


class Models(Section):
    """A kind without a card is not done."""

    image: Id | None = None
    video: Annotated[Routes, BeforeValidator(_one_for_all)]
    motion: Annotated[Routes | None, BeforeValidator(_one_for_all)] = None
    repair: Id | None = None
    voice: Id | None = None
    footage: Id = "footage"  # serves the shots that bring takes of their own

    def cards(self) -> Iterator[tuple[tuple[str, ...], Kind, str]]:
        """(where, kind, card) of each card that is named; that of footage serves no kind of its own."""
        others: tuple[tuple[Kind, str | None], ...] = (
            ("image", self.image), ("repair", self.repair), ("voice", self.voice),
        )  # fmt: skip
        yield from (((kind,), kind, card) for kind, card in others if card)
        yield from self.video.named("video")
        if self.motion:
            yield from self.motion.named("motion")
