"""The ledger: the durable record of jobs and money, one SQLite file beside the store.

A row is written *before* a request is sent, so a crash at any moment leaves a trace:

    submitting ──▶ submitted ──▶ succeeded
         │              ├──────▶ failed
         │              └──────▶ rejected: delivered, paid, and not what was asked; not sent again by itself
         └─ (found so by a later run) the outcome is unknown: nothing is sent again by itself,
            since a second submission may be billed twice
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from continuity.errors import StoreError
from continuity.providers.base import Job
from continuity.request import Request

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  state TEXT NOT NULL, job_id TEXT, details TEXT NOT NULL DEFAULT '{}', price_usd REAL NOT NULL, cost_usd REAL,
  message TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_by_key ON jobs (key);
"""


@dataclass(frozen=True)
class Entry:
    """One row: one submission. ``cost_usd`` is what was charged, once that is known."""

    id: int
    key: str
    subject: str
    provider: str
    state: str
    job_id: str | None
    details: dict[str, Any]
    price_usd: float
    cost_usd: float | None
    created_at: str


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Ledger:
    """Rows are appended and updated, never removed. Safe for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=60)
            connection.row_factory = sqlite3.Row
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger {self.path} cannot be used ({error}); free room, mend the file or set "
                "CONTINUITY_STORE to another folder, then run again"
            ) from error

    def begin(self, request: Request, price_usd: float) -> int:
        """Write that ``request`` is about to be sent; returns the row's id."""
        with self._open() as connection:
            cursor = connection.execute(
                "INSERT INTO jobs (key, subject, provider, model, state, price_usd, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, 'submitting', ?, ?, ?)",
                (request.key, request.subject, request.provider, request.model, price_usd, now(), now()),
            )
            return int(cursor.lastrowid or 0)

    def update(self, row: int, state: str, job: Job | None = None, message: str = "") -> None:
        """Record the job's id as soon as it is known, and how it went."""
        with self._open() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, message = ?, updated_at = ? WHERE id = ?", (state, message, now(), row)
            )
            if job is not None:
                connection.execute(
                    "UPDATE jobs SET job_id = ?, details = ?, cost_usd = coalesce(?, cost_usd) WHERE id = ?",
                    (job.id, json.dumps(job.details), job.cost_usd, row),
                )

    def open_or_rejected(self, key: str) -> Entry | None:
        """The last submission under ``key`` that may still deliver, or delivered what was not asked for."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE key = ? AND state IN ('submitting', 'submitted', 'rejected')"
                " ORDER BY id DESC",
                (key,),
            ).fetchone()
        return _entry(row) if row else None

    def spent(self, keys: Iterable[str]) -> float:
        """Dollars charged, or possibly charged, under ``keys``: unknown outcomes count at their price."""
        wanted = set(keys)
        with self._open() as connection:
            rows = connection.execute("SELECT key, state, price_usd, cost_usd FROM jobs").fetchall()
        return sum(
            row["cost_usd"] if row["cost_usd"] is not None else (0.0 if row["state"] == "failed" else row["price_usd"])
            for row in rows
            if row["key"] in wanted
        )


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["id"], row["key"], row["subject"], row["provider"], row["state"], row["job_id"],
        json.loads(row["details"]), row["price_usd"], row["cost_usd"], row["created_at"],
    )  # fmt: skip
