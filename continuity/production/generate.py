"""Lines first, then takes: a shot that starts from another waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from continuity.errors import BudgetExceeded, ConfigError, FrameUnfit, ModelEnded
from continuity.jobs.store import Store
from continuity.plan.estimate import price_of_line, spoken_seconds
from continuity.plan.schema import Line, Plan, Shot
from continuity.production import wanted
from continuity.production.introduce import introduce, introduce_voices
from continuity.production.library import Library, NotMadeYet
from continuity.production.making import Ask, Making, Workshop
from continuity.production.rounds import Rounds
from continuity.production.shelves import TakeShelf, line_shelf
from continuity.production.starts import other_starts
from continuity.production.workspace import Folder, Made, SpokenLine, Take, take_folder, take_of, write_index

SHORTEST_SECONDS = 1.0  # of a line that is only written
ROOM_AFTER_LINE = 0.1  # seconds; a mouth that is still open at the cut looks wrong

Lines = dict[str, list[SpokenLine | None]]  # by shot; None: not spoken yet


def generate(root: Path, plan: Plan, store: Store, detached: bool = False) -> None:
    """Make what is missing of every shot's lines and takes, and index the current ones.

    Takes appear in ``shots/generated`` one by one as they are finished, so that a crash keeps them.
    ``detached``: everything that can be sent is, and nothing of it is waited for (LeftAtService).
    Raises ConfigError for a line that its shot cannot hold, and all of continuity.jobs.runner.make_all.
    """
    workshop = Workshop(root, plan, store, detached)
    library = Library(root, plan)
    lines = speak(root, plan, workshop, library)
    takes = perform(root, plan, workshop, library, lines, Rounds(root, plan, store, lines))
    write_index(
        root,
        "generated",
        {shot: [take_of(root, "generated", shot, made) for made in takes[shot] if made] for shot in plan.shots},
        {shot: [line for line in spoken if line] for shot, spoken in lines.items()},
    )


def speak(root: Path, plan: Plan, making: Making, library: Library) -> Lines:
    """Every line, and those that are spoken as sound under ``shots/generated/<shot>/lines/<key, 12 hex>/line.wav``."""
    said = [(shot, line) for shot in plan.shots.values() for line in shot.lines]
    asked = [
        (line.voice, _line(root, plan, library, shot, line, line.voice))
        for shot, line in said
        if line.voice is not None and line.is_spoken
    ]
    introduce_voices(plan, making, library, asked)
    made = iter(making.make("generate lines", [ask for _, ask in asked]))
    spoken: Lines = {shot: [] for shot in plan.shots}
    for shot, line in said:
        if not line.is_spoken:
            spoken[shot.id].append(_written(shot, line))
        else:
            sound = next(made)
            spoken[shot.id].append(_fit(root, shot, line, sound) if sound else None)
    return spoken


def perform(
    root: Path, plan: Plan, making: Making, library: Library, lines: Lines, rounds: Rounds
) -> dict[str, list[Made | None]]:
    """Every shot's takes, in waves, and in rounds where a shot may have more than it has at least.

    Take n starts from take n of the shot before it, when it starts from one. Shots with a transfer have their further
    takes there, where it shows whether they are needed.
    """
    takes: dict[str, list[Made | None]] = {}
    for title, shots in waves(plan):
        asked = [(shot, number) for shot in shots for number in range(shot.takes)]
        asks = performances(root, plan, making, library, asked, lines, takes, rounds)
        takes.update({shot.id: [] for shot in shots})
        introduce(plan, making, library, [(shot, ask) for (shot, _), ask in zip(asked, asks, strict=True)])
        for (shot, _), made in zip(asked, making.make(title, asks), strict=True):
            takes[shot.id].append(made)
        undecided = [shot for shot in shots if shot.transfer is None]
        while undecided := rounds.open(undecided, {shot.id: _as_takes(root, shot, takes) for shot in undecided}):
            asked = [(shot, len(takes[shot.id])) for shot in undecided]
            try:
                asks = performances(root, plan, making, library, asked, lines, takes, rounds)
                introduce(plan, making, library, list(zip(undecided, asks, strict=True)))
                further = making.make(f"{title}, once more where none passes", asks, needed=False)
            except (
                BudgetExceeded,
                ModelEnded,
                FrameUnfit,
            ) as error:  # what it has at least is there: the cut goes on with that
                print(f"note no further takes: {error}")
                break
            for shot, made in zip(undecided, further, strict=True):
                takes[shot.id].append(made)
    return takes


def _as_takes(root: Path, shot: Shot, takes: Mapping[str, Sequence[Made | None]]) -> list[Take | None]:
    return [take_of(root, "generated", shot.id, made) if made else None for made in takes[shot.id]]


def performances(
    root: Path,
    plan: Plan,
    making: Making,
    library: Library,
    asked: Sequence[tuple[Shot, int]],
    lines: Lines,
    earlier: Mapping[str, Sequence[Made | None]],
    rounds: Rounds,
    folder: Folder = "generated",
) -> list[Ask]:
    """Each take of ``asked``, by shot and number. Raises FrameUnfit before one is paid whose first frame will not do.

    Where the take before will not do and another of its shot was picked that does, it starts from that.
    """
    asks = [performance(root, plan, making, library, *one, lines, earlier, folder) for one in asked]
    for index, start in other_starts(root, plan, making, rounds, asked, asks, earlier).items():
        shot, number = asked[index]
        begun = {**earlier, str(shot.start_from): [start]}
        asks[index] = performance(root, plan, making, library, shot, number, lines, begun, folder)
    return asks


def performance(
    root: Path,
    plan: Plan,
    making: Making,
    library: Library,
    shot: Shot,
    number: int,
    lines: Lines,
    earlier: Mapping[str, Sequence[Made | None]],
    folder: Folder = "generated",
) -> Ask:
    """Take ``number`` of a shot, from 0, to lie in ``folder``."""
    return Ask(
        row=shot.id,
        model=shot.model,
        price_usd=shot.price_usd,
        shelf=TakeShelf(root, folder, shot.id),
        wanted=partial(take, plan, making, library, shot, number, lines[shot.id], earlier),
    )


def take(
    plan: Plan,
    making: Making,
    library: Library,
    shot: Shot,
    number: int,
    lines: list[SpokenLine | None],
    earlier: Mapping[str, Sequence[Made | None]],
    seed: int | None = None,
) -> wanted.Wanted:
    """The request for take ``number`` (from 0). Raises NotMadeYet without its lines or the take it starts from."""
    spoken = [line for line in lines if line]
    if len(spoken) < len(lines):
        raise NotMadeYet(f"a line of {shot.id} is not spoken yet")
    start = None
    if shot.start_from is not None:
        before = earlier[shot.start_from]
        if (made := before[number % len(before)]) is None:
            raise NotMadeYet(f"the take of {shot.start_from} that {shot.id} starts from is not made yet")
        start = making.last_frame(made)
    return wanted.for_take(library, plan, shot, number, spoken, start, seed)


def waves(plan: Plan) -> list[tuple[str, list[Shot]]]:
    """Shots grouped so that a shot's ``start_from`` is in an earlier group."""
    depth: dict[str, int] = {}

    def level(shot: Shot) -> int:
        if shot.id not in depth:
            depth[shot.id] = 0 if shot.start_from is None else 1 + level(plan.shots[shot.start_from])
        return depth[shot.id]

    levels = sorted({level(shot) for shot in plan.shots.values()})
    titles = ["generate"] + [f"generate, shots that start from others ({number})" for number in levels[1:]]
    return [
        (title, [shot for shot in plan.shots.values() if depth[shot.id] == number])
        for title, number in zip(titles, levels, strict=True)
    ]


def _line(root: Path, plan: Plan, library: Library, shot: Shot, line: Line, voice: str) -> Ask:
    card = plan.models[plan.voices[voice].model]
    return Ask(
        row=f"lines of {voice}",
        model=card.id,
        price_usd=price_of_line(card, line.text),
        shelf=line_shelf(root, shot.id),
        wanted=partial(wanted.for_line, library, shot, line, voice),
    )


def _written(shot: Shot, line: Line) -> SpokenLine:
    """A line that nobody speaks: it stands as long as it says, else as long as saying it would take."""
    end = round(min(line.at + (line.seconds or max(SHORTEST_SECONDS, spoken_seconds(line.text))), shot.seconds), 3)
    return SpokenLine(line.character, line.voice, line.text, line.at, end, line.off_screen, sound=line.sound)


def _fit(root: Path, shot: Shot, line: Line, made: Made) -> SpokenLine:
    """The line with the times that its sound has in the shot."""
    end = round(line.at + made.seconds, 3)
    shortest = min(shot.lengths)
    if not line.off_screen and end + ROOM_AFTER_LINE > shortest:
        raise ConfigError(
            f"{shot.id}: the line {line.text!r} starts at {line.at:g} s and lasts {made.seconds:.1f} s, "
            f"which the shot's {shortest:g} s cannot hold; "
            f"{'bring' if shot.footage else 'give the shot'} {end + ROOM_AFTER_LINE:.1f} seconds"
            f"{' of footage' if shot.footage else ''}, start the line earlier or shorten it"
        )
    path = (take_folder(root, "generated", f"{shot.id}/lines", made.key) / "line.wav").relative_to(root).as_posix()
    return SpokenLine(
        line.character, line.voice, line.text, line.at, end, line.off_screen, path, made.sha256, line.sound
    )
