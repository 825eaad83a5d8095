"""``assets/masters.lock.json``: the accepted hash of each master."""

from __future__ import annotations

from pathlib import Path

from pydantic import RootModel

from continuity.records.fields import Master, Sha256
from continuity.records.reading import read


class Lock(RootModel[dict[Master, Sha256]]):
    """By role: ``masters/ami/anime.png``."""


def read_lock(path: Path) -> dict[str, str]:
    """Raises ProjectError when the file is missing or damaged."""
    way_out = "restore it with Git; or delete it, look at every master, and run `continuity masters accept`"
    return read(path, Lock, "continuity masters accept", way_out).root
