"""What is said on screen in a shot, as one sound: for a model that moves a mouth by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from continuity.plan.schema import Shot
from continuity.production.workspace import SpokenLine, take_folder
from continuity.request import Reference, key_of


def said(root: Path, shot: Shot, lines: Sequence[SpokenLine]) -> Reference | None:
    """A WAV as long as the shot with its lines where they are spoken, role ``lines``; None where nothing is said.

    It is mixed once and lies in ``shots/repaired/<shot>/lines/<12 hex>``: its bytes are part of the key, and another
    machine may round them otherwise. Lines that are laid over the cut later are not in it.
    """
    from continuity.media.audio import mix_files, write_wav
    from continuity.media.writing import AUDIO_RATE

    placed = [(line, root / line.path) for line in lines if line.path and line.in_take]
    if not placed:
        return None
    key = key_of({"seconds": shot.seconds, "lines": [[line.sha256, line.start] for line, _ in placed]})
    path = take_folder(root, "repaired", f"{shot.id}/lines", key) / "lines.wav"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, mix_files(shot.seconds, AUDIO_RATE, [(file, line.start) for line, file in placed]), AUDIO_RATE)
    return Reference.of("lines", path)
