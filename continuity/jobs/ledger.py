"""The ledger: the durable record of jobs and money, one SQLite file beside the store.

A row is on the disk *before* a request is sent, and the service's id of the job before it is asked for the first time,
so a crash at any moment leaves a trace. Which state may follow which is said in `continuity.jobs.states`. Under one
key at most one job is open, in all processes and all copies of a project together: an index sees to it, no lock.

The file says what it is: SQLite's ``application_id`` and, as ``user_version``, the version of its schema. An older one
is brought up to date; an empty, foreign, newer or damaged one is refused, since a ledger that is taken for new forgets
what was paid and what is still open (docs/decisions/0015).
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import BudgetExceeded, ProjectError, StoreError
from continuity.jobs.states import HELD, RESERVED, State, check_move
from continuity.records.results import ResultRecord, read_result

APPLICATION_ID = int.from_bytes(b"CONT")
VERSION = 3  # of the schema below
BEGIN_ANEW = "ledger.begin-anew"  # an empty file of this name beside a lost ledger: begin another, on purpose

_HELD = ", ".join(f"'{state}'" for state in sorted(HELD))
_RESERVED = ", ".join(f"'{state}'" for state in sorted(RESERVED))
_ADDED = {  # to the columns of version 1
    "series": "TEXT NOT NULL DEFAULT ''",
    "episode": "TEXT NOT NULL DEFAULT ''",
    "shot": "TEXT NOT NULL DEFAULT ''",
    "request": "TEXT NOT NULL DEFAULT '{}'",
    "token": "TEXT NOT NULL DEFAULT ''",
    "rehearsed": "INTEGER NOT NULL DEFAULT 0",
    "run": "TEXT NOT NULL DEFAULT ''",
    "owner": "TEXT NOT NULL DEFAULT ''",
}
_INDEXES = f"""
CREATE UNIQUE INDEX one_open_job ON jobs (key) WHERE state IN ({_HELD});
"""
_UPLOADS = """
CREATE TABLE uploads (
  account TEXT NOT NULL, sha256 TEXT NOT NULL, address TEXT NOT NULL, expires_at REAL NOT NULL,
  PRIMARY KEY (account, sha256));
"""
_SCHEMA = f"""
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  state TEXT NOT NULL, job_id TEXT, details TEXT NOT NULL DEFAULT '{{}}', price_usd REAL NOT NULL, cost_usd REAL,
  message TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  {", ".join(f"{name} {kind}" for name, kind in _ADDED.items())});
CREATE INDEX jobs_by_key ON jobs (key);
{_INDEXES}
{_UPLOADS}
"""
# From a version to the next, as SQL. Version 0 was not named; its tables are those of version 1, whose jobs were all
# made on the machine itself unless they had a price.
_MIGRATIONS = {
    0: "",
    1: "".join(f"ALTER TABLE jobs ADD COLUMN {name} {kind};" for name, kind in _ADDED.items())
    + """
UPDATE jobs SET state = 'done' WHERE state = 'succeeded';
UPDATE jobs SET state = 'failed' WHERE state IN ('submitting', 'submitted', 'rejected') AND price_usd = 0;
UPDATE jobs SET state = 'ambiguous' WHERE state = 'submitting';
UPDATE jobs SET state = 'cancelled' WHERE state NOT IN ('done', 'failed')
  AND id NOT IN (SELECT max(id) FROM jobs WHERE state NOT IN ('done', 'failed') GROUP BY key);
"""
    + _INDEXES,
    2: _UPLOADS,
}
_OLD_COLUMNS = [
    "id", "key", "subject", "provider", "model", "state", "job_id", "details", "price_usd", "cost_usd", "message",
    "created_at", "updated_at",
]  # fmt: skip
_NEW_COLUMNS = [*_OLD_COLUMNS, *_ADDED]
_COLUMNS = {0: _OLD_COLUMNS, 1: _OLD_COLUMNS, 2: _NEW_COLUMNS, 3: _NEW_COLUMNS}


@dataclass(frozen=True)
class Bid:
    """What is to be sent: for whom it is made, and the dollars that its card names."""

    key: str
    request: dict[str, Any]  # Request.canonical()
    subject: str
    provider: str
    model: str
    price_usd: float = 0.0
    series: str = ""
    episode: str = ""  # empty for the library and its voices
    shot: str = ""
    rehearsed: bool = False
    run: str = ""


@dataclass(frozen=True)
class Ceiling:
    """What may be spent, in dollars, by all processes and copies of a project that share the store; None: no limit.

    A series is known by its id. ``known`` are keys that the project has on record from before the ledger named series.
    """

    usd: float
    per_episode_usd: float | None = None
    per_shot_usd: float | None = None
    per_run_usd: float | None = None
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One row: one submission. ``cost_usd`` is what was charged, once that is known."""

    id: int
    key: str
    subject: str
    provider: str
    model: str
    state: State
    job_id: str | None
    details: dict[str, Any]
    price_usd: float
    cost_usd: float | None
    message: str
    created_at: str
    updated_at: str
    series: str
    episode: str
    shot: str
    request: dict[str, Any]
    token: str
    rehearsed: bool
    run: str
    owner: str


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Ledger:
    """Rows are appended and updated, never removed. Safe for several processes, and for the threads of one.

    Raises StoreError for a file that is no ledger, and for none where results beside it were paid for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        if not path.exists():
            self._begin_new()
        if path.exists() and path.stat().st_size == 0:
            raise self._refused("it is empty")
        self._connection = self._connect(path)
        try:
            with self._transaction() as connection:
                version = self._version(connection)
            if version < VERSION:
                self._migrate()
            with self._lock, self._translated():  # readers and the one writer do not wait for each other
                self._connection.execute("PRAGMA journal_mode = WAL")
        except StoreError:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    # ---- the file --------------------------------------------------------------------------

    def _version(self, connection: sqlite3.Connection) -> int:
        """The version of the schema. Raises StoreError for anything that is no ledger of ours."""
        maker, version = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        columns = [row["name"] for row in connection.execute("PRAGMA table_info(jobs)")]
        if maker == APPLICATION_ID and version > VERSION:
            raise self._refused(f"a newer Continuity wrote it (version {version}, this one knows {VERSION}): use that")
        if maker != (APPLICATION_ID if version else 0) or columns != _COLUMNS.get(version):
            raise self._refused("it is a database of something else")
        if (said := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise self._refused(f"it is damaged: {said.splitlines()[0]}")
        return int(version)

    def _migrate(self) -> None:
        """All versions in one transaction, by one process."""
        with self._transaction() as connection:
            for version in range(self._version(connection), VERSION):
                for statement in filter(str.strip, _MIGRATIONS[version].split(";")):
                    connection.execute(statement)
            _name(connection)

    def _begin_new(self) -> None:
        """Made beside and renamed: no other process ever sees half of it."""
        from filelock import FileLock

        consent, lock = self.path.with_name(BEGIN_ANEW), self.path.with_name("locks") / "ledger.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            if self.path.exists():
                return
            paid = [record for record in _recorded(self.path.parent) if record.cost_usd > 0]
            if paid and not consent.exists():
                cost = sum(record.cost_usd for record in paid)
                raise StoreError(
                    f"the ledger {self.path} is missing, and the store beside it holds {len(paid)} results that cost "
                    f"${cost:.2f}: which jobs are still open is no longer known, and they could be paid for again. Put "
                    "it back from a backup. Where there is none, look for open jobs at the services, then create an "
                    f"empty file {consent} to begin another"
                )
            making = temporaries.beside(self.path)
            try:
                connection = self._connect(making)
                try:
                    with self._translated(), connection:
                        for statement in filter(str.strip, _SCHEMA.split(";")):
                            connection.execute(statement)
                        for record in paid:
                            _insert(
                                connection,
                                key=record.key, subject="", provider=record.provider, model=record.model, state="done",
                                job_id=record.job_id, price_usd=record.cost_usd, cost_usd=record.cost_usd,
                                created_at=record.created_at or now(),
                            )  # fmt: skip
                        _name(connection)
                finally:
                    connection.close()
                os.replace(making, self.path)
                consent.unlink(missing_ok=True)
            finally:
                making.unlink(missing_ok=True)

    def _refused(self, why: str) -> StoreError:
        return StoreError(
            f"the ledger {self.path} cannot be used: {why}. Put it back from a backup, or set CONTINUITY_STORE to "
            "another folder; nothing was sent"
        )

    def _connect(self, path: Path) -> sqlite3.Connection:
        with self._translated():
            connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = FULL")  # a row is on the disk itself before its request is sent
            return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger {self.path} cannot be used ({error}); free room, mend the file or set "
                "CONTINUITY_STORE to another folder, then run again"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time, from the first reading on: what was read still holds when it is acted upon."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _read(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock, self._translated():
            return self._connection.execute(sql, values).fetchall()

    # ---- jobs ------------------------------------------------------------------------------

    def held(self, key: str) -> Entry | None:
        """The open job under ``key``: while there is one, nothing else is sent."""
        rows = self._read(f"SELECT * FROM jobs WHERE key = ? AND state IN ({_HELD})", key)
        return self._entry(rows[0]) if rows else None

    def last(self, key: str) -> Entry | None:
        """The newest job under ``key``, open or not."""
        rows = self._read("SELECT * FROM jobs WHERE key = ? ORDER BY id DESC LIMIT 1", key)
        return self._entry(rows[0]) if rows else None

    def is_away(self, key: str) -> bool:
        """Whether a service has, or may have, a job under ``key``: it is asked about that before anything is sent."""
        if (held := self.held(key)) is not None:
            return held.state not in ("making", "planned")
        return self.again(key) is not None

    def again(self, key: str) -> Entry | None:
        """The last job under a key of which no result is here, when its service may still have one.

        What was done and is lost here is fetched again; what failed is asked about once more, since some services
        deliver after they have reported a failure.
        """
        last = self.last(key)
        if last is None or last.state not in ("done", "failed") or not last.job_id:
            return None
        return None if last.state == "failed" and last.details.get("asked_again") else last

    def entry(self, id: int) -> Entry:
        (row,) = self._read("SELECT * FROM jobs WHERE id = ?", id)
        return self._entry(row)

    def names_another(self, provider: str, job_id: str, key: str) -> bool:
        """Whether the service has given this id to a job under another key: then it is not this one's."""
        sql = "SELECT 1 FROM jobs WHERE provider = ? AND job_id = ? AND key != ? LIMIT 1"
        return bool(self._read(sql, provider, job_id, key))

    def unanswered(self, entry: Entry) -> list[Entry]:
        """The other submissions to the same service that it may have taken, and whose ids there are not known."""
        sql = (
            "SELECT * FROM jobs WHERE provider = ? AND rehearsed = ? AND id != ? "
            "AND state IN ('submitting', 'ambiguous') ORDER BY id"
        )
        return [self._entry(row) for row in self._read(sql, entry.provider, int(entry.rehearsed), entry.id)]

    def listed(self, states: Iterable[State]) -> list[Entry]:
        """All jobs in these states, oldest first."""
        names = list(states)
        marks = ", ".join("?" * len(names))
        return [
            self._entry(row) for row in self._read(f"SELECT * FROM jobs WHERE state IN ({marks}) ORDER BY id", *names)
        ]

    def reserve(self, bid: Bid, ceiling: Ceiling | None, owner: str) -> Entry:
        """The open job under the bid's key: a new one, ``planned``, when there is none and its price finds room.

        Asked and written in one transaction: of any number of runs at once only one finds the last room, and only one
        opens a job under a key. Raises BudgetExceeded.
        """
        with self._transaction() as connection:
            there = connection.execute(
                f"SELECT * FROM jobs WHERE key = ? AND state IN ({_HELD})", (bid.key,)
            ).fetchone()
            if there is not None:
                return self._entry(there)
            if ceiling is not None and bid.price_usd:
                _check_room(connection, bid, ceiling)
            id = _insert(
                connection,
                key=bid.key, subject=bid.subject, provider=bid.provider, model=bid.model, price_usd=bid.price_usd,
                state="planned", series=bid.series, episode=bid.episode, shot=bid.shot, rehearsed=int(bid.rehearsed),
                request=json.dumps(bid.request, ensure_ascii=False), run=bid.run, owner=owner,
            )  # fmt: skip
        return self.entry(id)

    def make(self, bid: Bid, owner: str) -> int:
        """Write that something is being made on this machine; an interrupted one is gone on with. Returns its row."""
        with self._transaction() as connection:
            there = connection.execute("SELECT id FROM jobs WHERE key = ? AND state = 'making'", (bid.key,)).fetchone()
            if there is not None:
                return int(there["id"])
            return _insert(
                connection,
                key=bid.key, subject=bid.subject, provider=bid.provider, model=bid.model, price_usd=0.0,
                state="making", series=bid.series, episode=bid.episode, shot=bid.shot, owner=owner,
            )  # fmt: skip

    def move(
        self,
        id: int,
        state: State,
        *,
        owner: str | None = None,
        token: str | None = None,
        job_id: str | None = None,
        details: dict[str, Any] | None = None,
        cost_usd: float | None = None,
        message: str = "",
    ) -> Entry:
        """Bring a job to its next state, with what has become known of it. Raises LedgerMove."""
        known: dict[str, Any] = {
            "owner": owner, "token": token, "job_id": job_id, "cost_usd": cost_usd,
            "details": None if details is None else json.dumps(details),
        }  # fmt: skip
        known = {name: value for name, value in known.items() if value is not None}
        sets = ", ".join(["state = ?", "message = ?", "updated_at = ?", *(f"{name} = ?" for name in known)])
        with self._transaction() as connection:
            row = connection.execute("SELECT key, state FROM jobs WHERE id = ?", (id,)).fetchone()
            check_move(row["key"], row["state"], state)
            connection.execute(f"UPDATE jobs SET {sets} WHERE id = ?", (state, message, now(), *known.values(), id))
        return self.entry(id)

    def take_over(self, entry: Entry, owner: str) -> bool:
        """Make a job that belonged to a process which has ended ours; False when another was faster."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE jobs SET owner = ?, updated_at = ? WHERE id = ? AND owner = ? AND state = ?",
                (owner, now(), entry.id, entry.owner, entry.state),
            )
            return changed.rowcount == 1

    # ---- money -----------------------------------------------------------------------------

    def spent(self, series: str, known: Iterable[str] = (), rehearsed: bool = False) -> float:
        """Dollars charged, reserved, or possibly charged for a series."""
        with self._lock, self._translated():
            return _spent(self._connection, _of_series(series, known, rehearsed))

    # ---- files at services -----------------------------------------------------------------

    def uploaded(self, account: str, sha256: str, at: float) -> str | None:
        """Where the file lies in that account and will at that time (seconds since the epoch), if it does."""
        rows = self._read(
            "SELECT address FROM uploads WHERE account = ? AND sha256 = ? AND expires_at > ?", account, sha256, at
        )
        return str(rows[0]["address"]) if rows else None

    def note_upload(self, account: str, sha256: str, address: str, expires_at: float) -> None:
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?)", (account, sha256, address, expires_at)
            )

    def forget_uploads(self, account: str, sha256s: Iterable[str]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM uploads WHERE account = ? AND sha256 = ?", [(account, sha256) for sha256 in sha256s]
            )

    def _entry(self, row: sqlite3.Row) -> Entry:
        try:
            values = dict(row)
            for name in ("details", "request"):
                values[name] = json.loads(values[name])
            return Entry(**{**values, "rehearsed": bool(values["rehearsed"])})
        except ValueError as error:
            raise self._refused(f"row {row['id']} is damaged: {error}") from error


def _insert(connection: sqlite3.Connection, **values: Any) -> int:
    values = {"created_at": now(), "updated_at": now(), **values}
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", tuple(values.values()))
    return int(cursor.lastrowid or 0)


Where = tuple[str, tuple[Any, ...]]  # SQL and its values


def _of_series(series: str, known: Iterable[str], rehearsed: bool) -> Where:
    keys = json.dumps(sorted(known))
    return (
        "rehearsed = ? AND (series = ? OR (series = '' AND key IN (SELECT value FROM json_each(?))))",
        (int(rehearsed), series, keys),
    )


def _spent(connection: sqlite3.Connection, where: Where) -> float:
    """What was charged where that is known, else the price where it may be."""
    sql = f"SELECT sum(coalesce(cost_usd, iif(state IN ({_RESERVED}), price_usd, 0))) AS usd FROM jobs WHERE {where[0]}"
    return float(connection.execute(sql, where[1]).fetchone()["usd"] or 0.0)


def _check_room(connection: sqlite3.Connection, bid: Bid, ceiling: Ceiling) -> None:
    sql, values = _of_series(bid.series, ceiling.known, bid.rehearsed)
    limits = [
        ("budget.max_usd", ceiling.usd, f"the series {bid.series}", (sql, values)),
        ("budget.per_run_usd", ceiling.per_run_usd, "this run", (f"{sql} AND run = ?", (*values, bid.run))),
    ]
    if bid.episode:
        of_episode = (f"{sql} AND episode = ?", (*values, bid.episode))
        limits.append(("budget.per_episode_usd", ceiling.per_episode_usd, f"episode {bid.episode}", of_episode))
    if bid.shot:
        of_shot = (f"{sql} AND shot = ?", (*values, bid.shot))
        limits.append(("budget.per_shot_usd", ceiling.per_shot_usd, f"shot {bid.shot}", of_shot))
    for name, limit, what, where in limits:
        if limit is None:
            continue
        spent = _spent(connection, where)
        if spent + bid.price_usd > limit + 1e-9:
            raise BudgetExceeded(
                f"{bid.subject}: ${spent:.2f} are spent or reserved for {what}, and ${bid.price_usd:.2f} more would "
                f"pass {name} ${limit:.2f}; it was not sent. Raise {name} to go on"
            )


def _name(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _recorded(store: Path) -> Iterator[ResultRecord]:
    """The records of the results that were made here."""
    for path in store.glob("results/*/*/record.json"):
        with suppress(ProjectError):
            yield read_result(path, "dvc repro")
