"""Reading and writing whole files, so that a crash leaves the old file or the new one, never half."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from continuity.errors import MediaError, ProjectError


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits. Raises MediaError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(
            f"{path}: cannot be read ({error.strerror}); restore it, for example with `dvc pull`"
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write through a temporary neighbour and rename: readers see the old bytes or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # a message names the file that was meant
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text, written whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Indented JSON with a final newline, stable across runs so that Git shows real changes only."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path, made_by: str, *needs: str) -> dict[str, Any]:
    """The JSON object in ``path``, which has the keys ``needs``.

    Raises ProjectError when it is missing, no JSON or another thing; ``made_by`` is the stage or command that
    a message tells to run.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(f"{path} is missing; run `{made_by}` first") from None
    except ValueError as error:
        raise ProjectError(
            f"{path} is not valid JSON ({error}); restore it with Git or run `{made_by}` again"
        ) from error
    if not isinstance(value, dict) or not set(needs) <= set(value):
        raise damaged(path, made_by)
    return value


def damaged(path: Path, made_by: str) -> ProjectError:
    """The error for a file that is JSON and does not hold what its writer puts there."""
    return ProjectError(f"{path} does not hold what it should; restore it with Git or run `{made_by}` again")
