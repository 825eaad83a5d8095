"""Files as data URIs, so that the page needs nothing beside it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from continuity.errors import MediaError
from continuity.report.data import Picture

MAX_SOUND_BYTES = 2_000_000  # a voice sample is a few seconds; anything longer is linked to, not inlined


def data_uri(data: bytes, kind: str) -> str:
    """``data:<kind>;base64,…``."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def picture(path: Path, alt: str, width: int, quality: int = 80) -> Picture:
    """A JPEG of at most ``width`` pixels across; a JPEG that is small enough is taken as it is.

    A file that is missing or no picture gives a ``Picture`` with an empty source and the reason in its
    alternative text: one lost thumbnail must not cost the reader the page.
    """
    from PIL import Image

    from continuity.media.pictures import open_picture

    try:
        opened = open_picture(path)
    except MediaError:
        what = "not a picture" if path.exists() else "missing"
        return Picture("", f"{alt} ({what}: {path.name})", width, round(width * 9 / 16))
    image = Image.fromarray(opened.pixels)
    if opened.format == "JPEG" and image.width <= width:
        return Picture(data_uri(path.read_bytes(), "image/jpeg"), alt, image.width, image.height)
    image.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return Picture(data_uri(buffer.getvalue(), "image/jpeg"), alt, image.width, image.height)


def sound(path: Path) -> str:
    """A WAV file as a data URI; empty when it is missing or too long to inline."""
    if not path.is_file() or path.stat().st_size > MAX_SOUND_BYTES:
        return ""
    return data_uri(path.read_bytes(), "audio/wav")


def webvtt(srt: Path) -> str:
    """Subtitles as a WebVTT data URI, since browsers do not read SRT; empty when there are none."""
    if not srt.is_file():
        return ""
    lines = srt.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").split("\n")
    text = "\n".join(line.replace(",", ".") if " --> " in line else line for line in lines)
    return data_uri(("WEBVTT\n\n" + text).encode(), "text/vtt")
