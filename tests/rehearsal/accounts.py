"""What a rehearsed project's services have on their books."""

from __future__ import annotations

from conftest import Project

from continuity.rehearsal.books import Books, Taken


def jobs(project: Project, service: str | None = None) -> list[Taken]:
    """Every job, or those of one service, in the order in which they were taken."""
    books = Books(project.store / "rehearsal" / "books.sqlite")
    try:
        return books.jobs(service)
    finally:
        books.close()
