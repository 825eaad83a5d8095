"""A request: everything that decides what a model makes, and the key it is stored under."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from continuity.files import sha256_file
from continuity.plan.schema import Kind

# Part of every key. Raised by hand when a change to a paid request's meaning must make new takes;
# source code is not part of a key, since a refactoring must not buy a series again.
REQUEST_VERSION = 1

Ending = Literal["mp4", "png", "wav"]


@dataclass(frozen=True)
class Reference:
    """A file handed to a model. The bytes count towards the key; where they lie does not.

    ``role`` is a library role (``ami/anime/headshot``), ``masters/…``, or one of ``start_frame``,
    ``driving_clip``, ``failed_take``, ``line-<n>`` (a spoken line, n from 1).
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
    model: str
    prompt: str
    seed: int
    subject: str  # the shot or library role it is for: names it in messages, not part of the key
    resolution: tuple[int, int] | None = None
    seconds: float | None = None
    fps: int | None = None
    negative_prompt: str = ""
    references: tuple[Reference, ...] = ()
    direction: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def canonical(self) -> dict[str, Any]:
        """What the key is made of, as plain JSON values: no paths, no subject, no price."""
        return {
            "version": REQUEST_VERSION,
            "kind": self.kind,
            "provider": self.provider,
            "model": self.model,
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "seed": self.seed,
            "resolution": list(self.resolution) if self.resolution else None,
            "seconds": self.seconds,
            "fps": self.fps,
            "references": [{"role": r.role, "sha256": r.sha256} for r in self.references],
            "direction": dict(self.direction),
            "parameters": dict(self.parameters),
        }

    @property
    def key(self) -> str:
        """SHA-256 of the canonical JSON, 64 hex digits."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def ending(self) -> Ending:
        """The result's file ending: pictures are PNG, voices WAV, everything else MP4."""
        return {"image": "png", "voice": "wav"}.get(self.kind, "mp4")  # type: ignore[return-value]

    def reference(self, role: str) -> Reference | None:
        """The reference of that role, or None."""
        return next((r for r in self.references if r.role == role), None)


def derive_seed(*parts: object) -> int:
    """A seed in 0..2**31-1 that depends on every part: the take number, the shot, the series seed."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFFFFFF
