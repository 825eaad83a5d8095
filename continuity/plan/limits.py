"""What the models' cards allow, checked before anything is sent or paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from continuity.plan.problems import Problems
from continuity.plan.schema import LibraryItem, ModelCard, Shot
from continuity.plan.sources import Sources

SOON = timedelta(days=60)


def check_limits(
    shots: Mapping[str, Shot],
    library: Iterable[LibraryItem],
    cards: Mapping[str, ModelCard],
    sources: Sources,
    problems: Problems,
) -> None:
    """Every call the plan will make, against the card that serves it. Nothing is cut to fit."""
    for shot in shots.values():
        where = sources.where(("series", "episodes", shot.episode, "scenes", shot.scene, "shots", shot.id))
        _check_film(where, shot, cards[shot.model], len(shot.characters), shot.references, shot.prompt, problems)
        if shot.transfer:
            card = cards[shot.transfer.model]
            # A motion model sees everyone in the driving clip.
            _check_film(
                where, shot, card, len(shot.characters), shot.transfer.references, shot.transfer.prompt, problems
            )
    for item in library:
        if item.provider != "still":
            _check_item(item, cards[item.model], sources, problems)


def check_sunset(cards: Iterable[ModelCard], today: date, sources: Sources, problems: Problems) -> None:
    for card in cards:
        if card.sunset and date.fromisoformat(card.sunset) < today:
            problems.add(
                sources.where(("cards", card.id, "sunset")),
                f"{card.title or card.id} ended on {card.sunset}; choose another card in conf/models/",
            )


def sunset_warnings(cards: Iterable[ModelCard], today: date) -> list[str]:
    """Models that end within sixty days: printed, never part of the plan, which must not change by itself."""
    return [
        f"{card.title or card.id} ends on {card.sunset}: make its takes before, or choose another card"
        for card in cards
        if card.sunset and today <= date.fromisoformat(card.sunset) <= today + SOON
    ]


def _check_film(
    where: str, shot: Shot, card: ModelCard, people: int, references: list[str], prompt: str, problems: Problems
) -> None:
    limits = card.limits
    if limits.min_seconds is not None and shot.seconds < limits.min_seconds:
        problems.add(
            f"{where}.seconds",
            f"{shot.seconds:g} s is under {card.id}'s least of {limits.min_seconds:g} s; lengthen the shot",
        )
    if limits.max_seconds is not None and shot.seconds > limits.max_seconds:
        problems.add(
            f"{where}.seconds",
            f"{shot.seconds:g} s is over {card.id}'s most of {limits.max_seconds:g} s; shorten or split the shot",
        )
    if limits.fps is not None and shot.fps not in limits.fps:
        problems.add(where, f"{card.id} makes {_either(limits.fps)} fps, not {shot.fps}; choose another quality")
    _check_picture(where, shot.resolution, card, problems, "choose another quality")
    if limits.max_characters is not None and people > limits.max_characters:
        remedy = "split the shot, or say `transfer: false`" if card.kind == "motion" else "split the shot"
        problems.add(
            f"{where}.characters", f"{people} characters are over {card.id}'s most of {limits.max_characters}; {remedy}"
        )
    _check_words(where, references, prompt, card, problems)


def _check_item(item: LibraryItem, card: ModelCard, sources: Sources, problems: Problems) -> None:
    group = (
        "locations"
        if item.step == "location"
        else "props"
        if item.step == "prop"
        else "voices"
        if item.kind == "voice"
        else "characters"
    )
    where = f"{sources.where((group, item.subject))}: {item.role}"
    if item.resolution:
        _check_picture(
            where, item.resolution, card, problems, "set quality.portrait or the quality's resolution to one of these"
        )
    _check_words(where, item.parents, item.prompt, card, problems)


def _check_picture(where: str, resolution: tuple[int, int], card: ModelCard, problems: Problems, remedy: str) -> None:
    width, height = resolution
    allowed = card.limits.resolutions
    if allowed is not None and resolution not in allowed:
        problems.add(
            where, f"{card.id} makes {_either(f'{w}x{h}' for w, h in allowed)}, not {width}x{height}; {remedy}"
        )
    aspects = card.limits.aspects
    if aspects is not None and not any(_same_aspect(width, height, aspect) for aspect in aspects):
        problems.add(where, f"{card.id} makes {_either(aspects)}, and {width}x{height} is none of them; {remedy}")


def _check_words(where: str, references: list[str], prompt: str, card: ModelCard, problems: Problems) -> None:
    limits = card.limits
    if limits.max_references is not None and len(references) > limits.max_references:
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
