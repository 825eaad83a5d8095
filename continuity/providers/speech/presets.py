"""The voices that `speech` can speak with.

Two recorded voices and four more made from them by the resampling in ``synthesis``: raising or
lowering pitch and formants together is what a smaller or larger body does, so the results are other
people to a listener and to a speaker encoder (docs/voices.md has the table).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Preset:
    """One voice: who is heard, the synthesiser behind it, and how far it is moved from that."""

    id: str
    title: str
    synthesiser: Literal["hibari", "joe"]
    semitones: float = 0.0


PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset("hibari", "a woman, warm and clear", "hibari"),
        Preset("heron", "an older woman, low", "hibari", -4.0),
        Preset("wren", "a girl or a small creature", "hibari", 3.0),
        Preset("joe", "a man, plain-spoken", "joe"),
        Preset("owl", "a large man, deep", "joe", -4.0),
        Preset("robin", "a boy or a quick creature", "joe", 4.0),
    )
}
