"""What Model Studio's errors mean.

Protocol: its help page "Error codes" (2026): a refusal has ``code`` and ``message`` at its root, a task that failed has
them in its ``output``, with status 200. A task that it does not know, or does not show to this key, is ``UNKNOWN``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from continuity.errors import RequestRefused
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

MODERATED = {"DataInspectionFailed", "IPInfringementSuspect"}
NO_CREDIT = {"Arrearage", "AllocationQuota.FreeTierOnly"}
REGIONS = {
    "Singapore": "https://dashscope-intl.aliyuncs.com/api/v1",
    "Beijing": "https://dashscope.aliyuncs.com/api/v1",
}


def output_of(answer: Answer) -> dict[str, Any]:
    """What an answer says of a task; nothing where it is of no such form."""
    try:
        output = answer.json()["output"]
    except (ValueError, KeyError, TypeError):
        return {}
    return output if isinstance(output, dict) else {}


def words_of(answer: Answer) -> tuple[str, str]:
    """(code, words) of an answer that is an error."""
    output = output_of(answer)
    if output.get("task_status") == "UNKNOWN":
        return "", "it knows no such task: they last for 24 hours, and are seen by keys of their own account and region"
    try:
        whole = answer.json()
        said = whole if whole.get("code") else output
        return str(said.get("code") or ""), str(said.get("message") or "")
    except (ValueError, AttributeError):
        return "", answer.body[:200].decode("utf-8", "replace")


def refusal(request: Request, model: str, answer: Answer, wire: Wire) -> Exception:
    """What an answer of 4xx to a submission means: nothing was made, nothing billed."""
    code, said = words_of(answer)
    words = f"{code}: {said}"
    if answer.status == 401 or code == "InvalidApiKey":
        return of_another_region(request, wire, words)
    if code in NO_CREDIT:
        return RequestRefused(f"{request.subject}: dashscope wants more credit ({words}); nothing was made")
    if code == "AccessDenied.Unpurchased":
        return RequestRefused(
            f"{request.subject}: {model} is not switched on for this account ({words}); switch it on in Model Studio's "
            "console, or choose another card"
        )
    if "model not exist" in said.lower():
        answer = replace(answer, status=404)
    return refused("dashscope", request.subject, answer, words, moderated=code in MODERATED)


def of_another_region(request: Request, wire: Wire, words: str) -> RequestRefused:
    """A key that is wrong, or right elsewhere: Model Studio's answer does not tell which."""
    host = urlsplit(wire.base_url).hostname
    here = next((region for region, base in REGIONS.items() if urlsplit(base).hostname == host), host)
    ways = [
        f"providers.dashscope.base_url={base} for one of {region}" for region, base in REGIONS.items() if region != here
    ]
    return RequestRefused(
        f"{request.subject}: dashscope does not take the key ({words}). A key belongs to one region, and it was sent "
        f"to {here}: set {wire.service.key_env} to a key of {here}, or {' or '.join(ways)} among the overrides of "
        "params.yaml"
    )
