"""Files as data URIs, so that the page needs nothing beside it."""

from __future__ import annotations

import base64
import io
from pathlib import Path

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

    try:
        with Image.open(path) as opened:
            if opened.format == "JPEG" and opened.width <= width:
                opened.load()  # raises when the file is truncated
                return Picture(data_uri(path.read_bytes(), "image/jpeg"), alt, opened.width, opened.height)
            opened.draft("RGB", (width, width))
            image = _on_white(opened)
            image.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True)
    except FileNotFoundError:
        return Picture("", f"{alt} (missing: {path.name})", width, round(width * 9 / 16))
    except (OSError, ValueError, SyntaxError):  # Pillow raises all three for damaged files
        return Picture("", f"{alt} (not a picture: {path.name})", width, round(width * 9 / 16))
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


def _on_white(opened):  # type: ignore[no-untyped-def]
    """RGB, transparent parts on white: JPEG has no transparency and black would hide line art."""
    from PIL import Image

    if opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info:
        image = opened.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return opened.convert("RGB")
