"""Where a result lies in a service's answer, as the card says it: at an address, or in the answer itself."""

from __future__ import annotations

import base64
import binascii
import math
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from continuity.errors import JobFailed
from continuity.files import write_bytes
from continuity.providers.base import Job
from continuity.providers.wire import Wire


def result_of(whole: Any, job: Job) -> str:
    """The address of the result, or itself in base64, where the card says that it lies. Raises JobFailed; the job
    stays open."""
    where = job.details.get("card", {}).get("result") or ""
    found = found_at(where, whole)
    if not isinstance(found, str) or not found:
        names = ", ".join(whole) if isinstance(whole, dict) else type(whole).__name__
        raise JobFailed(
            f"job {job.id} is finished, and its answer has no address at {where!r}, only {names}: correct `result` in "
            "the card and run again; nothing is paid again"
        )
    return found


def found_at(where: str, whole: Any) -> Any:
    """What lies at a card's ``result``. Raises JobFailed for one that cannot be read."""
    import jmespath

    try:
        return jmespath.search(where, whole) if where else None
    except jmespath.exceptions.JMESPathError as error:
        raise JobFailed(f"the card's result: {where!r} is no JMESPath ({error}); correct it and run again") from None


async def bring(result: str, folder: Path, wire: Wire) -> tuple[Path, str]:
    """The result's file in ``folder``, and its kind as far as it was told. Raises ResultLost and NotTaken."""
    if urlsplit(result[:2000]).scheme in ("http", "https"):
        path = folder / f"result{ending_of(result)}"
        headers = await wire.download(result, path)
        return path, headers.get("content-type", "")
    head, _, data = result.rpartition(";base64,")
    kind = head.removeprefix("data:")
    path = folder / f"result{mimetypes.guess_extension(kind) or '.bin'}"
    try:
        write_bytes(path, base64.b64decode(data, validate=True))
    except binascii.Error:
        raise JobFailed(
            f"{wire.service.name}'s answer holds neither an address nor base64 where the card looks for the result: "
            "correct `result` in the card and run again; nothing is paid again"
        ) from None
    return path, kind


def id_of(whole: Any, job: Job) -> str | int:
    """What the service calls a character that it was shown, as `result_of` finds addresses."""
    where = job.details.get("card", {}).get("result") or ""
    found = found_at(where, whole)
    if isinstance(found, bool) or not isinstance(found, (str, int)) or not str(found):
        raise JobFailed(f"job {job.id} is finished, and its answer names no character at {where!r}; correct `result`")
    return found


def usd_of(amount: Any, each_usd: float = 1.0) -> float | None:
    """What a service says that it charged, in dollars, of which a unit is worth ``each_usd``; None for no amount."""
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not math.isfinite(amount) or amount < 0:
        return None
    return round(amount * each_usd, 6)


def ending_of(url: str) -> str:
    """The file ending of an address, so that what came can be looked at."""
    ending = Path(urlsplit(url).path).suffix.lower()
    return ending if mimetypes.guess_type(f"x{ending}")[0] else ".bin"
