"""What is made on this machine, for nothing: request → key → store → provider → check → store."""

from __future__ import annotations

import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import ContinuityError, JobFailed, StoreError, could_not
from continuity.executor import stopping
from continuity.files import sha256_file
from continuity.jobs.checking import check_result
from continuity.jobs.delivery import conform
from continuity.jobs.ledger import Bid, Ledger
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.providers import provider_named
from continuity.providers.base import LocalProvider
from continuity.request import Request

LOCK_POLL_SECONDS = 1.0
WORD_SECONDS = 5.0  # a wait for another run that takes longer is told of
LOCK_GIVE_UP_SECONDS = 3600.0  # longer than any run that gets on holds one result


def make_or_error(item: Wanted, root: Path, project: Path | None, series: str) -> Stored | ContinuityError:
    """Errors travel back as values, so that one failed take does not drop its neighbours."""
    subject = item.request.subject
    try:
        return make(item, Store(root, project), series)
    except ContinuityError as error:
        return error
    except OSError as error:  # a full disk stops this one; its neighbours may still fit
        return StoreError(f"{subject}: {could_not(error)}")
    except Exception as error:  # a provider's defect, or that of a library under it
        where = traceback.extract_tb(error.__traceback__)[-1]
        return JobFailed(
            f"{subject}: {item.request.provider} ended in a way that it does not foresee: {type(error).__name__}: "
            f"{error} ({where.filename}, line {where.lineno}). This is a defect to report"
        )


def make(item: Wanted, store: Store, series: str = "") -> Stored:
    """Make one result, in one process at a time."""
    request = item.request
    provider = provider_named(request.provider)
    assert isinstance(provider, LocalProvider)
    with _alone(request, store):
        if stored := store.find(request.key):
            return stored
        ledger = Ledger(store.root / "ledger.sqlite")
        bid = Bid(
            request.key, {}, request.subject, request.provider, request.model, series=series, episode=item.episode,
            shot=item.shot,
        )  # fmt: skip
        row = ledger.make(bid, temporaries.owner_in(store.root / temporaries.OWNERS))
        folder = store.scratch()
        try:
            path = folder / f"result.{request.ending}"
            provider.render(request, path)
            delivery: dict[str, Any] = {}
            if not provider.conforms:
                path, delivery = _conformed(request, path, folder)
            facts = check_result(request, path)
            record = {
                "key": request.key,
                "request": request.canonical(),
                "provider": request.provider,
                "model": request.model,
                "job_id": f"{request.provider}-{request.key[:12]}",
                "cost_usd": 0.0,
                "created_at": None,  # what anyone can make again is the same whenever it was made
                **facts,
                **delivery,
            }
            stored = store.add(folder, path, record)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, ContinuityError) and not isinstance(error, StoreError):
                ledger.move(row, "failed", message=str(error))
            raise
        ledger.move(row, "done", cost_usd=0.0)
        return stored


def _conformed(request: Request, made: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    """A file in the series' form in the place of what a model made in its own, and what the record says of that."""
    sha256 = sha256_file(made)
    path, changed = conform(request, made, folder)
    made.unlink()
    return path, {"delivery": {"sha256": sha256, "changed": changed}}


@contextmanager
def _alone(request: Request, store: Store) -> Iterator[None]:
    """Hold the request's lock. Who waits for another run says so; who waits in vain says for what."""
    from filelock import FileLock, Timeout

    path = store.root / "locks" / f"{request.key}.lock"
    lock, begun, told = FileLock(path), time.monotonic(), False
    while not lock.is_locked:
        try:
            lock.acquire(timeout=LOCK_POLL_SECONDS)
        except Timeout:
            waited = time.monotonic() - begun
            if stopping():
                raise JobFailed(
                    f"{request.subject}: not started: the run was interrupted; run again to go on"
                ) from None
            if waited > LOCK_GIVE_UP_SECONDS:
                raise StoreError(
                    f"{request.subject}: another run has held {path} for {waited / 60:.0f} minutes; end it, then run "
                    "again"
                ) from None
            if waited > WORD_SECONDS and not told:
                print(f"waiting for another run that makes {request.subject}", file=sys.stderr, flush=True)
                told = True
        except OSError as error:
            raise StoreError(
                f"{request.subject}: {path} cannot be locked ({error.strerror}), and without locks two runs would make "
                "it twice; set CONTINUITY_STORE to a folder on a disk of this machine"
            ) from error
    try:
        yield
    finally:
        lock.release()
