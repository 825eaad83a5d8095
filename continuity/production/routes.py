"""Which route an attempt at mending takes: the cheapest that serves the shot and fits what is wrong with the take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from continuity.plan.estimate import attempt_price, price_of_route
from continuity.plan.routes import objection, serving
from continuity.plan.schema import Plan, Route, Way
from continuity.production.score import Scored
from continuity.scoring.takes.faults import Fault, Kind

# A face swap changes nothing but the face, a lip sync nothing but the mouth and the sound, and a restoration keeps the
# performance; what is not there, or is worn otherwise, is asked of the shot's own model again.
MENDS: dict[Way, frozenset[Kind]] = {
    "face-swap": frozenset({"face"}),
    "restore": frozenset({"face", "look"}),
    "lip-sync": frozenset({"performance", "silence"}),
    "another-take": frozenset({"face", "look", "trait", "absent", "performance"}),
    "stronger-references": frozenset({"face", "look", "trait", "absent", "performance"}),
}
SAID: frozenset[Kind] = frozenset({"performance", "silence"})
ANEW: tuple[Way, ...] = ("another-take", "stronger-references")  # another seed gives another take: worth another try


@dataclass(frozen=True)
class Course:
    """One take on its way: what is mended next, and the routes that were tried on it, in order.

    ``stood`` is what stands of it so far, where that is another: what was not accepted may be mended further.
    """

    best: Scored
    tried: tuple[Route, ...] = ()
    stood: Scored | None = None

    @property
    def stands(self) -> Scored:
        return self.stood or self.best


@dataclass(frozen=True)
class Step:
    """One attempt: what it mends, by which route, at which price in dollars, how often that route was tried before."""

    course: Course
    route: Route
    price_usd: float
    attempt: int
    faults: Sequence[Fault] = field(default_factory=list)


def only_route(plan: Plan) -> Route:
    """`Repair.method` as a route: every attempt takes it, whatever is wrong with the take."""
    repair = plan.repair
    if repair.method == "remake":
        return Route(way="another-take")
    return Route(way="restore", model=repair.model, provider=repair.provider, parameters=repair.parameters)


def next_step(plan: Plan, course: Course, faults: Sequence[Fault]) -> Step | str:
    """The next attempt, or in words why there is none.

    Each route is tried once, the cheapest first; when all have been, the dearest of those that make another take.
    """
    shot = plan.shots[course.best.take.shot]
    kinds = {fault.kind for fault in faults}
    if not plan.repair.routes:
        only = only_route(plan)
        if kinds and kinds <= SAID and not kinds <= MENDS[only.way]:
            return f"{only.way} gives nobody a voice ({'; '.join(fault.words for fault in faults)})"
        return Step(course, only, attempt_price(shot, plan.repair), len(course.tried), faults)
    fitting = [route for route in serving(plan.repair, shot, plan.models) if kinds <= MENDS[route.way]]
    left = [route for route in fitting if route not in course.tried]
    again = [route for route in reversed(fitting) if route.way in ANEW]
    if route := next(iter([*left, *again]), None):
        tried = course.tried.count(route)
        return Step(course, route, price_of_route(route, shot, plan.models), tried, faults)
    if fitting:
        return "every route was tried"
    refused = [f"{route.way}: {said}" for route in plan.repair.routes if (said := objection(route, shot, plan.models))]
    wrong = "; ".join(fault.words for fault in faults)
    return f"no route mends this ({wrong})" + (f"; {'; '.join(refused)}" if refused else "")
