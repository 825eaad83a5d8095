"""Notes in pictures and clips come from files: colours are colours or nothing, numbers fit a picture, or it is said."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from continuity.errors import MediaError, RequestRefused
from continuity.media.pictures import png_bytes
from continuity.media.video import VideoWriter
from continuity.request import Reference
from puppet import identity, motion_track, notes
from puppet.acting import CAMERAS, Actor, perform
from puppet.identity import Kept, read_picture, stray, write_picture
from puppet.motion_track import Member, Track, end_states, metadata_of, track_of
from puppet.rig import Pose, Stage, Traits
from puppet.svg import Fragment
from puppet.words import traits_from_words

BLANK = np.full((64, 64, 3), 120, np.uint8)
AMI = traits_from_words("human", {"": "lavender hair, round glasses, a red scarf"}, "blue hat", 3)

HOSTILE = [
    'url(file:///etc/passwd)',
    '"/><image href="file:///etc/passwd" width="99"/><path fill="#000000',
    "#ffffff\n", "#fff", "#GGGGGG", "red", "", " #ffffff", "#ffffff\"/>", "javascript:1", "#ffffff" * 99,
    None, 7, True, ["#ffffff"], {"a": 1},
]  # fmt: skip
MONSTROUS = ["NaN", "Infinity", "-Infinity", "1e308", "-1e9", "99", '"1.0"', "true", "null", "[1]", "9" * 400]


def picture(path: Path, note: str) -> Reference:
    path.write_bytes(png_bytes(BLANK, {identity.CHUNK: note}))
    return Reference.of("ami/anime/headshot", path)


def kept(**traits: Any) -> str:
    return json.dumps({**asdict(Kept("ami", AMI, "anime", "everyday")), "traits": {**asdict(AMI), **traits}})


def refused(reference: Reference) -> str:
    with pytest.raises(RequestRefused, match=r"headshot\.png \(reference ami/anime/headshot\)") as error:
        read_picture(reference)
    return str(error.value)


def test_what_the_puppet_writes_it_reads_back(tmp_path: Path) -> None:
    facts = Kept("ami", AMI, "painterly", "everyday", 2**31 - 1)
    write_picture(tmp_path / "headshot.png", BLANK, facts)
    assert read_picture(Reference.of("ami/anime/headshot", tmp_path / "headshot.png")) == facts


@pytest.mark.parametrize(
    ("place", "colour"),
    [
        (place, colour)
        for place in ("hair", "skin", "fur_light", "scarf")
        for colour in HOSTILE
        if (place, colour) != ("scarf", None)  # no scarf is worn
    ],
)
def test_a_colour_of_a_picture_is_a_colour_or_nothing(tmp_path: Path, colour: Any, place: str) -> None:
    told = {"outfit": {**asdict(AMI.outfit), "scarf": colour}} if place == "scarf" else {place: colour}
    assert place in refused(picture(tmp_path / "headshot.png", kept(**told)))


@pytest.mark.parametrize("number", MONSTROUS)
def test_a_number_of_a_picture_fits_a_picture(tmp_path: Path, number: str) -> None:
    note = kept(build="?").replace('"?"', number)
    refused(picture(tmp_path / "headshot.png", note))


@pytest.mark.parametrize(
    "note",
    [
        "", "null", "[]", "words", "{", "{}", "[" * 100_000, '{"a":' * 50_000, "\0", "x" * 200_000,
        kept(kind="dragon"), kept(hair_style="'"), kept(wings="#ffffff"), kept(freckles="yes"),
        json.dumps({**json.loads(kept()), "style": "svg"}), json.dumps({**json.loads(kept()), "seed": -1}),
        json.dumps({**json.loads(kept()), "subject": "a" * 5000}), json.dumps({**json.loads(kept()), "file": "/etc"}),
    ],
)  # fmt: skip
def test_a_note_of_another_shape_is_refused(tmp_path: Path, note: str) -> None:
    refused(picture(tmp_path / "headshot.png", note))


def test_a_note_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_itxt(identity.CHUNK, " " * (8 << 20) + kept(), zip=True)
    Image.fromarray(BLANK).save(tmp_path / "headshot.png", pnginfo=info)
    with pytest.raises((MediaError, RequestRefused), match=r"headshot\.png"):
        read_picture(Reference.of("ami/anime/headshot", tmp_path / "headshot.png"))


def test_damage_in_a_master_is_answered_with_what_helps_a_master(tmp_path: Path) -> None:
    (tmp_path / "anime.png").write_bytes(png_bytes(BLANK)[:60])
    with pytest.raises(MediaError, match="continuity masters accept") as own:
        read_picture(Reference.of("masters/ami/anime.png", tmp_path / "anime.png"))
    with pytest.raises(MediaError, match="dvc pull"):
        read_picture(Reference.of("ami/anime/headshot", tmp_path / "anime.png"))
    assert "dvc" not in str(own.value)


# ---- performances in clips --------------------------------------------------------------------


def track() -> Track:
    poses = (Pose(), Pose(yaw=1.0, holding="letter"))
    member = Member("ami", "anime", AMI, ((0.0, AMI), (0.5, AMI)), poses, (0.0, 4.0), (1.0, 1.0))
    return Track(12, 320, 180, Stage("rooftop", "a flat rooftop"), (1.0, 1.0), (0.0, 0.0), (member,))


def clip(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    told = json.loads(zlib.decompress(base64.b64decode(metadata_of(track())[motion_track.TRACK_KEY])))
    change(told)
    packed = base64.b64encode(zlib.compress(json.dumps(told).encode())).decode()
    return with_note(path, packed)


def with_note(path: Path, note: str) -> Path:
    with VideoWriter(path, 320, 180, 12, metadata={motion_track.TRACK_KEY: note}) as writer:
        for _ in range(2):
            writer.write(np.zeros((180, 320, 3), np.uint8))
    return path


def test_a_performance_is_read_back(tmp_path: Path) -> None:
    assert track_of(clip(tmp_path / "a.mp4", lambda told: None)) == track()


CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda told: told["cast"][0]["kept"].update(hair="url(file:///etc/passwd)"),
    lambda told: told["cast"][0]["timeline"][1][1]["outfit"].update(jacket='"/><image href="file:///etc/passwd"/>'),
    lambda told: told["cast"][0]["timeline"].reverse(),
    lambda told: told["cast"][0]["timeline"].clear(),
    lambda told: told["cast"][0].update(style="svg"),
    lambda told: told["cast"][0]["poses"].update(yaw=[0.0]),
    lambda told: told["cast"][0]["poses"].update(yaw=[0.0, float("nan")]),
    lambda told: told["cast"][0]["poses"].update(expression=["neutral", "evil"]),
    lambda told: told["cast"][0]["poses"].pop("gaze"),
    lambda told: told["cast"][0]["poses"].update(wings=[1.0, 1.0]),
    lambda told: told["cast"][0].update(scales=[1.0, 1e300]),
    lambda told: told["cast"][0].update(xs=[1.0]),
    lambda told: told.update(cast=told["cast"] * 500),
    lambda told: told.update(width=10**9), lambda told: told.update(fps=0), lambda told: told.update(fps="12"),
    lambda told: told.update(zooms=[]), lambda told: told.update(zooms=[1.0] * 100_000),
    lambda told: told.update(format=2), lambda told: told.update(cast=None), lambda told: told.clear(),
    lambda told: told["stage"].update(seed=-1), lambda told: told["stage"].update(props=[1]),
    lambda told: told["stage"].update(words="a" * 10**6),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_performance_that_cannot_be_is_named(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(MediaError, match=r"a\.mp4: the performance in its metadata is damaged"):
        track_of(clip(tmp_path / "a.mp4", change))


@pytest.mark.parametrize(
    "data", [b"", b"[" * 10**6, b" " * (40 << 20), b"\xff\xfe", b'{"format":1}'], ids=lambda data: f"{data[:4]}"
)
def test_a_performance_that_is_no_json_or_too_long_is_named(tmp_path: Path, data: bytes) -> None:
    path = with_note(tmp_path / "a.mp4", base64.b64encode(zlib.compress(data)).decode())
    with pytest.raises(MediaError, match=r"a\.mp4: the performance in its metadata is damaged"):
        track_of(path)


@pytest.mark.parametrize("note", ["", "{}", "[]", "not base64 !", "AAAA", base64.b64encode(b"x" * 50).decode()])
def test_an_end_state_or_a_performance_of_anything_else_is_refused(tmp_path: Path, note: str) -> None:
    with pytest.raises(ValueError):
        end_states(note)
    with pytest.raises(MediaError if note else (MediaError, RequestRefused), match=r"a\.mp4"):
        track_of(with_note(tmp_path / "a.mp4", note))


def test_an_end_state_is_read_back_and_bounded() -> None:
    text = metadata_of(track())[motion_track.END_KEY]
    assert end_states(text)["ami"].pose == Pose(yaw=1.0, holding="letter")
    for old, new in (('"x":4.0', '"x":1e99'), ('"yaw":1.0', '"yaw":NaN'), ('"letter"', "5"), ('"scale":1.0', '"z":1')):
        assert old in text
        with pytest.raises(ValueError):
            end_states(text.replace(old, new))


# ---- the two ends of the border ---------------------------------------------------------------


def test_all_that_is_drawn_could_be_read_back() -> None:
    """The ranges of notes are wider than anything the puppet makes, also at the end of its dial."""
    for seed in range(150):
        kind = ("human", "creature")[seed % 2]
        traits = traits_from_words(kind, {"": "huge eyes, bushy brows, tiny nose, long flowing hair"}, "red hat", seed)
        for _, strayed in stray(traits, 1.0, seed):
            assert notes.read(Traits, json.dumps(asdict(strayed)), 10_000) == strayed
    for action in ("Ami runs to Kit and jumps.", "Ami sits and reads the letter.", "Ami dances.", "Ami waves to Kit."):
        for camera in CAMERAS:
            cast = [Actor("ami", "Ami", position="left"), Actor("kit", "Kit", "creature", position="right")]
            played = perform(action, cast, seconds=2.0, fps=12, framing="wide", camera=camera, props=("letter",))
            for pose in (pose for poses in played.poses.values() for pose in poses):
                assert notes.read(Pose, json.dumps(asdict(pose)), 10_000) == pose


@pytest.mark.parametrize(
    "colour", [colour for colour in HOSTILE if isinstance(colour, str) and colour not in ("#fff", "red")]
)
def test_nothing_but_a_colour_reaches_a_drawing(colour: str) -> None:
    fragment = Fragment("anime")
    for draw in (
        lambda: fragment.fill("M0 0", colour), lambda: fragment.line("M0 0", colour, 1.0),
        lambda: fragment.gradient([(0, colour), (1, "#ffffff")]),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            draw()
    assert "image" not in str(fragment) and "file:" not in str(fragment)
