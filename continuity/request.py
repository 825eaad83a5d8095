"""A request: everything that decides what a model makes, and the key it is stored under."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from continuity.files import sha256_file
from continuity.media.rates import written
from continuity.plan.schema import Kind

Ending = Literal["mp4", "png", "wav", "json"]
ENDINGS: dict[Kind, Ending] = {
    "image": "png", "voice": "wav", "video": "mp4", "motion": "mp4", "repair": "mp4", "character": "json",
}  # fmt: skip

_EXACT = 2**53  # whole numbers up to here are the same as floats and as integers


def key_of(canonical: Mapping[str, Any]) -> str:
    """SHA-256 of a canonical request as JSON with sorted keys and no spaces, 64 hex digits."""
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Reference:
    """A file handed to a model. The bytes count towards the key; where they lie does not.

    ``role`` is a library role (``ami/anime/headshot``), ``masters/<subject>`` (a file's name may change), or one of
    ``start_frame``, ``driving_clip``, ``failed_take``, ``clip``, ``footage``, ``line-<n>`` (a spoken line, n from 1),
    ``lines`` (all that is said in a shot, as one sound).
    """

    role: str
    path: Path
    sha256: str

    @classmethod
    def of(cls, role: str, path: Path) -> Reference:
        """Hash ``path`` now. Raises MediaError when it cannot be read."""
        return cls(role, path, sha256_file(path))


@dataclass(frozen=True)
class Request:
    """One thing to be made.

    ``direction`` is the neutral structure behind the prompt, for providers that can use it:
    ``framing``, ``camera``, ``action``, ``characters`` (CastMember dicts with ``name``), ``location``,
    ``time``, ``light``, ``props``, ``lines`` (``{character, text, at, reference}``), ``step``, ``trait``.
    Seconds, pixels, frames per second.
    """

    kind: Kind
    provider: str
    model: str  # as its service calls it: ModelCard.service_model
    prompt: str
    seed: int
    subject: str  # the shot or library role it is for: names it in messages, not part of the key
    resolution: tuple[int, int] | None = None
    seconds: float | None = None
    fps: int | Fraction | None = None
    negative_prompt: str = ""
    references: tuple[Reference, ...] = ()
    direction: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1  # Provider.request_version
    form: Mapping[str, Any] = field(default_factory=dict)  # how the card writes this in its service's fields
    rehearsed: bool = False  # made by a stand-in for the service
    card: Mapping[str, Any] = field(
        default_factory=dict
    )  # what else its card says, where the result lies: not in the key

    def canonical(self) -> dict[str, Any]:
        """What the key is made of, as plain JSON values: no paths, no subject, no price.

        Numbers that are equal are written alike, ``1`` and ``1.0``. Raises ValueError for a number that is none.
        """
        whole = {
            "version": self.version,
            "kind": self.kind,
            "provider": self.provider,
            "model": self.model,
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "seed": self.seed,
            "resolution": list(self.resolution) if self.resolution else None,
            "seconds": self.seconds,
            "fps": None if self.fps is None else written(self.fps),
            "references": [{"role": r.role, "sha256": r.sha256} for r in self.references],
            "direction": dict(self.direction),
            "parameters": dict(self.parameters),
        }
        if self.form:
            whole["form"] = dict(self.form)
        if self.rehearsed:
            whole["rehearsed"] = True
        return {name: _canonical(value) for name, value in whole.items()}

    @property
    def key(self) -> str:
        """The key of the canonical request, see `key_of`."""
        return key_of(self.canonical())

    @property
    def ending(self) -> Ending:
        """The result's file ending: pictures are PNG, voices WAV, characters JSON, everything else MP4."""
        return ENDINGS[self.kind]

    def reference(self, role: str) -> Reference | None:
        """The reference of that role, or None."""
        return next((r for r in self.references if r.role == role), None)


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _canonical(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot be part of a request")
        return int(value) if value.is_integer() and abs(value) <= _EXACT else value
    return value
