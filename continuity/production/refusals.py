"""What the chosen models would refuse of a plan, asked of each before anything is made. Nothing is read or sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from continuity.errors import RequestRefused
from continuity.plan.problems import Problems
from continuity.plan.schema import LibraryItem, Plan
from continuity.production.offers import request_for, stand_ins
from continuity.production.wanted import maker_of
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
    yield from (_item(plan, item) for item in plan.library if item.model in plan.models)
    for shot in plan.shots.values():
        if not shot.footage:  # whose file says what it is
            yield replace(request_for(plan, plan.models[shot.model], shot), parameters=shot.parameters)
        if shot.transfer:
            motion = request_for(plan, plan.models[shot.transfer.model], shot)
            carried = {**motion.direction, "transfer": {"character": shot.transfer.character}}
            yield replace(motion, parameters=shot.transfer.parameters, direction=carried)


def _item(plan: Plan, item: LibraryItem) -> Request:
    return Request(
        kind=item.kind,
        **maker_of(plan, item.provider, item.model),
        prompt=item.prompt,
        seed=item.seed,
        subject=item.role,
        resolution=item.resolution,
        references=stand_ins(item.parents),
        direction=item.direction,
        parameters=item.parameters,
    )
