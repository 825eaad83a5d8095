"""What scoring knows of a project's references before it sees a take: vectors, templates, places.

It is made once per project, kept beside the vectors under the pictures' bytes, and read back by every process in a
few hundredths of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from continuity.plan.schema import AnotherEncoder, Scorer
from continuity.scoring import vectors
from continuity.scoring.encoders import Encoder, load_encoder
from continuity.scoring.faces.compared import face_bank
from continuity.scoring.heads.bank import SIDES, Bank, bank_of
from continuity.scoring.heads.locate import Locator, Statistics
from continuity.scoring.judges.base import Judge
from continuity.scoring.judges.face import FACE, FaceJudge
from continuity.scoring.judges.look import LOOK, LookJudge
from continuity.scoring.judges.view import View
from continuity.scoring.opencv import one_code_path
from continuity.scoring.places import Face, Window
from continuity.scoring.references.located import Located, locate, statistics_of
from continuity.scoring.references.subjects import References, Subject, read_picture

VERSION = 14  # raised when a change in scoring makes other numbers: what is cached is then computed anew

NAMED = 3  # references that are told of by name, the others by number

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Prepared:
    """References as scoring compares with them. ``wardrobes`` says where the head is in each wardrobe's picture.

    ``encoder`` compares whole heads, and whatever is not a head. Every subject of which a reference could be made out
    has a bank with the judge `LOOK`; those whose references show faces have one with `FACE` too. ``unclear`` says
    which references could not be made out, and why.
    """

    encoder: Encoder
    statistics: Statistics
    look: LookJudge
    also: tuple[LookJudge, ...]  # the same with other encoders
    face: FaceJudge | None
    wardrobes: Mapping[tuple[str, str, str], Window]  # by judge, subject and wardrobe
    unclear: Mapping[str, list[tuple[str, str]]]  # by subject: role and reason
    by_face: bool  # whether faces were looked for

    def located(self, subject: Subject) -> list[Located]:
        """Where a subject is in its references, in order."""
        return locate(subject, self.statistics, self.by_face)

    @property
    def remark(self) -> str:
        """What to tell of references in which nobody can be told apart, with the way out; empty when all were used."""
        every = [(role, why) for rows in self.unclear.values() for role, why in rows]
        named = "; ".join(f"{role} ({why})" for role, why in every[:NAMED])
        more = f"; and {len(every) - NAMED} more" if len(every) > NAMED else ""
        if not every:
            return ""
        return (
            f"{len(every)} not used, since nobody can be told apart: {named}{more}. `continuity references show` shows "
            "them, `continuity references box` says where the head is"
        )

    @property
    def all_judges(self) -> list[Judge]:
        return [self.look, *self.also, *([self.face] if self.face is not None else [])]

    def judge(self, name: str, encoder: str) -> Judge:
        """By its name and its encoder's id. Where nobody can judge, the first: it knows nothing of the subject."""
        own = (judge for judge in self.all_judges if (judge.name, judge.encoder.id) == (name, encoder))
        return next(own, self.look)


class _Key:
    """Hashes by the pictures' bytes, carries the references along."""

    def __init__(self, references: References, scorer: Scorer, folder: Path) -> None:
        self.references, self.scorer, self.folder = references, scorer, folder
        order = [[id, *subject.wardrobes] for id, subject in references.subjects.items()]
        self.text = vectors.key_of(
            "prepared", VERSION, references.digest, order, scorer.encoder, scorer.parameters, FACE in scorer.judges
        )

    @property
    def _whole(self) -> tuple[str, str]:
        return self.text, vectors.key_of([one.model_dump() for one in self.scorer.also])

    def __hash__(self) -> int:
        return hash(self._whole)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other._whole == self._whole


def prepare(references: References, scorer: Scorer, folder: Path) -> Prepared:
    """Vectors and templates of all references, from ``folder`` where an earlier process left them there."""
    with one_code_path():
        return _prepared(_Key(references, scorer, folder))


@lru_cache(maxsize=2)
def _prepared(key: _Key) -> Prepared:
    encoder = load_encoder(key.scorer.encoder, **key.scorer.parameters)
    stored_under, by_face = vectors.key_of(key.text, encoder.id), FACE in key.scorer.judges
    if (arrays := vectors.load(key.folder, stored_under)) is not None:
        prepared = _from_arrays(arrays, key.references, encoder, by_face)
    else:
        prepared = _made(key.references, encoder, by_face)
        vectors.save(key.folder, stored_under, _as_arrays(prepared, key.references))
    return replace(prepared, also=tuple(_also(prepared, key, one) for one in key.scorer.also))


def _also(prepared: Prepared, key: _Key, another: AnotherEncoder) -> LookJudge:
    """The judge of looks with another encoder: the same heads, found by the same templates."""
    encoder = load_encoder(another.encoder, **another.parameters)
    stored_under = vectors.key_of(key.text, "also", encoder.id)
    ids = list(prepared.look.banks)
    if (arrays := vectors.load(key.folder, stored_under)) is None:
        banks = {}
        for id in ids:
            located = prepared.located(key.references.subjects[id])
            banks[id] = bank_of([one.cut for one in located if one.head], encoder)
        arrays = {f"{n} {side}": banks[id].vectors[side] for n, id in enumerate(ids) for side in SIDES}
        vectors.save(key.folder, stored_under, arrays)
    own = {
        id: Bank({side: arrays[f"{n} {side}"] for side in SIDES}, prepared.look.banks[id].colours)
        for n, id in enumerate(ids)
    }
    return LookJudge(encoder, own, prepared.look.locator)


def _made(references: References, encoder: Encoder, by_face: bool) -> Prepared:
    statistics = statistics_of(references)
    located = {id: locate(subject, statistics, by_face) for id, subject in references.subjects.items()}
    heads = {id: cut for id, pictures in located.items() if (cut := [one.cut for one in pictures if one.head])}
    look = LookJudge(encoder, {id: bank_of(cut, encoder) for id, cut in heads.items()}, Locator.of(heads, statistics))
    faces = {id: seen for id, pictures in located.items() if by_face and (seen := faces_of(pictures))}
    face = FaceJudge({id: face_bank(seen) for id, seen in faces.items()}) if faces else None
    wardrobes = {}
    for id, subject in references.subjects.items():
        for name, picture in subject.wardrobes.items():
            view = View(read_picture(picture.path), statistics)
            for judge in (look, face):
                if judge is not None and id in judge.banks and (windows := judge.search(view, [id])[id]):
                    wardrobes[judge.name, id, name] = windows[0]
    return Prepared(
        encoder,
        statistics,
        look,
        (),
        face,
        wardrobes,
        {id: [(one.role, one.how) for one in pictures if one.head is None] for id, pictures in located.items()},
        by_face,
    )


def faces_of(pictures: list[Located]) -> list[tuple[np.ndarray, Face]]:
    """The references of one subject that show its face, with it; none where it may not be judged by it."""
    return [(one.picture, one.face) for one in pictures if one.face is not None]


def _as_arrays(prepared: Prepared, references: References) -> Arrays:
    """Everything but the encoders, numbered in the order of ``references``."""
    arrays = {
        "mean": prepared.statistics.mean,
        "deviation": prepared.statistics.deviation,
        "unclear": vectors.as_array(dict(prepared.unclear)),
    }
    for number, (id, subject) in enumerate(references.subjects.items()):
        for judge in (one for one in prepared.all_judges if id in one.banks):
            for side, rows in judge.banks[id].vectors.items():
                arrays[f"{judge.name} {number} {side}"] = rows
            for place, name in enumerate(subject.wardrobes):
                if (window := prepared.wardrobes.get((judge.name, id, name))) is not None:
                    arrays[f"{judge.name} wardrobe {number} {place}"] = np.array([*window.box, window.score])
        if id in prepared.look.banks:
            arrays[f"colours {number}"] = prepared.look.banks[id].colours
            for size, kernel in prepared.look.locator.kernels[id].items():
                arrays[f"template {number} {size}"] = kernel
    return arrays


def _from_arrays(arrays: Arrays, references: References, encoder: Encoder, by_face: bool) -> Prepared:
    def sizes(name: str) -> dict[float, np.ndarray]:
        return {float(key.removeprefix(name)): value for key, value in arrays.items() if key.startswith(name)}

    banks: dict[str, dict[str, Bank]] = {LOOK: {}, FACE: {}}
    kernels, wardrobes = {}, {}
    for number, (id, subject) in enumerate(references.subjects.items()):
        for judge, own in banks.items():
            if f"{judge} {number} {SIDES[0]}" not in arrays:
                continue
            rows = {side: arrays[f"{judge} {number} {side}"] for side in SIDES}
            own[id] = Bank(rows, arrays[f"colours {number}"]) if judge == LOOK else Bank(rows)
            for place, name in enumerate(subject.wardrobes):
                if (row := arrays.get(f"{judge} wardrobe {number} {place}")) is not None:
                    x0, y0, x1, y1, score = (float(value) for value in row)
                    wardrobes[judge, id, name] = Window((x0, y0, x1, y1), score)
        if id in banks[LOOK]:
            kernels[id] = sizes(f"template {number} ")
    return Prepared(
        encoder,
        Statistics(arrays["mean"], arrays["deviation"]),
        LookJudge(encoder, banks[LOOK], Locator(kernels)),
        (),
        FaceJudge(banks[FACE]) if banks[FACE] else None,
        wardrobes,
        {id: [(role, why) for role, why in rows] for id, rows in vectors.from_array(arrays["unclear"]).items()},
        by_face,
    )
