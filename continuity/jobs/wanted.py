"""From plan to requests: what each stage wants made, in the neutral words of continuity.request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.jobs.runner import Wanted
from continuity.jobs.workspace import SpokenLine, Take, clip_of
from continuity.plan.estimate import price_of, spoken_seconds
from continuity.plan.schema import CastMember, Kind, LibraryItem, Line, Plan, Shot
from continuity.request import Reference, Request, derive_seed


def library_file(root: Path, plan: Plan, role: str) -> Path:
    """The file behind a role: a master under ``assets/``, anything else under ``assets/library/``."""
    if role.startswith("masters/"):
        return root / "assets" / role
    item = next(item for item in plan.library if item.role == role)
    return root / "assets" / "library" / item.path


def references(root: Path, plan: Plan, roles: list[str]) -> tuple[Reference, ...]:
    """Hash the files of ``roles``. Raises MediaError naming the first that cannot be read."""
    return tuple(Reference.of(role, library_file(root, plan, role)) for role in roles)


def for_library(root: Path, plan: Plan, item: LibraryItem) -> Wanted:
    """One library item from its parents, which must be there already."""
    refs = references(root, plan, item.parents)
    if clip := item.direction.get("clip"):
        from continuity.providers.footage import resolve

        refs += (Reference.of("clip", resolve(clip["file"], root)),)
    request = Request(
        kind=item.kind,
        provider=item.provider,
        model=item.model,
        prompt=item.prompt,
        seed=item.seed,
        subject=item.role,
        resolution=item.resolution,
        references=refs,
        direction=item.direction,
        parameters=item.parameters,
    )
    return Wanted(request, item.price_usd)


def for_line(plan: Plan, shot: Shot, line: Line) -> Wanted:
    """One spoken line in its locked voice."""
    voice = plan.voices[line.voice]
    request = Request(
        kind="voice",
        provider=voice.provider,
        model=voice.model,
        prompt=line.text,
        seed=line.seed,
        subject=f"{shot.id} (line {line.text[:40]!r})",
        direction={"voice": voice.preset},
        parameters=voice.parameters,
    )
    return Wanted(request, price_of(plan.models[voice.model], spoken_seconds(line.text)))


def for_take(
    root: Path,
    plan: Plan,
    shot: Shot,
    number: int,
    lines: list[SpokenLine],
    start_frame: Path | None,
    seed: int | None = None,
) -> Wanted:
    """Take ``number`` (from 0) of a shot. ``start_frame`` is the last frame of the shot it starts from."""
    refs = list(references(root, plan, shot.references))
    spoken = [line for line in lines if not line.off_screen]
    refs += [Reference(f"line-{n}", root / line.path, line.sha256) for n, line in enumerate(spoken, 1)]
    if start_frame is not None:
        refs.append(Reference.of("start_frame", start_frame))
    direction = _direction(plan, shot, spoken)
    if shot.footage:
        from continuity.providers.footage import resolve

        footage = shot.footage[number]
        refs.append(Reference.of("footage", resolve(footage.file, root)))
        direction["footage"] = footage.model_dump()
        # Each piece of footage is as long as it is; the shot's seconds are those of what is generated.
        shot = shot.model_copy(update={"seconds": footage.seconds or shot.seconds})
    request = _clip(
        shot,
        kind="video",
        provider=shot.provider,
        model=shot.model,
        prompt=shot.prompt,
        negative_prompt=shot.negative_prompt,
        seed=derive_seed(shot.seed, "take", number) if seed is None else seed,
        references=tuple(refs),
        direction=direction,
        parameters=shot.parameters,
    )
    return Wanted(request, shot.price_usd)


def for_transfer(root: Path, plan: Plan, shot: Shot, driving: Take) -> Wanted:
    """The performance of ``driving`` on the target look's locked references."""
    transfer = shot.transfer
    assert transfer is not None
    look = plan.characters[transfer.character].looks[transfer.look]
    request = _clip(
        shot,
        kind="motion",
        provider=transfer.provider,
        model=transfer.model,
        prompt=transfer.prompt,
        seed=derive_seed(transfer.seed, driving.key),
        references=(
            Reference("driving_clip", clip_of(root, driving), driving.sha256),
            *references(root, plan, transfer.references),
        ),
        direction={
            "transfer": {
                "character": transfer.character,
                "look": transfer.look,
                "look_style": look.style,
                "wardrobe": transfer.wardrobe,
            }
        },
        parameters=transfer.parameters,
    )
    return Wanted(request, transfer.price_usd)


def for_repair(root: Path, plan: Plan, shot: Shot, failed: Take, attempt: int) -> Wanted:
    """The same performance with the identity pulled back to the references."""
    repair = plan.repair
    roles = (shot.transfer.references if shot.transfer else []) + [r for r in shot.references if not _replaced(shot, r)]
    request = _clip(
        shot,
        kind="repair",
        provider=repair.provider,
        model=repair.model,
        prompt=shot.prompt,
        seed=derive_seed(shot.seed, "repair", failed.key, attempt),
        references=(
            Reference("failed_take", clip_of(root, failed), failed.sha256),
            *references(root, plan, list(dict.fromkeys(roles))),
        ),
        direction={"characters": [_member(plan, member) for member in shown_cast(shot)]},
        parameters=repair.parameters,
    )
    return Wanted(request, repair.price_usd)


def _clip(shot: Shot, kind: Kind, **values: Any) -> Request:
    """A request for a clip of ``shot``: every kind of clip has the shot's length, resolution and frame rate."""
    return Request(kind=kind, subject=shot.id, resolution=shot.resolution, seconds=shot.seconds, fps=shot.fps, **values)


def shown_cast(shot: Shot) -> list[CastMember]:
    """The cast as the shot's final takes show it: with the transferred look where there is a transfer."""
    if shot.transfer is None:
        return shot.characters
    return [
        member.model_copy(update={"look": shot.transfer.look})
        if member.character == shot.transfer.character
        else member
        for member in shot.characters
    ]


def _replaced(shot: Shot, role: str) -> bool:
    """Whether a generate reference shows the look that the transfer has replaced."""
    if shot.transfer is None:
        return False
    performing = next((m.look for m in shot.characters if m.character == shot.transfer.character), None)
    return role.startswith(f"{shot.transfer.character}/{performing}/")


def _direction(plan: Plan, shot: Shot, spoken: list[SpokenLine]) -> dict[str, Any]:
    """The structure behind the prompt. The bible's words go along only when there are no references:

    otherwise an edit to a word that is never sent would make every take anew.
    """
    location = plan.locations[shot.location] if shot.location else None
    return {
        "framing": shot.framing,
        "camera": shot.camera,
        "action": shot.action,
        "characters": [_member(plan, member) for member in shot.characters],
        "location": {"id": location.id, "name": location.name, "words": location.words} if location else None,
        "time": shot.time,
        "light": shot.light,
        "props": [{"id": name, "words": plan.props[name].words} for name in shot.props],
        "lines": [
            {"character": line.character, "text": line.text, "at": line.start, "reference": f"line-{n}"}
            for n, line in enumerate(spoken, 1)
        ],
    }


def _member(plan: Plan, member: CastMember) -> dict[str, Any]:
    character = plan.characters[member.character]
    words: dict[str, Any] = {}
    if plan.conditioning == "prompt-only":
        words = {"bible": character.bible, "wardrobe_words": character.wardrobes.get(member.wardrobe or "", "")}
    look = character.looks[member.look]
    return {**member.model_dump(), "name": character.name, "kind": character.kind, "look_style": look.style, **words}
