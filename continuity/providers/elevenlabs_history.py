"""An account's history at ElevenLabs: a line whose answer was lost, told from all others.

The history has no id of ours and no seed. So a line is taken for the lost one only when its words, voice, model, every
setting that was sent and its time fit, when no other request of ours has it, and when it is the only such line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from continuity.errors import OutcomeUnknown
from continuity.providers.base import Job, Order
from continuity.providers.sent_at import window_of
from continuity.providers.wire import Wire

PAGE, MOST_PAGES = 1000, 10


async def lost(wire: Wire, asked: Mapping[str, Any], order: Order) -> Mapping[str, Any]:
    """The item of a line whose answer was lost. Raises OutcomeUnknown."""
    clock = await wire.ask("GET", "/v1/history", params={"page_size": 1})
    window = window_of(order.inbox, clock.headers)
    filters = {"voice_id": asked["voice_id"], "date_after_unix": int(window.since)}
    found = [
        item
        async for item in _items(wire, filters)
        if _is_of(item, asked)
        and window.holds(item["date_unix"])
        and not any(order.is_anothers(str(id)) for id in (item.get("request_id"), item["history_item_id"]) if id)
    ]
    if not found:
        raise OutcomeUnknown("its history does not have the line yet; run again to look again")
    if len(found) > 1:
        raise OutcomeUnknown(f"its history has {len(found)} such lines, and which one is this request's cannot be told")
    return found[0]


async def item_of(wire: Wire, job: Job) -> Mapping[str, Any] | None:
    """The item of a job that is known, by the id of its request or by its own."""
    async for item in _items(wire, {}):
        if job.id in (item["history_item_id"], item.get("request_id")):
            return item
    return None


def job_of(item: Mapping[str, Any]) -> Job:
    """A line in the history is a job that succeeded."""
    before, after = item.get("character_count_change_from"), item.get("character_count_change_to")
    facts = {"characters_charged": after - before} if isinstance(before, int) and isinstance(after, int) else {}
    id = str(item.get("request_id") or item["history_item_id"])
    details = {"item": item["history_item_id"], "form": item.get("output_format"), "facts": facts}
    return Job(id, "succeeded", details=details)


def _is_of(item: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether the item says all that was asked. What it does not say cannot be held against it, and so does not fit."""
    settings = item.get("settings") or {}
    wanted = asked.get("voice_settings") or {}
    return (
        item.get("source") in (None, "TTS")
        and all(item.get(name) == asked.get(name) for name in ("text", "voice_id", "model_id"))
        and all(name in settings and _same(settings[name], value) for name, value in wanted.items())
    )


def _same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return abs(one - other) < 1e-6 if numbers else bool(one == other)


async def _items(wire: Wire, filters: Mapping[str, Any]) -> AsyncIterator[Mapping[str, Any]]:
    """The history, newest first."""
    after: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        answer = await wire.ask("GET", "/v1/history", params={"page_size": PAGE, **filters, **after})
        try:
            if answer.status >= 400:
                raise OutcomeUnknown(f"elevenlabs does not show its history to this key ({answer.status})")
            whole = answer.json()
            items = [item for item in whole["history"] if isinstance(item["date_unix"], int)]
            last = whole["history"][-1]["history_item_id"] if whole.get("has_more") and items else ""
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise OutcomeUnknown("elevenlabs shows its history in a form that is not known") from None
        for item in items:
            yield item
        if not last:
            return
        after = {"start_after_history_item_id": last}
