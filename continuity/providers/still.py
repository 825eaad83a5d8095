"""Stills of a reference clip as library pictures: the other way in, for a character that exists on film."""

from __future__ import annotations

from pathlib import Path

from continuity.errors import RequestRefused
from continuity.files import write_bytes
from continuity.providers.base import LocalProvider
from continuity.request import Request


class Still(LocalProvider):
    """Cuts one frame, or a box of it, from the request's ``clip`` reference; invents nothing.

    ``direction``: ``clip`` {file, start, seconds}, ``still`` {at: seconds in the file,
    box: [x, y, width, height] as shares of the frame, or null for the whole frame}.
    """

    name = "still"

    def refuse(self, request: Request) -> None:
        if request.kind != "image" or request.reference("clip") is None:
            raise RequestRefused(
                f"{request.subject}: `still` only cuts pictures from a character's reference clip; give the "
                "character a `clip`"
            )

    def render(self, request: Request, path: Path) -> None:
        from continuity.media import stills
        from continuity.media.pictures import png_bytes

        clip = request.reference("clip")
        assert clip is not None
        span, still = request.direction["clip"], request.direction["still"]
        stills.open_reference_clip(clip.path, span["start"], span["seconds"])
        box = tuple(still["box"]) if still.get("box") else None
        picture = stills.extract_still(clip.path, still["at"], box)
        write_bytes(path, png_bytes(picture))
