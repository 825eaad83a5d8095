"""A content-addressed store of arrays: what was embedded once is never embedded again.

One ``.npz`` per key. A key is the SHA-256 of everything the arrays depend on, so a file is never out of
date and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from continuity.files import write_bytes


def key_of(*parts: Any) -> str:
    """SHA-256 over JSON values, 64 hex digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def load(folder: Path, key: str) -> dict[str, np.ndarray] | None:
    """The arrays under ``key``; None when they are not there or were damaged."""
    path = folder / key[:2] / f"{key}.npz"
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def save(folder: Path, key: str, arrays: dict[str, np.ndarray], compressed: bool = True) -> None:
    """Write whole or not at all; several processes may save the same key. ``compressed``: what is not so already."""
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)  # type: ignore[arg-type]
    write_bytes(folder / key[:2] / f"{key}.npz", buffer.getvalue())


def as_array(value: Any) -> np.ndarray:
    """A JSON value as an array of bytes, for storing beside vectors."""
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def from_array(array: np.ndarray) -> Any:
    """The JSON value that `as_array` stored."""
    return json.loads(array.tobytes().decode())
