"""The Videos protocol: takes, characters made from a clip, and remixes, at any host that speaks it.

Protocol: openai 3.57.0, driven against a recording server. OpenAI's own service ended on 2026-09-24; others go on
speaking it, so where and by which key is a person's own (``conf/provider/openai-videos.yaml``). A character is made of
a clip that is cut to four seconds and enlarged to 720 lines here; takes name it by its id, and in their prompts word
for word. A lost answer is looked up in the host's list of jobs: by what was asked, and only where one alone can be
meant.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from continuity.errors import MasterError, OutcomeUnknown, RequestRefused
from continuity.media.pictures import read_picture
from continuity.media.stills import ReferenceClip, open_reference_clip
from continuity.plan.schema import Service
from continuity.providers.base import Delivered, Job, Order, Phase
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.openai import MODERATED, comes_later, error_of, files_of, form, refusal, written
from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Answer, Wire
from continuity.request import Request

SHORTEST_CLIP_SECONDS = 2.0
REMIX = "@remix"  # a card's field: the job that is to be made again in other words
CLIP = "clip"
CLOCKS_SECONDS = 60.0  # how far the host's clock may be behind this machine's
MOST_PAGES = 20  # of the list of jobs, each of PAGE
PAGE = 100
_ID = re.compile(r"[\w.:-]{1,200}")  # becomes part of an address
_ENDS: dict[str, Phase] = {"completed": "succeeded", "failed": "failed"}


class OpenAIVideos(PolledProvider):
    name = "openai-videos"
    hosts = ("openai.com",)

    def headers(self, service: Service) -> dict[str, str]:
        """A host of one's own may ask for no key."""
        return {"Authorization": f"Bearer {key_of(service)}"} if service.key_env else {}

    def refuse(self, request: Request) -> None:
        super().refuse(request)
        if (clip := request.reference(CLIP)) and clip.path.is_file():
            _span(request)

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        """Files go along in the form itself, named by their hash until then."""
        return {reference.sha256: reference.sha256 for reference in request.references}

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = written(body_of(request, order.inputs))
        if (of := body.pop(REMIX[1:], None)) is not None:
            answer = await self._sent(request, wire, f"/videos/{_id(of)}/remix", gone="the take", json=body)
            return Job(_answered(answer), "running")
        with tempfile.TemporaryDirectory() as folder:
            files = await asyncio.to_thread(_fitted, request, str(body.get("size", "")), Path(folder))
            model = {} if request.kind == "character" else {"model": model_of(request)}
            parts = form({**model, **body}, files)
        if request.kind == "character":  # the answer is the character itself
            answer = await self._sent(request, wire, "/videos/characters", files=parts)
            return Job(_answered(answer), "succeeded", details={"answer": answer.json()})
        return Job(_answered(await self._sent(request, wire, "/videos", files=parts)), "running")

    async def _sent(self, request: Request, wire: Wire, path: str, gone: str = "", **content: Any) -> Answer:
        answer = await wire.send_once("POST", path, later=comes_later, **content)
        if gone and self.is_gone(answer):
            raise RequestRefused(f"{request.subject}: the host no longer has {gone} ({error_of(answer)[1]})")
        if answer.status >= 400:
            raise refusal(self.name, request, answer)
        return answer

    def address(self, job: Job) -> str:
        return f"/videos/{_id(job.id)}"

    def error(self, answer: Answer) -> tuple[str, str]:
        return error_of(answer)

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        error = whole.get("error") or {}
        if phase == "failed" and error.get("code") in MODERATED:
            phase = "moderated"
        said = str(error.get("message") or error.get("code") or "")
        return replace(job, phase=phase, message=said, details={**job.details, "model": whole.get("model")})

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if job.details.get("card", {}).get("kind") == "character":
            return await super().fetch(job, folder, wire)
        path = folder / "result.mp4"
        headers = await wire.download(f"{wire.base_url}{self.address(job)}/content", path, own=True)
        model = job.details.get("model")
        return Delivered(path, headers.get("content-type", ""), facts={"model": model} if model else {})

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """The one job in the host's list that was asked as this, since this was, and is no other of ours.

        That there is none proves nothing: the list may lag behind.
        """
        if order.request.kind == "character":
            raise OutcomeUnknown("the host lists no characters; making one more costs what the first did")
        found = [job for job in await self._listed(order, wire) if not order.is_anothers(job)]
        if len(found) != 1:
            many = f"{len(found)} jobs that were asked alike" if found else "no job that was asked as this"
            raise OutcomeUnknown(f"the host lists {many}, so that it cannot be told")
        return Job(found[0], "running")

    async def _listed(self, order: Order, wire: Wire) -> list[str]:
        """Ids of the jobs that were asked as the order is, newest first."""
        asked, found, after = _asked(order.request), [], ""
        for _ in range(MOST_PAGES):
            more = {"after": after} if after else {}
            answer = await wire.ask("GET", "/videos", params={"limit": PAGE, "order": "desc", **more})
            try:
                whole = answer.json()
                jobs = [job for job in whole["data"] if job["created_at"] >= order.since - CLOCKS_SECONDS]
                alike = [job for job in jobs if all(job.get(name) == value for name, value in asked.items())]
                found += [_id(job["id"]) for job in alike]
                if not whole.get("has_more") or len(jobs) < len(whole["data"]) or not jobs:
                    return found
                after = _id(jobs[-1]["id"])
            except (ValueError, KeyError, TypeError, AttributeError):
                raise OutcomeUnknown(f"the host gives no list of jobs ({answer.status})") from None
        raise OutcomeUnknown(f"the host lists more than {MOST_PAGES * PAGE} jobs since then")


def _asked(request: Request) -> Mapping[str, Any]:
    """What a listed job shows of how it was asked."""
    body = written(body_of(request, {reference.sha256: "" for reference in request.references}))
    if (of := body.get(REMIX[1:])) is not None:
        return {"prompt": body["prompt"], "remixed_from_video_id": of}
    shown = {str(name): str(body[name]) for name in ("prompt", "seconds", "size") if name in body}
    return {"model": model_of(request), **shown, "remixed_from_video_id": None}


def _answered(answer: Answer) -> str:
    """The id in the answer to a submission."""
    try:
        return _id(answer.json()["id"])
    except (ValueError, KeyError, TypeError):
        raise OutcomeUnknown("the host took the request, and its answer names no job") from None


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value) or not value.strip("."):
        raise ValueError(f"{value!r} is no id")
    return value


def _fitted(request: Request, size: str, folder: Path) -> dict[str, Path]:
    """The files as they are sent, by SHA-256: a clip cut and enlarged, a frame to start from in the size asked for."""
    files = files_of(request)
    if clip := request.reference(CLIP):
        files[clip.sha256] = folder / "clip.mp4"
        _span(request).save(files[clip.sha256])
    if (frame := request.reference("start_frame")) and re.fullmatch(r"\d+x\d+", size):
        wide, high = map(int, size.split("x"))
        picture = read_picture(frame.path)
        if picture.shape[:2] != (high, wide):
            fitted = Image.fromarray(picture).resize((wide, high), Image.Resampling.LANCZOS)
            files[frame.sha256] = folder / "frame.png"
            fitted.save(files[frame.sha256])
    return files


def _span(request: Request) -> ReferenceClip:
    """The part of the clip that shows the character. Raises RequestRefused with the way out."""
    clip = request.reference(CLIP)
    assert clip is not None
    part = request.direction[CLIP]
    try:
        span = open_reference_clip(clip.path, part["start"], part["seconds"])
    except MasterError as error:
        raise RequestRefused(f"{request.subject}: {error}") from None
    if span.seconds < SHORTEST_CLIP_SECONDS:
        raise RequestRefused(
            f"{request.subject}: {span.seconds:.2f} s of {clip.path} are too short for a character; give "
            f"{SHORTEST_CLIP_SECONDS:g} to 4 s"
        )
    return span
