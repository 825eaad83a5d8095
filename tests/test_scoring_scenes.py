"""What is around the characters, on drawn clips whose truth is known: props are found, missing or changed, places are
told apart, a wrong wardrobe is named."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from continuity.files import sha256_file
from continuity.media.video import VideoWriter
from continuity.plan.schema import CastMember, Scorer
from continuity.records.scenes import CalibratedScenes, ScoredScene
from continuity.scoring.calibration.anchors import anchors
from continuity.scoring.references.prepared import prepare
from continuity.scoring.references.subjects import Picture, References, Subject
from continuity.scoring.scenes.anchors import scene_anchors
from continuity.scoring.scenes.prop_anchors import NOTHING_ELSE
from continuity.scoring.scenes.score import SceneScore
from continuity.scoring.series.scenes import columns, series_block
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.score import TakeToScore, score_take
from puppet.draw import Renderer, backdrop, portrait, prop_picture
from puppet.rig import Outfit, Placed, Pose, Stage, Traits

SCORER = Scorer(encoder="embedded", frames=3, words=False, traits=False)
DAY = Traits(glasses="#4a3348", outfit=Outfit(scarf="#d8343f"))
NIGHT = replace(DAY, outfit=Outfit(jacket="#2c4f9e", jacket_cut="coat", shirt="#202840"))
STREET = Stage("street", "a narrow street", time="day", style="anime", framing="medium")
PLATES = {
    "locations/street-day": STREET,
    "locations/street-night": replace(STREET, time="night"),
    "locations/forest-day": Stage("forest", "a clearing in the woods", time="day", style="anime"),
}
SIZE = (960, 540)


def save(path: Path, picture: np.ndarray, role: str) -> Picture:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return Picture.of(role, path)


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder, self.vectors = folder, folder / "vectors"
        heads = [
            save(folder / f"{n}.png", portrait(DAY, "anime", pose, 384, 384, "head"), f"ami/{n}")
            for n, pose in (("headshot", Pose()), ("angle-three-quarter", Pose(yaw=0.8)))
        ]
        wardrobes = {
            n: save(folder / f"{n}.png", portrait(traits, "anime", Pose(), 384, 512, "full"), f"ami/wardrobe-{n}")
            for n, traits in (("everyday", DAY), ("coat", NIGHT))
        }
        self.references = References(
            {"ami": Subject("ami", "ami", "anime", tuple(heads), wardrobes)},
            {
                role: save(folder / f"{role}.png", backdrop(replace(stage, framing="wide"), 640, 360), role)
                for role, stage in PLATES.items()
            },
            {
                f"props/{name}": save(
                    folder / f"{name}.png", prop_picture(name, name, "anime", 384, 384), f"props/{name}"
                )
                for name in ("cup", "lantern")
            },
            {role: role.rpartition("-")[0] for role in PLATES},
        )
        self.anchors = anchors(self.references, SCORER, self.vectors)

    def score(
        self, name: str, held: str | None = None, stage: Stage = STREET, traits: Traits = DAY, **asked
    ) -> TakeScore:
        """A clip of Ami, with a prop standing on a crate to her left; truth beside it."""
        stage = replace(stage, props=(held,) if held else ())
        clip, renderer = self.folder / f"{name}.mp4", Renderer(stage, *SIZE)
        with VideoWriter(clip, *SIZE, 3) as writer:
            for index in range(3):
                placed = Placed("ami", traits, "anime", Pose(yaw=0.1 * index), x=-330 + 10 * index)
                writer.write(renderer.frame(stage, [placed]))
        take = TakeToScore(
            name,
            name,
            "generated",
            clip,
            sha256_file(clip),
            [CastMember(character="ami", look="anime", wardrobe="everyday")],
            "locations/street-day",
            ["props/cup"],
        )
        scorer = SCORER.model_copy(update=asked)
        return score_take(take, self.references, self.anchors, scorer, self.vectors)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return Project(tmp_path_factory.mktemp("scenes"))


@pytest.fixture(scope="module")
def right(project) -> TakeScore:
    return project.score("right", "cup")


@pytest.fixture(scope="module")
def missing(project) -> TakeScore:
    return project.score("missing")


def test_a_prop_is_found_where_it_stands_and_is_kept(right):
    (cup,) = right.scene.props
    assert (cup.prop, cup.coverage, cup.verdict) == ("props/cup", 1.0, "kept")
    assert right.prop == cup.identity
    for frame in cup.frames:
        x, y = (frame.box[0] + frame.box[2]) / 2, (frame.box[1] + frame.box[3]) / 2
        assert (x, y) == (pytest.approx(0.861, abs=0.03), pytest.approx(0.94, abs=0.06))  # 1010, 598 of the set, framed
        assert frame.pixels > 24


def test_a_prop_that_is_not_there_has_no_coverage(missing):
    (cup,) = missing.scene.props
    assert (cup.coverage, cup.identity, cup.z) == (0.0, None, None)
    assert missing.prop == 0.0
    assert cup.verdict in ("missing", "no verdict")


def test_another_prop_and_another_colour_are_less_like_it_than_itself(project, right):
    (cup,) = right.scene.props
    for other in ("red-cup", "lantern"):
        (seen,) = project.score(other, other).scene.props
        assert seen.z is None or seen.z < cup.z - 0.2
        assert seen.verdict != "kept"


def test_the_place_of_the_shot_is_kept(right):
    place = right.scene.place
    assert (place.location, place.nearest, place.verdict) == (*["locations/street-day"] * 2, "kept")
    assert place.margin > 0 and place.time_margin > 0
    assert 0.12 < place.coverage < 1
    assert right.location == place.identity


def test_another_place_and_another_time_are_said_by_name(project):
    elsewhere = project.score("forest", stage=replace(PLATES["locations/forest-day"], framing="medium")).scene.place
    assert elsewhere.margin < 0
    assert (elsewhere.verdict, elsewhere.nearest) == ("elsewhere", "locations/forest-day")
    night = project.score("night", stage=replace(STREET, time="night")).scene.place
    assert (night.verdict, night.nearest) == ("other time", "locations/street-night")


def test_a_wrong_wardrobe_is_said_by_name(project, right):
    worn = right.scene.wardrobes["ami"]
    assert (worn.nearest, worn.verdict) == ("everyday", "kept") and worn.margin > 0
    wrong = project.score("coat", "cup", traits=NIGHT).scene.wardrobes["ami"]
    assert (wrong.nearest, wrong.verdict) == ("coat", "changed") and wrong.margin < 0


def test_a_scene_fails_a_take_where_it_is_asked_to_and_sure_alone(project, right, missing):
    """Told by the calibration itself: what it is not sure of is reported, and decides nothing."""
    assert missing.scene.fails == [] and right.scene.fails == []
    asked = project.score("missing", scenes="verdict")
    surely = [one.prop for one in asked.scene.props if one.sure and one.verdict != "kept"]
    assert asked.scene.fails == [f"{prop}: missing" for prop in surely]
    assert project.score("right", "cup", scenes="verdict").passed == right.passed
    lost = replace(right, scene=SceneScore(fails=["props/cup: missing"]))
    assert lost.passed is False


def test_one_prop_and_no_plates_give_no_verdict(project, tmp_path):
    alone = References({}, {}, {"props/cup": project.references.props["props/cup"]})
    known = scene_anchors(alone, prepare(alone, SCORER, tmp_path), SCORER, tmp_path)
    scale = known.of_things["props/cup"].scale
    assert (scale.threshold, scale.no_verdict) == (None, NOTHING_ELSE)


def test_scenes_are_written_and_read_back_and_may_be_missing(project, right):
    written = json.loads(json.dumps(right.to_json(), allow_nan=False))
    assert TakeScore.from_json(written) == right
    assert ScoredScene.model_validate(written["scene"]).as_json() == written["scene"]
    before = TakeScore.from_json({name: value for name, value in written.items() if name != "scene"})
    assert before.scene == SceneScore()
    prepared = prepare(project.references, SCORER, project.vectors)
    calibration = scene_anchors(project.references, prepared, SCORER, project.vectors).to_json()
    assert CalibratedScenes.model_validate(calibration).as_json() == calibration
    row, block = columns(right.scene), series_block([right.scene])
    assert (row["prop_verdicts"], row["location_verdict"]) == ("cup kept", "kept")
    assert (block["prop_rate"], block["location_rate"], block["prop_coverage"]) == (1.0, 1.0, 1.0)
