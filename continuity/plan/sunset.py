"""Models that have ended, or soon will. What was made of them stays; nothing more is sent to them.

No plan depends on the day: what an ended model means is said beside it, and held where something would be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from continuity.plan.schema import ModelCard

SOON = timedelta(days=60)


def has_ended(card: ModelCard, today: date) -> bool:
    """Whether its service no longer answers."""
    return card.sunset is not None and date.fromisoformat(card.sunset) < today


def ended(card: ModelCard, cards: Mapping[str, ModelCard], today: date) -> str:
    """That a card's model has ended, when, and which card follows it; empty while it has not.

    ``cards`` are those to choose among where the card does not name its successor.
    """
    if not has_ended(card, today):
        return ""
    others = sorted(
        id for id, other in cards.items() if other.kind == card.kind and id != card.id and not has_ended(other, today)
    )
    follows = f"{', '.join(card.replaced_by)} replaces it" if card.replaced_by else ""
    if not follows:
        follows = f"{', '.join(others)} would do" if others else "`continuity models` lists others"
    return f"{card.title or card.id} (conf/model/{card.id}.yaml) ended on {card.sunset}; {follows}"


def sunset_remarks(cards: Mapping[str, ModelCard], today: date) -> list[str]:
    """Models that have ended, or will within sixty days: printed, and no part of the plan, which no day changes."""
    remarks = []
    for card in cards.values():
        if said := ended(card, cards, today):
            remarks.append(f"{said}. What was made by it stays, and nothing more is sent to it")
        elif card.sunset and date.fromisoformat(card.sunset) <= today + SOON:
            remarks.append(
                f"{card.title or card.id} ends on {card.sunset}: make its takes before, or choose another card"
            )
    return remarks
