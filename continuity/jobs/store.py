"""The store: the content-addressed home of results, outside the workspace.

It lives per user (``CONTINUITY_STORE`` moves it), because ``dvc exp run --temp`` and ``--queue`` work in
copies of the project that hold no untracked file. One folder per key::

    <store>/results/<first 2 of key>/<key>/result.<mp4|png|wav|json>
                                           record.json     what was asked, what came, what it cost
    <store>/adopted/<project>/<first 2 of key>/<key>/      the same, made elsewhere: trusted in that project alone
    <store>/deliveries/<first 2 of key>/<key>/<job>/       what a service delivered, as it came
    <store>/ledger.sqlite                                  jobs and money (continuity.jobs.ledger)
    <store>/held/                                          how well takes held characters (continuity.production.held)
    <store>/vectors/                                       encoder vectors; free to delete
    <store>/locks/                                         one per key being made
    <store>/.owners/                                       one lock per process that writes (continuity.temporaries)

A folder appears under its key by one rename, when everything in it is complete. Nothing here is
ever deleted by a stage.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import ProjectError, StoreError
from continuity.files import settle, sha256_file, write_json
from continuity.records.results import ResultRecord, read_result
from continuity.request import ENDINGS

RECORD = "record.json"


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
        return Path(os.path.normpath(Path(chosen).expanduser().absolute()))
    import platformdirs

    return Path(platformdirs.user_data_dir("continuity", appauthor=False))


def project_id(project: Path) -> str:
    """What the store calls a project: by where it lies, since what it says of itself may be copied from anywhere.

    The copies that ``dvc exp run --temp`` and ``--queue`` work in count as the project that they are copies of.
    """
    place = project.resolve()
    experiments = (".dvc", "tmp", "exps")
    for folder in place.parents:
        if folder.parts[-3:] == experiments:
            place = folder.parents[2]
            break
    return hashlib.sha256(os.fsencode(place)).hexdigest()[:16]


class Store:
    """Results by key. Safe for several processes: folders are only ever added whole.

    ``project`` is the folder of the project that asks: what was adopted from it is found for it, and for no other.
    """

    def __init__(self, root: Path | None = None, project: Path | None = None) -> None:
        self.root, self.project = root or default_root(), project
        try:
            (self.root / "results").mkdir(parents=True, exist_ok=True)
            (self.root / "locks").mkdir(exist_ok=True)
            self._owners.mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the store {self.root} cannot be written ({error.strerror}); set CONTINUITY_STORE to a folder of yours"
            ) from error
        self._adopted = self.root / "adopted" / project_id(project) if project else None
        self._sweep()

    def folder(self, key: str) -> Path:
        """Where a result that was made here lies."""
        return self.root / "results" / key[:2] / key

    def _folders(self, key: str) -> list[Path]:
        """Where a result may lie, what was made here first."""
        return [self.folder(key), *([self._adopted / key[:2] / key] if self._adopted else [])]

    @property
    def vectors(self) -> Path:
        """Where encoders keep vectors of pictures and clips they have seen."""
        return self.root / "vectors"

    def find(self, key: str) -> Stored | None:
        """The result under ``key``, its bytes checked against the record; None when there is none.

        A damaged folder is set aside (renamed, not deleted) and counts as missing. Raises StoreError when it
        cannot be read just now: a network drive that is away must not buy a series again.
        """
        return next((stored for folder in self._folders(key) if (stored := self._read(folder, key))), None)

    def _read(self, folder: Path, key: str) -> Stored | None:
        if not folder.is_dir():
            return None
        try:
            record = read_result(folder / RECORD, "dvc repro")
            path = folder / (record.file or "")
            if record.key == key and hashlib.sha256(path.read_bytes()).hexdigest() == record.sha256:
                return Stored(path, record.as_json())
        except (FileNotFoundError, IsADirectoryError):
            pass  # any damage means the same: not usable as the result of this key
        except ProjectError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and not isinstance(cause, (IsADirectoryError, NotADirectoryError)):
                raise self._away(folder, cause) from error
        except OSError as error:
            raise self._away(folder, error) from error
        os.replace(folder, folder.with_name(f"{key}.damaged-{uuid.uuid4().hex[:6]}"))
        return None

    def _away(self, folder: Path, error: OSError) -> StoreError:
        return StoreError(f"the store's {folder} cannot be read ({error.strerror}); nothing was sent; try again")

    def has(self, key: str) -> bool:
        """Whether something lies under ``key``, its bytes unread."""
        return any(folder.is_dir() for folder in self._folders(key))

    def inbox(self, key: str, job: int) -> Path:
        """Where what a service delivered for a job lies as it came; made, and kept."""
        folder = self.root / "deliveries" / key[:2] / key / str(job)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def scratch(self) -> Path:
        """A new empty folder on the store's own disk, to be filled and given to `add`."""
        folder = self._making / f"{temporaries.owner_in(self._owners)}-{uuid.uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    @property
    def _making(self) -> Path:
        return self.root / "results" / ".making"

    @property
    def _owners(self) -> Path:
        return self.root / temporaries.OWNERS

    def _sweep(self) -> None:
        """Remove what runs that were killed left half made: what belongs to no process that lives."""
        for folder in self._making.glob("*"):
            if not temporaries.is_held(self._owners, folder.name.partition("-")[0]):
                shutil.rmtree(folder, ignore_errors=True)
        temporaries.sweep(self.root, ("vectors",))

    def add(self, folder: Path, file: Path, record: dict[str, Any]) -> Stored:
        """Move a filled scratch folder under its key. The record gets ``file`` and ``sha256``."""
        return self._add(folder, file, record, self.folder(record["key"]))

    def _add(self, folder: Path, file: Path, record: dict[str, Any], target: Path) -> Stored:
        name = f"result.{ENDINGS[record['request']['kind']]}"
        record = {**record, "file": name, "sha256": sha256_file(file)}
        try:
            if file != folder / name:  # a provider may call it otherwise
                os.replace(file, folder / name)
            settle(folder / name)
            write_json(folder / RECORD, record)
            target.parent.mkdir(parents=True, exist_ok=True)
            settle(target.parent.parent)
            os.replace(folder, target)
            settle(target.parent)
        except OSError as error:
            there = error.errno in (errno.ENOTEMPTY, errno.EEXIST) and self._read(target, record["key"])
            if not there:
                raise StoreError(
                    f"the store {self.root} cannot take a result ({error.strerror}); free room or mend its "
                    "rights, then run again"
                ) from error
            shutil.rmtree(folder, ignore_errors=True)
            return there  # another process made the same result
        return Stored(target / name, record)

    def adopt(self, file: Path, record: dict[str, Any], name: str | None = None) -> Stored:
        """Copy a result that came another way (``dvc pull``, an import) into the store, for this project alone.

        ``name`` is what messages call the file. Its record must say one thing, and the copy is decoded and compared
        with what was asked, as a provider's answer is. Raises ProjectError and ResultRejected; nothing is kept then.
        """
        from continuity.jobs.checking import check_recorded

        name = name or str(file)
        if self._adopted is None:
            raise ProjectError(f"{name}: results are adopted into a project, and none was named")
        checked = checked_record(name, record)
        folder = self.scratch()
        try:
            copy = folder / f"result.{ENDINGS[checked.asked.kind]}"
            shutil.copyfile(file, copy)
            if sha256_file(copy) != checked.sha256:
                raise ProjectError(f"{name}: has other bytes than its record states; restore it with DVC")
            facts, kept = check_recorded(checked, copy, name), checked.as_json()
            kept |= {fact: value for fact, value in facts.items() if fact not in kept}
            return self._add(folder, copy, kept, self._adopted / checked.key[:2] / checked.key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def checked_record(name: str, record: dict[str, Any]) -> ResultRecord:
    """A record from memory, as strictly as one from a file. Raises ProjectError naming the file."""
    from pydantic import ValidationError

    from continuity.records.reading import first

    try:
        return ResultRecord.model_validate(record, strict=True)
    except ValidationError as error:
        raise ProjectError(f"{name}: its record does not hold what it should: {first(error)}") from None
