"""What scoring knows of a project's props and places before it sees a take; kept beside the vectors, by its own key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from continuity.plan.schema import Scorer
from continuity.scoring import vectors
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.prepared import VERSION, Prepared
from continuity.scoring.references.subjects import References, read_picture
from continuity.scoring.scenes.place_anchors import PlaceAnchor, place_anchors
from continuity.scoring.scenes.places import Plate
from continuity.scoring.scenes.prop_anchors import ThingAnchor, thing_anchors
from continuity.scoring.scenes.things import Thing, cutouts_of, pictures_of, prop_of
from continuity.scoring.staging import FRAME_HEIGHT, MOST_PLATES, scaled_plate

MOST_WITHOUT = 6  # pictures of characters, in which no prop is to be found


@dataclass(frozen=True)
class SceneAnchors:
    """By role: ``things`` and ``plates`` are what frames are compared with, the others their calibration."""

    things: Mapping[str, Thing]
    of_things: Mapping[str, ThingAnchor]
    plates: Mapping[str, Plate]
    of_places: Mapping[str, PlaceAnchor]
    place_of: Mapping[str, str]  # which location each plate shows

    def to_json(self) -> dict[str, Any]:
        """The calibration."""
        return {
            "props": {role: anchor.to_json() for role, anchor in self.of_things.items()},
            "locations": {role: anchor.to_json() for role, anchor in self.of_places.items()},
        }


NOTHING = SceneAnchors({}, {}, {}, {}, {})


class _Key:
    """Hashes by the pictures' bytes, carries what they are needed for."""

    def __init__(self, references: References, prepared: Prepared, scorer: Scorer, folder: Path) -> None:
        self.references, self.prepared, self.frames, self.folder = references, prepared, scorer.frames, folder
        order = [*references.props], dict(references.place_of)
        self.text = vectors.key_of("scenes", VERSION, references.digest, order, prepared.encoder.id, scorer.frames)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


def scene_anchors(references: References, prepared: Prepared, scorer: Scorer, folder: Path) -> SceneAnchors:
    """Calibrate every prop and every location; from ``folder`` where an earlier process left it there.

    Raises MediaError for a picture that cannot be read.
    """
    with one_code_path():
        return _known(_Key(references, prepared, scorer, folder))


@lru_cache(maxsize=2)
def _known(key: _Key) -> SceneAnchors:
    references = key.references
    plates = {role: Plate(_at_most(read_picture(picture.path))) for role, picture in references.locations.items()}
    place_of = {role: references.place_of.get(role, role) for role in plates}
    roles = list(dict.fromkeys(prop_of(role) for role in references.props))
    if (stored := vectors.load(key.folder, key.text)) is not None:
        return _read(stored, roles, plates, place_of)
    prepared, encoder = key.prepared, key.prepared.encoder
    cutouts = {role: cutouts_of(pictures_of(references.props, role)) for role in roles}
    things = {role: Thing.of(own, prepared.statistics, encoder) for role, own in cutouts.items()}
    grounds = [scaled_plate(plate.picture) for plate in [*plates.values()][:MOST_PLATES]]
    people = [picture for one in references.subjects.values() for picture in (*one.wardrobes.values(), *one.heads[:1])]
    without = [read_picture(picture.path) for picture in people[:MOST_WITHOUT]] if roles else []
    of_things = thing_anchors(cutouts, things, grounds, without, encoder, prepared.statistics, key.frames)
    made = SceneAnchors(things, of_things, plates, place_anchors(plates, place_of, encoder, key.frames), place_of)
    arrays = {
        f"{number} {name}": value
        for number, role in enumerate(roles)
        for name, value in things[role].to_arrays().items()
    }
    vectors.save(key.folder, key.text, {**arrays, "json": vectors.as_array(made.to_json())})
    return made


def _read(stored: dict[str, Any], roles: list[str], plates: dict[str, Plate], place_of: dict[str, str]) -> SceneAnchors:
    calibration = vectors.from_array(stored["json"])
    things = {}
    for number, role in enumerate(roles):
        own = f"{number} "
        things[role] = Thing.from_arrays(
            {name.removeprefix(own): value for name, value in stored.items() if name.startswith(own)}
        )
    return SceneAnchors(
        things,
        {role: ThingAnchor.from_json(value) for role, value in calibration["props"].items()},
        plates,
        {role: PlaceAnchor.from_json(value) for role, value in calibration["locations"].items()},
        place_of,
    )


def _at_most(picture: Any) -> Any:
    """A plate no higher than frames are staged."""
    return scaled_plate(picture) if picture.shape[0] > FRAME_HEIGHT else picture
