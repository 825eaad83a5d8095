"""From plan to requests: what each stage wants made, in the neutral words of continuity.request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from continuity.jobs.wanted import Wanted
from continuity.plan.estimate import price_of_line, price_of_shot
from continuity.plan.fields import sources_of
from continuity.plan.schema import CastMember, Kind, LibraryItem, Line, ModelCard, Plan, Route, Shot, Voice
from continuity.plan.seeds import derive_seed
from continuity.production.library import Library
from continuity.production.workspace import SpokenLine, Take
from continuity.providers import provider_named
from continuity.records.results import read_result
from continuity.request import Reference, Request


def for_library(library: Library, item: LibraryItem) -> Wanted:
    """One library item from its parents, which must be there already."""
    direction = dict(item.direction)
    if clip := direction.get("clip"):
        from continuity.plan.footage import resolve

        refs: tuple[Reference, ...] = (Reference.of("clip", resolve(clip["file"], library.root)),)
        direction["clip"] = {name: clip[name] for name in clip if name != "file"}
    else:
        refs = tuple(_nameless(item, reference) for reference in library.references(item.parents))
    request = request_for_item(library.plan, item, refs, direction)
    if item.kind == "voice":
        request = replace(request, card=_knowing(library, item.model, item.subject, request.card))
    return Wanted(request, item.price_usd)


def request_for_item(
    plan: Plan, item: LibraryItem, references: tuple[Reference, ...], direction: dict[str, Any]
) -> Request:
    """What is asked for a library item, from those references."""
    return Request(
        kind=item.kind,
        **maker_of(plan, item.provider, item.model),
        prompt=item.prompt,
        seed=item.seed,
        subject=item.role,
        resolution=item.resolution,
        references=references,
        direction=direction,
        parameters=item.parameters,
    )


def for_line(library: Library, shot: Shot, line: Line, voice_id: str) -> Wanted:
    """One spoken line in its locked voice. Of a voice made from a sample, the sample is part of its key."""
    plan = library.plan
    voice = plan.voices[voice_id]
    card = plan.models[voice.model]
    request = Request(
        kind="voice",
        **maker_of(plan, voice.provider, voice.model),
        prompt=line.text,
        seed=line.seed,
        subject=f"{shot.id} (line {line.text[:40]!r})",
        references=_sample_of(library, voice) if card.character else (),
        direction={"voice": voice.preset},
        parameters=voice.parameters,
    )
    request = replace(request, card=_knowing(library, card.id, voice.id, request.card))
    return Wanted(request, price_of_line(card, line.text), shot.episode, shot.id)


def _sample_of(library: Library, voice: Voice) -> tuple[Reference, ...]:
    """The locked recording of a voice: its master."""
    masters = library.references([voice.master] if voice.master else [])
    return tuple(replace(master, role=f"masters/voices/{voice.id}") for master in masters)


def _knowing(library: Library, card: str, voice: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a card says, with the id by which its service knows the voice, where it was made from a sample."""
    known = library.voices.get((card, voice))
    return said if known is None else {**said, "known_voice": known}


def for_take(
    library: Library,
    plan: Plan,
    shot: Shot,
    number: int,
    lines: list[SpokenLine],
    start_frame: Path | None,
    seed: int | None = None,
) -> Wanted:
    """Take ``number`` (from 0) of a shot. ``start_frame`` is the last frame of the shot it starts from."""
    refs = list(library.references(shot.references))
    spoken = [line for line in lines if line.path and line.in_take]
    refs += [Reference(f"line-{n}", library.root / line.path, line.sha256) for n, line in enumerate(spoken, 1)]
    if start_frame is not None:
        refs.append(Reference.of("start_frame", start_frame))
    direction = direction_of(plan, shot, spoken)
    if shot.footage:
        from continuity.plan.footage import resolve

        footage = shot.footage[number]
        refs.append(Reference.of("footage", resolve(footage.file, library.root)))
        direction["footage"] = footage.model_dump(exclude={"file"})
        # Each piece of footage is as long as it is; the shot's seconds are those of what is generated.
        shot = shot.model_copy(update={"seconds": footage.seconds or shot.seconds})
        seed = 0  # nothing is drawn by chance, and the number of a take follows from its file's name
    maker = maker_of(plan, shot.provider, shot.model)
    if by := plan.models[shot.model].character:
        maker["card"] = {**maker["card"], "characters": library.known_as(shot)}
        if "clip" in sources_of(plan.models[by].fields):  # pictures are in the key as references
            clips = {cast.character: plan.characters[cast.character].looks[cast.look].clip for cast in shot.characters}
            direction["clips"] = {id: clip.model_dump(exclude={"file"}) for id, clip in clips.items() if clip}
    request = _clip(
        shot,
        kind="video",
        **maker,
        prompt=shot.prompt,
        negative_prompt=shot.negative_prompt,
        seed=derive_seed(shot.seed, "take", number) if seed is None else seed,
        references=tuple(refs),
        direction=direction,
        parameters=shot.parameters,
    )
    return Wanted(request, shot.price_usd, shot.episode, shot.id)


def for_character(library: Library, plan: Plan, card: ModelCard, member: CastMember, account: str) -> Wanted:
    """A character in one look, as the service is to know it for all takes: headshot, angles, expressions that fit.

    Where the card shows a clip, the look's clip instead. ``account`` says whose it is there. The key holds the files'
    hashes: another picture or clip makes another character.
    """
    direction: dict[str, Any] = {"name": plan.characters[member.character].name, "account": account}
    if "clip" in sources_of(card.fields):
        refs, clip = _clip_of(library, plan, member)
        direction |= clip
    else:
        refs = _pictures_of(library, plan, card, member)
    request = Request(
        kind="character",
        **maker_of(plan, card.provider, card.id),
        prompt="",
        seed=0,
        subject=f"characters/{member.character}/{member.look}",
        references=refs,
        direction=direction,
        parameters=card.parameters,
    )
    return Wanted(request, price_of_shot(card, 0.0))


def _clip_of(library: Library, plan: Plan, member: CastMember) -> tuple[tuple[Reference, ...], dict[str, Any]]:
    """The look's clip and which part of it; nothing where it has none, which its provider refuses."""
    from continuity.plan.footage import resolve

    clip = plan.characters[member.character].looks[member.look].clip
    if clip is None:
        return (), {}
    file = Reference.of("clip", resolve(clip.file, library.root))
    return (file,), {"clip": clip.model_dump(exclude={"file", "sha256"})}


def _pictures_of(library: Library, plan: Plan, card: ModelCard, member: CastMember) -> tuple[Reference, ...]:
    own = [item for item in plan.library if (item.subject, item.look) == (member.character, member.look)]
    shown = [item.role for step in ("headshot", "still", "angle", "expression") for item in own if item.step == step]
    return library.references(shown[: card.limits.max_references])


def for_voice(library: Library, plan: Plan, card: ModelCard, voice: Voice, account: str) -> Wanted:
    """A voice made from its locked sample, as the service is to know it for all lines; else as `for_character`."""
    request = Request(
        kind="character",
        **maker_of(plan, card.provider, card.id),
        prompt="",
        seed=0,
        subject=f"characters/voices/{voice.id}",
        references=_sample_of(library, voice),
        direction={"name": voice.id, "account": account},
        parameters=card.parameters,
    )
    return Wanted(request, price_of_shot(card, 0.0))


def for_transfer(library: Library, plan: Plan, shot: Shot, driving: Take) -> Wanted:
    """The performance of ``driving`` on the target look's locked references."""
    transfer = shot.transfer
    assert transfer is not None
    # What is carried over is as long as what drives it, of which footage may have several lengths.
    shot = shot.model_copy(update={"seconds": min(shot.lengths, key=lambda length: abs(length - driving.seconds))})
    character = plan.characters[transfer.character]
    look = character.looks[transfer.look]
    maker = maker_of(plan, transfer.provider, transfer.model)
    if maker["card"]:  # beside the key: the prompt, which is in it, holds the name
        maker["card"] = {**maker["card"], "names": {character.id: character.name}}
    request = _clip(
        shot,
        kind="motion",
        **maker,
        prompt=transfer.prompt,
        seed=derive_seed(transfer.seed, driving.sha256),
        references=(
            Reference("driving_clip", library.root / driving.clip, driving.sha256),
            *library.references(transfer.references),
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
    return Wanted(request, transfer.price_usd, shot.episode, shot.id)


def for_repair(
    library: Library,
    plan: Plan,
    shot: Shot,
    failed: Take,
    attempt: int,
    route: Route | None = None,
    price_usd: float | None = None,
    heads: Sequence[Mapping[str, Any]] = (),
    lines: Reference | None = None,
) -> Wanted:
    """The same performance with the identity pulled back to the references, by the card of ``route``.

    Without one by that of `Repair`, as it was before there were routes. ``heads`` (`continuity.production.heads`) go
    along where the card asks for them, ``lines``, all that is said, for a lip sync.
    """
    repair = plan.repair if route is None else route
    maker = maker_of(plan, repair.provider, repair.model)
    if (job := _job_of(library.root, failed, maker)) is not None:
        maker["card"] = {**maker["card"], "failed_job": job}
    roles = (shot.transfer.references if shot.transfer else []) + [r for r in shot.references if not _replaced(shot, r)]
    request = _clip(
        shot,
        kind="repair",
        **maker,
        prompt=shot.prompt,
        seed=derive_seed(shot.seed, "repair", failed.sha256, attempt),
        references=(
            Reference("failed_take", library.root / failed.clip, failed.sha256),
            *([lines] if lines else []),
            *library.references(list(dict.fromkeys(roles))),
        ),
        direction={
            "characters": [_member(plan, member) for member in shot.shown_characters],
            **({"heads": list(heads)} if (card := plan.models.get(repair.model)) and card.holds("heads") else {}),
        },
        parameters=repair.parameters,
    )
    return Wanted(request, plan.repair.price_usd if price_usd is None else price_usd, shot.episode, shot.id)


def _job_of(root: Path, failed: Take, maker: dict[str, Any]) -> str | None:
    """By which id the repair card's service knows the take, where the card asks for that and the service made it.

    It lies in somebody's account there, and is beside the key, which holds the take's own bytes.
    """
    if "failed_job" not in sources_of(maker.get("form", {}).get("fields", {})):
        return None
    record = read_result((root / failed.clip).with_name("take.json"), "dvc repro")
    same = (record.provider, record.request.get("rehearsed", False)) == (maker["provider"], maker["rehearsed"])
    return record.job_id if same else None


def maker_of(plan: Plan, provider: str, model: str) -> dict[str, Any]:
    """Who makes it, as keys name them: the card's own id may change."""
    card = plan.models.get(model)  # none for stills of a reference clip
    version = provider_named(provider).request_version
    if card is None:
        return {"provider": provider, "model": model, "version": version}
    service = plan.services.get(provider)
    return {
        "provider": provider,
        "model": card.called,
        "version": version,
        "form": card.form,
        "card": _beside(card) if card.fields else {},
        "rehearsed": service is not None and service.rehearsed,
    }


def _beside(card: ModelCard) -> dict[str, Any]:
    here = {"folder": card.weights.folder, "needs": card.needs.model_dump()} if card.weights and card.needs else {}
    return {
        "kind": card.kind,
        "result": card.result,
        "leaves_out": sorted(card.leaves_out),
        "most_prompt": card.limits.max_prompt_characters,
        **here,
    }


def _nameless(item: LibraryItem, reference: Reference) -> Reference:
    """A master by what it shows: the name of its file may change."""
    if not reference.role.startswith("masters/"):
        return reference
    return replace(reference, role=f"masters/{'voices/' if item.kind == 'voice' else ''}{item.subject}")


def _clip(shot: Shot, kind: Kind, **values: Any) -> Request:
    """A request for a clip of ``shot``: every kind of clip has the shot's length, resolution and frame rate."""
    return Request(kind=kind, subject=shot.id, resolution=shot.resolution, seconds=shot.seconds, fps=shot.fps, **values)


def _replaced(shot: Shot, role: str) -> bool:
    """Whether a generate reference shows the look that the transfer has replaced."""
    if shot.transfer is None:
        return False
    performing = next((m.look for m in shot.characters if m.character == shot.transfer.character), None)
    return role.startswith(f"{shot.transfer.character}/{performing}/")


def direction_of(plan: Plan, shot: Shot, spoken: list[SpokenLine]) -> dict[str, Any]:
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
