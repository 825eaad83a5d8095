"""What a service delivers, brought into the series' form; the delivery itself is kept as it came.

Services deliver 24 frames a second where 25 were asked, 1284x716 for 1280x720, WebP, five seconds for four. All that
is conformed: another file is made, and the record says what was changed. What cannot be conformed is rejected: too
short by more than a few frames, undecodable, empty, a voice that is silent.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from continuity.errors import MediaError, ResultRejected
from continuity.request import Request

SHORT_SECONDS = 0.25  # a clip that lacks no more than this is held on its last frame


def conform(request: Request, delivered: Path, folder: Path, accepted: bool = False) -> tuple[Path, list[str]]:
    """A file in the form that ``request`` asks for, in ``folder``, and what was changed, in words.

    Spoken lines are laid over the clip: the voice that was locked is heard, whatever a model says by itself.
    A clip that a person has ``accepted`` may be of any length. Raises ResultRejected.
    """
    path = folder / f"conformed.{request.ending}"
    try:
        if request.kind == "image":
            changed = _picture(request, delivered, path)
        elif request.kind == "character":
            shutil.copyfile(delivered, path)
            changed = []
        elif request.kind == "voice":
            changed = _voice(delivered, path)
        else:
            changed = _clip(request, delivered, path, accepted)
    except MediaError as error:
        raise ResultRejected(
            f"{request.subject}: what {request.provider} delivered cannot be used: {error.what}"
        ) from error
    return path, changed


def _picture(request: Request, delivered: Path, path: Path) -> list[str]:
    from PIL import Image, ImageOps

    from continuity.media.pictures import open_picture, png_bytes

    opened = open_picture(delivered)
    high, wide = opened.pixels.shape[:2]
    asked = request.resolution
    changed = [] if opened.format == "PNG" else [f"{opened.format} to PNG"]
    picture = opened.pixels
    if asked and (wide, high) != tuple(asked):
        import numpy as np

        # Cut to the asked shape from the middle, a little above it, where heads are; never stretched.
        centre = (0.5, 0.35)
        fitted = ImageOps.fit(
            Image.fromarray(picture), (asked[0], asked[1]), Image.Resampling.LANCZOS, centering=centre
        )
        picture = np.asarray(fitted)
        changed.append(f"{wide}x{high} to {asked[0]}x{asked[1]}")
    elif not changed:
        shutil.copyfile(delivered, path)
        return []
    path.write_bytes(png_bytes(picture))
    return changed


def _voice(delivered: Path, path: Path) -> list[str]:
    from continuity.media.audio import read_wav, write_wav

    samples, rate = read_wav(delivered)
    if delivered.read_bytes()[:4] == b"RIFF":
        shutil.copyfile(delivered, path)
        return []
    write_wav(path, samples, rate)
    return [f"{delivered.suffix.lstrip('.') or 'sound'} to WAV"]


def _clip(request: Request, delivered: Path, path: Path, accepted: bool) -> list[str]:
    from continuity.media.audio import mix_files
    from continuity.media.check import play_through
    from continuity.media.conform import trim
    from continuity.media.rates import called
    from continuity.media.writing import AUDIO_RATE

    assert request.resolution and request.seconds and request.fps
    facts, _ = play_through(delivered)
    wide, high = request.resolution
    seconds = min(request.seconds, facts.seconds) if accepted else request.seconds
    lacking = seconds - facts.seconds
    if lacking > SHORT_SECONDS + 1 / request.fps:
        raise ResultRejected(
            f"{request.subject}: asked {request.provider} for {request.seconds:g} s, got {facts.seconds:.2f} s"
        )
    changed = []
    if (facts.width, facts.height) != (wide, high):
        changed.append(f"{facts.width}x{facts.height} to {wide}x{high}")
    if abs(facts.fps - request.fps) > 0.01 or not facts.even:
        changed.append(f"{called(facts.rate)} to {called(request.fps)} frames per second")
    if abs(lacking) > 1 / request.fps:
        changed.append(f"{facts.seconds:.2f} s {'held to' if lacking > 0 else 'cut to'} {seconds:g} s")
    if facts.foreign:
        changed.append("its colours to BT.709")
    if facts.codec != "h264" or facts.pix_fmt != "yuv420p":
        changed.append(f"{facts.codec} to h264")
    lines = [
        (reference, line["at"])
        for line in request.direction.get("lines") or ()
        if (reference := request.reference(line["reference"]))
    ]
    laid = None
    if lines:
        laid = mix_files(seconds, AUDIO_RATE, [(reference.path, at) for reference, at in lines]), AUDIO_RATE
        changed.append(f"{len(lines)} spoken {'lines' if len(lines) > 1 else 'line'} laid over it")
    if not changed:
        shutil.copyfile(delivered, path)
        return []
    said = {} if abs(facts.fps - request.fps) > 0.01 else facts.metadata  # what it says of its frames stays with them
    trim(delivered, path, 0.0, seconds, width=wide, height=high, fps=request.fps, laid=laid, hold=True, metadata=said)
    return changed
