"""Which cards could make a shot, at what price, and what each would refuse and why. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from continuity.errors import RequestRefused
from continuity.jobs.runner import check_makes
from continuity.jobs.wanted import Wanted
from continuity.plan.estimate import price_of
from continuity.plan.limits import check_film
from continuity.plan.problems import Problems
from continuity.plan.schema import Kind, ModelCard, Plan, Shot
from continuity.plan.sunset import has_ended
from continuity.production.wanted import direction_of, maker_of
from continuity.request import Reference, Request

DRIVEN_BY = {"motion": "driving_clip", "repair": "failed_take"}  # what such a card is given beside the pictures


@dataclass(frozen=True)
class Offer:
    """One card for one shot: the dollars of one take, and what stands against it."""

    card: ModelCard
    price_usd: float
    refusals: list[str]


def offers(plan: Plan, cards: Mapping[str, ModelCard], shot: Shot) -> list[Offer]:
    """The cards that make clips, those that could make this shot first, then by price."""
    found = [_offer(plan, card, shot) for card in cards.values() if card.kind in ("video", "motion", "repair")]
    return sorted(found, key=lambda offer: (bool(offer.refusals), offer.card.kind, offer.price_usd, offer.card.id))


def _offer(plan: Plan, card: ModelCard, shot: Shot) -> Offer:
    problems = Problems()
    people = len(shot.characters)
    if card.made_elsewhere and not shot.footage:
        problems.add("", "its takes are files, and the shot names none")
    check_film("", shot, card, people, shot.references if card.kind == "video" else [], shot.prompt, problems)
    refusals = [line.removeprefix(": ") for line in problems.lines]
    if has_ended(card, date.today()):
        refusals.insert(0, f"it ended on {card.sunset}")
    if card.fields:  # else its adapter asks for more than is known here
        try:
            check_makes(Wanted(request_for(plan, card, shot)))
        except RequestRefused as error:
            refusals.append(str(error).removeprefix(f"{shot.id}: "))
    return Offer(card, price_of(card, shot.seconds), list(dict.fromkeys(refusals)))


def request_for(plan: Plan, card: ModelCard, shot: Shot) -> Request:
    """What would be asked, without the bytes of what it would show."""
    kind: Kind = card.kind
    transfer = shot.transfer
    roles = transfer.references if kind == "motion" and transfer else list(shot.references)
    roles = [*roles, *([DRIVEN_BY[kind]] if kind in DRIVEN_BY else ["start_frame"] if shot.start_from else [])]
    if card.holds("lines") and any(line.in_take for line in shot.lines):
        roles.append("lines")
    maker = maker_of(plan.model_copy(update={"models": {**plan.models, card.id: card}}), card.provider, card.id)
    if kind == "repair" and shot.provider == card.provider and not transfer:
        maker["card"] = {**maker["card"], "failed_job": ""}  # its takes are made there, under ids yet unknown
    return Request(
        kind=kind,
        **maker,
        prompt=transfer.prompt if kind == "motion" and transfer else shot.prompt,
        negative_prompt=shot.negative_prompt if kind == "video" else "",
        seed=shot.seed,
        subject=shot.id,
        resolution=shot.resolution,
        seconds=shot.seconds,
        fps=shot.fps,
        references=stand_ins(roles),
        direction=direction_of(plan, shot, []),
    )


def stand_ins(roles: Iterable[str]) -> tuple[Reference, ...]:
    """References by their roles alone, without a file or its hash."""
    return tuple(Reference(role, Path(), f"{number:064x}") for number, role in enumerate(roles))
