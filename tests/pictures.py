"""Pictures of every kind that people keep, made small: the same scene, whatever the file holds it in."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

register_heif_opener()

HEIGHT, WIDTH = 48, 64
_Y, _X = np.mgrid[0:HEIGHT, 0:WIDTH]
SCENE = np.stack([_X * 4, _Y * 5, (_X + _Y) * 2], axis=-1).astype(np.uint8)
GREY = np.asarray(Image.fromarray(SCENE).convert("L"))
GREYS = np.repeat(GREY[..., None], 3, axis=2)
ALPHA = np.where(_X < 20, 0, np.where(_Y < 12, 128, 255)).astype(np.uint8)
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))  # xy of Display P3's primaries


def on_ground(picture: np.ndarray, ground: int = 235) -> np.ndarray:
    """What `ALPHA` leaves of a picture before the neutral ground."""
    share = ALPHA[..., None] / 255
    return np.rint(picture * share + ground * (1 - share)).astype(np.uint8)


def _image(picture: np.ndarray = SCENE) -> Image.Image:
    return Image.fromarray(picture)


def _saved(picture: np.ndarray | Image.Image, **how: object) -> Callable[[Path], object]:
    image = picture if isinstance(picture, Image.Image) else _image(picture)
    return lambda path: image.save(path, **how)  # type: ignore[arg-type]


def _lab() -> Image.Image:
    transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(_image(), transform)
    assert lab is not None
    return lab


# name of the file: (how it is written, what a viewer shows, the mean error that the format's loss allows)
OPAQUE: dict[str, tuple[Callable[[Path], object], np.ndarray, float]] = {
    "rgb.png": (_saved(SCENE), SCENE, 0),
    "rgb.bmp": (_saved(SCENE), SCENE, 0),
    "rgb.tif": (_saved(SCENE), SCENE, 0),
    "rgb.ppm": (_saved(SCENE), SCENE, 0),
    "rgb.webp": (_saved(SCENE, quality=95), SCENE, 3),
    "rgb.jp2": (_saved(SCENE), SCENE, 2),
    "rgb.jpg": (_saved(SCENE, quality=98), SCENE, 2),
    "rgb.heic": (_saved(SCENE, quality=95), SCENE, 4),
    "rgb.avif": (_saved(SCENE, quality=95), SCENE, 4),
    "palette.png": (_saved(_image().quantize(256)), SCENE, 6),
    "palette.gif": (_saved(_image().quantize(256)), SCENE, 6),
    "grey.png": (_saved(GREY), GREYS, 0),
    "grey-16.png": (_saved(GREY.astype(np.uint16) * 257), GREYS, 0),
    "grey-16.tif": (_saved(GREY.astype(np.uint16) * 257), GREYS, 0),
    "grey-16-big-endian.tif": (_saved((GREY.astype(np.uint16) * 257).astype(">u2")), GREYS, 0),
    "grey-16-packed.tif": (_saved(GREY.astype(np.uint16) * 257, compression="tiff_lzw"), GREYS, 0),
    "grey-16-white-is-zero.tif": (_saved(65535 - GREY.astype(np.uint16) * 257, tiffinfo={262: 0}), GREYS, 0),
    "grey-16.pgm": (_saved(GREY.astype(np.int32) * 257), GREYS, 0),
    "grey-32.tif": (_saved(GREY.astype(np.int32) * 257), GREYS, 0),
    "grey-32-of-bytes.tif": (_saved(GREY.astype(np.int32)), GREYS, 0),
    "float-unit.tif": (_saved((GREY / 255).astype(np.float32)), GREYS, 0),
    "float-bytes.tif": (_saved(GREY.astype(np.float32)), GREYS, 0),
    "float-16-bits.tif": (_saved(GREY.astype(np.float32) * 257), GREYS, 0),
    "float-not-a-number.tif": (_saved(np.where(GREY == 0, np.nan, GREY / 255).astype(np.float32)), GREYS, 0),
    "cmyk.jpg": (_saved(_image().convert("CMYK"), quality=98), SCENE, 2),
    "cmyk.tif": (_saved(_image().convert("CMYK")), SCENE, 1),
    "ycbcr.tif": (_saved(_image().convert("YCbCr")), SCENE, 2),
    "lab.tif": (_saved(_lab()), SCENE, 3),
    "one-bit.png": (_saved(Image.fromarray(GREY > 127)), np.where(GREYS > 127, 255, 0), 0),
    "one-bit.tif": (_saved(Image.fromarray(GREY > 127)), np.where(GREYS > 127, 255, 0), 0),
}
_RGBA = np.dstack([SCENE, ALPHA])
_LA = Image.merge("LA", (_image(GREY), _image(ALPHA)))
TRANSPARENT: dict[str, tuple[Callable[[Path], object], np.ndarray, float]] = {
    "rgba.png": (_saved(_RGBA), on_ground(SCENE), 1),
    "rgba.tif": (_saved(_RGBA), on_ground(SCENE), 1),
    "rgba.webp": (_saved(_RGBA, lossless=True, exact=True), on_ground(SCENE), 1),
    "rgba.avif": (_saved(_RGBA, quality=95), on_ground(SCENE), 4),
    "rgba.heic": (_saved(_RGBA, quality=95), on_ground(SCENE), 4),
    "la.png": (_saved(_LA), on_ground(GREYS), 1),
    "la.tif": (_saved(_LA), on_ground(GREYS), 1),
    "rgba-16.png": (lambda path: path.write_bytes(png(_RGBA.astype(np.uint16) * 257, 6)), on_ground(SCENE), 1),
    "la-16.png": (
        lambda path: path.write_bytes(png(np.dstack([GREY, ALPHA]).astype(np.uint16) * 257, 4)), on_ground(GREYS), 1
    ),
}  # fmt: skip


def png(samples: np.ndarray, colour_type: int, chunks: bytes = b"", depth: int | None = None) -> bytes:
    """A PNG of uint8 or uint16 samples (h, w[, channels]), with further ``chunks`` before its pixels.

    ``depth`` below 8 takes grey samples that are packed already: (h, bytes a row).
    """
    bits = depth or samples.dtype.itemsize * 8
    width = samples.shape[1] * 8 // bits if depth else samples.shape[1]
    rows = samples.astype(f">u{samples.dtype.itemsize}").reshape(len(samples), -1)
    packed = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, len(samples), bits, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(packed))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A PNG whose header promises ``side`` x ``side`` pixels, with hardly a byte of them."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))


def profile(primaries: tuple[tuple[float, float], ...] | None, gamma: float = 2.2) -> bytes:
    """An ICC profile (version 2) of RGB with these primaries and white D65, or, without any, of grey.

    https://www.color.org/ICC_Minor_Revision_for_Web.pdf; matrix and adaptation after Lindbloom.
    """
    d65, d50 = np.array([0.95047, 1.0, 1.08883]), np.array([0.96422, 1.0, 0.82521])
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {b"wtpt": _xyz(d50), b"cprt": b"text" + bytes(4) + b"none\0\0\0\0"}
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78) + bytes(1)
    if primaries is None:
        tags[b"kTRC"] = curve
    else:
        columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
        bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
        adapted = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ d65)) @ bradford
        matrix = adapted @ (columns * np.linalg.solve(columns, d65))
        tags |= {letter + b"XYZ": _xyz(matrix[:, n]) for n, letter in enumerate((b"r", b"g", b"b"))}
        tags |= {letter + b"TRC": curve for letter in (b"r", b"g", b"b")}
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    space = b"GRAY" if primaries is None else b"RGB "
    head = bytes(8) + b"\x02\x40\0\0" + b"mntr" + space + b"XYZ " + bytes(12) + b"acsp" + bytes(28) + _xyz(d50)[8:]
    head = head.ljust(128, b"\0")
    size = len(head) + len(table) + len(data)
    return struct.pack(">I", size) + head[4:] + table + data


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">iii", *(round(value * 65536) for value in values))
