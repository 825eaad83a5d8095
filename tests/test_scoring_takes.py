"""Clips drawn by the puppet, whose truth is known: heads are found, drift lowers the scores, backgrounds do not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from continuity.errors import MediaError
from continuity.files import sha256_file
from continuity.media.reading import frames
from continuity.media.video import VideoWriter, sample
from continuity.plan.schema import AnotherEncoder, CastMember, Pick, Scorer
from continuity.scoring.calibration.anchors import Anchors, anchors
from continuity.scoring.clips import score_against_folder
from continuity.scoring.references.subjects import Picture, References, Subject
from continuity.scoring.series.evidence import frame_pictures
from continuity.scoring.series.summary import regeneration_drift
from continuity.scoring.takes.observed import observed_frames
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.score import TakeToScore, score_take
from continuity.scoring.takes.select import choose
from puppet.draw import Renderer, backdrop, character_box, portrait
from puppet.rig import Outfit, Placed, Pose, Stage, Traits

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


def film(
    path: Path, traits: Traits, stage: Stage = CAFE, count: int = 4, beside: Traits | None = None
) -> list[tuple[int, int, int, int]]:
    """A short clip of one character turning its head; returns the true boxes of the whole figure."""
    renderer = Renderer(stage, 1280, 720)
    boxes = []
    with VideoWriter(path, 1280, 720, 4) as writer:
        for index in range(count):
            pose = Pose(yaw=0.2 * index, tilt=2.0 * index, expression="happy" if index % 2 else "neutral")
            placed = Placed("someone", traits, "anime", pose, x=-200 + 60 * index)
            others = [Placed("other", beside, "anime", pose, x=420)] if beside else []
            writer.write(renderer.frame(stage, [placed, *others]))
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

    def score(
        self, name: str, traits: Traits, stage: Stage = CAFE, who: str = "ami", beside: Traits | None = None
    ) -> TakeScore:
        clip = self.folder / f"{name}.mp4"
        self.boxes = film(clip, traits, stage, beside=beside)
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


def test_the_consistent_take_is_chosen_and_a_pick_overrules_it(project, exact):
    worse = replace(project.score("hair-3", replace(AMI, hair="#e2a79f")), shot=exact[0].shot)
    takes, shot = [worse, exact[0]], exact[0].shot
    assert choose(shot, takes, Pick()).key == exact[0].key
    picked = choose(shot, takes, Pick(selected=worse.key[:12]))
    assert (picked.key, picked.reason) == (worse.key, "picked")
    assert choose(shot, takes, Pick(discarded=[exact[0].key[:12]])).key == worse.key


def test_calibration_publishes_what_it_was_made_from(project):
    anchor = project.anchors.subjects["ami"]
    assert anchor.floor < anchor.ceiling
    assert max(anchor.different) < anchor.threshold < 1.0
    assert anchor.no_verdict == ""
    assert "other subjects" in anchor.calibrated_on
    assert [(one.name, one.kind, one.pictures) for one in anchor.staged] == [
        ("ami", "itself", 3),
        ("kit", "character", 3),
    ]
    assert [(one.role, one.use) for one in anchor.references] == [
        (one.role, "staged") for one in project.references.subjects["ami"].heads
    ]
    assert anchor.sureness.rate == 0.0 and anchor.sureness.high > 0.4, "one other character says little"
    assert [(row.kind, row.share, row.n) for row in anchor.mistakes] == [("itself", 0.0, 3), ("character", 0.0, 1)]
    assert (
        Anchors.from_json(project.anchors.encoder, json.loads(json.dumps(project.anchors.to_json()))) == project.anchors
    )
    assert project.anchors == anchors(project.references, SCORER, project.vectors), "as it was kept"


def test_clips_are_scored_against_any_folder_of_pictures(project, exact):
    (result,) = score_against_folder([project.folder / "exact.mp4"], project.folder / "ami", frames=3)
    character = result["characters"]["ami"]
    assert character["coverage"] == 1.0
    assert [frame["found"] for frame in character["frames"]] == [True] * 3
    assert "corners of its own pictures" in character["calibrated_on"]
    assert (character["passed"], character["threshold"]) == (None, None)
    assert "under 4 distinct reference pictures, and nothing to tell" in character["no_verdict"]
    assert result["encoder"].startswith("embedded-")


POSES = {
    "headshot": Pose(), "angle-three-quarter": Pose(yaw=0.8), "angle-left": Pose(yaw=-0.8),
    "expression-happy": Pose(expression="happy"),
}  # fmt: skip


def pictures_of(folder: Path, traits: Traits) -> Path:
    folder.mkdir(parents=True)
    for name, pose in POSES.items():
        Image.fromarray(portrait(traits, "anime", pose, 384, 384, "head")).save(folder / f"{name}.png")
    return folder


def as_cut_out(picture: Image.Image, hidden: int) -> Image.Image:
    """What is behind the head is transparent, with noise (or black) under it that no viewer shows."""
    pixels = np.asarray(picture).copy()
    ground = np.abs(pixels.astype(int) - pixels[4, 4]).sum(2) < 40
    pixels[ground] = np.random.default_rng(1).integers(0, hidden + 1, (int(ground.sum()), 3), np.uint8)
    return Image.fromarray(np.dstack([pixels, np.where(ground, 0, 255).astype(np.uint8)]))


def in_black_and_white(clip: Path, path: Path) -> Path:
    with VideoWriter(path, 1280, 720, 4) as writer:
        for frame in frames(clip):
            writer.write(np.asarray(Image.fromarray(frame).convert("L").convert("RGB")))
    return path


def verdict(clip: Path, references: Path) -> tuple[bool | None, float, float | None]:
    (result,) = score_against_folder([clip], references, frames=4)
    (character,) = result["characters"].values()
    return character["passed"], character["coverage"], character["identity"]


def test_one_folder_of_pictures_says_who_is_on_model_and_who_is_not(project, exact, tmp_path):
    """Nothing else is known than how the references differ among themselves: that much is asked of a clip."""
    ami, kit = pictures_of(tmp_path / "ami", AMI), pictures_of(tmp_path / "kit", KIT)
    other_hair = project.folder / "other-hair.mp4"
    film(other_hair, replace(AMI, hair="#3f8fd0"))
    assert verdict(project.folder / "exact.mp4", ami)[0] is True
    assert verdict(project.folder / "exact.mp4", kit)[0] is False
    assert verdict(other_hair, ami)[0] is False


def test_references_that_look_alike_in_every_viewer_give_one_verdict(project, exact, tmp_path):
    """Cut-outs with anything under what is transparent, and what systems leave beside pictures."""
    clip, plain = project.folder / "exact.mp4", pictures_of(tmp_path / "ami", AMI)
    passed, coverage, identity = verdict(clip, plain)
    assert (passed, coverage) == (True, 1.0)
    for hidden in (0, 255):
        cut = pictures_of(tmp_path / f"hidden-{hidden}" / "ami", AMI)
        for path in cut.iterdir():
            as_cut_out(Image.open(path), hidden).save(path)
        got = verdict(clip, cut)
        assert got[:2] == (True, 1.0) and abs(got[2] - identity) < 0.02
    (plain / ".ipynb_checkpoints").mkdir()
    for name in ("headshot", "expression-happy", "angle-left"):
        (plain / ".ipynb_checkpoints" / f"{name}-checkpoint.png").write_bytes((plain / f"{name}.png").read_bytes())
    (plain / "._headshot.png").write_bytes(b"\0\5\x16\7")
    assert verdict(clip, plain) == (passed, coverage, identity)


def test_grey_references_of_16_bits_score_as_their_8_bit_twins(project, exact, tmp_path):
    clip = in_black_and_white(project.folder / "exact.mp4", tmp_path / "grey.mp4")
    eight, sixteen = (pictures_of(tmp_path / name / "ami", AMI) for name in ("eight", "sixteen"))
    for path in eight.iterdir():
        Image.open(path).convert("L").save(path)
    for path in sixteen.iterdir():
        Image.fromarray(np.asarray(Image.open(path).convert("L")).astype(np.uint16) * 257).save(path)
    assert verdict(clip, sixteen) == verdict(clip, eight)
    assert verdict(clip, eight)[:2] == (True, 1.0)


def test_a_bad_reference_picture_is_named(tmp_path):
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(MediaError, match=r"text\.png"):
        score_against_folder([], tmp_path, ["histogram"])
    with pytest.raises(MediaError, match="no such folder"):
        score_against_folder([], tmp_path / "missing", ["histogram"])


def test_a_pass_is_decided_on_the_worst_moment_not_on_the_mean(project):
    """Five frames of eight are Ami, three have other hair: by the mean she passed, and a viewer sees the three."""
    clip, scorer = project.folder / "turning.mp4", SCORER.model_copy(update={"frames": 8, "threshold": 0.9})
    renderer = Renderer(CAFE, 1280, 720)
    with VideoWriter(clip, 1280, 720, 8) as writer:
        for index in range(8):
            traits = AMI if index < 5 else replace(AMI, hair="#e2a79f")
            writer.write(renderer.frame(CAFE, [Placed("someone", traits, "anime", Pose(), x=-100 + 10 * index)]))
    calibration = anchors(project.references, scorer, project.vectors)
    take = TakeToScore("t", "t", "generated", clip, sha256_file(clip), [CastMember(character="ami", look="anime")])
    character = score_take(take, project.references, calibration, scorer, project.vectors).characters["ami"]
    assert sum(frame.z < 0.9 for frame in character.frames) == 3
    assert character.z_p05 < 0.9 < character.z
    assert not character.passed


def test_copies_of_one_picture_say_no_more_than_the_picture(project, exact, tmp_path):
    """Byte for byte, encoded again, and a little smaller: the same scores, and no verdict rather than a guess."""
    headshot = project.folder / "ami" / "headshot.png"
    other = project.folder / "kit" / "headshot.png"
    picture = Image.open(headshot)
    for name in ("one", "copies"):
        (tmp_path / name / "ami").mkdir(parents=True)
        (tmp_path / name / "kit").mkdir()
        (tmp_path / name / "ami" / "headshot.png").write_bytes(headshot.read_bytes())
        (tmp_path / name / "kit" / "headshot.png").write_bytes(other.read_bytes())
    for index in range(4):
        (tmp_path / "copies" / "ami" / f"h{index}.png").write_bytes(headshot.read_bytes())
    picture.save(tmp_path / "copies" / "ami" / "packed.jpg", quality=70)
    picture.resize((360, 360), Image.Resampling.LANCZOS).save(tmp_path / "copies" / "ami" / "smaller.png")
    clip = project.folder / "exact.mp4"
    one, copies = (
        score_against_folder([clip], tmp_path / name, frames=4)[0]["characters"]["ami"] for name in ("one", "copies")
    )
    assert one == copies
    assert (one["passed"], one["threshold"]) == (None, None)
    assert "one distinct reference picture" in one["no_verdict"]
    assert one["identity"] > 0.8


def test_expressions_of_one_face_are_different_pictures(project):
    anchor = project.anchors.subjects["ami"]
    assert "of 3 references" in anchor.calibrated_on


def test_few_references_ask_less_not_more(project, tmp_path):
    """Two pictures say little about poses between them: the threshold gives way, and the right character passes."""
    two = References(
        {id: replace(one, heads=one.heads[:2]) for id, one in project.references.subjects.items()},
        project.references.locations,
    )
    calibration = anchors(two, SCORER, tmp_path)
    clip = project.folder / "exact.mp4"
    take = TakeToScore("t", "t", "generated", clip, sha256_file(clip), [CastMember(character="ami", look="anime")])
    assert score_take(take, two, calibration, SCORER, tmp_path).characters["ami"].passed
    assert calibration.subjects["ami"].threshold < project.anchors.subjects["ami"].threshold


def test_a_threshold_of_ones_own_gives_a_verdict_anyway(project, tmp_path):
    subject = project.references.subjects["ami"]
    alone = References({"ami": replace(subject, heads=subject.heads[:1])}, project.references.locations)
    assert anchors(alone, SCORER, tmp_path).subjects["ami"].threshold is None
    decided = anchors(alone, SCORER.model_copy(update={"threshold": 0.8}), tmp_path).subjects["ami"]
    assert (decided.threshold, decided.no_verdict) == (0.8, "")


def test_an_encoder_that_tells_nobody_apart_gives_no_verdict(project, tmp_path):
    """The same pictures under two names: each resembles the other as much as itself."""
    ami = project.references.subjects["ami"]
    twins = References({"ami": ami, "amy": replace(ami, id="amy", character="amy")}, project.references.locations)
    anchor = anchors(twins, SCORER, tmp_path).subjects["ami"]
    assert anchor.threshold is None
    assert "resemble the references as much" in anchor.no_verdict


def test_a_take_without_anybody_in_it_has_null_scores_and_no_error(project, tmp_path):
    """Neither characters nor places nor props have pictures: nothing is looked for, the rest is measured."""
    nobody = References({})
    calibration = anchors(nobody, SCORER, tmp_path)
    clip = project.folder / "exact.mp4"
    score = score_take(
        TakeToScore("t", "t", "generated", clip, sha256_file(clip), []), nobody, calibration, SCORER, tmp_path
    )
    assert (score.passed, score.characters, score.cast, score.location, score.prop) == (None, {}, None, None, None)
    assert score.movement > 0 and len(score.phashes) == 4
    assert choose("t", [score], Pick()).key == "t"


def test_no_verdict_is_neither_a_pass_nor_a_failure(exact):
    score = exact[0]
    undecided = replace(score, characters={"ami": replace(score.characters["ami"], passed=None)})
    assert undecided.passed is None
    both = {**undecided.characters, "kit": replace(score.characters["ami"], passed=False)}
    assert replace(score, characters=both).passed is False


def test_what_was_seen_once_is_judged_anew_without_the_clip(project, exact, tmp_path):
    """Another threshold, one more encoder and the report's pictures: the clip, moved away meanwhile, is not opened."""
    clip = project.folder / "exact.mp4"
    take = TakeToScore(
        "exact", "exact-key", "generated", clip, sha256_file(clip), [CastMember(character="ami", look="anime")],
        "locations/cafe",
    )  # fmt: skip
    clip.rename(tmp_path / "away.mp4")
    try:
        for scorer in (
            SCORER.model_copy(update={"threshold": 3.0}),
            Scorer(**SCORER.model_dump() | {"also": ["pixels"]}),
        ):
            calibration = anchors(project.references, scorer, project.vectors)
            score = score_take(take, project.references, calibration, scorer, project.vectors)
            assert score.characters["ami"].identity == exact[0].characters["ami"].identity
            assert score.characters["ami"].frames == exact[0].characters["ami"].frames
            assert score.characters["ami"].passed is (scorer.threshold is None)
        names = frame_pictures(clip, take.sha256, SCORER.frames, tmp_path, "seen", project.vectors)
        assert len(names) == SCORER.frames and all((tmp_path / name).is_file() for name in names)
        with pytest.raises(MediaError):
            frame_pictures(clip, "0" * 64, SCORER.frames, tmp_path, "unseen", project.vectors)
    finally:
        (tmp_path / "away.mp4").rename(clip)


def test_kept_frames_are_the_clips_own_and_a_damaged_one_is_seen_again(project, exact, tmp_path):
    clip = project.folder / "exact.mp4"
    plain = sample(clip, 4)
    for turn in range(3):  # seen, kept, and seen again after damage
        kept = observed_frames(clip, "any", 4, tmp_path)
        assert kept.times == [t for t, _ in plain]
        assert all((ours == theirs).all() for ours, (_, theirs) in zip(kept.pictures, plain, strict=True))
        (file,) = tmp_path.rglob("*.npz")
        if turn == 1:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def test_every_encoder_speaks_for_itself_and_the_one_that_tells_apart_judges(project, exact):
    scorer = SCORER.model_copy(update={"also": [AnotherEncoder(encoder=name) for name in ("histogram", "pixels")]})
    calibration = anchors(project.references, scorer, project.vectors)
    own = calibration.subjects["ami"]
    told = {anchor.encoder: anchor.told_apart for anchor in calibration.all_of("ami")}
    assert len(told) == 3 and own.told_apart == max(told.values()) and own.encoder in own.chosen_for
    clip = project.folder / "exact.mp4"
    take = TakeToScore("e", "e", "generated", clip, sha256_file(clip), [CastMember(character="ami", look="anime")])
    character = score_take(take, project.references, calibration, scorer, project.vectors).characters["ami"]
    readings = {reading.encoder: reading for reading in (character, *character.beside)}
    assert readings.keys() == told.keys() and character.encoder == own.encoder
    assert readings[exact[0].encoder].identity == exact[0].characters["ami"].identity
    assert len({reading.identity for reading in readings.values()}) == 3
    assert {reading.coverage for reading in readings.values()} == {1.0}
    again = Anchors.from_json(calibration.encoder, json.loads(json.dumps(calibration.to_json())))
    assert again == calibration


def test_one_more_encoder_leaves_the_calibration_of_the_first_as_it_was(project):
    scorer = SCORER.model_copy(update={"also": [AnotherEncoder(encoder="pixels")]})
    of_first = anchors(project.references, scorer, project.vectors).all_of("ami")
    choice = {"chosen_for": "", "candidates": []}
    assert replace(project.anchors.subjects["ami"], **choice) in [replace(one, **choice) for one in of_first]


def test_a_character_that_stands_beside_itself_is_seen_twice_and_another_beside_it_is_not(project, exact):
    assert exact[0].characters["ami"].twice == 0.0
    assert project.score("twins", AMI, beside=AMI).characters["ami"].twice >= 0.75
    stranger = Traits(hair="#e2a79f", hair_length=0.3)
    with_another = project.score("company", AMI, beside=stranger).characters["ami"]
    assert (with_another.twice, with_another.coverage) == (0.0, 1.0)
