"""``continuity models --check``: what the services say today of the models that the series uses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from continuity.errors import ProjectError
from continuity.files import write_bytes
from continuity.jobs.store import Store
from continuity.plan.edited import with_value
from continuity.plan.schema import ModelCard, Plan
from continuity.production.published import Standing, standings
from continuity.rehearsal import played


def check(root: Path, plan: Plan, write: bool, as_json: bool) -> None:
    """Ask about every card that the plan uses. Raises ProjectError where one is gone, or has ended."""
    with played(plan, Store(project=root).root) as served:
        found = standings(plan.models, served.services)
    for one in found if write else ():
        if one.is_news and one.sunset:
            _write(root, one.card, one.sunset)
    if as_json:
        print(json.dumps([_row(one) for one in found], indent=1, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.card.id:26} {one.card.provider:12} {one.state:14} {_said(one, write)}".rstrip())
        if not found:
            print("no card of this series is of a service")
    today = date.today()
    ended = [one for one in found if one.state == "gone" or (one.sunset and date.fromisoformat(one.sunset) < today)]
    if ended:
        others = ", ".join(dict.fromkeys(id for one in ended for id in one.card.replaced_by))
        raise ProjectError(
            f"{', '.join(one.card.id for one in ended)}: not served any more; choose another card"
            f"{f' ({others})' if others else ''}: `continuity models SHOT` ranks them, `continuity recast` takes one"
        )


def _write(root: Path, card: ModelCard, sunset: str) -> None:
    name = f"conf/model/{card.id}.yaml"
    path = (root / name).resolve()  # a link stays one
    text = path.read_bytes().decode("utf-8")
    write_bytes(path, with_value(text, [], "sunset", f'"{sunset}"', name).encode())


def _row(one: Standing) -> dict[str, object]:
    return {
        "card": one.card.id,
        "provider": one.card.provider,
        "model": one.card.called,
        "state": one.state,
        "sunset": one.sunset,
        "sunset_of_card": one.card.sunset,
        "replaced_by": one.card.replaced_by,
        "said": one.said,
    }


def _said(one: Standing, written: bool) -> str:
    if one.is_news:
        done = "written into its card" if written else "--write writes it into its card"
        return f"until {one.sunset}, by its service ({one.card.sunset or 'no end'} in its card); {done}"
    return one.said or (f"until {one.card.sunset}" if one.card.sunset else "")
