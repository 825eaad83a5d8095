"""Where a result lies in a service's answer, as the card says it."""

from __future__ import annotations

import math
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from continuity.errors import JobFailed
from continuity.providers.base import Job


def result_of(whole: Any, job: Job) -> str:
    """The address of the result, where the card says that it lies. Raises JobFailed; the job stays open."""
    import jmespath

    where = job.details.get("card", {}).get("result") or ""
    try:
        found = jmespath.search(where, whole)
    except jmespath.exceptions.JMESPathError as error:
        raise JobFailed(f"the card's result: {where!r} is no JMESPath ({error}); correct it and run again") from None
    if not isinstance(found, str) or not found:
        names = ", ".join(whole) if isinstance(whole, dict) else type(whole).__name__
        raise JobFailed(
            f"job {job.id} is finished, and its answer has no address at {where!r}, only {names}: correct `result` in "
            "the card and run again; nothing is paid again"
        )
    return found


def id_of(whole: Any, job: Job) -> str | int:
    """What the service calls a character that it was shown, as `result_of` finds addresses."""
    import jmespath

    where = job.details.get("card", {}).get("result") or ""
    found = jmespath.search(where, whole) if where else None
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
