"""Repair with proof: a take that scores off-model is mended, scored again, and kept only if it is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from continuity.errors import RequestRefused
from continuity.jobs.runner import check_makes
from continuity.jobs.store import Store
from continuity.plan.schema import Plan, Shot
from continuity.plan.seeds import derive_seed
from continuity.plan.sunset import ended, has_ended
from continuity.production import wanted
from continuity.production.generate import Lines
from continuity.production.generate import take as take_wanted
from continuity.production.heads import heads
from continuity.production.introduce import introduce
from continuity.production.library import Library
from continuity.production.making import Ask, Making, Workshop
from continuity.production.routes import Course, Step, next_step
from continuity.production.score import Scored, Scoring
from continuity.production.shelves import TakeShelf
from continuity.production.spoken import said
from continuity.production.stronger import MORE, stronger
from continuity.production.workspace import (
    Take,
    add_once,
    made_of,
    read_index,
    read_lines,
    take_of,
    write_index,
)
from continuity.records.repairs import verdict
from continuity.scoring.takes.faults import faults
from continuity.scoring.takes.gain import Gain, gain


def repair(root: Path, plan: Plan, store: Store) -> None:
    """Mend what fails, round by round, within ``repair.max_attempts`` and ``repair.max_usd``.

    Every attempt stays a version and is indexed with the take that it mends. Whether it was accepted, and which take
    wins the shot, is decided later, in scoring and select: nothing is thrown away here. Scores are not indexed: stages
    depend on the index, and the evidence has them.
    """
    (root / "shots" / "repaired").mkdir(parents=True, exist_ok=True)
    repaired: dict[str, list[Take]] = {}
    if plan.repair.enabled:
        scoring, workshop, library = Scoring(root, plan, store), Workshop(root, plan, store), Library(root, plan)
        failing = _repairable(plan, _failing(plan, scoring.score_takes(shown_takes(root, plan))))
        courses = [Course(one) for one in failing]
        left_usd = plan.repair.max_usd
        for attempt in range(plan.repair.max_attempts):
            steps = _within(_steps(root, plan, workshop, library, scoring, courses), left_usd)
            if not steps:
                break
            left_usd -= sum(step.price_usd for step in steps)
            mended = _attempt(root, plan, workshop, library, scoring, steps)
            marked = [_marked(plan, mended[step.course.best.take.key], step, attempt) for step in steps]
            courses = []
            for step, now in zip(steps, scoring.score_takes(marked), strict=True):
                take = add_once(repaired.setdefault(now.take.shot, []), now.take)
                course = _gone_on(plan, step, replace(now, take=take))
                if course.best.fails:
                    courses.append(course)
    write_index(root, "repaired", {shot: repaired[shot] for shot in plan.shots if shot in repaired})


def shown_takes(root: Path, plan: Plan) -> list[Take]:
    """The takes that could be seen in a cut: transferred ones where a shot has a transfer."""
    generated, transferred = read_index(root, "generated"), read_index(root, "transferred")
    return [take for shot in plan.shots for take in transferred.get(shot) or generated[shot]]


def _failing(plan: Plan, scored: list[Scored]) -> list[Scored]:
    """Takes to mend: every failing one, or the best of each shot in which none passes."""
    if plan.repair.scope == "take":
        return [one for one in scored if one.fails]
    chosen = []
    for shot in plan.shots:
        takes = [one for one in scored if one.take.shot == shot]
        if takes and all(one.fails for one in takes):
            chosen.append(max(takes, key=lambda one: one.rank))
    return chosen


def _repairable(plan: Plan, failing: list[Scored]) -> list[Scored]:
    """Without takes made elsewhere: nothing here has made them, and nothing here can make them again."""
    return [one for one in failing if not plan.shots[one.take.shot].footage]


def _steps(
    root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, courses: Sequence[Course]
) -> list[Step]:
    """The next attempt at each take that has one.

    A route whose card refuses the take is passed over; a take is left whose only way is refused, or asks for a model
    that has ended.
    """
    steps = []
    for course in courses:
        step = _next(root, plan, making, library, scoring, course)
        if isinstance(step, Step):
            steps.append(step)
        else:
            print(f"repair {course.best.take.shot}: left as it is, {step}")
    return steps


def _next(root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, course: Course) -> Step | str:
    """The first attempt against which nothing stands, or in words why there is none."""
    wrong = faults(course.best.score, scoring.anchors)
    while isinstance(step := next_step(plan, course, wrong), Step):
        said = _objection(root, plan, making, library, scoring, step)
        if not said:
            return step
        if not plan.repair.routes or step.route in course.tried:
            return said
        print(f"repair {course.best.take.shot}: not by {step.route.way}: {said}")
        course = replace(course, tried=(*course.tried, step.route))
    return step


def _objection(root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, step: Step) -> str:
    """What stands against an attempt before it is asked for; empty where nothing does.

    The card refuses the take, or nobody agreed that its service sees who is in it; or a model has ended by
    which something would have to be made.
    """
    if step.route.model:
        ask = _by_card(root, plan, library, step)
        refused = _refused(ask.wanted()) if making.lacks(ask) else ""
        return refused or making.has_ended(ask) or making.is_unallowed(ask)
    shot = plan.shots[step.course.best.take.shot]
    models = [shot.model, *([shot.transfer.model] if shot.transfer else [])]
    if not any(has_ended(plan.models[model], date.today()) for model in models):
        return ""
    ((again, ask),) = _performances(root, plan, making, library, scoring, [step])
    if (said := making.has_ended(ask)) or again.transfer is None:
        return said
    there = ask.shelf.find(ask.wanted().request.key)
    if there is None:  # a new performance is carried over anew
        return ended(plan.models[again.transfer.model], plan.models, date.today())
    performed = take_of(root, "repaired", shot.id, there, of=step.course.best.take.key)
    return making.has_ended(_carried(root, plan, library, step, again, performed))


def _within(steps: list[Step], left_usd: float) -> list[Step]:
    """The worst takes first, as many as the money left is enough for."""
    chosen: list[Step] = []
    for step in sorted(steps, key=lambda step: step.course.best.rank):
        if step.price_usd > left_usd + 1e-9:
            shot, price = step.course.best.take.shot, step.price_usd
            print(f"repair {shot}: left as it is, ${price:.2f} is more than repair.max_usd has left")
            continue
        left_usd -= step.price_usd
        chosen.append(step)
    return chosen


def _marked(plan: Plan, take: Take, step: Step, attempt: int) -> Take:
    """With what the index says of a repair; of its price and route, where there are routes."""
    method = "restore" if step.route.model else "remake"
    notes = {"attempt": attempt + 1, "method": method}
    by_route = {"route": step.route.way, "price_usd": step.price_usd} if plan.repair.routes else {}
    return replace(take, notes={**notes, **by_route, **take.notes})


def _gone_on(plan: Plan, step: Step, now: Scored) -> Course:
    """Where a take stands after an attempt: the mended one where it was accepted, and with routes it is mended next."""
    course, stands = step.course, step.course.stands
    gained = gain(stands.score, now.score)
    _say(stands, now, gained, step)
    stands = now if gained.accepted else stands
    tried = (*course.tried, step.route)
    if plan.repair.routes:
        return Course(stands, tried)
    # By one method, as ever: what is within noise and higher is mended further, so that what was bought is asked again.
    further = now.better_than(course.best) or gain(course.best.score, now.score).accepted
    return Course(now if further else course.best, tried, stands)


def _attempt(
    root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, steps: Sequence[Step]
) -> dict[str, Take]:
    """One repaired take for each step, by the failed take's key."""
    by_card, anew = [step for step in steps if step.route.model], [step for step in steps if not step.route.model]
    asks = [_by_card(root, plan, library, step) for step in by_card]
    return {**_made(root, making, by_card, asks), **_remake(root, plan, making, library, scoring, anew)}


def _by_card(root: Path, plan: Plan, library: Library, step: Step) -> Ask:
    request = partial(mended, library, plan, step)
    return _ask(root, step.course.best.take, step.price_usd, step.route.model, request)


def mended(library: Library, plan: Plan, step: Step) -> wanted.Wanted:
    """What a step asks for by its route's card; of a lip sync with all that is said in the shot."""
    take = step.course.best.take
    shot = plan.shots[take.shot]
    seen = heads(step.course.best.score, step.faults)
    if not plan.repair.routes:
        return wanted.for_repair(library, plan, shot, take, step.attempt, heads=seen)
    lines = said(library.root, shot, read_lines(library.root)[shot.id]) if step.route.way == "lip-sync" else None
    return wanted.for_repair(library, plan, shot, take, step.attempt, step.route, step.price_usd, seen, lines)


def _remake(
    root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, steps: Sequence[Step]
) -> dict[str, Take]:
    """The shot made once more with another seed; where it has a transfer, the new performance is carried over."""
    anew = _performances(root, plan, making, library, scoring, steps)
    introduce(plan, making, library, anew)
    performed = _made(root, making, steps, [ask for _, ask in anew])
    moved = [(step, shot) for step, (shot, _) in zip(steps, anew, strict=True) if shot.transfer is not None]
    carried = [_carried(root, plan, library, step, shot, performed[step.course.best.take.key]) for step, shot in moved]
    shown = _made(root, making, [step for step, _ in moved], carried)
    return {**performed, **{key: _performed_by(take, performed[key]) for key, take in shown.items()}}


def _performances(
    root: Path, plan: Plan, making: Making, library: Library, scoring: Scoring, steps: Sequence[Step]
) -> list[tuple[Shot, Ask]]:
    """For each step the shot as it asks for it, and its performance."""
    lines: Lines = {shot: list(spoken) for shot, spoken in read_lines(root).items()}
    earlier = {shot: [made_of(root, take) for take in takes] for shot, takes in read_index(root, "generated").items()}

    def asked(step: Step, shot: Shot) -> Callable[[], wanted.Wanted]:
        word = "remake" if step.route.way == "another-take" else step.route.way
        seed = derive_seed(plan.shots[shot.id].seed, word, step.course.best.take.sha256, step.attempt)
        return partial(take_wanted, plan, making, library, shot, 0, lines[shot.id], earlier, seed)

    shots = [_shot(plan, scoring, step, asked) for step in steps]
    return [
        (shot, _ask(root, step.course.best.take, shot.price_usd, shot.model, asked(step, shot)))
        for step, shot in zip(steps, shots, strict=True)
    ]


def _carried(root: Path, plan: Plan, library: Library, step: Step, shot: Shot, performed: Take) -> Ask:
    """The transfer of a performance that was made for a step."""
    assert shot.transfer is not None
    request = partial(wanted.for_transfer, library, plan, shot, performed)
    return _ask(root, step.course.best.take, shot.transfer.price_usd, shot.transfer.model, request)


def _performed_by(shown: Take, performance: Take) -> Take:
    """With the key of the performance that was made for it, which is in no index and has its cost."""
    return replace(shown, notes={"performance": performance.key})


def _shot(plan: Plan, scoring: Scoring, step: Step, asked: Callable[[Step, Shot], Callable[[], wanted.Wanted]]) -> Shot:
    """The shot as the step asks for it: with stronger references, as many as its model takes."""
    shot = plan.shots[step.course.best.take.shot]
    if step.route.way != "stronger-references":
        return shot
    drifted = dict.fromkeys(fault.character for fault in step.faults if fault.character)
    nearest = {id: scoring.nearest(step.course.best.score, id) for id in drifted}
    for more in range(MORE, 0, -1):
        closer = stronger(plan, shot, nearest, step.route.parameters, more)
        if not _refused(asked(step, closer)()):
            return closer
    return stronger(plan, shot, nearest, step.route.parameters, 0)


def _refused(item: wanted.Wanted) -> str:
    """What its provider has against a request; empty where it takes it."""
    try:
        check_makes(item)
    except RequestRefused as error:
        return str(error)
    return ""


def _ask(root: Path, take: Take, price_usd: float, model: str, request: Callable[[], wanted.Wanted]) -> Ask:
    return Ask(f"{take.shot} repaired", model, price_usd, TakeShelf(root, "repaired", take.shot), request)


def _made(root: Path, making: Making, steps: Sequence[Step], asks: list[Ask]) -> dict[str, Take]:
    failed = [step.course.best.take for step in steps]
    return {
        take.key: take_of(root, "repaired", take.shot, made, of=take.key)
        for take, made in zip(failed, making.make("repair", asks), strict=True)
        if made
    }


def _say(before: Scored, now: Scored, gained: Gain, step: Step) -> None:
    scores = f"{_written(before.value)} → {_written(now.value)}"
    by = f" by {step.route.way}" + (f" (${step.price_usd:.2f})" if step.price_usd else "")
    said = verdict(gained.accepted, now.score.passed is True, gained.value, gained.noise)
    print(f"repair {now.take.shot}, take {before.take.short}{by}: worst moment at z {scores}. {said}")


def _written(score: float | None) -> str:
    return "not found" if score is None else f"{score:.3f}"
