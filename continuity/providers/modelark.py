"""BytePlus ModelArk: takes by Seedance, pictures by Seedream.

Protocol: the ModelArk SDK 3.0.63 (byteplussdkarkruntime), driven against a recording server. A take is a task that is
asked about. A card's fields that begin with ``@`` become its ``content`` in the card's order: ``@text`` words, any
other a file by its role (``@reference_image``, ``@first_frame``). Each task bears our own id as its
``safety_identifier``: by that one is found in the list whose answer was lost, or by its seed and time where the list
does not tell ids. A picture's address comes in the answer itself, and no list has it. Clips have to lie at public
addresses, so that what needs one is refused here. A finished task is never deleted: its record would go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from continuity.errors import OutcomeUnknown, RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.sent_at import Window, note_sent, window_of
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

TASKS, PICTURES = "/contents/generations/tasks", "/images/generations"
PAGE, MOST_PAGES = 100, 20  # of the list of tasks
_MODERATED = "SensitiveContent"
_NO_CREDIT = ("overdue", "balance", "arrears", "credit")  # its words for that are not documented
_ENDS: dict[str, Phase] = {
    "succeeded": "succeeded", "failed": "failed", "cancelled": "cancelled",
    "expired": "failed",  # it was not made in the time that it had; the record of it is still there
}  # fmt: skip


class ModelArk(PolledProvider):
    name = "modelark"
    hosts = ("bytepluses.com", "volces.com")

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}"}

    def refuse(self, request: Request) -> None:
        super().refuse(request)
        if clip := request.reference("driving_clip") or request.reference("failed_take"):
            raise RequestRefused(
                f"{request.subject}: ModelArk takes clips from public addresses alone, and {clip.role} is a file; "
                "choose a card of a broker that takes files"
            )

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = {"model": model_of(request), **body_of(request, order.inputs)}
        if request.kind == "image":
            body = {name.removeprefix("@"): value for name, value in body.items()}  # a plan has no key `size`
            return self._picture(order, await self._sent(request, PICTURES, body, wire))
        content = [part for name in list(body) if name.startswith("@") for part in _parts(name[1:], body.pop(name))]
        note_sent(order.inbox)
        answer = await self._sent(request, TASKS, {**body, "content": content, "safety_identifier": order.token}, wire)
        try:
            return Job(str(answer.json()["id"]), "running")
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown("ModelArk took the request, and its answer names no task") from None

    async def _sent(self, request: Request, path: str, body: Mapping[str, Any], wire: Wire) -> Answer:
        answer = await wire.send_once("POST", path, json=body)
        if answer.status < 400:
            return answer
        code, said = self.error(answer)
        words = f"{code}: {said}" if code else said
        if any(word in words.lower() for word in _NO_CREDIT):
            raise RequestRefused(f"{request.subject}: modelark wants more credit ({words}); nothing was made")
        raise refused(self.name, request.subject, answer, words, moderated=_MODERATED in code)

    def _picture(self, order: Order, answer: Answer) -> Job:
        """The answer has the picture's address; it is noted with the job, and fetched at once."""
        try:
            whole = answer.json()
            if not whole["data"] or whole["data"][0].get("error"):
                raise KeyError
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown("ModelArk took the request, and its answer holds no picture") from None
        id = answer.headers.get("x-request-id") or order.token
        return Job(id, "succeeded", details={"answer": whole})

    def address(self, job: Job) -> str:
        return f"{TASKS}/{job.id}"

    def error(self, answer: Answer) -> tuple[str, str]:
        """``{error: {code, message, param, type}}``."""
        try:
            return _why(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        code, said = _why(whole) if whole.get("error") else ("", str(whole["status"]))
        if phase == "failed" and _MODERATED in code:
            phase = "moderated"
        return replace(
            job, phase=phase, message=f"{code}: {said}" if code else said, details={**job.details, "answer": whole}
        )

    def facts(self, answer: Any) -> dict[str, Any]:
        usage = answer.get("usage") or {}
        said = {
            "model": answer.get("model"), "seed": answer.get("seed"), "tokens": usage.get("completion_tokens"),
            "pictures_charged": usage.get("generated_images"),
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    # ---- lost answers ----------------------------------------------------------------------

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """Never None: what is in no list yet may be on its way into it, so that the next run looks again."""
        if order.request.kind == "image":
            raise OutcomeUnknown("ModelArk lists no pictures; look at the usage of your key")
        clock, tasks = await self._tasks(model_of(order.request), wire)
        ours = [task for task in tasks if task.get("safety_identifier") == order.token]
        if not ours:
            window = window_of(order.inbox, clock.headers)
            asked = body_of(order.request, {reference.sha256: "" for reference in order.request.references})
            ours = [
                task
                for task in tasks
                if _may_be_ours(task, asked.get("seed"), window) and not order.is_anothers(task["id"])
            ]
        if len(ours) != 1:
            found = f"has {len(ours)} tasks that may be it" if ours else "does not have it yet; run again to look again"
            raise OutcomeUnknown(f"ModelArk's list {found}")
        return Job(str(ours[0]["id"]), "running")

    async def _tasks(self, model: str, wire: Wire) -> tuple[Answer, list[dict[str, Any]]]:
        """The last answer, and all tasks of a model. Raises OutcomeUnknown where they cannot be seen whole."""
        tasks: list[dict[str, Any]] = []
        for number in range(1, MOST_PAGES + 1):
            pages = {"page_num": number, "page_size": PAGE, "filter.model": model}
            answer = await wire.ask("GET", TASKS, params=pages)
            try:
                if answer.status >= 400:
                    raise OutcomeUnknown(f"ModelArk does not list its tasks ({answer.status}: {self.error(answer)[1]})")
                whole = answer.json()
                page, total = [{**task, "id": str(task["id"])} for task in whole["items"] or ()], int(whole["total"])
            except (ValueError, KeyError, TypeError, AttributeError):
                raise OutcomeUnknown("ModelArk lists its tasks in a form that is not known") from None
            tasks += page
            if not page or number * PAGE >= total:
                return answer, tasks
        raise OutcomeUnknown(f"ModelArk lists over {PAGE * MOST_PAGES} tasks of this model, too many to look through")


def _may_be_ours(task: Mapping[str, Any], seed: Any, window: Window) -> bool:
    """Of a list that does not tell our own ids: the seed that was sent, at the time when it was."""
    mute = not task.get("safety_identifier")
    return mute and seed is not None and task.get("seed") == seed and window.holds(task.get("created_at"))


def _why(whole: Mapping[str, Any]) -> tuple[str, str]:
    error = whole["error"]
    return str(error.get("code") or ""), str(error.get("message") or "")


def _parts(role: str, value: Any) -> list[dict[str, Any]]:
    if role == "text":
        return [{"type": "text", "text": value}]
    urls = value if isinstance(value, list) else [value]
    return [{"type": "image_url", "image_url": {"url": url}, "role": role} for url in urls]
