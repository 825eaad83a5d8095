"""How the lines of a survey are called, by which `continuity plan` counts."""

from __future__ import annotations

from continuity.plan.schema import LibraryItem, Shot


def row_of(shot: Shot) -> str:
    """The line that counts the takes of a shot as they are shown."""
    return f"{shot.id} → {shot.transfer.look}" if shot.transfer else shot.id


def library_row(item: LibraryItem) -> str:
    """The line that counts the library of somebody, a place or a thing."""
    return f"library {item.subject}"
