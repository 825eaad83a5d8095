"""The clip of a look, a film under ``assets/masters``: services are shown it that know characters from clips."""

from __future__ import annotations

from pathlib import Path

from continuity.errors import ConfigError, MediaError
from continuity.files import sha256_file
from continuity.plan.bible import CharacterConfig, Span
from continuity.plan.footage import PACKAGE, resolve
from continuity.plan.schema import ShownClip
from continuity.plan.sections import MASTERS


def looks_clips(root: Path, config: CharacterConfig) -> dict[str, ShownClip]:
    """By look: its own, or the clip that the character's library is cut from."""
    found = {name: config.clip or look.clip for name, look in config.looks.items()}
    return {name: _shown(root, clip) for name, clip in found.items() if clip}


def file_of(clip: Span) -> str:
    """Where it lies, from the project's root on or in a package."""
    return clip.file if clip.file.startswith(PACKAGE) else f"{MASTERS}{clip.file}"


def _shown(root: Path, clip: Span) -> ShownClip:
    file = file_of(clip)
    try:
        sha256 = sha256_file(resolve(file, root))
    except (ConfigError, MediaError):  # a master that is missing is named where masters are held against their lock
        sha256 = ""
    return ShownClip(file=file, start=clip.start, seconds=clip.seconds, sha256=sha256)
