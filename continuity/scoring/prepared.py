"""What scoring knows of a project's references before it sees a take: vectors, templates, places.

It is made once per project, kept beside the vectors under the pictures' bytes, and read back by every process in a
few hundredths of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from continuity.plan.schema import Scorer
from continuity.scoring import vectors
from continuity.scoring.bank import SIDES, Bank, at_side, bank_of, head_pictures, statistics_of
from continuity.scoring.encoders import Encoder, load_encoder
from continuity.scoring.locate import Locator, Maps, Statistics, Window
from continuity.scoring.references import References, read_picture

VERSION = 4  # raised when a change in scoring makes other numbers: what is cached is then computed anew

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Prepared:
    """References as scoring compares with them. ``wardrobes`` says where the head is in each wardrobe's picture."""

    encoder: Encoder
    statistics: Statistics
    banks: Mapping[str, Bank]
    locator: Locator  # of subjects, by id
    wardrobes: Mapping[tuple[str, str], Window]  # by subject and wardrobe
    props: Locator  # of props, by role
    prop_vectors: Mapping[str, dict[int, np.ndarray]]  # by role and side


class _Key:
    """Hashes by the pictures' bytes, carries the references along."""

    def __init__(self, references: References, scorer: Scorer, folder: Path) -> None:
        self.references, self.scorer, self.folder = references, scorer, folder
        order = [[id, *subject.wardrobes] for id, subject in references.subjects.items()], [*references.props]
        self.text = vectors.key_of("prepared", VERSION, references.digest, order, scorer.encoder, scorer.parameters)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


def prepare(references: References, scorer: Scorer, folder: Path) -> Prepared:
    """Vectors and templates of all references, from ``folder`` where an earlier process left them there."""
    return _prepared(_Key(references, scorer, folder))


@lru_cache(maxsize=2)
def _prepared(key: _Key) -> Prepared:
    encoder = load_encoder(key.scorer.encoder, **key.scorer.parameters)
    stored_under = vectors.key_of(key.text, encoder.id)
    if (arrays := vectors.load(key.folder, stored_under)) is not None:
        return _from_arrays(arrays, key.references, encoder)
    prepared = _made(key.references, encoder)
    vectors.save(key.folder, stored_under, _as_arrays(prepared, key.references))
    return prepared


def _made(references: References, encoder: Encoder) -> Prepared:
    statistics = statistics_of(references)
    heads = {id: head_pictures(subject, statistics) for id, subject in references.subjects.items()}
    locator = Locator.of(heads, statistics)
    wardrobes = {}
    for id, subject in references.subjects.items():
        for name, picture in subject.wardrobes.items():
            maps = Maps.of(read_picture(picture.path), statistics)
            if windows := locator.search(maps, most=1, only=[id])[id]:
                wardrobes[id, name] = windows[0]
    props = {role: read_picture(picture.path) for role, picture in references.props.items()}
    return Prepared(
        encoder,
        statistics,
        {id: bank_of(pictures, encoder) for id, pictures in heads.items()},
        locator,
        wardrobes,
        Locator.of({role: [picture] for role, picture in props.items()}, statistics),
        {
            role: dict(zip(SIDES, encoder.embed([at_side(picture, side) for side in SIDES]), strict=True))
            for role, picture in props.items()
        },
    )


def _as_arrays(prepared: Prepared, references: References) -> Arrays:
    """Everything but the encoder, numbered in the order of ``references``."""
    arrays = {"mean": prepared.statistics.mean, "deviation": prepared.statistics.deviation}
    for number, (id, subject) in enumerate(references.subjects.items()):
        arrays[f"colours {number}"] = prepared.banks[id].colours
        for side, rows in prepared.banks[id].vectors.items():
            arrays[f"bank {number} {side}"] = rows
        for size, kernel in prepared.locator.kernels[id].items():
            arrays[f"template {number} {size}"] = kernel
        for place, name in enumerate(subject.wardrobes):
            if (window := prepared.wardrobes.get((id, name))) is not None:
                arrays[f"wardrobe {number} {place}"] = np.array([*window.box, window.score])
    for number, role in enumerate(references.props):
        arrays[f"prop {number}"] = np.stack([prepared.prop_vectors[role][side] for side in SIDES])
        for size, kernel in prepared.props.kernels[role].items():
            arrays[f"prop template {number} {size}"] = kernel
    return arrays


def _from_arrays(arrays: Arrays, references: References, encoder: Encoder) -> Prepared:
    def sizes(name: str) -> dict[float, np.ndarray]:
        return {float(key.removeprefix(name)): value for key, value in arrays.items() if key.startswith(name)}

    banks, kernels, wardrobes = {}, {}, {}
    for number, (id, subject) in enumerate(references.subjects.items()):
        banks[id] = Bank({side: arrays[f"bank {number} {side}"] for side in SIDES}, arrays[f"colours {number}"])
        kernels[id] = sizes(f"template {number} ")
        for place, name in enumerate(subject.wardrobes):
            if (row := arrays.get(f"wardrobe {number} {place}")) is not None:
                x0, y0, x1, y1, score = (float(value) for value in row)
                wardrobes[id, name] = Window((x0, y0, x1, y1), score)
    props = {role: sizes(f"prop template {number} ") for number, role in enumerate(references.props)}
    prop_vectors = {
        role: dict(zip(SIDES, arrays[f"prop {number}"], strict=True)) for number, role in enumerate(references.props)
    }
    statistics = Statistics(arrays["mean"], arrays["deviation"])
    return Prepared(encoder, statistics, banks, Locator(kernels), wardrobes, Locator(props), prop_vectors)
