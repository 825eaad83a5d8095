"""``continuity plan SHOT --prompt``: what each card would send for a shot, before anything is sent."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from continuity.errors import ProjectError
from continuity.jobs.store import Store
from continuity.plan.cards import all_cards, all_services
from continuity.plan.compose import compose
from continuity.plan.ids import suggestion
from continuity.plan.schema import ModelCard, Plan, Shot
from continuity.production.shown import Shown, shown

ALL = "all"
CLIPS = ("video", "motion", "repair")


def run(root: Path, args: argparse.Namespace) -> None:
    plan = compose(root)
    if args.shot not in plan.shots:
        raise ProjectError(f"'{args.shot}' is no shot of this series; {suggestion(args.shot, plan.shots)}")
    shot = plan.shots[args.shot]
    found = shown(root, plan, Store(project=root), shot, _cards(root, plan, shot, args.model), all_services(root))
    if args.json:
        print(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        return
    could = [one for one in found if not one.refuses]
    for one in could:
        _print(one)
    for one in found:
        if one.refuses:
            print(f"{one.card} refuses: {'; '.join(one.refuses)}")


def _cards(root: Path, plan: Plan, shot: Shot, model: str | None) -> list[ModelCard]:
    """Those that the plan has chosen; one by its id; or all that make clips."""
    if model is None:
        return [plan.models[id] for id in (shot.model, *([shot.transfer.model] if shot.transfer else []))]
    cards = {**all_cards(root), **plan.models}
    clips = [card for card in cards.values() if card.kind in CLIPS and not card.made_elsewhere]
    if model == ALL:
        return clips
    if model not in cards:
        raise ProjectError(f"'{model}' is no card of conf/model/; {suggestion(model, cards)}")
    if cards[model] not in clips:
        raise ProjectError(f"{model} makes no clips; `continuity models {shot.id}` lists the cards that do")
    return [cards[model]]


def _print(one: Shown) -> None:
    if one.sent is None:
        print(f"{one.card}: made on this machine by {one.provider}, and nothing is sent. Its prompt:\n{one.prompt}\n")
        return
    print(f"{one.card}: {one.sent.method} {one.sent.path} at {one.provider}")
    for asked in one.sent.asked:
        print(f"  after {asked}, whose answer stands as <…>")
    for name, value in one.sent.headers.items():
        print(f"  {name}: {value}")
    if one.absent:
        print(f"  not made yet, and stood in for: {', '.join(one.absent)}")
    print(f"{json.dumps(one.sent.body, indent=1, ensure_ascii=False)}\n")
