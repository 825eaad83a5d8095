"""What an adapter would send for a request, without a service: its own `prepare` and `submit`, on a line that records.

The line takes the submission down in place of sending it, so what is shown is what would go out, adapter by adapter
without a word of their own. Nothing leaves this machine and no key is read. What a service would have to be asked
beforehand is not known here, and stands as ``<…>``; so do files, by the role of the reference.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from continuity.errors import NotTaken, OutcomeUnknown
from continuity.plan.schema import Service
from continuity.providers.base import HostedProvider, Order
from continuity.providers.keys import optional_key
from continuity.providers.wire import NONE, Answer, Headers, Wire
from continuity.request import Request

TOKEN = "00000000-0000-4000-8000-000000000000"  # where our own id of a submission will stand
_LONG = re.compile(r"[A-Za-z0-9+/_-]{400,}={0,2}")  # base64 of a file that was changed on the way: no words are so long


@dataclass(frozen=True)
class Sent:
    """One submission: ``body`` is JSON, or the fields of a form, with files by the roles of what they show.

    ``asked`` are the questions that come before it, whose answers stand as ``<…>``.
    """

    method: str
    path: str
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


class Unknown(str):
    """Something that a service would have answered; whatever is looked up in it is unknown too."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return Unknown(f"<{key}>") if isinstance(key, str) else super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        return Unknown(f"<{key}>")


class _Unheard(Answer):
    def json(self) -> Any:
        return Unknown("<answer>")


class _Submitted(Exception):
    """Ends an adapter's `submit` where it would have been sent."""


class _Files:
    """Where uploaded files lie: by the role of what they show."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._roles = roles

    async def once(self, sha256: str, send: Callable[[], Awaitable[str]]) -> str:
        return f"<{self._roles.get(sha256, sha256)}>"


class RecordingWire(Wire):
    """``roles`` by the SHA-256 of what is handed over."""

    def __init__(self, service: Service, roles: Mapping[str, str]) -> None:
        super().__init__(service, lambda: NONE, lambda: False)
        self._roles = roles
        self.sent: Sent | None = None
        self.asked: list[str] = []
        if service.uploads_url:
            self.uploads = _Files(roles)

    async def send_once(
        self, method: str, path: str, *, headers: Headers = NONE,
        later: Callable[[Answer], bool] = lambda answer: True, **content: Any,
    ) -> Answer:  # fmt: skip
        if params := content.get("params"):
            path = f"{path}?{urlencode(params)}"
        self.sent = Sent(method, path, _content(content), dict(headers), tuple(self.asked))
        raise _Submitted

    async def once(self, what: str, work: Callable[[], Awaitable[str]]) -> str:
        """What is handed over beforehand, by its role, where it is one of the references."""
        return next((f"<{role}>" for sha256, role in self._roles.items() if sha256 in what), f"<{what}>")

    async def ask(
        self, method: str, path: str, *, headers: Headers = NONE, patience_seconds: float = 120.0,
        answers: Callable[[Answer], bool] = lambda answer: False, **content: Any,
    ) -> Answer:  # fmt: skip
        self.asked.append(f"{method} {path}")
        return _Unheard(200, httpx.Headers(), b"")

    async def send_file(
        self, address: str, path: Path, headers: Headers = NONE, patience_seconds: float = 600.0,
        form: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        return _Unheard(200, httpx.Headers(), b"")

    async def download(
        self, url: str, path: Path, *, patience_seconds: float = 900.0, own: bool = False
    ) -> httpx.Headers:
        raise NotTaken("nothing is fetched while a request is shown")


async def recorded(provider: HostedProvider, request: Request, service: Service) -> Sent:
    """The submission of ``request``, whose references are files that can be read.

    Raises RequestRefused as the adapter does, and NotTaken where it cannot be said without asking the service.
    """
    provider.refuse(request)
    roles = {reference.sha256: reference.role for reference in request.references}
    with tempfile.TemporaryDirectory(prefix="continuity-shown-") as inbox:
        wire = RecordingWire(service, roles)
        async with wire:
            inputs = await _prepared(provider, request, wire)
            with suppress(_Submitted):
                await provider.submit(Order(request, TOKEN, inputs, Path(inbox)), wire)
            if wire.sent is None:
                raise NotTaken(f"{provider.name} sends nothing that can be shown beforehand")
            return _scrubbed(wire.sent, request, service)


async def _prepared(provider: HostedProvider, request: Request, wire: RecordingWire) -> Mapping[str, str]:
    """What the adapter hands over; where that hangs on an answer, each file by its role."""
    try:
        return await provider.prepare(request, wire)
    except (NotTaken, OutcomeUnknown, ValueError, KeyError, TypeError, AttributeError):
        return {reference.sha256: f"<{reference.role}>" for reference in request.references}


def _content(content: Mapping[str, Any]) -> Any:
    """The body of a submission, in whatever way it is given to httpx."""
    if "json" in content:
        return content["json"]
    if isinstance(raw := content.get("content"), (bytes, str)):
        with suppress(ValueError):
            return json.loads(raw)
        return raw
    fields: dict[str, list[Any]] = {}
    for name, value in (*_pairs(content.get("data")), *_pairs(content.get("files"))):
        file = value[1] if isinstance(value, tuple) else value  # a name, the file, its kind
        fields.setdefault(name, []).append(file.read() if hasattr(file, "read") else file)
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def _pairs(fields: Any) -> Iterable[tuple[str, Any]]:
    return fields.items() if isinstance(fields, Mapping) else fields or ()


def _scrubbed(sent: Sent, request: Request, service: Service) -> Sent:
    """Without the bytes of files, our own id and any key."""
    known: dict[str, str] = {TOKEN: "<our own id of the job>"}
    raw: dict[bytes, str] = {}
    for reference in request.references:
        data = reference.path.read_bytes()
        raw[data] = f"<{reference.role}>"
        known[base64.b64encode(data).decode()] = f"<{reference.role}>"
    if service.key_env and (key := optional_key(service.key_env)):
        known[key] = "<key>"

    def scrub(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: scrub(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [scrub(one) for one in value]
        if isinstance(value, (bytes, bytearray)):
            return raw.get(bytes(value), f"<{len(value)} bytes>")
        if isinstance(value, str):
            text = str(value)
            for known_text in sorted(known, key=len, reverse=True):
                text = text.replace(known_text, known[known_text])
            return _LONG.sub(lambda found: f"<{len(found[0])} characters>", text)
        return value

    return Sent(sent.method, str(scrub(sent.path)), scrub(sent.body), scrub(sent.headers), sent.asked)
