"""Draw and judge, character by character; what was judged is kept, so that a run that was ended goes on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from continuity.errors import ProjectError
from continuity.executor import unordered
from continuity.files import write_text
from continuity.plan.schema import Executor
from continuity.records.reading import read
from continuity.records.validation import JudgedTake, JudgedTakes
from continuity.scoring import vectors
from continuity.scoring.encoders import load_encoder
from continuity.scoring.encoders.traits import trait_reader
from continuity.scoring.references.prepared import VERSION
from continuity.validation import drawing
from continuity.validation.baselines import guard
from continuity.validation.judging import SCORER, judged

Part = Literal["drawn", "nuisances", "stability"]
PARTS: tuple[Part, ...] = ("drawn", "nuisances", "stability")


def takes_of(
    part: Part,
    characters: int,
    work: Path,
    traits: Collection[str] | None = None,
    unchanged: int = drawing.UNCHANGED,
    say: Callable[[str], None] = lambda text: None,
) -> list[JudgedTake]:
    """One part's takes of ``characters`` (two or more), both kinds and styles in turn, judged.

    ``traits``: these alone, else all; ``unchanged``: such takes in each framing. ``work`` is a folder; what an
    earlier run with the same characters and the same scoring left there is read back.
    """
    references = work / f"references-{characters}"
    for number in range(characters):
        if not (references / drawing.name_of(number)).is_dir():
            with tempfile.TemporaryDirectory(prefix="drawn-", dir=work) as making:
                drawing.draw_references(Path(making), number)
                references.mkdir(exist_ok=True)
                (Path(making) / drawing.name_of(number)).rename(references / drawing.name_of(number))
    one = partial(_one, part=part, work=work, references=references, traits=traits, unchanged=unchanged)
    found: dict[int, list[JudgedTake]] = {}
    for number, takes in unordered(one, range(characters), Executor(kind="processes")):
        found[number] = takes
        say(f"{part}: {len(found)} of {characters} characters drawn and judged")
    return [take for number in sorted(found) for take in found[number]]


def _one(
    number: int, part: Part, work: Path, references: Path, traits: Collection[str] | None, unchanged: int
) -> list[JudgedTake]:
    pictures = sorted(references.glob("*/*.png"))
    scorer = [VERSION, load_encoder(SCORER.encoder).id, trait_reader().id, guard() is not None]
    lengths = [path.stat().st_size for path in pictures]
    ground = vectors.key_of("ladder", scorer, lengths, part, sorted(traits or ()), unchanged, drawing.FIRST_SEED)
    kept = work / f"{part}-{drawing.name_of(number)}-{ground[:12]}.json"
    if kept.is_file():
        try:
            return read(kept, JudgedTakes, "continuity ladder").takes
        except ProjectError:
            kept.unlink()  # the machine went off while it was written
    with tempfile.TemporaryDirectory(prefix="clips-", dir=work) as clips:  # other processes may climb here too
        takes = _drawn(part, Path(clips), number, traits, unchanged)
        rows = judged(takes, references, work / "vectors", baselines=part == "drawn")
    write_text(kept, JudgedTakes(takes=rows).model_dump_json(indent=0))
    return rows


def _drawn(
    part: Part, clips: Path, number: int, traits: Collection[str] | None, unchanged: int
) -> Sequence[drawing.Take]:
    if part == "drawn":
        return drawing.ladder(clips, number, traits, unchanged)
    return drawing.nuisances(clips, number) if part == "nuisances" else drawing.encodings(clips, number)
