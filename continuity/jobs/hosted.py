"""Jobs at services that charge: all of them side by side on one event loop, each under its service's own limits.

Every job is a walk through the states of `continuity.jobs.states`, from wherever an earlier run left it: each state
has one step here, which does what that state calls for and moves the row on. So a run that dies anywhere is gone on
with by the next, and nothing that may have been paid is sent again.

The loop runs in a thread of its own. A signal is answered in the main thread and never cuts a submission from its
answer; the jobs hear of it by ``stopping``.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import (
    ConsentMissing,
    ContinuityError,
    JobFailed,
    LeftAtService,
    ModelEnded,
    Moderated,
    NotTaken,
    OutcomeUnknown,
    ResultLost,
    ResultRejected,
    StoreError,
    could_not,
)
from continuity.files import sha256_file, write_json
from continuity.jobs import endings
from continuity.jobs.checking import check_result
from continuity.jobs.consent import unallowed
from continuity.jobs.delivery import conform
from continuity.jobs.lanes import Lane
from continuity.jobs.ledger import Bid, Ceiling, Entry, Ledger, now
from continuity.jobs.store import Store, Stored
from continuity.jobs.uploads import Uploads
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Service
from continuity.providers.base import Delivered, HostedProvider, Job, Order, Rival
from continuity.providers.wire import REHEARSED_KEY, Wire
from continuity.rehearsal import expected

NOT_TAKEN_PATIENCE_SECONDS = 600.0  # of trying to submit, while the service certainly takes nothing
OTHERS_POLL_SECONDS = 0.5  # between looks at a job that another process waits for
LONGEST_POLL_SECONDS = 15.0
SHARE_OF_WAIT = 0.03  # of what a job has taken so far: how much later than it ends its end may be noticed
DELIVERED = "delivered.json"
SLOW = ("video", "motion")  # kinds that a detached run does not wait for; what these need is made in seconds

Outcome = Stored | ContinuityError


@dataclass
class HostedJobs:
    """``outcomes`` receives ``(index, Stored or error)`` for each of ``items``, as they come.

    ``ceiling`` holds for each submission; ``services`` by provider name. ``detached``: clips are sent, as many as their
    services take, and not waited for.
    """

    items: Sequence[Wanted]
    store: Store
    ledger: Ledger
    providers: Mapping[str, HostedProvider]
    services: Mapping[str, Service]
    series: str
    run: str
    ceiling: Ceiling | None
    stopping: Callable[[], bool]
    detached: bool = False
    outcomes: queue.SimpleQueue[tuple[int, Outcome]] = field(default_factory=queue.SimpleQueue)
    lanes: dict[str, Lane] = field(default_factory=dict)
    _uploads: dict[str, Uploads] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _error: BaseException | None = None

    def start(self) -> None:
        self._owners = self.store.root / temporaries.OWNERS
        self._owner = temporaries.owner_in(self._owners)
        self._release_abandoned()
        self._thread = threading.Thread(target=self._run, name="jobs at services", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            asyncio.run(self._all())
        except BaseException as error:
            self._error = error

    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def lines(self) -> list[str]:
        """One line for each service: what is in flight, done and failed, what was spent, what the rest would cost."""
        return [
            lane.line(name, [item.price_usd for item in self.items if item.request.provider == name])
            for name, lane in list(self.lanes.items())
        ]

    def end(self) -> ContinuityError:
        """Why the whole of it ended, when it ended before its jobs did."""
        if isinstance(self._error, ContinuityError):
            return self._error
        return JobFailed(f"the jobs at services ended: {self._error!r}; run again to go on")

    def join(self) -> None:
        """Return when every job has come to its end, or to a place where the next run goes on."""
        if self._thread is not None:
            self._thread.join()

    def _release_abandoned(self) -> None:
        """Give back what was reserved by runs that died before they sent anything."""
        for entry in self.ledger.listed(["planned"]):
            if not temporaries.is_held(self._owners, entry.owner) and self.ledger.take_over(entry, self._owner):
                self.ledger.move(entry.id, "cancelled", message="the run ended before it was sent")

    async def _all(self) -> None:
        async with AsyncExitStack() as stack:
            for name in dict.fromkeys(item.request.provider for item in self.items):
                service, provider = self.services[name], self.providers[name]
                wire = await stack.enter_async_context(provider.wire(service, self.stopping))
                if service.uploads_url:
                    lifetime = service.uploads_hours * 3600
                    self._uploads[name] = wire.uploads = Uploads(self.ledger, provider.account(service), lifetime)
                self.lanes[name] = Lane(provider, service, wire, asyncio.Semaphore(service.jobs_in_flight))
            await asyncio.gather(*(self._one(index, item) for index, item in enumerate(self.items)))

    async def _one(self, index: int, item: Wanted) -> None:
        lane = self.lanes[item.request.provider]
        async with lane.seats:
            lane.in_flight += 1
            begun = time.monotonic()
            outcome = await self._outcome(item, lane)
            lane.in_flight -= 1
            lane.left += isinstance(outcome, LeftAtService) and outcome.sent
            lane.failed += isinstance(outcome, ContinuityError) and not isinstance(outcome, LeftAtService)
            if isinstance(outcome, Stored):
                lane.done += 1
                lane.took.append(time.monotonic() - begun)
        self.outcomes.put((index, outcome))

    async def _outcome(self, item: Wanted, lane: Lane) -> Outcome:
        """Errors travel as values, so that one job's end is not its neighbours'."""
        subject = item.request.subject
        try:
            return await self._walk(item, lane)
        except LeftAtService as left:
            return left
        except ContinuityError as error:
            if uploads := self._uploads.get(item.request.provider):
                uploads.forget(reference.sha256 for reference in item.request.references)
            return error if subject in str(error) else type(error)(f"{subject}: {error}")
        except OSError as error:  # a full disk stops this one; its neighbours may still fit
            return StoreError(f"{subject}: {could_not(error)}")
        except Exception as error:  # an adapter's defect, or that of a library under it
            return endings.defect(subject, item.request.provider, error)

    async def _walk(self, item: Wanted, lane: Lane) -> Stored:
        """From state to state until the result is in the store."""
        key = item.request.key
        steps = {
            "planned": self._submit,
            "submitting": self._lost,
            "ambiguous": self._reconcile,
            "submitted": self._collect,
            "delivered": self._accept,
            "rejected": self._say_rejected,
            "moderated": self._say_moderated,
            "expired": self._say_expired,
        }
        while True:
            if (stored := await asyncio.to_thread(self.store.find, key)) is not None:
                return stored
            entry = self.ledger.held(key) or self._again(key)
            if entry is None:
                if self.stopping():
                    raise JobFailed("not started: the run was interrupted; run again to go on")
                entry = self.ledger.reserve(self._bid(item), self.ceiling, self._owner)
            if entry.owner != self._owner:
                if temporaries.is_held(self._owners, entry.owner):
                    await self._wait_for_another(item, entry)
                    continue
                if not self.ledger.take_over(entry, self._owner):
                    continue
            if (made := await steps[entry.state](item, entry, lane)) is not None:
                return made

    def _bid(self, item: Wanted) -> Bid:
        request = item.request
        return Bid(
            request.key, request.canonical(), request.subject, request.provider, request.model, item.price_usd,
            self.series, item.episode, item.shot, request.rehearsed, self.run,
        )  # fmt: skip

    def _again(self, key: str) -> Entry | None:
        """The last job under a key, taken up again where its service may still have a result of it."""
        if (last := self.ledger.again(key)) is None:
            return None
        details = {**last.details, "phase": "running", "asked_again": last.state == "failed"}
        return self.ledger.move(last.id, "submitted", owner=self._owner, details=details)

    async def _wait_for_another(self, item: Wanted, entry: Entry) -> None:
        if self.stopping():
            raise JobFailed("another run makes it; this one was interrupted, run again to go on")
        await asyncio.sleep(OTHERS_POLL_SECONDS)

    async def collect_once(self, entries: Sequence[Entry]) -> dict[int, str]:
        """Ask once about each job that a service has, and bring what is finished; what was heard of each, in words."""
        self._owners = self.store.root / temporaries.OWNERS
        self._owner = temporaries.owner_in(self._owners)
        said: dict[int, str] = {}

        async def one(item: Wanted, entry: Entry, wire: Wire) -> None:
            if entry.owner != self._owner and temporaries.is_held(self._owners, entry.owner):
                said[entry.id] = "a run that is going on waits for it"
                return
            if not self.ledger.take_over(entry, self._owner):
                return
            lane = Lane(self.providers[entry.provider], wire.service, wire, asyncio.Semaphore(1))
            try:
                job = _job_of(entry, item)
                if job.phase == "running":
                    job = await lane.provider.poll(job, wire)
                if job.phase == "running":
                    said[entry.id] = "is still being made"
                    return
                if job.phase != "succeeded":
                    self._end(entry, job)
                await self._bring(entry, job, lane)
                said[entry.id] = "has been fetched; the next run puts it in its place"
            except ContinuityError as error:
                said[entry.id] = str(error)

        async with AsyncExitStack() as stack:
            wires = {
                name: await stack.enter_async_context(provider.wire(self.services[name], self.stopping))
                for name, provider in self.providers.items()
            }
            await asyncio.gather(
                *(one(item, entry, wires[entry.provider]) for item, entry in zip(self.items, entries, strict=True))
            )
        return said

    # ---- one step for each state -----------------------------------------------------------

    async def _submit(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        """planned → submitting → submitted. The row says what is on its way before it is."""
        request, begun = item.request, time.monotonic()
        inbox = self._inbox(entry)
        if item.ended:  # it was away when the run began, and is not there
            self.ledger.move(entry.id, "cancelled", message=item.ended)
            raise ModelEnded(f"{item.ended}; its service has nothing of it, and nothing was sent")
        self._check_consent(item, entry, lane)  # before a file of theirs is uploaded
        try:
            inputs = await lane.provider.prepare(request, lane.wire)
        except BaseException as error:
            self.ledger.move(entry.id, "cancelled", message=str(error))
            raise
        pause = 1.0
        while True:
            if self.stopping():
                self.ledger.move(entry.id, "cancelled", message="interrupted before it was sent")
                raise JobFailed("not sent: the run was interrupted; run again to go on")
            self._check_consent(item, entry, lane)
            token = str(uuid.uuid4())
            self.ledger.move(entry.id, "submitting", token=token)
            _announce(item, lane)
            try:
                job = await lane.provider.submit(Order(request, token, inputs, inbox), lane.wire)
            except NotTaken as error:
                self.ledger.move(entry.id, "planned", message=str(error))
                if lane.left and self._leaves(item):  # room comes when one of those has ended, and nobody waits for it
                    self.ledger.move(entry.id, "cancelled", message=str(error))
                    raise LeftAtService(str(error), sent=False) from None
                if time.monotonic() - begun > NOT_TAKEN_PATIENCE_SECONDS:
                    self.ledger.move(entry.id, "cancelled", message=str(error))
                    raise
                await self._rest(error.after_seconds if error.after_seconds is not None else pause)
                pause = min(pause * 2, 30.0)
                continue
            except Moderated as error:
                self.ledger.move(entry.id, "moderated", message=str(error))
                raise Moderated(endings.moderated(entry, str(error))) from None
            except OutcomeUnknown as error:
                self.ledger.move(entry.id, "ambiguous", message=str(error))
                return
            except ContinuityError as error:
                self.ledger.move(entry.id, "failed", message=str(error))
                raise
            except Exception as error:  # after the request was sent, for all that is known
                self.ledger.move(entry.id, "ambiguous", message=f"{type(error).__name__}: {error}")
                raise
            if self.ledger.names_another(entry.provider, job.id, entry.key):
                said = f"{entry.provider} took the request and named job {job.id}, which is another's"
                self.ledger.move(entry.id, "ambiguous", message=said)
                return
            self._note_job(item, entry, job)
            return

    def _check_consent(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        if said := unallowed(item, self.store, lane.service, self.series):
            self.ledger.move(entry.id, "cancelled", message=said)
            raise ConsentMissing(f"{said}; nothing was sent")

    async def _lost(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        """A run died between sending and hearing: submitting → ambiguous."""
        self.ledger.move(entry.id, "ambiguous", message="the run ended before the service's answer was heard")

    async def _reconcile(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        """Ask the service by our own id of the submission, or by what sets it apart, where it can be asked."""
        order = Order(
            item.request, entry.token, {}, self._inbox(entry),
            since=datetime.fromisoformat(entry.created_at).timestamp(),
            rivals=lambda: [Rival(one.request, one.state == "ambiguous") for one in self.ledger.unanswered(entry)],
            is_anothers=partial(self.ledger.names_another, entry.provider, key=entry.key),
        )  # fmt: skip
        _announce(item, lane)
        try:
            job = await lane.provider.reconcile(order, lane.wire)
            if job is not None and self.ledger.names_another(entry.provider, job.id, entry.key):
                raise OutcomeUnknown(f"{entry.provider} names job {job.id}, which is another's")
        except OutcomeUnknown as error:
            raise OutcomeUnknown(
                f"sent to {entry.provider} at {entry.created_at}, and its answer was lost, so it may have been billed. "
                f"{error}. If it is there: `continuity jobs adopt {entry.key[:12]} ITS_ID`; if it is not: "
                f"`continuity jobs forget {entry.key[:12]} --yes`, and the next run pays again"
            ) from None
        if job is None:
            said = f"the request was lost on its way: {entry.provider} has no such job, nothing was taken"
            self.ledger.move(entry.id, "failed", message=said)
            raise JobFailed(f"{said}; run again to send it anew")
        self._note_job(item, entry, job)

    async def _collect(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        """submitted → delivered: wait for the job's end, then bring what it made, until it is here or is lost."""
        job = _job_of(entry, item)
        for attempt in (1, 2):
            if self._leaves(item) and job.phase == "running":
                job = await lane.provider.poll(job, lane.wire)
                if job.phase == "running":
                    raise LeftAtService(f"{lane.service.name} goes on with job {job.id}")
            job = await self._wait(entry, job, lane)
            if job.phase != "succeeded":
                self._end(entry, job)
            try:
                await self._bring(entry, job, lane)
                return
            except ResultLost as error:  # its address may be too old: another is asked for, once
                lost = error
                if attempt == 1:
                    job = replace(job, phase="running")
        self.ledger.move(entry.id, "expired", message=str(lost))

    async def _wait(self, entry: Entry, job: Job, lane: Lane) -> Job:
        """Poll until the job has ended, seldom while it is young, and noticing its end within a few per cent."""
        service, begun = lane.service, time.monotonic()
        while job.phase == "running":
            waited = time.monotonic() - begun
            if waited > service.deadline_minutes * 60:
                raise JobFailed(
                    f"{service.name} job {job.id} has not ended after {service.deadline_minutes:g} minutes; it stays "
                    "open, run again to go on waiting"
                )
            if self.stopping():
                raise JobFailed(f"{service.name} goes on with job {job.id}; run again to wait for it")
            await self._rest(min(max(service.poll_seconds, SHARE_OF_WAIT * waited), LONGEST_POLL_SECONDS))
            if self.stopping():
                continue
            job = await lane.provider.poll(job, lane.wire)
        return job

    def _end(self, entry: Entry, job: Job) -> None:
        """A job that ended without a result. Raises what that means."""
        said = job.message or "no reason given"
        details = {**entry.details, **job.details}
        kept: dict[str, Any] = {"details": details, "cost_usd": job.cost_usd, "message": said}
        if job.phase == "moderated":
            self.ledger.move(entry.id, "moderated", **kept)
            raise Moderated(endings.moderated(entry, said))
        if job.phase == "expired":
            self.ledger.move(entry.id, "expired", **kept)
            raise ResultLost(endings.expired(entry, said))
        self.ledger.move(entry.id, "cancelled" if job.phase == "cancelled" else "failed", **kept)
        raise JobFailed(f"{entry.provider} job {job.id} ended as {job.phase}: {said}")

    async def _bring(self, entry: Entry, job: Job, lane: Lane) -> None:
        inbox = self._inbox(entry)
        delivered = await lane.provider.fetch(job, inbox, lane.wire)
        await asyncio.to_thread(_note_delivery, inbox, delivered)
        cost = delivered.cost_usd if delivered.cost_usd is not None else job.cost_usd
        self.ledger.move(
            entry.id, "delivered", details={**job.details, "phase": "succeeded"},
            cost_usd=cost if cost is not None else entry.price_usd,
        )  # fmt: skip
        lane.spent_usd += cost if cost is not None else entry.price_usd

    async def _accept(self, item: Wanted, entry: Entry, lane: Lane) -> Stored:
        """delivered → done, or rejected: what came is conformed, decoded and compared with what was asked."""
        try:
            stored = await asyncio.to_thread(self._stored, item, entry)
        except ResultRejected as error:
            self.ledger.move(entry.id, "rejected", message=str(error))
            raise ResultRejected(endings.rejected(replace(entry, message=str(error)), self._inbox(entry))) from error
        self.ledger.move(entry.id, "done")
        return stored

    def _stored(self, item: Wanted, entry: Entry) -> Stored:
        request, inbox = item.request, self._inbox(entry)
        noted = json.loads((inbox / DELIVERED).read_text("utf-8"))
        folder = self.store.scratch()
        accepted = bool(noted.get("accepted"))
        path, changed = conform(request, inbox / noted["file"], folder, accepted)
        facts = check_result(request, path, accepted)
        record = {
            "key": request.key,
            "request": request.canonical(),
            "provider": request.provider,
            "model": request.model,
            "job_id": entry.job_id,
            "cost_usd": entry.cost_usd if entry.cost_usd is not None else entry.price_usd,
            "created_at": now(),
            **facts,
        }
        if accepted:
            record["accepted"] = True
        delivery = {
            "sha256": noted["sha256"],
            "content_type": noted["content_type"],
            "changed": changed,
            **noted["facts"],
        }
        return self.store.add(folder, path, {**record, "delivery": delivery})

    async def _say_rejected(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        raise ResultRejected(endings.rejected(entry, self._inbox(entry)))

    async def _say_moderated(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        raise Moderated(endings.moderated(entry, entry.message))

    async def _say_expired(self, item: Wanted, entry: Entry, lane: Lane) -> None:
        raise ResultLost(endings.expired(entry, entry.message))

    # ---- small things ----------------------------------------------------------------------

    def _note_job(self, item: Wanted, entry: Entry, job: Job) -> None:
        """The service's id is on the disk before anything is asked about it."""
        details = {**job.details, "phase": job.phase, "card": dict(item.request.card)}
        self.ledger.move(
            entry.id, "submitted", job_id=job.id, details=details, cost_usd=job.cost_usd, message=job.message
        )

    def _leaves(self, item: Wanted) -> bool:
        return self.detached and item.request.kind in SLOW

    def _inbox(self, entry: Entry) -> Path:
        return self.store.inbox(entry.key, entry.id)

    async def _rest(self, seconds: float) -> None:
        """Sleep, and wake soon after a signal."""
        until = time.monotonic() + seconds
        while not self.stopping() and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.25))


def _announce(item: Wanted, lane: Lane) -> None:
    """A rehearsal's servers draw what stands behind a request, and are told which one comes."""
    if lane.service.rehearsed:
        expected.put(item.request, item.price_usd)
        REHEARSED_KEY.set(item.request.key)


def _job_of(entry: Entry, item: Wanted) -> Job:
    """What the card says now counts: it may have been mended since."""
    details = {**entry.details, "card": dict(item.request.card)}
    phase = details.pop("phase", "running")
    return Job(entry.job_id or "", phase, entry.cost_usd, entry.message, details)


def _note_delivery(inbox: Path, delivered: Delivered) -> None:
    write_json(
        inbox / DELIVERED,
        {
            "file": delivered.path.name,
            "sha256": sha256_file(delivered.path),
            "content_type": delivered.content_type,
            "facts": delivered.facts,
        },
    )
