"""The line to one service: what may be repeated is repeated, what may cost is sent once.

The service's key goes to its own host alone: never to the address of a result, never into a message. Everything runs
over https, except to this machine itself. A submission has a connection of its own, so that no kept-alive one that the
service has just closed makes its outcome unknown.
"""

from __future__ import annotations

import asyncio
import base64
import email.utils
import math
import mimetypes
import os
import random
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from continuity.errors import (
    ConfigError,
    JobFailed,
    Moderated,
    NotTaken,
    OutcomeUnknown,
    RequestRefused,
    ResultLost,
)
from continuity.plan.schema import Service
from continuity.providers.keys import LOOPBACK

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0  # between two bytes
SUBMIT_SECONDS = 300.0  # some services answer only when the result is there
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 20.0
LONGEST_RETRY_SECONDS = 900.0
MOST_ANSWER_BYTES = 256 * 2**20  # of an answer that is kept in memory: pictures in base64, sound
MOST_RESULT_BYTES = 8 * 2**30
# The key of the request that is being sent, which a rehearsal's servers are told, and nobody else.
REHEARSED_KEY: ContextVar[str] = ContextVar("REHEARSED_KEY", default="")
REHEARSED_HEADER = "X-Continuity-Rehearsed-Key"

_REGION = re.compile(r"\b(region|country|location)\b", re.IGNORECASE)
Headers = Mapping[str, str]
NONE: Headers = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """What a service said, its body read."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """Raises ValueError for what is no JSON."""
        import json

        return json.loads(self.body)


@dataclass
class Pace:
    """Requests per minute, and a pause that the service has asked for; shared by all of a process's jobs there."""

    per_minute: float | None
    _next: float = 0.0
    _paused_until: float = 0.0
    _sent: list[float] = field(default_factory=list)

    async def turn(self) -> None:
        """Wait until another request may be sent."""
        while True:
            now = time.monotonic()
            wait = self._paused_until - now
            if self.per_minute:
                self._sent = [at for at in self._sent if at > now - 60]
                if len(self._sent) >= self.per_minute:
                    wait = max(wait, self._sent[0] + 60 - now)
            if wait <= 0:
                self._sent.append(now)
                return
            await asyncio.sleep(wait)

    def pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)


class UploadBook(Protocol):
    """What has been uploaded already."""

    async def once(self, sha256: str, send: Callable[[], Awaitable[str]]) -> str:
        """The file's address; ``send`` uploads it where it has none."""


class Wire:
    """``headers`` authorise; they are sent to the hosts of ``service.base_url`` and ``uploads_url`` and to no other.

    But for ``regions``, hosts of the same API which the service may name where a job is asked about.
    ``uploads`` says what lies at the service already; None: files go along with each request.
    """

    uploads: UploadBook | None = None

    def __init__(
        self, service: Service, headers: Callable[[], Headers], stopped: Callable[[], bool],
        regions: re.Pattern[str] | None = None,
    ) -> None:  # fmt: skip
        self.service, self.base_url = service, service.base_url.rstrip("/")
        self._headers, self._stopped, self._regions = headers, stopped, regions
        self._host = _origin(self.base_url)
        _check_address(self.base_url, f"providers.{service.name}.base_url")
        if service.uploads_url:
            _check_address(service.uploads_url, f"providers.{service.name}.uploads_url")
        self._hosts = {self._host, _origin(service.uploads_url or self.base_url)}
        self._tls = httpx.create_ssl_context()
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(
            verify=self._tls, timeout=timeout, limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
            headers={"User-Agent": "continuity"},
        )  # fmt: skip
        # No connection of a submission is kept: one that the service has just closed would leave its outcome unknown.
        self._submissions = httpx.AsyncClient(
            verify=self._tls, timeout=httpx.Timeout(SUBMIT_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            headers={"User-Agent": "continuity"},
        )  # fmt: skip
        self.pace = Pace(service.requests_per_minute)
        self._locks: dict[str, asyncio.Lock] = {}
        self._given: dict[str, str] = {}

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        await self._submissions.aclose()

    # ---- what may cost ---------------------------------------------------------------------

    async def send_once(
        self, method: str, path: str, *, headers: Headers = NONE,
        later: Callable[[Answer], bool] = lambda answer: True, not_taken: Collection[int] = (429, 503), **content: Any,
    ) -> Answer:  # fmt: skip
        """Send a request that may be billed: once, whatever happens.

        Raises NotTaken when it certainly was not taken (nobody answered the call; 429; 503 with Retry-After),
        OutcomeUnknown when it may have been (the line was lost, 408, another 5xx). Other answers are
        returned. ``later`` tells a 429 that asks to come later from one that does not, as where credit is out;
        ``not_taken`` names those of the two that the service documents as sent before any work.
        """
        await self.pace.turn()
        name = self.service.name
        try:
            sent = {**self._headers(), **headers, **self._rehearsed(), "Connection": "close"}
            request = self._submissions.build_request(method, self._address(path), headers=sent, **content)
            answer = await self._submissions.send(request, stream=True)
            try:
                body = await _limited(answer, MOST_ANSWER_BYTES)
            finally:
                await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotTaken(f"{name} cannot be reached ({_plain(error)}); nothing was sent") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"{name} was sent the request, and its answer was lost ({_plain(error)})") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise NotTaken(f"{name}: {self.base_url} is no address ({error}); nothing was sent") from None
        after = retry_after(answer.headers)
        said = Answer(answer.status_code, answer.headers, body)
        busy = (answer.status_code == 429 and later(said)) or (answer.status_code == 503 and after is not None)
        if busy and answer.status_code in not_taken:
            self.pace.pause(after if after is not None else FIRST_PAUSE_SECONDS)
            raise NotTaken(f"{name} takes no more requests now ({answer.status_code})", after)
        if answer.status_code >= 500 or answer.status_code == 408:
            raise OutcomeUnknown(
                f"{name} answered {answer.status_code} to the request, which it may have taken all the same"
            )
        return said

    async def send_again(
        self, method: str, path: str, *, headers: Headers, patience_seconds: float,
        answers: Callable[[Answer], bool], again: Callable[[Answer], bool], **content: Any,
    ) -> Answer:  # fmt: skip
        """Send the very same once more, under the id by which the service knows it again, so that it is billed once.

        As `ask`; ``again`` says which other answers mean that it is still at work, and are asked for once more.
        """
        return await self._answered(
            method, self._address(path), lambda: {**self._headers(), **headers, **self._rehearsed()}, patience_seconds,
            answers, again, **content,
        )  # fmt: skip

    def _rehearsed(self) -> dict[str, str]:
        """What tells a rehearsal's server which request it is."""
        known = self.service.rehearsed and REHEARSED_KEY.get()
        return {REHEARSED_HEADER: REHEARSED_KEY.get()} if known else {}

    # ---- what is done once for all jobs ----------------------------------------------------

    async def once(self, what: str, work: Callable[[], Awaitable[str]]) -> str:
        """What ``work`` gives, done once in this run however many jobs ask; where it fails, the next one tries."""
        async with self._locks.setdefault(what, asyncio.Lock()):
            if what not in self._given:
                self._given[what] = await work()
            return self._given[what]

    # ---- what is free to repeat ------------------------------------------------------------

    async def ask(
        self, method: str, path: str, *, headers: Headers = NONE, patience_seconds: float = 120.0,
        answers: Callable[[Answer], bool] = lambda answer: False, **content: Any,
    ) -> Answer:  # fmt: skip
        """Send a request that costs nothing, again and again until there is an answer below 500.

        ``answers`` says of others whether they are meant as one, and not a trouble on the way. Raises NotTaken after
        ``patience_seconds`` without one. 429 is waited for as the service asks.
        """
        return await self._answered(
            method, self._address(path), lambda: {**self._headers(), **headers}, patience_seconds, answers, **content
        )

    async def send_file(
        self, address: str, path: Path, headers: Headers = NONE, patience_seconds: float = 600.0,
        form: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Post a file to an address that the service gave for it, without the service's key; as `ask`.

        With a ``form`` it goes along as its last field, ``file``.
        """
        _check_address(address, f"the place for files of {self.service.name}")
        data = await asyncio.to_thread(path.read_bytes)
        content: dict[str, Any] = (
            {"content": data} if form is None else {"data": dict(form), "files": {"file": (path.name, data)}}
        )
        return await self._answered(
            "POST", address, lambda: dict(headers), patience_seconds, lambda answer: False, **content
        )

    async def _answered(
        self, method: str, address: str, headers: Callable[[], Headers], patience_seconds: float,
        answers: Callable[[Answer], bool], again: Callable[[Answer], bool] = lambda answer: False, **content: Any,
    ) -> Answer:  # fmt: skip
        begun, pause = time.monotonic(), FIRST_PAUSE_SECONDS
        while True:
            await self.pace.turn()
            why, after = "", None
            try:
                async with self._client.stream(method, address, headers=headers(), **content) as answer:
                    body = await _limited(answer, MOST_ANSWER_BYTES)
                after = retry_after(answer.headers)
                said = Answer(answer.status_code, answer.headers, body)
                final = said.status < 500 and said.status not in (408, 425, 429) and not again(said)
                if final or answers(said):
                    return said
                why = f"answers {answer.status_code}"
                if answer.status_code == 429:
                    self.pace.pause(after if after is not None else pause)
            except httpx.HTTPError as error:
                why = f"cannot be reached ({_plain(error)})"
            pause = await self._rest(f"{self.service.name} {why}", begun, patience_seconds, pause, after)

    async def download(
        self, url: str, path: Path, *, patience_seconds: float = 900.0, own: bool = False
    ) -> httpx.Headers:
        """Bring what lies at ``url`` to ``path``; what was cut off is gone on with from where it was.

        The key goes along only with ``own``, to the service's own host. Raises ResultLost when it is no longer there,
        NotTaken after ``patience_seconds`` without a byte.
        """
        _check_address(url, f"the result of {self.service.name}")
        part = path.with_name(f"{path.name}.part")
        begun, pause, mark = time.monotonic(), FIRST_PAUSE_SECONDS, ""
        while True:
            have = part.stat().st_size if part.exists() else 0
            headers = dict(self._headers()) if own and _origin(url) == self._host else {}
            if have and mark:
                headers |= {"Range": f"bytes={have}-", "If-Range": mark}
            after = None
            try:
                async with self._client.stream("GET", url, headers=headers, follow_redirects=not own) as answer:
                    if answer.status_code in (401, 403, 404, 410):
                        raise ResultLost(f"{self.service.name} no longer has the result ({answer.status_code})")
                    if answer.status_code == 416:  # all of it was there, or it has changed
                        part.unlink(missing_ok=True)
                        continue
                    after = retry_after(answer.headers)
                    if answer.status_code in (200, 206):
                        resumed = answer.status_code == 206 and have > 0
                        mark = (
                            answer.headers.get("etag", "")
                            if not answer.headers.get("etag", "").startswith("W/")
                            else ""
                        )
                        mark = mark or answer.headers.get("last-modified", "")
                        whole = await _written(answer, part, have if resumed else 0)
                        if whole:
                            os.replace(part, path)
                            return answer.headers
                        why = "was cut off"
                        begun, pause = time.monotonic(), FIRST_PAUSE_SECONDS
                    else:
                        why = f"answers {answer.status_code}"
            except httpx.HTTPError as error:
                why = f"is cut off ({_plain(error)})"
                if part.exists() and part.stat().st_size > have:
                    begun, pause = time.monotonic(), FIRST_PAUSE_SECONDS  # it gets on
            pause = await self._rest(f"the result of {self.service.name} {why}", begun, patience_seconds, pause, after)

    async def _rest(self, what: str, begun: float, patience: float, pause: float, after: float | None) -> float:
        """Wait before the next try; returns how long to wait before the one after it."""
        waited = time.monotonic() - begun
        if self._stopped():
            raise NotTaken(f"{what}; the run was interrupted, run again to go on")
        if waited > patience:
            raise NotTaken(f"{what}, for {waited:.0f} s now; run again to go on")
        await asyncio.sleep(min(after if after is not None else pause * random.uniform(0.7, 1.3), patience))
        return min(pause * 2, LONGEST_PAUSE_SECONDS)

    # ---- addresses -------------------------------------------------------------------------

    def _address(self, path: str) -> str:
        """An address of the service itself, the only place where its key goes."""
        if path.startswith("/"):
            return self.base_url + path
        _check_address(path, f"an address that {self.service.name} gave")
        if _origin(path) not in self._hosts and not self._is_region(path):
            raise JobFailed(
                f"{self.service.name} names {urlsplit(path).hostname} as the place to ask, which is not its own host; "
                "the key was not sent there"
            )
        return path

    def _is_region(self, address: str) -> bool:
        """Whether it lies at another host of the same API; of one that this machine plays, at this machine."""
        parts = urlsplit(address)
        if self._regions is None or not parts.hostname:
            return False
        if self._host[1] in LOOPBACK:
            return parts.hostname in LOOPBACK
        return self._regions.fullmatch(parts.hostname) is not None and parts.port in (None, 443)

    def own(self, address: str) -> str:
        """An address that the service gave, as a path at its own host: the host may be called otherwise by now."""
        parts = urlsplit(address)
        base = urlsplit(self.base_url).path.rstrip("/")
        path = parts.path.removeprefix(base) if base else parts.path
        return path + (f"?{parts.query}" if parts.query else "")

    @staticmethod
    def data_uri(path: Path) -> str:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{Wire.raw(path)}"

    @staticmethod
    def raw(path: Path) -> str:
        """The file in base64, without a word on its kind."""
        return base64.b64encode(path.read_bytes()).decode()


async def _limited(answer: httpx.Response, most: int) -> bytes:
    read, parts = 0, []
    async for chunk in answer.aiter_bytes():
        read += len(chunk)
        if read > most:
            raise httpx.ReadError(f"more than {most} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def _written(answer: httpx.Response, part: Path, have: int) -> bool:
    """Append to (or begin) ``part``; whether everything that was announced has come."""
    announced = answer.headers.get("content-length")
    came = 0
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)
        async for chunk in answer.aiter_raw():
            came += len(chunk)
            if have + came > MOST_RESULT_BYTES:
                raise ResultLost(f"the result has more than {MOST_RESULT_BYTES} bytes")
            file.write(chunk)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    return announced is None or came == int(announced)


def retry_after(headers: Headers) -> float | None:
    """Seconds of a ``Retry-After``, which may be a number or a date (RFC 9110, 10.2.3); None without one.

    A date counts from the service's own ``Date``, where it says one: this machine's clock may be wrong. Never more than
    `LONGEST_RETRY_SECONDS`: asking once too early is free.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until = _date(value)
        if until is None:
            return None
        seconds = (until - (_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds()
    return min(max(0.0, seconds), LONGEST_RETRY_SECONDS) if math.isfinite(seconds) else None


def clock_of(headers: Headers) -> float | None:
    """What time the service had when it answered, in seconds since 1970; None where it does not say."""
    date = _date(headers.get("date", ""))
    return date.timestamp() if date else None


def _date(value: str) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def refused(service: str, subject: str, answer: Answer, said: str, *, moderated: bool = False) -> Exception:
    """What an answer of 4xx to a submission means: nothing was made, nothing billed."""
    said = " ".join(said.split())[:400] or "no reason given"
    if moderated:
        return Moderated(said)
    if answer.status in (400, 403, 451) and _REGION.search(said):
        return RequestRefused(
            f"{subject}: {service} does not serve the place where this machine is ({said}); name a host of its own for "
            f"your region in conf/provider/{service}.yaml, or choose another service"
        )
    if answer.status in (401, 403):
        return RequestRefused(f"{subject}: {service} does not take the key ({answer.status}: {said})")
    if answer.status == 402:
        return RequestRefused(f"{subject}: {service} wants more credit ({said}); nothing was made")
    if answer.status in (404, 410):
        return RequestRefused(
            f"{subject}: {service} does not have this model any more ({answer.status}: {said}); choose another card"
        )
    return RequestRefused(f"{subject}: {service} refuses the request ({answer.status}: {said})")


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port


def _check_address(address: str, what: str) -> None:
    """Raises ConfigError for anything but https, or http to this machine itself."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise ConfigError(f"{what}: {parts.scheme}://{parts.hostname} is not https; nothing is sent there")


def _plain(error: Exception) -> str:
    return str(error) or type(error).__name__


__all__ = ["Answer", "Pace", "Wire", "clock_of", "refused", "retry_after"]
