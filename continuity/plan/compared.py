"""What DVC compares of a plan: words for people to read in `dvc params diff`, digests for stages.

They stand in a file of their own, since DVC searches the whole of a params file for each key of each stage. Stages
depend on digests, since DVC writes every param into ``dvc.lock``, and parses that twice a run (docs/decisions/0001).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from continuity.media.rates import written
from continuity.plan.schema import Compared, Plan, Shot

AFTER_GENERATE = {"transfer", "price_usd", "order", "scene"}  # of a shot: decide nothing of its takes


def compared(plan: Plan) -> Compared:
    """A digest changes whenever something changes that its stage reads from the plan."""
    shots = {id: _unexplained(shot) for id, shot in plan.shots.items()}

    def called(models: Iterable[str]) -> dict[str, Any]:
        cards = {id: plan.models[id] for id in models if id in plan.models}
        names: dict[str, Any] = {
            id: [card.called, card.form] if card.form else card.called for id, card in cards.items()
        }
        rehearsed = plan.rehearsal and any(card.provider in plan.services for card in cards.values())
        return {**names, "rehearsal": True} if rehearsed else names

    shown = [plan.characters, plan.library, shots, plan.scorer]
    # In rounds, scores decide on further takes, and a further performance is made by the shot's own model.
    decides = shown if any(shot.at_most > shot.takes for shot in shots.values()) else None
    return Compared(
        prompts={id: shot.prompt for id, shot in shots.items()},
        bibles={id: character.bible for id, character in plan.characters.items()},
        design=_digest(plan.library, called(item.model for item in plan.library)),
        generate=_digest(
            {id: shot.model_dump(mode="json", exclude=AFTER_GENERATE) for id, shot in shots.items()},
            [plan.characters, plan.locations, plan.props, plan.voices, plan.conditioning],
            decides,
            called([*(shot.model for shot in shots.values()), *(voice.model for voice in plan.voices.values())]),
        ),
        transfer=_digest(
            {id: [shot.transfer, shot.seconds, shot.resolution, shot.fps] for id, shot in shots.items()},
            plan.characters,
            decides,
            called(shot.transfer.model for shot in shots.values() if shot.transfer),
        ),
        repair=_digest(
            shown,
            plan.repair,
            plan.conditioning,
            called(
                [
                    plan.repair.model,
                    *(route.model for route in plan.repair.routes),
                    *(shot.model for shot in shots.values()),
                ]
            ),
        ),
        score=_digest(shown, plan.repair.method),
        select=_digest(
            {
                id: [shot.order, shot.transfer is not None, shot.takes, shot.at_most, shot.whole_price_usd]
                for id, shot in shots.items()
            },
            list(plan.characters),
            plan.picks,
        ),
        assemble=_digest(plan.series, plan.assembly),
    )


def _unexplained(shot: Shot) -> Shot:
    """Without why its models were chosen, which decides nothing: other words for a reason re-run no stage."""
    transfer = shot.transfer.model_copy(update={"chosen": None}) if shot.transfer else None
    return shot.model_copy(update={"chosen": None, "transfer": transfer})


def _digest(*parts: Any) -> str:
    """SHA-256 over plain JSON, its first 16 hex digits."""
    text = json.dumps(_plain(parts), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return written(value) if isinstance(value, Fraction) else value
