"""What file managers, network drives and tools leave in folders of media: nobody means it as a picture or a take."""

from __future__ import annotations

from pathlib import PurePath

# Besides names with a leading dot: `._x` (macOS on foreign disks), `.ipynb_checkpoints`, `.DS_Store`, `.thumbnails`.
_NAMES = frozenset(
    {
        "@eadir", "@recycle", "#recycle", "#snapshot", "__macosx", "__pycache__", "$recycle.bin", "lost+found",
        "system volume information", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r",
    }
)  # fmt: skip


def is_clutter(path: PurePath) -> bool:
    """Whether the last part of ``path`` is such a name, of a file or of a folder."""
    return path.name.startswith(".") or path.name.casefold() in _NAMES


def lies_in_clutter(path: PurePath) -> bool:
    """Whether any part of a path below the folder in question is such a name."""
    return any(is_clutter(PurePath(part)) for part in path.parts)
