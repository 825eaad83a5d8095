"""The two dialects of Kling's API: how a submission is written, where its task is asked about, and what that says.

Protocol: Kling's documents as they stood in September 2026. The classic one (``/v1``) has the model in the body and
gives each task an address; the newer one has the model in the path, pictures and words as ``contents``, and one address
for all tasks, which answers with a list. Both find a task by the id that its sender gave it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEWER_KINDS = ("text-to-video", "image-to-video", "omni-video")  # first parts of a newer ``service_model``


@dataclass(frozen=True)
class Task:
    """A task as its service has it; ``made`` is what a card's ``result`` is looked up in."""

    id: str
    status: str
    message: str
    made: Any
    cost_usd: float | None = None


class Dialect(ABC):
    """One endpoint of a dialect. Answers of no known form raise KeyError or TypeError."""

    def __init__(self, path: str) -> None:
        self.path = path

    @abstractmethod
    def body(self, fields: Mapping[str, Any], token: str) -> dict[str, Any]:
        """The submission, with our own id of it."""

    @abstractmethod
    def id_of(self, data: Any) -> str:
        """The new task's id, of the answer to its submission."""

    @abstractmethod
    def address(self, id: str) -> str:
        """Where a task is asked about by Kling's id of it."""

    @abstractmethod
    def address_of_ours(self, token: str) -> str:
        """The same by our own."""

    @abstractmethod
    def task(self, data: Any) -> Task | None:
        """The task in an answer; None: Kling knows no such task."""


class Classic(Dialect):
    def __init__(self, path: str, model: str = "") -> None:
        super().__init__(path)
        self.model = model

    def body(self, fields: Mapping[str, Any], token: str) -> dict[str, Any]:
        return {**({"model_name": self.model} if self.model else {}), **fields, "external_task_id": token}

    def id_of(self, data: Any) -> str:
        return str(data["task_id"])

    def address(self, id: str) -> str:
        return f"{self.path}/{id}"

    def address_of_ours(self, token: str) -> str:
        return self.address(token)

    def task(self, data: Any) -> Task | None:
        said = str(data.get("task_status_msg") or "")
        return Task(str(data["task_id"]), data["task_status"], said, data.get("task_result"))


class Newer(Dialect):
    """A card's fields that begin with ``@`` become ``contents``, in the card's order: the name is the content's type.

    ``@prompt`` is text; a picture is raw base64; those of a list can be named in the prompt as ``@image_1`` and on.
    """

    def body(self, fields: Mapping[str, Any], token: str) -> dict[str, Any]:
        parts = [part for name, value in fields.items() if name.startswith("@") for part in _parts(name[1:], value)]
        plain = {name: value for name, value in fields.items() if not name.startswith("@")}
        contents = {"contents": parts} if parts else {}
        return {**contents, **plain, "options": {**plain.get("options", {}), "external_task_id": token}}

    def id_of(self, data: Any) -> str:
        return str(data["id"])

    def address(self, id: str) -> str:
        return f"/tasks?task_ids={id}"

    def address_of_ours(self, token: str) -> str:
        return f"/tasks?external_task_ids={token}"

    def task(self, data: Any) -> Task | None:
        if not data:
            return None
        one = data[0]
        made = {"outputs": one.get("outputs")}
        return Task(str(one["id"]), one["status"], str(one.get("message") or ""), made, _cash(one.get("billing")))


def dialect_of(model: str) -> Dialect:
    """``videos/omni-video/kling-v3-omni`` is classic, ``omni-video/kling-3.0-omni`` newer.

    An endpoint without models ends with a slash: ``general/advanced-custom-elements/``.
    """
    kind, _, _ = model.partition("/")
    if kind in NEWER_KINDS:
        return Newer(f"/{model}")
    path, _, name = model.rpartition("/")
    return Classic(f"/v1/{path}", name)


def dialect_at(path: str) -> Dialect:
    """The dialect of a task that was submitted there."""
    return Classic(path) if path.startswith("/v1/") else Newer(path)


def _parts(kind: str, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [{"type": kind, "url": each, "id": f"image_{n}"} for n, each in enumerate(value, 1)]
    return [{"type": kind, "text" if kind == "prompt" else "url": value}]


def _cash(billing: Any) -> float | None:
    """US dollars, where the account pays in them; units of a prepaid pack say nothing of dollars."""
    if not billing or any(one.get("charge_type") != "cash" or one.get("currency") != "USD" for one in billing):
        return None
    return sum(float(one["amount"]) for one in billing)
