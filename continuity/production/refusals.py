"""What the chosen models would refuse of a plan, asked of each before anything is made. Nothing is read or sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from continuity.errors import RequestRefused
from continuity.jobs.wanted import Wanted
from continuity.plan.problems import Problems
from continuity.plan.schema import Plan
from continuity.production.offers import request_for, stand_ins
from continuity.production.rows import library_row, row_of
from continuity.production.wanted import request_for_item
from continuity.providers import provider_named


def check_refusals(plan: Plan) -> None:
    """Raises ConfigError naming every library item and shot that its provider would refuse, ten lines at most.

    An angle that a renderer cannot draw would else stop a run when half of the library is made.
    """
    problems = Problems()
    for _, item in planned(plan):
        request = item.request
        try:
            provider_named(request.provider).refuse(request)
        except RequestRefused as error:
            problems.add(request.subject, str(error).removeprefix(f"{request.subject}: "))
    problems.raise_if_any()


def planned(plan: Plan) -> Iterator[tuple[str, Wanted]]:
    """What is asked for in the end, by its row in a survey, with stand-ins for what it is made from."""
    for item in plan.library:
        if item.model in plan.models:
            request = request_for_item(plan, item, stand_ins(item.parents), item.direction)
            yield library_row(item), Wanted(request, item.price_usd)
    for shot in plan.shots.values():
        if not shot.footage:  # whose file says what it is
            request = replace(request_for(plan, plan.models[shot.model], shot), parameters=shot.parameters)
            yield shot.id, Wanted(request, shot.price_usd, shot.episode, shot.id)
        if shot.transfer:
            motion = request_for(plan, plan.models[shot.transfer.model], shot)
            carried = {**motion.direction, "transfer": {"character": shot.transfer.character}}
            request = replace(motion, parameters=shot.transfer.parameters, direction=carried)
            yield row_of(shot), Wanted(request, shot.transfer.price_usd, shot.episode, shot.id)
