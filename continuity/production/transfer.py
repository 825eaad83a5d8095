"""Motion transfer: the performance of a driving clip, carried by one locked picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from continuity.errors import BudgetExceeded, FrameUnfit, ModelEnded
from continuity.jobs.store import Store
from continuity.plan.schema import Plan, Shot
from continuity.production import wanted
from continuity.production.generate import Lines, performances
from continuity.production.introduce import introduce
from continuity.production.library import Library, NotMadeYet
from continuity.production.making import Ask, Making, Workshop
from continuity.production.rounds import Rounds
from continuity.production.rows import row_of
from continuity.production.shelves import TakeShelf
from continuity.production.workspace import Made, Take, made_of, read_index, read_lines, take_of, write_index


def transfer(root: Path, plan: Plan, store: Store, detached: bool = False) -> None:
    """Transfer every current take of every shot that asks for it, and index the results.

    ``detached``: everything that can be sent is, and nothing of it is waited for (LeftAtService).
    """
    driving = read_index(root, "generated")
    earlier = {shot: [made_of(root, take) for take in driving[shot]] for shot in _needed(plan)}
    lines: Lines = {shot: list(spoken) for shot, spoken in read_lines(root).items()}
    workshop, library = Workshop(root, plan, store, detached), Library(root, plan)
    shown = show(root, plan, workshop, library, driving, earlier, lines, Rounds(root, plan, store, lines))
    (root / "shots" / "transferred").mkdir(parents=True, exist_ok=True)
    write_index(root, "transferred", {shot: [take for take in takes if take] for shot, takes in shown.items()})


def show(
    root: Path,
    plan: Plan,
    making: Making,
    library: Library,
    driving: Mapping[str, Sequence[Take | None]],
    earlier: Mapping[str, Sequence[Made | None]],
    lines: Lines,
    rounds: Rounds,
) -> dict[str, list[Take | None]]:
    """The transferred takes of each shot that has a transfer; None for a driving take that does not exist yet.

    Where none passes and the shot may have more, another is performed and carried over. Such a performance lies in
    ``shots/transferred`` beside what was made from it; ``earlier`` has the takes that performances start from.
    """
    shots = moved(plan)
    first = [(shot, take) for shot in shots for take in driving[shot.id]]
    shown: dict[str, list[Take | None]] = {shot.id: [] for shot in shots}
    for (shot, _), carried in zip(first, _carry(root, plan, making, library, first), strict=True):
        shown[shot.id].append(carried)
    undecided = shots
    while undecided := rounds.open(undecided, shown):
        asked = [(shot, len(shown[shot.id])) for shot in undecided]
        try:
            asks = performances(root, plan, making, library, asked, lines, earlier, rounds, "transferred")
            introduce(plan, making, library, list(zip(undecided, asks, strict=True)))
            made = making.make("motion-transfer, another take where none passes", asks, needed=False)
            again = [
                (shot, take_of(root, "transferred", shot.id, one) if one else None)
                for shot, one in zip(undecided, made, strict=True)
            ]
            further = _carry(root, plan, making, library, again, needed=False)
        except (
            BudgetExceeded,
            ModelEnded,
            FrameUnfit,
        ) as error:  # what it has at least is there: the cut goes on with that
            print(f"note no further takes: {error}")
            break
        for shot, carried in zip(undecided, further, strict=True):
            shown[shot.id].append(carried)
    return shown


def _carry(
    root: Path,
    plan: Plan,
    making: Making,
    library: Library,
    driving: Sequence[tuple[Shot, Take | None]],
    needed: bool = True,
) -> list[Take | None]:
    """The transfer of each driving take, in order."""
    asks = []
    for shot, take in driving:
        assert shot.transfer is not None
        asks.append(
            Ask(
                row=row_of(shot),
                model=shot.transfer.model,
                price_usd=shot.transfer.price_usd,
                shelf=TakeShelf(root, "transferred", shot.id),
                wanted=partial(_wanted, library, plan, shot, take),
            )
        )
    return [
        take_of(root, "transferred", shot.id, made, of=take.key) if made and take else None
        for (shot, take), made in zip(driving, making.make("motion-transfer", asks, needed), strict=True)
    ]


def _needed(plan: Plan) -> set[str]:
    """The shots whose takes are read here: those with a transfer, and those that such start from."""
    shots = moved(plan)
    return {shot.id for shot in shots} | {shot.start_from for shot in shots if shot.start_from}


def moved(plan: Plan) -> list[Shot]:
    """The shots that show a transferred look."""
    return [shot for shot in plan.shots.values() if shot.transfer is not None]


def _wanted(library: Library, plan: Plan, shot: Shot, take: Take | None) -> wanted.Wanted:
    if take is None:
        raise NotMadeYet(f"the driving clip of {shot.id} is not made yet")
    return wanted.for_transfer(library, plan, shot, take)
