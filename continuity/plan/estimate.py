"""What the plan would cost if nothing were reused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from continuity.plan.schema import Estimate, LibraryItem, ModelCard, Repair, Route, Shot, Voice

WORDS_PER_SECOND = 2.6  # an unhurried reading; lint holds lines against it too


def spoken_seconds(text: str) -> float:
    """How long a line takes to say, about."""
    return len(text.split()) / WORDS_PER_SECOND


def price_of(card: ModelCard, seconds: float, spoken: str = "", pictures: int = 0) -> float:
    """US dollars for one call that makes ``seconds`` of result, or the next longer that the model offers.

    ``pictures`` are those that a picture is made from.
    """
    amount = {"call": 1.0, "second": card.billed_seconds(seconds), "1000 characters": len(spoken) / 1000}
    return round(card.price.usd * amount[card.price.per] + card.price.picture_usd * pictures, 6)


def price_of_line(card: ModelCard, text: str) -> float:
    """US dollars for speaking ``text`` once."""
    return price_of(card, spoken_seconds(text), text)


def price_of_shot(card: ModelCard, seconds: float) -> float:
    """US dollars for what the card makes of one shot; of speech, for words from its beginning to its end."""
    return price_of(card, seconds, "words " * round(seconds * WORDS_PER_SECOND))


def attempt_price(shot: Shot, repair: Repair) -> float:
    """US dollars of one attempt at mending a take: a remake buys the performance, and its transfer, once more."""
    if repair.method == "restore":
        return repair.price_usd
    return shot.whole_price_usd


def price_of_route(route: Route, shot: Shot, cards: Mapping[str, ModelCard]) -> float:
    """US dollars of one attempt at mending a take of a shot by that route."""
    return price_of(cards[route.model], shot.seconds) if route.model else shot.whole_price_usd


def _attempt_at_most(shot: Shot, repair: Repair, cards: Mapping[str, ModelCard]) -> float:
    """Which route an attempt takes depends on what is wrong with the take: the dearest, at most."""
    if repair.routes:
        return max(price_of_route(route, shot, cards) for route in repair.routes)
    return attempt_price(shot, repair)


def estimate(
    library: Iterable[LibraryItem],
    shots: Mapping[str, Shot],
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    repair: Repair,
) -> Estimate:
    """By stage. ``generate`` includes the spoken lines; each distinct line is bought once."""
    lines = {
        (line.voice, line.text, line.seed)
        for shot in shots.values()
        for line in shot.lines
        if line.voice and line.is_spoken
    }
    speech = sum(price_of_line(cards[voices[voice].model], text) for voice, text, _ in sorted(lines))
    design = sum(item.price_usd for item in library)
    generate = sum(shot.takes * shot.price_usd for shot in shots.values()) + speech
    motion = sum(shot.takes * shot.transfer.price_usd for shot in shots.values() if shot.transfer)
    each = sum(
        _attempt_at_most(shot, repair, cards) * (1 if repair.scope == "shot" else shot.at_most)
        for shot in shots.values()
    )
    further = sum((shot.at_most - shot.takes) * shot.whole_price_usd for shot in shots.values())
    mending = min(repair.max_usd, each * repair.max_attempts) if repair.enabled else 0.0
    return Estimate(
        design=round(design, 4),
        generate=round(generate, 4),
        motion_transfer=round(motion, 4),
        further_takes_at_most=round(further, 4),
        repair_at_most=round(mending, 4),
        total=round(design + generate + motion + further + mending, 4),
    )
