"""Encoders of pictures, by the name that ``scorer.encoder`` gives."""

from __future__ import annotations

import inspect
import json
from functools import lru_cache
from typing import Any

from continuity.errors import ConfigError
from continuity.scoring.encoders.base import Encoder, unit

__all__ = ["ENCODERS", "Encoder", "load_encoder", "unit"]

ENCODERS = ("embedded", "clip", "histogram", "pixels")


def load_encoder(name: str, **parameters: Any) -> Encoder:
    """The process's one encoder of that name and parameters.

    Raises ConfigError for an unknown name or parameter, ScorerUnavailable when weights are missing.
    """
    return _loaded(name, json.dumps(parameters, sort_keys=True))


@lru_cache(maxsize=4)
def _loaded(name: str, parameters: str) -> Encoder:
    given = json.loads(parameters)
    kind = _class_of(name)
    allowed = [p for p in inspect.signature(kind).parameters if p not in ("args", "kwargs")]
    unknown = sorted(set(given) - set(allowed))
    if unknown:
        raise ConfigError(f"scorer {name}: unknown parameter {unknown[0]!r}; it takes {', '.join(allowed) or 'none'}")
    return kind(**given)  # type: ignore[no-any-return]


def _class_of(name: str) -> Any:
    if name == "embedded":
        from continuity.scoring.encoders.embedded import EmbeddedEncoder

        return EmbeddedEncoder
    if name == "clip":
        from continuity.scoring.encoders.clip import ClipEncoder

        return ClipEncoder
    if name in ("histogram", "pixels"):
        from continuity.scoring.encoders import baselines

        return baselines.HistogramEncoder if name == "histogram" else baselines.PixelsEncoder
    raise ConfigError(f"scorer: no encoder {name!r}; there are {', '.join(ENCODERS)}")
