"""Whether the model that answered is the one that was asked for: some services let a successor answer in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What a service may add to a model's name and still mean that model: a date or a number of its version.
_VERSION = r"[-@.:]?(\d{3}|\d{6}|\d{8}|\d{4}-\d{2}-\d{2}|latest)"


def asked_model(request: Mapping[str, Any]) -> str:
    """The service's model for a canonical request: a card may name another for requests that show no picture."""
    bare = (request.get("form") or {}).get("without_pictures")
    pictures = request.get("kind") != "voice" and any("/" in one["role"] for one in request.get("references") or ())
    return str(bare if bare and not pictures else request.get("model") or "")


def answered_by(record: Mapping[str, Any]) -> str:
    """The model that answered in place of the one that was asked for; empty where it did, or no service says.

    ``record`` is that of a result: its ``delivery.model`` is what the service named.
    """
    said = str((record.get("delivery") or {}).get("model") or "")
    asked = asked_model(record.get("request") or {})
    if not said or not asked or re.fullmatch(f"{re.escape(_plain(asked))}({_VERSION})?", _plain(said)):
        return ""
    return said


def _plain(name: str) -> str:
    """Without the path that some services name models by."""
    return name.rpartition("models/")[2].lower()
