"""What a person brought as library pictures: stills of a reference clip, and pictures of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from continuity.errors import RequestRefused
from continuity.files import write_bytes
from continuity.providers.base import LocalProvider
from continuity.request import Reference, Request

if TYPE_CHECKING:
    import numpy as np


class Still(LocalProvider):
    """Cuts one frame, or a box of it, from the request's ``clip`` reference, or takes a picture over; invents nothing.

    ``direction``: ``clip`` {file, start, seconds}, ``still`` {at: seconds in the file,
    box: [x, y, width, height] as shares of the frame, or null for the whole frame}; or ``picture`` {longest: pixels
    of its longer side, at most}, of the one reference, a master.
    """

    name = "still"

    def refuse(self, request: Request) -> None:
        picture = request.direction.get("picture") is not None and len(request.references) == 1
        if request.kind != "image" or not (picture or request.reference("clip")):
            raise RequestRefused(
                f"{request.subject}: `still` only cuts pictures from a character's reference clip, or takes over a "
                "look's own; give the character a `clip`, or its look `pictures`"
            )

    def render(self, request: Request, path: Path) -> None:
        from continuity.media import stills
        from continuity.media.pictures import png_bytes

        if picture := request.direction.get("picture"):
            write_bytes(path, png_bytes(_taken_over(request.references[0], picture["longest"])))
            return
        clip = request.reference("clip")
        assert clip is not None
        span, still = request.direction["clip"], request.direction["still"]
        stills.open_reference_clip(clip.path, span["start"], span["seconds"])
        box = tuple(still["box"]) if still.get("box") else None
        write_bytes(path, png_bytes(stills.extract_still(clip.path, still["at"], box)))


def _taken_over(reference: Reference, longest: int) -> np.ndarray:
    """The picture as a viewer shows it, smaller where it is larger than that, in its own shape."""
    import cv2

    from continuity.media.pictures import read_picture

    picture = read_picture(reference.path)
    high, wide = picture.shape[:2]
    share = longest / max(high, wide)
    if share >= 1:
        return picture
    return cv2.resize(picture, (max(1, round(wide * share)), max(1, round(high * share))), interpolation=cv2.INTER_AREA)
