"""Pictures as arrays: (height, width, 3) uint8 sRGB in, PNG bytes out. Every still of a project is read here.

What a good viewer shows is what counts, whatever the file keeps: see `continuity.media.pixels`.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from continuity.errors import MediaError
from continuity.media.pixels import to_srgb

MAX_PIXELS = 80_000_000  # above any camera's usual picture; opened, one of this size takes about a gigabyte
KINDS = "PNG, JPEG, WebP, TIFF, GIF, BMP, HEIC, AVIF"
ENDINGS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".heic", ".heif", ".avif",
    ".jp2", ".ppm", ".pgm", ".pnm",
)  # fmt: skip
GIVE_ANOTHER = "save it again as PNG or JPEG"

# Formats that only hold pixels: Pillow would also hand PostScript to an interpreter.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "JPEG2000", "PPM")

# What Pillow warns of is either refused below, with a message, or shown all the same by every viewer.
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class NoPicture(MediaError):
    """Raised for a file that is whole and no picture, or one of a kind that is not read."""


@dataclass(frozen=True)
class OpenPicture:
    """``pixels`` (height, width, 3) uint8 sRGB as a viewer shows them; ``notes``: a PNG's text chunks.

    Notes are what a file says of itself: whoever uses one checks it.
    """

    pixels: np.ndarray
    notes: Mapping[str, str]
    format: str  # as Pillow calls it: "PNG", "JPEG", "HEIF"


def read_picture(path: Path, way_out: str = GIVE_ANOTHER) -> np.ndarray:
    """The pixels of `open_picture`."""
    return open_picture(path, way_out).pixels


def open_picture(path: Path, way_out: str = GIVE_ANOTHER) -> OpenPicture:
    """Decode a whole picture: an animation's first frame, turned as its EXIF says, opaque, in sRGB.

    Raises NoPicture for a file of another kind, MediaError for one that is missing, damaged, or of more than
    `MAX_PIXELS`. The message names the file and ends with ``way_out``: what helps depends on whose file it is,
    which the caller knows.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise _Unreadable("is no file")  # opening a pipe would wait for ever
        with path.open("rb") as file:
            return _decoded(file)
    except FileNotFoundError:
        raise MediaError(f"{path}: no such picture; {way_out}") from None
    except UnidentifiedImageError:
        raise NoPicture(f"{path}: is no picture of a kind that is read ({KINDS}); {way_out}") from None
    except _Unreadable as error:
        raise MediaError(f"{path}: {error}; {way_out}") from error.__cause__
    except OSError as error:
        raise MediaError(f"{path}: cannot be read ({error.strerror or error}); {way_out}") from error


def png_bytes(picture: np.ndarray, chunks: Mapping[str, str] | None = None) -> bytes:
    """Encode as PNG, the same bytes for the same picture; ``chunks`` become iTXt text chunks."""
    info = PngImagePlugin.PngInfo()
    for key, text in (chunks or {}).items():
        info.add_itxt(key, text)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()


class _Unreadable(Exception):
    """What is wrong with a file, as the end of a sentence that begins with its name."""


def _decoded(file: io.BufferedReader) -> OpenPicture:
    start = file.read(16)
    file.seek(0)
    if not start:
        raise _Unreadable("is empty")
    try:
        with Image.open(file, formats=_formats_of(start)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_large(f"{image.width}x{image.height} pixels are")
            pixels = to_srgb(image)
            return OpenPicture(pixels, dict(getattr(image, "text", {})), image.format or "")
    except (_Unreadable, UnidentifiedImageError):
        raise
    except Image.DecompressionBombError as error:
        raise _too_large("its pixels are") from error
    except MemoryError as error:
        raise _Unreadable("is too large for this machine's memory") from error
    except Exception as error:  # Pillow's plugins raise errors of every class for damaged files
        raise _Unreadable(f"is damaged or truncated ({_first_line(error)})") from error


def _formats_of(start: bytes) -> tuple[str, ...]:
    """The formats to try; HEIC's library is loaded for files that may be HEIC alone."""
    if start[4:8] != b"ftyp" or start[8:12] in (b"avif", b"avis"):
        return _FORMATS
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return (*_FORMATS, "HEIF")


def _too_large(what: str) -> _Unreadable:
    return _Unreadable(f"{what} more than the {MAX_PIXELS // 1_000_000} million that are read; make it smaller")


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
