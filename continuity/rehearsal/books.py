"""The books of a rehearsal's services: every request that came, every job, every cent. One SQLite file in the store.

They outlive the process that serves: a run that is killed finds its jobs again, as it would at a real service.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, service TEXT NOT NULL, key TEXT NOT NULL, model TEXT NOT NULL, body TEXT NOT NULL,
  request TEXT NOT NULL, usd REAL NOT NULL, began REAL NOT NULL, ready REAL NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (at REAL NOT NULL, service TEXT NOT NULL, what TEXT NOT NULL, key TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Taken:
    """A job as the service sees it. Times are seconds since the epoch; ``request`` is what the puppet draws from."""

    id: str
    service: str
    key: str
    model: str
    body: dict[str, Any]
    request: dict[str, Any]
    usd: float
    began: float
    ready: float
    state: str  # "taken", "failed", "moderated", "cancelled"

    @property
    def is_ready(self) -> bool:
        return time.time() >= self.ready


class Books:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def note(self, service: str, what: str, key: str = "") -> None:
        """Count a request of any kind."""
        with self._lock:
            self._connection.execute("INSERT INTO requests VALUES (?, ?, ?, ?)", (time.time(), service, what, key))

    def knows(self, service: str, what: str, key: str) -> bool:
        """Whether a request of that kind with that key has come."""
        with self._lock:
            sql = "SELECT 1 FROM requests WHERE service = ? AND what = ? AND key = ? LIMIT 1"
            return self._connection.execute(sql, (service, what, key)).fetchone() is not None

    def forget(self, service: str, what: str) -> None:
        """As a service does with files after their time."""
        with self._lock:
            self._connection.execute("DELETE FROM requests WHERE service = ? AND what = ?", (service, what))

    def take(self, job: Taken) -> None:
        with self._lock:
            self._connection.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (job.id, job.service, job.key, job.model, json.dumps(job.body), json.dumps(job.request), job.usd,
                 job.began, job.ready, job.state),
            )  # fmt: skip

    def job(self, service: str, id: str) -> Taken | None:
        with self._lock:
            row = self._connection.execute("SELECT * FROM jobs WHERE service = ? AND id = ?", (service, id)).fetchone()
        return _taken(row) if row else None

    def jobs(self, service: str | None = None) -> list[Taken]:
        with self._lock:
            rows = self._connection.execute("SELECT * FROM jobs ORDER BY began").fetchall()
        return [_taken(row) for row in rows if service in (None, row["service"])]

    def requests(self) -> Counter[tuple[str, str]]:
        """How many requests of each kind came to each service: ``("fal", "submit")``."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT service, what, count(*) AS n FROM requests GROUP BY 1, 2"
            ).fetchall()
        return Counter({(row["service"], row["what"]): row["n"] for row in rows})

    def billed_usd(self) -> float:
        """What a real run would have been charged for."""
        return sum(job.usd for job in self.jobs() if job.state == "taken")


def _taken(row: sqlite3.Row) -> Taken:
    values = dict(row)
    return Taken(**{**values, "body": json.loads(values["body"]), "request": json.loads(values["request"])})
