"""Pictures as arrays: (height, width, 3) uint8 RGB in, PNG bytes out."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image, PngImagePlugin


def png_bytes(picture: np.ndarray, chunks: Mapping[str, str] | None = None) -> bytes:
    """Encode as PNG, the same bytes for the same picture; ``chunks`` become iTXt text chunks."""
    info = PngImagePlugin.PngInfo()
    for key, text in (chunks or {}).items():
        info.add_itxt(key, text)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()
