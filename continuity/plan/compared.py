"""What DVC compares of a plan: words for people to read in `dvc params diff`, digests for all the rest.

DVC writes every param into ``dvc.lock``, once per stage, and parses that file several times a run. A plan of
fourteen shots, named whole by five stages, cost a no-op 1.2 of its 1.6 seconds (docs/decisions/0001).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from continuity.plan.schema import Character, Compared, LibraryItem, Location, Prop, Repair, Scorer, Shot, Voice

AFTER_GENERATE = {"transfer", "pin", "price_usd", "order", "scene"}  # of a shot: decide nothing of its takes


def compared(
    shots: Mapping[str, Shot],
    library: Sequence[LibraryItem],
    characters: Mapping[str, Character],
    locations: Mapping[str, Location],
    props: Mapping[str, Prop],
    voices: Mapping[str, Voice],
    repair: Repair,
    scorer: Scorer,
    conditioning: str,
) -> Compared:
    """A digest changes whenever something changes that its stage reads from the plan."""
    shown = [characters, library, shots, scorer]
    return Compared(
        prompts={id: shot.prompt for id, shot in shots.items()},
        bibles={id: character.bible for id, character in characters.items()},
        design=_digest(library),
        generate=_digest(
            {id: shot.model_dump(mode="json", exclude=AFTER_GENERATE) for id, shot in shots.items()},
            [characters, locations, props, voices, conditioning],
        ),
        transfer=_digest(
            {id: [shot.transfer, shot.seconds, shot.resolution, shot.fps] for id, shot in shots.items()}, characters
        ),
        repair=_digest(shown, repair, conditioning),
        score=_digest(shown, repair.method),
    )


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
    return value
