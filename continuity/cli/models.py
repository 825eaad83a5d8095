"""``continuity models``: every card, or which of them could make a shot."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from continuity.cli import new_card, standing
from continuity.errors import ProjectError
from continuity.jobs.minding import characters
from continuity.jobs.store import Store
from continuity.plan.cards import all_cards
from continuity.plan.compose import compose, project_root
from continuity.plan.estimate import price_of_shot
from continuity.plan.ids import suggestion
from continuity.plan.schema import Limits, ModelCard
from continuity.production.held import Ranked, ranked, words
from continuity.production.offers import offers

CHARACTERS = "characters"


def run(args: argparse.Namespace) -> None:
    if args.shot == new_card.NEW and args.source:
        new_card.run(args)
        return
    root = project_root()
    if args.check or args.write:
        if args.shot:
            raise ProjectError("--check asks about all cards of the series; leave the shot out")
        standing.check(root, compose(root), args.write, args.json)
        return
    plan, cards = compose(root), all_cards(root)
    if args.shot == CHARACTERS and CHARACTERS not in plan.shots:
        _characters(Store(project=root), args.json)
        return
    if args.shot:
        if args.shot not in plan.shots:
            raise ProjectError(f"'{args.shot}' is no shot of this series; {suggestion(args.shot, plan.shots)}")
        shot = plan.shots[args.shot]
        _of_shot(shot.id, ranked(root, plan, shot, offers(plan, cards, shot), Store(project=root)), args.json)
        return
    seconds = sum(shot.seconds for shot in plan.shots.values()) / max(1, len(plan.shots))
    used = set(plan.models)
    if args.json:
        whole = [
            {**card.model_dump(mode="json"), "used": id in used, "price_of_a_shot_usd": price_of_shot(card, seconds)}
            for id, card in cards.items()
        ]
        print(json.dumps(whole, indent=1, ensure_ascii=False))
        return
    print(f"a shot of this series lasts {seconds:.1f} s on average; * marks the cards that it uses\n")
    print(f"{'card':26} {'kind':7} {'provider':9} {'a shot':>8}  {'limits':34} {'ends':10}  checked")
    for id, card in sorted(cards.items(), key=lambda item: (item[1].kind, item[0])):
        mark = "*" if id in used else " "
        print(
            f"{mark}{id:25} {card.kind:7} {card.provider:9} {price_of_shot(card, seconds):>7.3f}$  {_limits(card):34} "
            f"{card.sunset or '':10}  {card.checked or ''}".rstrip()
        )


def _characters(store: Store, as_json: bool) -> None:
    """The characters that services know, of all series on this store: made once, named by all their takes."""
    rows = [
        {
            "character": entry.subject.removeprefix("characters/"),
            "provider": entry.provider,
            "id": (made.record["character"] if (made := store.find(entry.key)) else ""),
            "state": entry.state,
            "account": entry.request["direction"]["account"],
            "made_from": {one["role"]: one["sha256"] for one in entry.request["references"]},
            "price_usd": entry.price_usd,
            "created_at": entry.created_at,
        }
        for entry in characters(store)
    ]
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    if not rows:
        print("no service has been shown a character yet: cards with `character:` do so, as kling-omni-elements")
        return
    print(f"{'character':20} {'provider':9} {'state':10} {'price':>8}  {'id':20} made from")
    for row in rows:
        roles = ", ".join(str(role).rpartition("/")[2] for role in row["made_from"])
        print(
            f"{row['character']:20} {row['provider']:9} {row['state']:10} {row['price_usd']:>7.3f}$  {row['id']:20} "
            f"{roles} ({row['created_at'][:10]}, account {row['account']})"
        )


def _of_shot(shot: str, found: list[Ranked], as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "card": one.offer.card.id,
                "kind": one.offer.card.kind,
                "price_usd": one.offer.price_usd,
                "refusals": one.offer.refusals,
                "held": one.held,
                "characters": {id: asdict(holding) for id, holding in one.characters.items()},
            }
            for one in found
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    print(f"{'card':26} {'kind':7} {'one take':>9}  {shot}")
    for one in found:
        offer = one.offer
        said = "could make it" if not offer.refusals else f"refuses: {'; '.join(offer.refusals)}"
        held = "".join(f"; {part}" for part in words(one.characters))
        print(f"{offer.card.id:26} {offer.card.kind:7} {offer.price_usd:>8.3f}$  {said}{held}")


def _limits(card: ModelCard) -> str:
    limits: Limits = card.limits
    parts = []
    if limits.min_seconds is not None or limits.max_seconds is not None:
        parts.append(f"{limits.min_seconds or 0:g}-{limits.max_seconds:g} s" if limits.max_seconds else "")
    if limits.aspects:
        parts.append("/".join(limits.aspects[:3]) + ("…" if len(limits.aspects) > 3 else ""))
    if limits.max_characters is not None:
        parts.append(f"{limits.max_characters} people")
    if limits.max_references is not None:
        parts.append(f"{limits.max_references} pictures")
    return ", ".join(filter(None, parts))
