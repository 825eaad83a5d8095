"""What the chosen models would refuse of a plan, asked of each before anything is made. Nothing is read or sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from continuity.errors import RequestRefused
from continuity.plan.problems import Problems
from continuity.plan.schema import Plan
from continuity.production.offers import request_for, stand_ins
from continuity.production.wanted import request_for_item
from continuity.providers import provider_named
from continuity.request import Request


def check_refusals(plan: Plan) -> None:
    """Raises ConfigError naming every library item and shot that its provider would refuse, ten lines at most.

    An angle that a renderer cannot draw would else stop a run when half of the library is made.
    """
    problems = Problems()
    for request in _requests(plan):
        try:
            provider_named(request.provider).refuse(request)
        except RequestRefused as error:
            problems.add(request.subject, str(error).removeprefix(f"{request.subject}: "))
    problems.raise_if_any()


def _requests(plan: Plan) -> Iterator[Request]:
    for item in plan.library:
        if item.model in plan.models:
            yield request_for_item(plan, item, stand_ins(item.parents), item.direction)
    for shot in plan.shots.values():
        if not shot.footage:  # whose file says what it is
            yield replace(request_for(plan, plan.models[shot.model], shot), parameters=shot.parameters)
        if shot.transfer:
            motion = request_for(plan, plan.models[shot.transfer.model], shot)
            carried = {**motion.direction, "transfer": {"character": shot.transfer.character}}
            yield replace(motion, parameters=shot.transfer.parameters, direction=carried)
