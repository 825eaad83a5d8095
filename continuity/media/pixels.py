"""A decoded picture's own pixels, of whatever kind, as a viewer shows them: 8-bit sRGB, opaque, upright.

Pillow's ``convert("RGB")`` drops alpha, so that colours hidden under it appear, clips 16-bit and float values to
white, knows no Lab, and takes every colour number for sRGB. Here alpha is laid on one neutral ground, deep values
are scaled, and colours pass through the profile that the file carries.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageCms

GROUND = 235  # of 255, all channels: light grey, on which both dark line art and white fur show

_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}  # a profile's colour space: Pillow's mode
_SAME = 2  # levels of 255: a profile that moves no colour by more is sRGB under another name
_ORIENTATION, _BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 274, 258, 262, 339  # TIFF tags
_MIN_IS_WHITE, _SIGNED = 0, 2

_UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {  # by EXIF orientation
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.swapaxes(0, 1),
    6: lambda picture: np.rot90(picture, -1),
    7: lambda picture: picture[::-1, ::-1].swapaxes(0, 1),
    8: lambda picture: np.rot90(picture),
}


def to_srgb(image: Image.Image) -> np.ndarray:
    """(height, width, 3) uint8 of an image that was opened and not yet loaded. Raises what Pillow raises."""
    stored = _stored_as(image)
    image.load()
    colours, alpha = _apart(image, stored)
    if profile := image.info.get("icc_profile"):
        colours = _through(colours, profile)
    pixels = np.asarray(_rgb(colours))
    if alpha is not None:
        pixels = _on_ground(pixels, alpha)
    return np.ascontiguousarray(_UPRIGHT.get(_orientation(image), np.asarray)(pixels))


def _stored_as(image: Image.Image) -> str:
    """Pillow's name of the file's own layout ("L;4", "RGB;16B"); empty where it tells none."""
    tiles: Any = getattr(image, "tile", None)
    arguments = tiles[0].args if tiles else ""
    layout = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return layout if isinstance(layout, str) else ""


def _orientation(image: Image.Image) -> int:
    """EXIF's orientation, read after loading (for some formats loading turns the picture already); 1 when damaged."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a picture is shown whatever its EXIF, and a damaged one raises errors of every class
        return 1


# ---- alpha --------------------------------------------------------------------------------------


def _apart(image: Image.Image, stored: str) -> tuple[Image.Image, np.ndarray | None]:
    """Colours without alpha, 8 bits a channel, and alpha as (height, width) uint8."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _shallow(image), _keyed_out(image, stored)
    if image.mode in ("PA", "La", "RGBa") or (image.mode == "P" and image.has_transparency_data):
        image = image.convert("LA" if image.mode == "La" else "RGBA")
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), np.asarray(image.getchannel("A"))
    return image, _keyed_out(image, stored)


def _keyed_out(image: Image.Image, stored: str) -> np.ndarray | None:
    """Alpha of a PNG without an alpha channel, in which one value or colour stands for transparent (tRNS)."""
    key = image.info.get("transparency")
    if isinstance(key, int) and (image.mode in ("1", "L") or image.mode.startswith("I")):
        step = {"L;2": 85, "L;4": 17}.get(stored, 1)  # Pillow widens the pixels to 8 bits, and not the key
        hit = np.asarray(image.convert("L") if image.mode == "1" else image) == key * step
    elif isinstance(key, tuple) and len(key) == 3 and image.mode == "RGB":
        colour = [value >> 8 for value in key] if ";16" in stored else list(key)
        hit = (np.asarray(image) == np.array(colour)).all(axis=2)
    else:
        return None
    return np.where(hit, 0, 255).astype(np.uint8)


def _on_ground(pixels: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    weight = alpha[..., None].astype(np.uint16)
    mixed: np.ndarray = (pixels * weight + GROUND * (255 - weight) + 127) // 255
    return mixed.astype(np.uint8)


# ---- depth --------------------------------------------------------------------------------------


def _shallow(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float grey as 8-bit grey."""
    values = np.asarray(image).astype(np.float32)
    finite = values[np.isfinite(values)]
    top = float(finite.max()) if finite.size else 0.0
    values = np.nan_to_num(values, nan=0.0, posinf=top, neginf=0.0)
    grey = np.clip(values / _white(image, values, top), 0, 1)
    if _tag(image, _PHOTOMETRIC) == _MIN_IS_WHITE:
        grey = 1 - grey
    return Image.fromarray(np.rint(grey * 255).astype(np.uint8))


def _white(image: Image.Image, values: np.ndarray, top: float) -> float:
    """The value that means white. Where a format leaves it open, the least usual one that nearly all values keep."""
    bits = _tag(image, _BITS) or 16
    if image.mode.startswith("I;") or image.format == "PPM":
        return float(2**bits - 1) if image.mode.startswith("I;") else 65535.0  # Pillow widens a PGM's to 16 bits
    if image.mode == "I" and bits == 16:
        return 32767.0 if _tag(image, _SAMPLE_FORMAT) == _SIGNED else 65535.0
    most = float(np.percentile(values, 99.5))  # a float picture may have highlights above its white
    return next((white for white in (1.0, 255.0, 65535.0) if most <= white), top)


def _tag(image: Image.Image, number: int) -> int | None:
    """A TIFF tag's (first) number; None for other formats."""
    value: Any = getattr(image, "tag_v2", {}).get(number)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else None


# ---- colour -------------------------------------------------------------------------------------


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return _transformed(image, ImageCms.buildTransform(lab, srgb, "LAB", "RGB"))
    return image.convert("RGB")


def _through(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours converted from their profile to sRGB; as they are where that is sRGB, damaged, or of another space."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _SPACES.get(source.profile.xcolor_space.strip())
        if mode == "RGB" and image.mode not in ("CMYK", "LAB"):
            image = image.convert("RGB")  # also grey ones, which often carry the profile of the RGB they were made of
        elif mode == "L" and image.mode == "1":
            image = image.convert("L")
        if image.mode != mode:
            return image
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB" and _changes_nothing(transform):
            return image
        return _transformed(image, transform)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image  # as viewers do


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a transform moves no colour of a 9x9x9 cube by more than `_SAME` levels."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    moved = np.asarray(_transformed(Image.fromarray(cube), transform)).astype(int)
    return bool(np.abs(moved - cube).max() <= _SAME)


def _transformed(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    result = ImageCms.applyTransform(image, transform)
    assert result is not None  # None is for changes in place
    return result
