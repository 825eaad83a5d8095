"""Clips drawn by the puppet, whose truth is known: heads are found, drift lowers the scores, backgrounds do not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from continuity.errors import MediaError
from continuity.files import sha256_file
from continuity.media.video import VideoWriter
from continuity.plan.schema import CastMember, Scorer
from continuity.providers.puppet.draw import Renderer, backdrop, character_box, portrait
from continuity.providers.puppet.rig import Outfit, Placed, Pose, Stage, Traits
from continuity.scoring.folder import score_against_folder
from continuity.scoring.references import Picture, References, Subject
from continuity.scoring.select import choose
from continuity.scoring.series import regeneration_drift
from continuity.scoring.takes import TakeScore, TakeToScore, anchors, score_take

SCORER = Scorer(encoder="embedded", frames=4, words=False)
AMI = Traits(glasses="#4a3348", outfit=Outfit(scarf="#d8343f"))
KIT = Traits(kind="creature", species="fox", eyes="#3aa58a", outfit=Outfit(jacket=None, scarf="#3f8fd0"))
CAFE = Stage("cafe", "a small cafe with shelves and a tall window", time="morning", style="anime", framing="medium")
ROOF = Stage("rooftop", "a rooftop over the city", time="dusk", style="anime", framing="medium")


def save(path: Path, picture: np.ndarray, role: str) -> Picture:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return Picture.of(role, path)


def subject(folder: Path, id: str, traits: Traits) -> Subject:
    poses = {"headshot": Pose(), "angle-three-quarter": Pose(yaw=0.8), "expression-happy": Pose(expression="happy")}
    heads = [
        save(folder / id / f"{n}.png", portrait(traits, "anime", p, 384, 384, "head"), f"{id}/{n}")
        for n, p in poses.items()
    ]
    return Subject(id, id, "anime", tuple(heads))


def film(path: Path, traits: Traits, stage: Stage = CAFE, count: int = 4) -> list[tuple[int, int, int, int]]:
    """A short clip of one character turning its head; returns the true boxes of the whole figure."""
    renderer = Renderer(stage, 1280, 720)
    boxes = []
    with VideoWriter(path, 1280, 720, 4) as writer:
        for index in range(count):
            pose = Pose(yaw=0.2 * index, tilt=2.0 * index, expression="happy" if index % 2 else "neutral")
            placed = Placed("someone", traits, "anime", pose, x=-200 + 60 * index)
            writer.write(renderer.frame(stage, [placed]))
            boxes.append(character_box(renderer, placed))
    return boxes


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        plates = {f"locations/{s.location}": replace(s, framing="wide") for s in (CAFE, ROOF)}
        self.references = References(
            {id: subject(folder, id, traits) for id, traits in (("ami", AMI), ("kit", KIT))},
            {role: save(folder / f"{role}.png", backdrop(stage, 640, 360), role) for role, stage in plates.items()},
        )
        self.vectors = folder / "vectors"
        self.anchors = anchors(self.references, SCORER, self.vectors)

    def score(self, name: str, traits: Traits, stage: Stage = CAFE, who: str = "ami") -> TakeScore:
        clip = self.folder / f"{name}.mp4"
        self.boxes = film(clip, traits, stage)
        take = TakeToScore(
            name,
            f"{name}-key",
            "generated",
            clip,
            sha256_file(clip),
            [CastMember(character=who, look="anime")],
            f"locations/{stage.location}",
        )
        return score_take(take, self.references, self.anchors, SCORER, self.vectors)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("scoring"))


@pytest.fixture(scope="module")
def exact(project):
    score = project.score("exact", AMI)
    return score, project.boxes


def test_the_same_character_passes_and_is_seen_throughout(exact):
    character = exact[0].characters["ami"]
    assert character.coverage == 1.0
    assert character.passed
    assert character.margin > 0.1
    assert character.identity_p05 <= character.identity <= 1.0
    assert exact[0].cast == 100.0


@pytest.mark.parametrize(
    ("who", "traits", "framing"),
    [("ami", AMI, "wide"), ("ami", AMI, "close-up"), ("kit", KIT, "wide"), ("kit", KIT, "medium")],
)
def test_the_located_box_has_its_centre_in_the_true_head(project, who, traits, framing):
    score = project.score(f"{who}-{framing}", traits, replace(ROOF, framing=framing), who)
    share = {"wide": 0.3 if who == "ami" else 0.6, "medium": 0.6, "close-up": 0.9}[framing]  # of the visible figure
    inside = 0
    for frame, (left, top, right, bottom) in zip(score.characters[who].frames, project.boxes, strict=True):
        x, y = ((frame.box[0] + frame.box[2]) * 640, (frame.box[1] + frame.box[3]) * 360) if frame.box else (-1, -1)
        inside += left <= x <= right and top <= y <= top + share * (bottom - top)
    assert inside == len(project.boxes)


def test_identity_falls_with_every_step_of_hair_hue(project, exact):
    from scipy.stats import spearmanr

    colours = ["#b7a0e2", "#cf9fe0", "#e29fc0", "#e2a79f"]
    values = [exact[0].characters["ami"].z]
    values += [
        project.score(f"hair-{i}", replace(AMI, hair=c)).characters["ami"].z or 0.0 for i, c in enumerate(colours[1:])
    ]
    assert spearmanr(range(4), values).statistic <= -0.8
    assert values[0] - values[-1] > 0.1


def test_another_background_moves_identity_less_than_lost_glasses(project, exact):
    elsewhere = project.score("elsewhere", AMI, ROOF).characters["ami"]
    without = project.score("no-glasses", replace(AMI, glasses=None)).characters["ami"]
    here = exact[0].characters["ami"]
    assert abs(elsewhere.identity - here.identity) < 0.02
    assert elsewhere.passed
    assert here.z - without.z > abs(here.z - elsewhere.z)


def test_a_swapped_character_is_not_taken_for_the_expected_one(project):
    score = project.score("swapped", KIT)
    character = score.characters["ami"]
    assert not character.passed
    assert character.coverage == 0.0 or character.margin < 0
    assert score.cast == 100.0  # one expected, one there: the number alone does not see a swap


def test_a_black_clip_has_no_coverage_and_no_identity_but_a_score(project):
    clip = project.folder / "black.mp4"
    with VideoWriter(clip, 320, 180, 4) as writer:
        for _ in range(4):
            writer.write(np.zeros((180, 320, 3), np.uint8))
    take = TakeToScore(
        "black", "black", "generated", clip, sha256_file(clip), [CastMember(character="ami", look="anime")]
    )
    score = score_take(take, project.references, project.anchors, SCORER, project.vectors)
    character = score.characters["ami"]
    assert (character.coverage, character.identity, character.z, character.margin) == (0.0, None, None, None)
    assert not character.passed
    json.dumps(score.to_json(), allow_nan=False)


def test_a_score_survives_json_and_comes_back_from_the_store_unchanged(project, exact):
    score = exact[0]
    again = project.score("exact", AMI)
    assert json.dumps(again.to_json()) == json.dumps(score.to_json())
    assert TakeScore.from_json(json.loads(json.dumps(score.to_json()))) == score


def test_the_same_take_again_has_not_drifted(exact):
    drift = regeneration_drift(exact[0], exact[0])["ami"]
    assert drift == {"medoid": pytest.approx(0, abs=1e-3), "phash": 0.0, "identity": 0.0}


def test_the_consistent_take_is_chosen_and_a_pin_overrules_it(project, exact):
    worse = replace(project.score("hair-3", replace(AMI, hair="#e2a79f")), shot=exact[0].shot)
    assert choose([worse, exact[0]], None).key == exact[0].key
    pinned = choose([worse, exact[0]], worse.key[:6])
    assert (pinned.key, pinned.reason) == (worse.key, "pinned")


def test_calibration_publishes_what_it_was_made_from(project):
    anchor = project.anchors.subjects["ami"]
    assert anchor.floor < anchor.ceiling
    assert max(anchor.different) < anchor.threshold < 1.0
    assert "other subjects" in anchor.calibrated_on


def test_clips_are_scored_against_any_folder_of_pictures(project, exact):
    (result,) = score_against_folder([project.folder / "exact.mp4"], project.folder / "ami", "embedded", {}, frames=3)
    character = result["characters"]["ami"]
    assert character["coverage"] == 1.0
    assert [frame["found"] for frame in character["frames"]] == [True] * 3
    assert "background windows" in character["calibrated_on"]
    assert result["encoder"].startswith("embedded-")


def test_a_bad_reference_picture_is_named(tmp_path):
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(MediaError, match=r"text\.png"):
        score_against_folder([], tmp_path, "histogram", {})
    with pytest.raises(MediaError, match="no such folder"):
        score_against_folder([], tmp_path / "missing", "histogram", {})
