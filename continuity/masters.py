"""Masters: the sacred files under ``assets/masters``, each locked by its hash in ``assets/masters.lock.json``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from continuity.clutter import lies_in_clutter
from continuity.errors import MasterError, MediaError, ResultRejected
from continuity.files import inside, sha256_file, shown, write_json
from continuity.plan.footage import POINTER
from continuity.plan.schema import Plan
from continuity.plan.sections import MASTERS
from continuity.records.fields import Master
from continuity.records.masters import read_lock

LOCK = Path("assets") / "masters.lock.json"
_READABLE = "put a readable file there, then accept it"


def masters_on_disk(root: Path) -> dict[str, str]:
    """``masters/…`` → SHA-256 of every file under ``assets/masters``."""
    folder = root / "assets" / "masters"
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != POINTER and not lies_in_clutter(path.relative_to(folder))
    )
    return {path.relative_to(root / "assets").as_posix(): _digest(path) for path in files}


def locked(root: Path) -> dict[str, str]:
    """The accepted masters; empty when none has been accepted yet."""
    path = root / LOCK
    if not path.is_file():
        return {}
    return read_lock(path)


def needed(plan: Plan) -> list[str]:
    """The masters from which the plan's library is drawn, and by which services are shown its characters."""
    drawn = {parent for item in plan.library for parent in item.parents if parent.startswith("masters/")}
    clips = {look.clip.file for who in plan.characters.values() for look in who.looks.values() if look.clip}
    return sorted(drawn | {clip.removeprefix("assets/") for clip in clips if clip.startswith(MASTERS)})


def role_of(path: str) -> str:
    """The role of a master that is named as anywhere: ``mia/mia.png``, ``masters/mia/mia.png``, with ``assets/``."""
    return f"masters/{path.removeprefix('assets/').removeprefix('masters/')}"


def verify(root: Path, roles: list[str]) -> None:
    """Raise MasterError unless every master in ``roles`` is there with the bytes that were accepted."""
    lock = locked(root)
    for role in roles:
        path = root / "assets" / role
        if not path.is_file():
            raise MasterError(
                f"the master assets/{role} is missing; restore it (`git checkout -- assets/{role}` or `dvc pull`), or "
                f"correct its path in conf/, which is relative to {MASTERS}"
            )
        if role not in lock:
            raise MasterError(
                f"the master assets/{role} is new and not accepted yet; look at it, then `continuity masters "
                f"accept {role}`"
            )
        if sha256_file(path) != lock[role]:
            raise MasterError(
                f"the master assets/{role} has changed since it was accepted, and everything drawn from it would "
                f"change with it. Restore it (`git checkout -- assets/{role}`), or accept it on purpose: "
                f"`continuity masters accept {role}`"
            )


def accept(root: Path, roles: list[str]) -> list[str]:
    """Lock the present bytes of ``roles`` (all masters when empty; a folder means all in it); returns those newly
    locked.

    Raises MasterError for a role without a file or a picture that cannot be opened.
    """
    on_disk = masters_on_disk(root)
    roles = [one for role in roles for one in _below(role, on_disk)]
    for role in roles:
        if role not in on_disk:
            raise MasterError(f"there is no master assets/{role}; there are: {', '.join(on_disk) or 'none'}")
    chosen = roles or list(on_disk)
    for role in chosen:
        _check_name(root, role)
        _check_readable(root / "assets" / role)
    before = locked(root)
    after = {role: sha for role, sha in {**before, **{r: on_disk[r] for r in chosen}}.items() if role in on_disk}
    write_json(root / LOCK, dict(sorted(after.items())))
    return [role for role in chosen if before.get(role) != on_disk[role]]


def _below(role: str, on_disk: Iterable[str]) -> list[str]:
    """Every master in a folder that is named; else the role itself."""
    return [one for one in on_disk if one.startswith(f"{role.rstrip('/')}/")] or [role]


def _digest(path: Path) -> str:
    try:
        return sha256_file(path)
    except MediaError as error:
        raise MasterError(f"the master {str(error).partition('; ')[0]}; {_READABLE}") from error


def _check_name(root: Path, role: str) -> None:
    """A name that cannot be written down, or a file that lies elsewhere, could not be told from another later."""
    if shown(role) != role:
        raise MasterError(f"the master assets/{shown(role)}: its name is no UTF-8, in which roles are kept; rename it")
    try:
        TypeAdapter(Master).validate_python(role)
    except ValidationError:
        raise MasterError(
            f"the master assets/{role!a} has a name that not every machine can hold; rename it, without backslashes, "
            "colons and what cannot be printed"
        ) from None
    inside(root, f"assets/{role}")


def _check_readable(path: Path) -> None:
    """A master that cannot be opened would fail every stage after it."""
    from continuity.media import check, pictures

    ending = path.suffix.lower()
    try:
        if ending in pictures.ENDINGS:
            pictures.read_picture(path, _READABLE)
        elif ending == ".wav":
            check.check_sound(path)
    except MediaError as error:
        raise MasterError(f"the master {error}") from error
    except ResultRejected as error:
        what = str(error).removeprefix(f"{path}: ").partition("; ")[0]
        raise MasterError(f"the master {path}: {what}; {_READABLE}") from error
