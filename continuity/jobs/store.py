"""The store: the content-addressed home of results, outside the workspace.

It lives per user (``CONTINUITY_STORE`` moves it), because ``dvc exp run --temp`` and ``--queue`` work in
copies of the project that hold no untracked file. One folder per key::

    <store>/results/<first 2 of key>/<key>/result.<mp4|png|wav>
                                           record.json     what was asked, what came, what it cost
    <store>/ledger.sqlite                                  jobs and money (continuity.jobs.ledger)
    <store>/vectors/                                       encoder vectors; free to delete
    <store>/locks/                                         one per key being made

A folder appears under its key by one rename, when everything in it is complete. Nothing here is
ever deleted by a stage.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity.errors import StoreError
from continuity.files import sha256_file, write_json

RECORD = "record.json"
ABANDONED_SECONDS = 86_400.0  # nothing is in the making for a day


@dataclass(frozen=True)
class Stored:
    """A finished result: its file and its record (the contents of a ``take.json``)."""

    path: Path
    record: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.record["key"])

    @property
    def sha256(self) -> str:
        return str(self.record["sha256"])


def default_root() -> Path:
    """``CONTINUITY_STORE``, or the platform's folder for user data."""
    if chosen := os.environ.get("CONTINUITY_STORE"):
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("continuity", appauthor=False))


class Store:
    """Results by key. Safe for several processes: folders are only ever added whole."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_root()
        try:
            (self.root / "results").mkdir(parents=True, exist_ok=True)
            (self.root / "locks").mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the store {self.root} cannot be written ({error.strerror}); set CONTINUITY_STORE to a folder of yours"
            ) from error
        self._sweep()

    def folder(self, key: str) -> Path:
        return self.root / "results" / key[:2] / key

    @property
    def vectors(self) -> Path:
        """Where encoders keep vectors of pictures and clips they have seen."""
        return self.root / "vectors"

    def find(self, key: str) -> Stored | None:
        """The result under ``key``, its bytes checked against the record; None when there is none.

        A damaged folder is set aside (renamed, not deleted) and counts as missing. Raises StoreError when it
        cannot be read just now: a network drive that is away must not buy a series again.
        """
        folder = self.folder(key)
        if not folder.is_dir():
            return None
        try:
            record = json.loads((folder / RECORD).read_text())
            path = folder / record["file"]
            if hashlib.sha256(path.read_bytes()).hexdigest() == record["sha256"]:
                return Stored(path, record)
        except (FileNotFoundError, IsADirectoryError, ValueError, KeyError, TypeError):
            pass  # any damage means the same: not usable as the result of this key
        except OSError as error:
            raise StoreError(
                f"the store's {folder} cannot be read ({error.strerror}); nothing was sent; try again"
            ) from error
        os.replace(folder, folder.with_name(f"{key}.damaged-{uuid.uuid4().hex[:6]}"))
        return None

    def scratch(self) -> Path:
        """A new empty folder on the store's own disk, to be filled and given to `add`."""
        folder = self._making / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder

    @property
    def _making(self) -> Path:
        return self.root / "results" / ".making"

    def _sweep(self) -> None:
        """Remove what runs that were killed left half made."""
        for folder in self._making.glob("*"):
            with suppress(OSError):  # another process has swept it
                if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                    shutil.rmtree(folder)

    def add(self, folder: Path, file: Path, record: dict[str, Any]) -> Stored:
        """Move a filled scratch folder under its key. The record gets ``file`` and ``sha256``."""
        record = {**record, "file": file.name, "sha256": sha256_file(file)}
        target = self.folder(record["key"])
        try:
            write_json(folder / RECORD, record)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder, target)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # another process made the same result
                shutil.rmtree(folder, ignore_errors=True)
            else:
                raise StoreError(
                    f"the store {self.root} cannot take a result ({error.strerror}); free room or mend its "
                    "rights, then run again"
                ) from error
        return Stored(target / file.name, record)

    def keep_rejected(self, folder: Path, key: str) -> Path:
        """Move what a paid job delivered wrongly beside the results, for people to look at; returns its place."""
        kept = self.folder(key).with_name(f"{key}.rejected-{uuid.uuid4().hex[:6]}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder, kept)
        return kept

    def adopt(self, file: Path, record: dict[str, Any]) -> Stored:
        """Copy a result that came another way (``dvc pull``, an import) into the store."""
        folder = self.scratch()
        try:
            copy = folder / f"result{file.suffix}"
            shutil.copyfile(file, copy)
            return self.add(folder, copy, record)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
