"""What the plan would cost if nothing were reused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from continuity.plan.schema import Estimate, LibraryItem, ModelCard, Repair, Shot, Voice

WORDS_PER_SECOND = 2.6  # an unhurried reading; lint holds lines against it too


def spoken_seconds(text: str) -> float:
    """How long a line takes to say, about."""
    return len(text.split()) / WORDS_PER_SECOND


def price_of(card: ModelCard, seconds: float) -> float:
    """US dollars for one call that makes ``seconds`` of result."""
    return round(card.price.usd * (seconds if card.price.per == "second" else 1.0), 6)


def estimate(
    library: Iterable[LibraryItem],
    shots: Mapping[str, Shot],
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    repair: Repair,
) -> Estimate:
    """By stage. ``generate`` includes the spoken lines; each distinct line is bought once."""
    lines = {(line.voice, line.text, line.seed) for shot in shots.values() for line in shot.lines}
    speech = sum(price_of(cards[voices[voice].model], spoken_seconds(text)) for voice, text, _ in sorted(lines))
    design = sum(item.price_usd for item in library)
    generate = sum(shot.takes * shot.price_usd for shot in shots.values()) + speech
    motion = sum(shot.takes * shot.transfer.price_usd for shot in shots.values() if shot.transfer)
    repaired = len(shots) if repair.scope == "shot" else sum(shot.takes for shot in shots.values())
    mending = min(repair.max_usd, repaired * repair.max_attempts * repair.price_usd) if repair.enabled else 0.0
    return Estimate(
        design=round(design, 4),
        generate=round(generate, 4),
        motion_transfer=round(motion, 4),
        repair_at_most=round(mending, 4),
        total=round(design + generate + motion + mending, 4),
    )
