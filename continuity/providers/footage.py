"""Takes made elsewhere (a web app's exports, a camera) as a provider: a file, or a span of one, becomes a take."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

from continuity.errors import MediaError, RequestRefused
from continuity.media.check import play_through
from continuity.media.orientation import UPRIGHT
from continuity.media.reading import OWN_FILE, Probe, probe, way_out
from continuity.media.video import trim
from continuity.providers.base import LocalProvider
from continuity.request import Request

ROLE = "footage"

_SLACK_SECONDS = 0.05  # beside one frame: containers round lengths


class FootageProvider(LocalProvider):
    """Serves ``request.direction["footage"]`` = ``{"file", "start", "seconds"}`` from the reference ``footage``.

    A whole MP4 of the asked resolution and frame rate is copied byte for byte. Anything else is cut,
    fitted (black bars where shapes differ) and encoded in the project's form. The prompt, the seed and
    the other references say what the take shows; footage cannot follow them, and nothing here tries.
    """

    name = "footage"
    silent = True

    def refuse(self, request: Request) -> None:
        subject = request.subject
        if request.kind != "video":
            raise RequestRefused(f"{subject}: footage gives video, not {request.kind}; choose another model for it")
        if request.parameters:
            raise RequestRefused(f"{subject}: footage takes no parameters, got {', '.join(sorted(request.parameters))}")
        span = request.direction.get("footage")
        if not span or request.reference(ROLE) is None:
            raise RequestRefused(
                f"{subject}: no footage given; name a `file` under the shot's `footage`, "
                f"or put `{subject}.mp4` into assets/footage"
            )
        start, seconds = span.get("start") or 0.0, span.get("seconds")
        if start < 0 or (seconds is not None and seconds <= 0):
            raise RequestRefused(f"{subject}: footage from {start:g} s for {seconds} s is no span; correct it")
        if request.resolution and any(side % 2 for side in request.resolution):
            wide, high = request.resolution
            raise RequestRefused(f"{subject}: {wide}x{high} cannot be encoded; choose even width and height")

    def render(self, request: Request, path: Path) -> None:
        """Raises RequestRefused, and MediaError when the file is unreadable or too short for the span."""
        self.refuse(request)
        with way_out(OWN_FILE):
            self._render(request, path)

    def _render(self, request: Request, path: Path) -> None:
        reference = request.reference(ROLE)
        assert reference is not None  # refuse() has seen it
        span = request.direction["footage"]
        start = float(span.get("start") or 0.0)
        facts = probe(reference.path)
        seconds = span.get("seconds") or request.seconds or facts.seconds - start
        if start + seconds > facts.seconds + 1 / facts.fps + _SLACK_SECONDS:
            raise MediaError(
                f"{request.subject}: {span.get('file', reference.path)} lasts {facts.seconds:.2f} s, the shot takes "
                f"{seconds:g} s from {start:g} s; shorten the shot or choose another span"
            )
        if _is_as_asked(reference.path, facts, request, start, seconds):
            play_through(reference.path)
            shutil.copyfile(reference.path, path)
            return
        width, height = request.resolution or (None, None)
        trim(reference.path, path, start, seconds, width=width, height=height, fps=request.fps)


def _is_as_asked(path: Path, facts: Probe, request: Request, start: float, seconds: float) -> bool:
    """Whether the file can be the take as it is."""
    whole = start == 0 and abs(facts.seconds - seconds) <= 1 / facts.fps + _SLACK_SECONDS
    fits = request.resolution is None or tuple(request.resolution) == (facts.width, facts.height)
    paced = facts.even and (request.fps is None or Fraction(request.fps) == facts.rate)
    shown = facts.orientation == UPRIGHT and facts.pixel_aspect == 1 and not facts.foreign
    return whole and fits and paced and shown and path.suffix.lower() == ".mp4" and facts.codec == "h264"
