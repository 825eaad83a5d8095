"""Repair with proof: a take that scores off-model is mended, scored again, and kept only if it is better."""

from __future__ import annotations

from pathlib import Path

from continuity.jobs import wanted
from continuity.jobs.runner import Wanted, make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.workspace import SHORT, Take, adopt, read_index, read_lines, take_folder, take_of, write_index
from continuity.plan.schema import Plan, Shot
from continuity.production.generate import earlier_takes, start_frame
from continuity.production.score import Scored, Scoring
from continuity.request import derive_seed


def repair(root: Path, plan: Plan, store: Store) -> None:
    """Mend what fails, round by round, within ``repair.max_attempts`` and ``repair.max_usd``.

    Every attempt stays a version and is indexed with the scores before and after. The better one wins
    the shot later, in consistency-score: nothing is thrown away here.
    """
    (root / "shots" / "repaired").mkdir(parents=True, exist_ok=True)
    repaired: dict[str, list[Take]] = {}
    if plan.repair.enabled:
        scoring = Scoring(root, plan, store)
        failing = _failing(plan, scoring.score_takes(shown_takes(root, plan)))
        left_usd = plan.repair.max_usd
        for attempt in range(plan.repair.max_attempts):
            failing = _within(plan, _repairable(plan, failing), left_usd)
            if not failing:
                break
            left_usd -= sum(price_of(plan, one.take) for one in failing)
            mended = _attempt(root, plan, store, [scored.take for scored in failing], attempt)
            after = {scored.take.of: scored for scored in scoring.score_takes(list(mended.values()))}
            still_failing = []
            for before in failing:
                now = after[before.take.key]
                notes = {
                    "attempt": attempt + 1,
                    "method": plan.repair.method,
                    "before_score": before.value,
                    "after_score": now.value,
                    "kept": now.better_than(before),
                }
                take = Take(**{**vars(now.take), "notes": notes})
                repaired.setdefault(take.shot, []).append(take)
                best = now if now.better_than(before) else before
                if not best.passes:
                    still_failing.append(best)
            failing = still_failing
    write_index(root, "repaired", {shot: repaired[shot] for shot in plan.shots if shot in repaired})
    _say(repaired)


def shown_takes(root: Path, plan: Plan) -> list[Take]:
    """The takes that could be seen in a cut: transferred ones where a shot has a transfer."""
    generated, transferred = read_index(root, "generated"), read_index(root, "transferred")
    return [take for shot in plan.shots for take in transferred.get(shot) or generated[shot]]


def _failing(plan: Plan, scored: list[Scored]) -> list[Scored]:
    """Takes to mend: every failing one, or the best of each shot in which none passes."""
    if plan.repair.scope == "take":
        return [one for one in scored if not one.passes]
    chosen = []
    for shot in plan.shots:
        takes = [one for one in scored if one.take.shot == shot]
        if takes and not any(one.passes for one in takes):
            chosen.append(max(takes, key=lambda one: one.rank))
    return chosen


def _repairable(plan: Plan, failing: list[Scored]) -> list[Scored]:
    """Without takes made elsewhere: nothing here has made them, and nothing here can make them again."""
    return [one for one in failing if not plan.shots[one.take.shot].footage]


def _within(plan: Plan, failing: list[Scored], left_usd: float) -> list[Scored]:
    """The worst takes first, as many as the money left is enough for."""
    chosen: list[Scored] = []
    for one in sorted(failing, key=lambda one: one.rank):
        price = price_of(plan, one.take)
        if price > left_usd + 1e-9:
            print(f"repair {one.take.shot}: left as it is, ${price:.2f} is more than repair.max_usd has left")
            continue
        left_usd -= price
        chosen.append(one)
    return chosen


def price_of(plan: Plan, take: Take) -> float:
    """Dollars of one attempt: a remake buys the performance, and its transfer, once more."""
    if plan.repair.method == "restore":
        return plan.repair.price_usd
    shot = plan.shots[take.shot]
    return shot.price_usd + (shot.transfer.price_usd if shot.transfer else 0.0)


def _attempt(root: Path, plan: Plan, store: Store, failed: list[Take], attempt: int) -> dict[str, Take]:
    """One repaired take for each failed one, by the failed take's key."""
    if plan.repair.method == "remake":
        asked = _remakes(root, plan, store, failed, attempt)
    else:
        asked = {take.key: wanted.for_repair(root, plan, plan.shots[take.shot], take, attempt) for take in failed}
    return _make(root, plan, store, {take.key: take for take in failed}, asked)


def _make(root: Path, plan: Plan, store: Store, failed: dict[str, Take], asked: dict[str, Wanted]) -> dict[str, Take]:
    source = {item.request.key: failed[key] for key, item in asked.items()}
    for key, item in asked.items():
        adopt(item.request, take_folder(root, "repaired", failed[key].shot, item.request.key), "clip.mp4", store)

    def keep(stored: Stored) -> Take:
        before = source[stored.key]
        return take_of(root, "repaired", before.shot, stored, of=before.key)

    done = make_all(root, list(asked.values()), store, plan.executor, plan.budget_usd, made=keep, title="repair")
    return {key: keep(done[item.request.key]) for key, item in asked.items()}


def _remakes(root: Path, plan: Plan, store: Store, failed: list[Take], attempt: int) -> dict[str, Wanted]:
    """The shot made once more with another seed; where it has a transfer, the new performance is carried over."""
    lines, earlier = read_lines(root), earlier_takes(root)

    def fresh(shot: Shot, take: Take) -> Wanted:
        seed = derive_seed(shot.seed, "remake", take.key, attempt)
        return wanted.for_take(root, plan, shot, 0, lines[shot.id], start_frame(root, shot, earlier, 0), seed)

    performances = {take.key: fresh(plan.shots[take.shot], take) for take in failed}
    moved = [take for take in failed if plan.shots[take.shot].transfer is not None]
    driving = (
        _make(root, plan, store, {t.key: t for t in moved}, {t.key: performances[t.key] for t in moved})
        if moved
        else {}
    )
    return {
        **performances,
        **{key: wanted.for_transfer(root, plan, plan.shots[take.shot], take) for key, take in driving.items()},
    }


def _say(repaired: dict[str, list[Take]]) -> None:
    for shot, takes in repaired.items():
        for take in takes:
            verdict = "better" if take.notes["kept"] else "no better, the earlier one stands"
            before, after = (_written(take.notes[name]) for name in ("before_score", "after_score"))
            print(f"repair {shot}, take {(take.of or '')[:SHORT]}: worst moment at z {before} → {after}, {verdict}")


def _written(score: float | None) -> str:
    return "not found" if score is None else f"{score:.3f}"
