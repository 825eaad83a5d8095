"""Pictures that people bring, in a rehearsal: the puppet keeps only what it drew, and draws a figure in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.plan.seeds import derive_seed
from continuity.providers.base import LocalProvider
from continuity.request import ENDINGS, Reference, Request

_RESOLUTION = (256, 256)  # read for its traits, and seen by nobody


def in_their_place(provider: LocalProvider, request: Request, folder: Path) -> Request:
    """The request with pictures alone that ``provider`` can keep somebody from.

    A picture of the library is then made from the bible's words. A clip has no such words: each character of whom
    nothing else is shown gets a figure, the same for the same picture, drawn in ``folder``.
    """
    brought = [one for one in request.references if _is_picture(one) and not provider.keeps(one)]
    if not brought:
        return request
    kept = [one for one in request.references if one not in brought]
    if request.kind != "image":
        shown = {one.role.split("/")[0] for one in kept if "/" in one.role}
        for id, member in _cast(request.direction).items():
            theirs = [one for one in brought if one.role.startswith(f"{id}/")]
            if theirs and id not in shown:
                kept.append(_figure(provider, request, id, member, theirs[0], folder))
    return replace(request, references=tuple(kept))


def _is_picture(reference: Reference) -> bool:
    """Of somebody or something: roles of the library and of masters have a folder."""
    return "/" in reference.role and reference.path.suffix not in (".mp4", ".wav")


def _cast(direction: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Who is in a clip, by id; who is carried over, as they are shown."""
    cast = {str(one.get("character") or one.get("id")): dict(one) for one in direction.get("characters") or ()}
    transfer = direction.get("transfer") or {}
    if who := transfer.get("character"):
        cast[str(who)] = {**cast.get(str(who), {}), **transfer}
    return cast


def _figure(
    provider: LocalProvider, request: Request, id: str, member: Mapping[str, Any], picture: Reference, folder: Path
) -> Reference:
    direction = {"step": "headshot", "character": {**member, "character": id}}
    drawn = Request(
        "image", request.provider, request.model, "", int(picture.sha256[:8], 16), picture.role,
        resolution=_RESOLUTION, direction=direction,
    )  # fmt: skip
    path = folder / f"{derive_seed(drawn.key):x}.{ENDINGS['image']}"
    if not path.exists():
        making = temporaries.beside(path)
        provider.render(drawn, making)
        making.replace(path)
    return Reference.of(picture.role, path)
