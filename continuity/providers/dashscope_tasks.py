"""Which of the tasks that Model Studio lists is the one whose answer was lost.

Its list says model and time of each task of the account in the last day, and nothing of what was asked (``GET /tasks``:
``data`` in the help page, ``tasks`` in dashscope 2.0.2). So a task is taken for ours where it is the only one of its
model that was begun while ours was being sent, no other job of the ledger has it, and no other submission to that model
is without an answer. Who asks for the same model at the same moment from elsewhere is told by the prompt, which a
finished task repeats.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from continuity.errors import OutcomeUnknown
from continuity.files import write_json
from continuity.providers.base import Order
from continuity.providers.wire import SUBMIT_SECONDS, Answer, Wire

SENT = "sent.json"  # in a job's inbox: when its submission was begun
SLACK_SECONDS = 5.0  # between what two clocks call the same moment
RIVALS_SECONDS = 10.0  # for others that are on their way to be answered
PAGE, MOST_PAGES = 50, 20


def note_sending(inbox: Path) -> None:
    write_json(inbox / SENT, {"at": time.time()})


async def lost_task(order: Order, model: str, wire: Wire) -> str:
    """The id of the task that the submission became. Raises OutcomeUnknown where that is not certain."""
    sent = inbox_time(order.inbox)
    if sent is None:
        raise OutcomeUnknown("when it was sent is not known, so that it cannot be told from other tasks")
    if await _has_rivals(order, model):
        raise OutcomeUnknown(
            f"another request to {model} has no answer either, and the tasks that Model Studio lists do not say which "
            "is whose"
        )
    found = [id for id in await _begun_at(sent, model, wire) if not order.is_anothers(id)]
    if len(found) == 1:
        return found[0]
    if found:
        raise OutcomeUnknown(f"Model Studio lists {len(found)} tasks of {model} that may be it: {', '.join(found)}")
    raise OutcomeUnknown(f"Model Studio lists no task of {model} from that moment, which is not to say that none comes")


def inbox_time(inbox: Path) -> float | None:
    """When the submission was begun, in seconds since the epoch by this machine's clock."""
    try:
        return float(json.loads((inbox / SENT).read_text("utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


async def _has_rivals(order: Order, model: str) -> bool:
    until = time.monotonic() + RIVALS_SECONDS
    while rivals := [rival for rival in order.rivals() if model in _models(rival.request)]:
        if any(rival.is_lost for rival in rivals) or time.monotonic() > until:
            return True
        await asyncio.sleep(0.25)
    return False


def _models(request: Mapping[str, Any]) -> set[str]:
    """Those to which a canonical request may have gone."""
    form = request.get("form") or {}
    called = (str(request.get("model", "")), str(form.get("without_pictures", "")))
    return {name.rpartition("/")[2] for name in called}


async def _begun_at(sent: float, model: str, wire: Wire) -> list[str]:
    """Tasks of the model that were begun within the time of one submission, by the service's own clock."""
    ids: list[str] = []
    for page in range(1, MOST_PAGES + 1):
        asked = {"model_name": model, "page_no": page, "page_size": PAGE}
        answer = await wire.ask("GET", "/tasks", params=asked)
        begin = sent + _ahead(answer) - SLACK_SECONDS
        end = begin + SUBMIT_SECONDS + 2 * SLACK_SECONDS
        try:
            whole = answer.json()
            tasks = whole["tasks"] if "tasks" in whole else whole["data"]
            for task in tasks:
                if task["model_name"] == model and begin <= task["gmt_create"] / 1000 <= end:
                    ids.append(str(task["task_id"]))
        except (ValueError, KeyError, TypeError):
            said = answer.body[:200].decode("utf-8", "replace")
            raise OutcomeUnknown(f"Model Studio's list of tasks is not one that is known ({said})") from None
        if len(tasks) < PAGE:
            return ids
    raise OutcomeUnknown(
        f"Model Studio lists more than {PAGE * MOST_PAGES} tasks of {model}, not all of which were read"
    )


def _ahead(answer: Answer) -> float:
    """By how many seconds the service's clock is ahead of this machine's."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
    except (KeyError, ValueError, TypeError):
        return 0.0
