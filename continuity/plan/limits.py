"""What the models' cards allow, checked before anything is sent or paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from continuity.media.rates import called
from continuity.plan.problems import Problems
from continuity.plan.schema import LibraryItem, ModelCard, Shot, Voice
from continuity.plan.sources import Place, Sources

MOST_TAKES = 20_000  # of a series
MOST_PICTURES = 5_000  # of a library
MOST_PIXELS = 10**13  # of all takes, frame by frame: compressed, about 100 GB


def check_limits(
    shots: Mapping[str, Shot],
    library: Iterable[LibraryItem],
    cards: Mapping[str, ModelCard],
    sources: Sources,
    problems: Problems,
) -> None:
    """Every call the plan will make, against the card that serves it. Nothing is cut to fit."""
    for shot in shots.values():
        where = sources.place("series", "episodes", shot.episode, "scenes", shot.scene, "shots", shot.id)
        check_film(where, shot, cards[shot.model], len(shot.characters), shot.references, shot.prompt, problems)
        if shot.transfer:
            card = cards[shot.transfer.model]
            # A motion model sees everyone in the driving clip.
            check_film(
                where, shot, card, len(shot.characters), shot.transfer.references, shot.transfer.prompt, problems
            )
    for item in library:
        if item.model in cards:  # a still is cut here, by no model
            _check_item(item, cards[item.model], sources, problems)


def check_repair(shots: Mapping[str, Shot], card: ModelCard | None, sources: Sources, problems: Problems) -> None:
    """What mends takes has limits too: any take may come to need it."""
    if card is None:
        return
    for shot in shots.values():
        if not shot.footage:  # nothing here made it, and nothing here mends it
            where = sources.place("series", "episodes", shot.episode, "scenes", shot.scene, "shots", shot.id)
            check_film(where, shot, card, len(shot.characters), [], "", problems)


def check_lines(
    shots: Mapping[str, Shot],
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    sources: Sources,
    problems: Problems,
) -> None:
    """Every spoken line, against the card that speaks it."""
    for shot in shots.values():
        where = sources.place("series", "episodes", shot.episode, "scenes", shot.scene, "shots", shot.id)
        for line in shot.lines:
            if line.voice and line.is_spoken:
                _check_words(where.at("lines"), [], line.text, cards[voices[line.voice].model], problems)


def check_amounts(
    shots: Mapping[str, Shot], library: Sequence[LibraryItem], sources: Sources, problems: Problems
) -> None:
    """What a slip of the finger may ask for and no machine can make or keep; and what has no frame at all."""
    for shot in shots.values():
        if shot.seconds * shot.fps < 1:
            where = sources.place("series", "episodes", shot.episode, "scenes", shot.scene, "shots", shot.id)
            problems.add(
                where.at("seconds"), f"{shot.seconds:g} s hold no frame at {called(shot.fps)} fps; lengthen the shot"
            )
    series = sources.place("series")
    if (takes := sum(shot.at_most for shot in shots.values())) > MOST_TAKES:
        problems.add(series, f"{takes} takes are over the most of {MOST_TAKES}; make fewer `takes` or several series")
    if len(library) > MOST_PICTURES:
        problems.add(
            series, f"{len(library)} library pictures are over the most of {MOST_PICTURES}; choose some in `library:`"
        )
    pixels = sum(
        shot.at_most * shot.seconds * shot.fps * shot.resolution[0] * shot.resolution[1] for shot in shots.values()
    )
    if pixels > MOST_PIXELS:
        problems.add(
            sources.place("quality"),
            f"all takes together would have {pixels / MOST_PIXELS:.1f} times the pixels that 100 GB hold; "
            "lower resolution, fps, seconds or takes, or make several series",
        )


def check_roles(library: Iterable[LibraryItem], sources: Sources, problems: Problems) -> None:
    """No two items may have one name, as ``late`` in ``cafe-night`` and ``night-late`` in ``cafe`` would."""
    seen: dict[str, LibraryItem] = {}
    for item in library:
        other = seen.setdefault(item.role, item)
        if other is not item:
            problems.add(
                _of_item(item, sources),
                f"{item.role} would be a picture of {other.subject} too; rename one of the ids",
            )


def check_film(
    where: object, shot: Shot, card: ModelCard, people: int, references: list[str], prompt: str, problems: Problems
) -> None:
    """One clip of a shot against a card that would make it."""
    limits = card.limits
    if limits.min_seconds is not None and shot.seconds < limits.min_seconds:
        problems.add(
            _at(where, "seconds"),
            f"{shot.seconds:g} s is under {card.id}'s least of {limits.min_seconds:g} s; lengthen the shot",
        )
    if limits.max_seconds is not None and shot.seconds > limits.max_seconds:
        problems.add(
            _at(where, "seconds"),
            f"{shot.seconds:g} s is over {card.id}'s most of {limits.max_seconds:g} s; shorten or split the shot",
        )
    if limits.fps is not None and shot.fps not in limits.fps:
        allowed = _either(called(rate) for rate in limits.fps)
        problems.add(where, f"{card.id} makes {allowed} fps, not {called(shot.fps)}; choose another quality")
    _check_picture(where, shot.resolution, card, problems, "choose another quality")
    if limits.max_characters is not None and people > limits.max_characters:
        others = {"motion": ", or say `transfer: false`", "repair": ", or choose another card for repair, or none"}
        remedy = f"split the shot{others.get(card.kind, '')}"
        problems.add(
            _at(where, "characters"),
            f"{people} characters are over {card.id}'s most of {limits.max_characters}; {remedy}",
        )
    _check_words(where, references, prompt, card, problems)


def _at(where: object, key: str) -> object:
    return where.at(key) if isinstance(where, Place) else where


def _check_item(item: LibraryItem, card: ModelCard, sources: Sources, problems: Problems) -> None:
    where = f"{_of_item(item, sources)}: {item.role}"
    if item.resolution:
        _check_picture(
            where, item.resolution, card, problems, "set quality.portrait or the quality's resolution to one of these"
        )
    _check_words(where, item.parents, item.prompt, card, problems)


def _of_item(item: LibraryItem, sources: Sources) -> Place:
    groups = {"location": "locations", "prop": "props", "voice": "voices"}
    return sources.place(groups.get(item.step, "characters"), item.subject)


def _check_picture(
    where: object, resolution: tuple[int, int], card: ModelCard, problems: Problems, remedy: str
) -> None:
    width, height = resolution
    allowed = card.limits.resolutions
    if allowed is not None and resolution not in allowed:
        problems.add(
            where, f"{card.id} makes {_either(f'{w}x{h}' for w, h in allowed)}, not {width}x{height}; {remedy}"
        )
    aspects = card.limits.aspects
    if aspects is not None and not any(_same_aspect(width, height, aspect) for aspect in aspects):
        problems.add(where, f"{card.id} makes {_either(aspects)}, and {width}x{height} is none of them; {remedy}")


def _check_words(where: object, references: list[str], prompt: str, card: ModelCard, problems: Problems) -> None:
    limits = card.limits
    if limits.max_references == 0 and references:
        problems.add(
            where,
            f"{card.id} is shown no pictures, and the shot has {', '.join(references)}; choose another card, or say "
            "`conditioning: prompt-only`",
        )
    elif limits.max_references is not None and len(references) > limits.max_references:
        problems.add(
            where,
            f"{len(references)} references ({', '.join(references)}) are over {card.id}'s most of "
            f"{limits.max_references}; show fewer, or set references.at_most={limits.max_references} to keep the first",
        )
    if limits.max_prompt_characters is not None and len(prompt) > limits.max_prompt_characters:
        problems.add(
            where,
            f"the prompt has {len(prompt)} characters, over {card.id}'s most of {limits.max_prompt_characters}; "
            "shorten the words",
        )


def _same_aspect(width: int, height: int, aspect: str) -> bool:
    across, _, down = aspect.partition(":")
    return abs(width / height / (float(across) / float(down)) - 1) < 0.01  # 854x480 is called 16:9


def _either(values: Iterable[object]) -> str:
    return " or ".join(str(value) for value in values)
