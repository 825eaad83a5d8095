"""What a killed run, a merge or Git leaves in a project that stops the next `dvc repro`, and the way out of each.

DVC rewrites ``.dvc/tmp/rwlock`` and ``dvc.lock`` in place. A signal in that moment, Ctrl-C included, leaves them empty
or cut short, and every later `dvc repro` and `dvc status` then fails on them before any stage starts. So the
stages cannot mend this for DVC: ``continuity check --heal`` does, and `make demo` runs it first.

A folder that stages read must be there, though nothing need be in it, and Git keeps no empty folders.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import ProjectError

RWLOCK = Path(".dvc", "tmp", "rwlock")
_HASH = re.compile(r"[0-9a-f]{32}(\.dir)?")
LOCK = Path(".dvc", "tmp", "lock")
GUARD = Path(".dvc", "tmp", "rwlock.lock")
STARTED_LATER_SECONDS = 1.0  # a process younger than the file by this is not the one that the file names

WRITTEN = (
    "dvc.lock",
    "plan.json",
    "compared.json",
    "shots/*.json",
    "reports/*.json",
    "reports/*.csv",
    "reports/plots/*.csv",
)
MAINTAINED = (
    "dvc.yaml", "params.yaml", "assets/*.json", "conf/**/*.yaml", ".dvc/config", ".gitignore",
    "assets/.gitignore", "shots/.gitignore", "reports/.gitignore",
)  # fmt: skip
YOURS = ("assets/masters", "assets/footage")  # read by stages, and empty in many a series
MASTERS_LOCK = "assets/masters.lock.json"
OPENS, CLOSES = b"<<<<<<< ", b">>>>>>> "  # seven of each and a name, as Git writes them around two sides


@dataclass(frozen=True)
class Obstacle:
    """A file that stops the next run, relative to the project; ``heals``: whether `heal` mends it."""

    file: str
    message: str
    heals: bool = False


def obstacles(root: Path) -> list[Obstacle]:
    """Everything in the project at ``root`` that stops DVC or this program from going on."""
    return [*_locks(root), *_missing(root), *_lockfile(root), *_merges(root)]


def heal(root: Path) -> list[str]:
    """Mend what can be mended without a choice; returns a sentence for each thing done.

    That is DVC's notes of who is at work, where they are damaged or name the dead, half-made files of ours, folders
    that need only be there, and conflicts in files that the next run writes anyway. Raises ProjectError while another
    DVC is changing its notes.
    """
    done = []
    if _hardlinks(root) and not _at_work(root):
        for path in (LOCK, GUARD):
            if (root / path).exists():
                (root / path).unlink()
                done.append(f"removed {path.as_posix()}, which a killed run held")
    done += heal_rwlock(root)
    done += _settle(root)
    done += [_put_there(root, name) for name in _needed(root) if _may_be_empty(root, name)]
    if swept := temporaries.sweep(root, temporaries.PLACES):
        done.append(f"removed {swept} half-made files of a killed run")
    return done


def heal_rwlock(root: Path) -> list[str]:
    """`heal`, of that file alone: cheap where there is nothing to mend."""
    if _is_whole(root) and not _dead(root):
        return []
    with _guarded(root):
        return _mended_rwlock(root)


# ---- DVC's locks ------------------------------------------------------------------------------


def _locks(root: Path) -> Iterator[Obstacle]:
    again = "`continuity check --heal` mends it; so does deleting the file while no DVC is at work"
    if not _is_whole(root):
        yield Obstacle(
            RWLOCK.as_posix(),
            f"{RWLOCK.as_posix()} was cut short by a run that was killed, and stops every `dvc repro`; {again}",
            heals=True,
        )
    for cmd, pid in _dead(root):
        yield Obstacle(
            RWLOCK.as_posix(),
            f"{RWLOCK.as_posix()} names process {pid} ({cmd}), which has ended and whose number another has; {again}",
            heals=True,
        )
    if _hardlinks(root) and (root / LOCK).exists() and not _at_work(root):
        yield Obstacle(
            LOCK.as_posix(),
            f"{LOCK.as_posix()} is held by a run that was killed; {again}",
            heals=True,
        )


def _rwlock(root: Path) -> dict[str, Any]:
    """Who reads and writes what, as DVC notes it. Raises ValueError when that cannot be read, as DVC would."""
    try:
        notes = json.loads((root / RWLOCK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    readers, writers = notes.get("read", {}), notes.get("write", {})
    if not set(notes) <= {"read", "write"} or not all(_is_entry(info) for info in _entries(readers, writers)):
        raise ValueError("not as DVC writes it")
    return dict(notes)


def writing(root: Path) -> set[int]:
    """Ids of the processes that DVC notes as making something here; empty where its notes cannot be read."""
    try:
        return {info["pid"] for info in _rwlock(root).get("write", {}).values()}
    except (ValueError, AttributeError, TypeError, OSError):
        return set()


def _entries(readers: dict[str, list[Any]], writers: dict[str, Any]) -> list[Any]:
    return [*(info for infos in readers.values() for info in infos), *writers.values()]


def _is_entry(info: Any) -> bool:
    return set(info) == {"pid", "cmd"} and isinstance(info["pid"], int) and isinstance(info["cmd"], str)


def _is_whole(root: Path) -> bool:
    try:
        _rwlock(root)
    except (ValueError, AttributeError, TypeError):
        return False
    return True


def _dead(root: Path) -> list[tuple[str, int]]:
    """(command, process id) of notes whose process has ended and whose id another process has since.

    DVC itself drops notes of processes that are not there; these it takes for its own kind at work, for ever.
    """
    try:
        notes = _rwlock(root)
        written = (root / RWLOCK).stat().st_mtime
    except (ValueError, AttributeError, TypeError, FileNotFoundError):
        return []
    found = {(info["cmd"], info["pid"]) for info in _entries(notes.get("read", {}), notes.get("write", {}))}
    return sorted((cmd, pid) for cmd, pid in found if _is_another(pid, written))


def _is_another(pid: int, written: float) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        younger = process.create_time() > written + STARTED_LATER_SECONDS
        return younger or not any("dvc" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return False  # not ours to see, so not ours to judge


def _mended_rwlock(root: Path) -> list[str]:
    path = root / RWLOCK
    if not _is_whole(root):
        path.unlink(missing_ok=True)
        return [f"removed {RWLOCK.as_posix()}, which a killed run had cut short"]
    if not (dead := {pid for _, pid in _dead(root)}):
        return []
    notes = _rwlock(root)
    readers = {
        name: kept
        for name, infos in notes.get("read", {}).items()
        if (kept := [info for info in infos if info["pid"] not in dead])
    }
    writers = {name: info for name, info in notes.get("write", {}).items() if info["pid"] not in dead}
    temporary = path.with_name("rwlock.healed")
    temporary.write_text(json.dumps({"read": readers, "write": writers}), encoding="utf-8")
    os.replace(temporary, path)
    return [f"dropped process {pid}, which has ended, from {RWLOCK.as_posix()}" for pid in sorted(dead)]


@contextmanager
def _guarded(root: Path) -> Iterator[None]:
    """Hold the lock under which DVC itself edits the file."""
    from dvc.lock import LockError, make_lock

    guard = make_lock(str(root / GUARD), tmp_dir=str(root / GUARD.parent), hardlink_lock=_hardlinks(root))
    try:
        guard.lock()
    except LockError as error:
        raise ProjectError(
            f"{RWLOCK.as_posix()} is being changed by another DVC; wait until it has ended, then run again"
        ) from error
    try:
        yield
    finally:
        guard.unlock()


def _hardlinks(root: Path) -> bool:
    """Whether this project is set to locks that outlive their process (``core.hardlink_lock``, for odd drives)."""
    from dvc.config import Config
    from dvc.exceptions import DvcException

    try:
        return bool(Config(str(root / ".dvc"))["core"].get("hardlink_lock", False))
    except DvcException:  # a merge marker in .dvc/config, say
        return False


def _at_work(root: Path) -> bool:
    """Whether some DVC runs in the project, as far as can be seen."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if any(Path(word).stem == "dvc" for word in words) and Path(process.cwd()).is_relative_to(root):
                return True
    return False


# ---- what stages read -------------------------------------------------------------------------


def _missing(root: Path) -> Iterator[Obstacle]:
    for name in _needed(root):
        if not _may_be_empty(root, name):
            cure = f"restore it with `git checkout -- {name}`"
            if name == MASTERS_LOCK:
                cure += ", or look at every master and run `continuity masters accept`"
            yield Obstacle(name, f"{name} is missing, and every `dvc repro` reads it; {cure}")
        elif name == MASTERS_LOCK:
            cure = "`continuity check --heal` writes it for a series without masters"
            yield Obstacle(name, f"{name} is missing, and every `dvc repro` reads it; {cure}", heals=True)
        else:
            cure = f"`continuity check --heal` makes it, or `mkdir -p {name}`"
            why = "it may be empty, and Git keeps no empty folders"
            yield Obstacle(
                name, f"the folder {name} is missing, which every `dvc repro` reads: {why}; {cure}", heals=True
            )


def _needed(root: Path) -> list[str]:
    """What stages read and no stage writes, as far as it is not there."""
    import yaml

    try:
        stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
        read = {str(name) for stage in stages for name in stage.get("deps", ())}
        outs = [out for stage in stages for kind in ("outs", "metrics", "plots") for out in stage.get(kind, ())]
        written = {str(name) for out in outs for name in _names(out)}
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return []  # what DVC says of its own file is clear
    made = tuple(f"{name}/" for name in written)
    return sorted(name for name in read - written if not name.startswith(made) and not os.path.lexists(root / name))


def _names(out: Any) -> list[Any]:
    return list(out) if isinstance(out, dict) else [out]


def _may_be_empty(root: Path, name: str) -> bool:
    """Whether a series may be without it. Masters that are there and were never accepted are a person's to look at."""
    if name == MASTERS_LOCK:
        from continuity.masters import masters_on_disk

        return not masters_on_disk(root)
    return name in YOURS


def _put_there(root: Path, name: str) -> str:
    path = root / name
    if name == MASTERS_LOCK:
        path.write_text("{}\n", encoding="utf-8")
        return f"wrote {name}: there are no masters yet"
    path.mkdir(parents=True)
    return f"made the folder {name}, which Git does not keep while it is empty"


# ---- dvc.lock, merges -------------------------------------------------------------------------


def _hashed(lock: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each dependency and output that a lock file of DVC names. What is cut within a hash is still YAML."""
    for stage in lock.get("stages", {}).values():
        yield from stage.get("deps", ())
        yield from stage.get("outs", ())


def _lockfile(root: Path) -> Iterator[Obstacle]:
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA
    from voluptuous import Invalid
    from yaml import YAMLError, load

    try:
        from yaml import CSafeLoader as Loader
    except ImportError:
        from yaml import SafeLoader as Loader  # type: ignore[assignment]

    path = root / "dvc.lock"
    if not path.is_file() or _first_marker(path):
        return
    try:
        lock = COMPILED_LOCKFILE_SCHEMA(load(path.read_bytes(), Loader))
        whole = all(_HASH.fullmatch(str(entry.get("md5"))) for entry in _hashed(lock))
    except (YAMLError, Invalid):
        whole = False
    if not whole:
        yield Obstacle(
            "dvc.lock",
            "dvc.lock was cut short, by a run that was killed or a full disk, and stops or misleads `dvc repro`; "
            "`git checkout -- dvc.lock` brings the committed one back, and `dvc repro` then notes anew what has been "
            "made since, without making it again",
        )


def _merges(root: Path) -> Iterator[Obstacle]:
    unmerged = _unmerged(root)
    for patterns, cure in (
        (WRITTEN, "`git checkout --ours -- {0}` (or --theirs) takes one side, then `dvc repro` writes it anew"),
        (MAINTAINED, "keep what you want of both sides and delete the lines that begin with <<<<<<<, =======, >>>>>>>"),
    ):
        for name in _marked(root, patterns):
            heals = patterns is WRITTEN and name in unmerged
            more = "; so does `continuity check --heal`, and `make setup` spares you the next one" if heals else ""
            line = _first_marker(root / name)
            said = f"{name}: line {line}: a merge was left unfinished; {cure.format(name)}{more}"
            yield Obstacle(name, said, heals)


def _marked(root: Path, patterns: Iterable[str]) -> list[str]:
    """Files with the marks of a merge, relative to the project."""
    paths = sorted({path for pattern in patterns for path in root.glob(pattern)})
    return [path.relative_to(root).as_posix() for path in paths if _first_marker(path)]


def _unmerged(root: Path) -> set[str]:
    """Files of a merge at work that have a side of ours, as Git has them in its index."""
    entries = (line.partition("\t") for line in _git(root, "ls-files", "-u", "-z").split("\0"))
    return {name for facts, _, name in entries if facts.endswith(" 2")}


def _settle(root: Path) -> list[str]:
    """Take our side of what conflicts among the files that stages write: the next run writes them anew."""
    names = [name for name in _marked(root, WRITTEN) if name in _unmerged(root)]
    for name in names:
        _git(root, "checkout", "--ours", "--", name)
        _git(root, "add", "--", name)
    return [f"took our side of {name}, which a merge had left with both; `dvc repro` writes it anew" for name in names]


def _git(root: Path, *words: str) -> str:
    """What Git prints; nothing where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, encoding="utf-8", errors="surrogateescape"
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _first_marker(path: Path) -> int | None:
    """The number of the first line with which Git marks two sides, from 1."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return None
    return next((number for number, line in enumerate(lines, 1) if line.startswith((OPENS, CLOSES))), None)
