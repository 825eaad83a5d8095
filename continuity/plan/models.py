"""``conf/models/<id>.yaml``: which card serves which kind of work and, for takes, which kind of shot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from continuity.plan.ids import Id
from continuity.plan.schema import Kind
from continuity.plan.script import ShotConfig
from continuity.plan.sections import Section


class VideoRoutes(Section):
    """Cards for takes by what a shot asks of a model, first to last; a shot's own ``model`` comes before all.

    ``several``: two people or more. ``dialogue``: somebody speaks on screen. ``close-up``: the framing is one.
    ``action``: somebody is in it. ``default``: every other shot, and those whose kind has no card here.
    """

    default: Id
    several: Id | None = None
    dialogue: Id | None = None
    close_up: Id | None = Field(default=None, alias="close-up")
    action: Id | None = None

    def card(self, shot: ShotConfig, framing: str) -> str:
        kinds = (
            (len(shot.characters) > 1, self.several),
            (any(not line.off_screen for line in shot.lines), self.dialogue),
            (framing == "close-up", self.close_up),
            (bool(shot.characters), self.action),
        )
        return next((card for fits, card in kinds if fits and card), self.default)


class MotionRoutes(Section):
    """Cards for motion transfer: ``several`` where two people or more are in the shot, ``default`` elsewhere."""

    default: Id
    several: Id | None = None

    def card(self, people: int) -> str:
        return self.several if people > 1 and self.several else self.default


def _one_for_all(value: Any) -> Any:
    """One card alone serves every shot."""
    return {"default": value} if isinstance(value, str) else value


class Models(Section):
    """A kind without a card is not done."""

    image: Id | None = None
    video: Annotated[VideoRoutes, BeforeValidator(_one_for_all)]
    motion: Annotated[MotionRoutes | None, BeforeValidator(_one_for_all)] = None
    repair: Id | None = None
    voice: Id | None = None
    footage: Id = "footage"  # serves the shots that bring takes of their own

    def cards(self) -> Iterator[tuple[tuple[str, ...], Kind, str]]:
        """(where, kind, card) of each card that is named; that of footage serves no kind of its own."""
        others: tuple[tuple[Kind, str | None], ...] = (
            ("image", self.image), ("repair", self.repair), ("voice", self.voice),
        )  # fmt: skip
        yield from (((kind,), kind, card) for kind, card in others if card)
        yield from _routed("video", self.video)
        if self.motion:
            yield from _routed("motion", self.motion)


def _routed(kind: Kind, routes: Section) -> Iterator[tuple[tuple[str, ...], Kind, str]]:
    cards = routes.model_dump(by_alias=True, exclude_none=True)
    for name, card in cards.items():
        yield (kind, name) if len(cards) > 1 else (kind,), kind, card
