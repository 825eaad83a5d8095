"""The puppet as a provider: what it promises to keep, to vary, to carry over and to refuse."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from continuity.errors import MediaError, RequestRefused
from continuity.files import sha256_file
from continuity.media.audio import write_wav
from continuity.media.video import VideoWriter, frames, last_frame, probe, read_audio
from continuity.request import Reference, Request
from puppet import colours
from puppet.acting import Actor, perform
from puppet.identity import distance, read_picture, stray
from puppet.motion_track import boxes, track_of
from puppet.provider import Puppet
from puppet.rig import Traits
from puppet.script import read_action
from puppet.words import traits_from_words

AMI = {
    "character": "ami", "name": "Ami", "kind": "human", "look_style": "anime, cel-shaded",
    "wardrobe": "everyday", "wardrobe_words": "dark brown jacket over a cream shirt, jeans and brown boots",
    "bible": {
        "hair": "jaw-length lavender hair with a straight fringe", "eyes": "large teal-blue eyes",
        "glasses": "round dark glasses", "scarf": "a red scarf", "skin": "fair skin",
    },
}  # fmt: skip
KIT = {
    "character": "kit", "name": "Kit", "kind": "creature", "look_style": "anime", "wardrobe": "everyday",
    "bible": {"species": "small orange fox", "fur": "cream muzzle", "eyes": "green eyes", "scarf": "a blue scarf"},
}  # fmt: skip


def video(action: str = "Ami waves.", *cast: Mapping[str, Any], **changes: Any) -> Request:
    """A small, fast take; ``direction`` entries are merged in."""
    direction = {
        "framing": "medium", "camera": "static", "action": action,
        "characters": [dict(member) for member in cast or (AMI,)],
        "location": {"id": "rooftop", "name": "Rooftop", "words": "a flat rooftop above the city"},
        "time": "dusk",
        **changes.pop("direction", {}),
    }  # fmt: skip
    given: dict[str, Any] = {
        "kind": "video", "provider": "puppet", "model": "puppet-video", "prompt": action, "seed": 11,
        "subject": "e01s01", "resolution": (320, 180), "seconds": 1.0, "fps": 12, "direction": direction,
    }  # fmt: skip
    return Request(**{**given, **changes})


def picture(step: str, trait: str | None = None, member: Mapping[str, Any] = AMI, **changes: Any) -> Request:
    who = {**member, "id": member["character"]}
    given: dict[str, Any] = {
        "kind": "image", "provider": "puppet", "model": "puppet-image", "prompt": step, "seed": 3,
        "subject": f"{step} of {who['id']}", "resolution": (192, 192),
        "direction": {"step": step, "trait": trait, "look_style": member["look_style"], "character": who},
    }  # fmt: skip
    return Request(**{**given, **changes})


def made(request: Request, path: Path) -> Path:
    Puppet().render(request, path)
    return path


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("puppet")


@pytest.fixture(scope="session")
def library(shelf: Path) -> dict[str, Reference]:
    """Headshots of both characters, of Ami's realistic look, and Ami's raincoat."""

    def of(role: str, request: Request) -> Reference:
        (shelf / role).parent.mkdir(parents=True, exist_ok=True)
        return Reference.of(role, made(request, shelf / f"{role}.png"))

    ami = of("ami/anime/headshot", picture("headshot"))
    coat = {**AMI, "wardrobe_words": "a yellow raincoat"}
    return {
        "ami": ami,
        "kit": of("kit/headshot", picture("headshot", member=KIT)),
        "real": of("ami/realistic/headshot", picture("headshot", member={**AMI, "look_style": "realistic"}, seed=8)),
        "raincoat": of("ami/anime/wardrobe-raincoat", picture("wardrobe", "raincoat", coat, references=(ami,))),
    }


@pytest.fixture(scope="session")
def line(shelf: Path) -> Reference:
    """Four syllables of a buzzing voice in 0.6 s, in bursts."""
    time = np.arange(int(0.6 * 24000)) / 24000
    voice = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 12)) * (np.sin(2 * np.pi * 3.4 * time) ** 2)
    write_wav(shelf / "line.wav", (0.2 * voice).astype(np.float32), 24000)
    return Reference.of("line-1", shelf / "line.wav")


@pytest.fixture(scope="session")
def take(shelf: Path, library: dict[str, Reference], line: Reference) -> Path:
    """A take of both, kept from references, with one line of Ami's from 0.2 s."""
    said = {"lines": [{"character": "ami", "text": "hello there", "at": 0.2, "reference": "line-1"}]}
    request = video(
        "Ami waves to Kit.", {**AMI, "position": "left"}, {**KIT, "position": "right"},
        references=(library["ami"], library["kit"], line), direction=said, parameters={"drift": 0.6}, seed=5,
    )  # fmt: skip
    return made(request, shelf / "take.mp4")


def sound_packets(clip: Path) -> list[bytes]:
    with av.open(str(clip)) as container:
        return [bytes(packet) for packet in container.demux(audio=0)]


# ------------------------------------------------------------------------------------------- form and determinism


@pytest.mark.parametrize(
    ("resolution", "fps", "seconds"), [((320, 180), 12, 1.0), ((180, 320), 24, 0.5), ((256, 256), 25, 0.6)]
)
def test_length_resolution_and_frame_rate_are_exact(
    tmp_path: Path, resolution: tuple[int, int], fps: int, seconds: float
) -> None:
    facts = probe(made(video(resolution=resolution, fps=fps, seconds=seconds), tmp_path / "clip.mp4"))
    assert (facts.width, facts.height, facts.fps, facts.frames) == (*resolution, fps, round(seconds * fps))
    assert facts.has_audio


def test_the_same_request_makes_the_same_bytes_in_another_process(
    tmp_path: Path, library: dict[str, Reference]
) -> None:
    request = video(references=(library["ami"],), seconds=0.5)
    here = made(request, tmp_path / "here.mp4")
    script = tmp_path / "elsewhere.py"
    script.write_text(
        "from pathlib import Path, PosixPath\n"
        "from continuity.request import Reference, Request\n"
        "from puppet.provider import Puppet\n"
        f"Puppet().render({request!r}, Path({str(tmp_path / 'there.mp4')!r}))\n"
    )
    subprocess.run([sys.executable, str(script)], check=True)
    assert sha256_file(here) == sha256_file(tmp_path / "there.mp4")


def test_a_take_never_is_digitally_silent_and_sounds_like_its_place(tmp_path: Path) -> None:
    def sound(location: str) -> np.ndarray:
        place = {"location": {"id": location, "words": location}}
        return read_audio(made(video(direction=place, seconds=0.5), tmp_path / "clip.mp4"), 48000)

    cafe, roof = sound("cafe"), sound("rooftop")
    level = 20 * np.log10(np.sqrt(np.mean(cafe[4800:-4800] ** 2)))
    assert -66 < level < -54
    assert not np.array_equal(cafe, roof)


# ------------------------------------------------------------------------------------------- identity


def test_drift_zero_draws_exactly_who_the_reference_shows(tmp_path: Path, library: dict[str, Reference]) -> None:
    request = video(references=(library["ami"],), parameters={"drift": 0}, seconds=0.25)
    member = track_of(made(request, tmp_path / "clip.mp4")).cast[0]
    assert {traits for _, traits in member.timeline} == {read_picture(library["ami"]).traits}


def test_more_drift_strays_further() -> None:
    def mean_distance(drift: float) -> float:
        return float(
            np.mean([distance(traits, Traits()) for seed in range(60) for _, traits in stray(Traits(), drift, seed)])
        )

    distances = [mean_distance(drift) for drift in (0.0, 0.1, 0.25, 1.0)]
    assert distances == sorted(distances)
    assert distances[0] == 0.0
    assert distances[-1] > 3 * distances[1]


def test_about_one_take_in_eight_has_a_gross_fault_at_the_default_dial() -> None:
    base = Traits(glasses="#4a3348")
    count = 600
    gross = 0
    for seed in range(count):
        with_faults, without = (stray(base, 0.25, seed, gross=allowed)[-1][1] for allowed in (True, False))
        gross += with_faults != without
    assert 0.08 < gross / count < 0.16


def test_the_same_take_drifts_within_the_clip_too() -> None:
    timeline = stray(Traits(), 0.25, 4, gross=False)
    assert len(timeline) == 3
    assert distance(timeline[0][1], timeline[2][1]) > distance(timeline[0][1], timeline[1][1]) > 0


def test_words_alone_name_a_family_of_colours_and_leave_the_rest_to_the_seed() -> None:
    seen = [traits_from_words("human", AMI["bible"], AMI["wardrobe_words"], seed) for seed in range(12)]  # type: ignore[arg-type]
    hues = [colours.to_oklch(traits.hair)[2] for traits in seen]
    assert all(abs(hue - colours.to_oklch(colours.LEXICON["lavender"])[2]) < 25 for hue in hues)
    assert len({traits.hair for traits in seen}) == len({traits.face_width for traits in seen}) == 12
    assert all(traits.glasses and traits.outfit.scarf and traits.fringe == "straight" for traits in seen)
    assert all(0.43 < traits.hair_length < 0.57 and traits.eye_scale > 1.1 for traits in seen)


def test_takes_from_words_differ_more_than_takes_from_references(tmp_path: Path, library: dict[str, Reference]) -> None:
    def apart(references: tuple[Reference, ...]) -> float:
        drawn = [
            track_of(made(video(references=references, seed=seed, seconds=0.1), tmp_path / f"{seed}.mp4"))
            .cast[0]
            .traits_at(0)
            for seed in range(4)
        ]
        return float(np.mean([distance(one, other) for one in drawn for other in drawn if one is not other]))

    assert apart(()) > 1.5 * apart((library["ami"],))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a fox", {"kind": "creature", "species": "fox"}),
        ("a grey rabbit with long ears", {"species": "rabbit"}),
        ("no glasses", {"glasses": None}),
        ("a bushy beard and freckles", {"freckles": True}),
        ("brown hair in a bun", {"hair_style": "bun"}),
        ("square black glasses", {"glasses_shape": "square"}),
    ],
)
def test_nouns_are_read(words: str, expected: dict[str, Any]) -> None:
    traits = traits_from_words("creature" if "fox" in words or "rabbit" in words else "human", {"": words}, "", 1)
    assert {name: getattr(traits, name) for name in expected} == expected


def test_the_wardrobe_picture_dresses_the_face_of_the_headshot(tmp_path: Path, library: dict[str, Reference]) -> None:
    dressed = {**AMI, "wardrobe": "raincoat", "wardrobe_words": "a yellow raincoat"}
    references = (library["ami"], library["raincoat"])
    request = video("Ami nods.", dressed, references=references, parameters={"drift": 0}, seconds=0.25)
    drawn = track_of(made(request, tmp_path / "clip.mp4")).cast[0].traits_at(0)
    face, coat = read_picture(library["ami"]).traits, read_picture(library["raincoat"]).traits
    assert face is not None and coat is not None
    assert drawn == replace(face, outfit=coat.outfit)
    assert drawn.outfit.jacket_cut == "raincoat"


@pytest.mark.parametrize(("step", "trait"), [("angle", "profile-left"), ("expression", "happy"), ("lookalike", "1")])
def test_library_pictures_carry_what_they_show(
    tmp_path: Path, library: dict[str, Reference], step: str, trait: str
) -> None:
    references = () if step == "lookalike" else (library["ami"],)
    kept = read_picture(
        Reference.of("ami/anime/x", made(picture(step, trait, references=references, seed=9), tmp_path / "x.png"))
    )
    headshot = read_picture(library["ami"])
    assert kept.subject == "ami" and kept.style == "anime" and kept.traits is not None and headshot.traits is not None
    away = distance(kept.traits, headshot.traits)
    assert away < 0.05 if references else away > 0.05


def test_places_and_props_are_drawn_and_a_place_keeps_its_furniture(tmp_path: Path) -> None:
    direction = {
        "step": "location",
        "location": {"id": "cafe", "words": "a corner cafe"},
        "time": "morning",
        "look_style": "anime",
    }
    plate = made(picture("location", direction=direction, resolution=(320, 180)), tmp_path / "cafe.png")
    prop = {"step": "prop", "prop": {"id": "letter", "words": "a sealed letter"}, "look_style": "anime"}
    assert Image.open(made(picture("prop", direction=prop), tmp_path / "letter.png")).size == (192, 192)
    reference = Reference.of("locations/cafe-morning", plate)
    stages = [
        track_of(made(video(references=(reference,), seed=seed, seconds=0.1), tmp_path / "clip.mp4")).stage
        for seed in (1, 2)
    ]
    assert stages[0].seed == stages[1].seed == read_picture(reference).seed


# ------------------------------------------------------------------------------------------- acting

ACTIONS = """
    idles, walks in, walks to the left, runs to the right, waves, nods, shakes her head, turns left, looks up,
    looks down, jumps, hops twice, dances, sits down, stands up, raises her hand, raises the lantern, reads the
    letter, drinks from the cup, points right, bows, thinks, laughs, cries, shivers, hugs herself, leans left,
    spins, leaves, holds the cup, gasps, shrugs, claps
"""


@pytest.mark.parametrize("kind", ["human", "creature"])
def test_every_action_moves_differently(kind: Any) -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for words in [words.strip() for words in ACTIONS.split(",")]:
        acted = perform(
            f"Ami {words}.",
            [Actor("ami", "Ami", kind)],
            seconds=2.0,
            fps=12,
            framing="wide",
            props=("lantern", "letter", "cup"),
        )
        signature = (acted.poses["ami"], acted.xs["ami"])
        assert signature not in seen, f"{words!r} is acted like {seen.get(signature)!r}"
        seen[signature] = words


def test_beats_follow_each_other_and_belong_to_whoever_is_named() -> None:
    beats = read_action(
        "Ami walks in and waves to Kit, then they dance while Kit laughs.", {"ami": "Ami", "kit": "Kit"}
    )
    assert [(beat.who, beat.gesture) for beat in beats] == [
        ("ami", "enter"), ("ami", "wave"), ("ami", "dance"), ("kit", "dance"), ("kit", "laugh"),
    ]  # fmt: skip
    assert beats[1].towards == "kit"
    assert [beat.together for beat in beats] == [False, False, False, True, True]


def test_a_handed_thing_changes_hands() -> None:
    cast = [Actor("ami", "Ami", position="left"), Actor("kit", "Kit", "creature", position="right")]
    acted = perform(
        "{character:ami} hands the letter to {character:kit}.",
        cast,
        seconds=3,
        fps=12,
        framing="medium",
        props=("letter",),
    )
    held = [{who for who in ("ami", "kit") if acted.poses[who][frame].holding == "letter"} for frame in range(36)]
    assert held[0] == {"ami"} and held[-1] == {"kit"} and all(len(hands) == 1 for hands in held)


def test_who_sits_and_reads_has_sat_down_before_and_who_sits_down_does_so_now() -> None:
    def seated(action: str) -> list[bool]:
        acted = perform(action, [Actor("ami", "Ami")], seconds=3, fps=12, framing="wide", props=("letter",))
        return [pose.seated for pose in acted.poses["ami"]]

    assert all(seated("Ami sits and reads the letter."))
    down = seated("Ami sits down and reads the letter.")
    assert not down[0] and down[-1]


def test_the_camera_pushes_in_smoothly() -> None:
    zooms = perform("", [], seconds=2, fps=12, framing="wide", camera="push-in").zooms
    steps = np.diff(zooms)
    assert zooms[0] == 1.0 and zooms[-1] > 1.1 and (steps >= 0).all() and np.abs(np.diff(steps)).max() < 0.01


def test_the_mouth_moves_during_its_own_line_alone(take: Path) -> None:
    track = track_of(take)
    ami, kit = (track.member(who) for who in ("ami", "kit"))
    assert ami is not None and kit is not None
    moving = [frame for frame, pose in enumerate(ami.poses) if pose.viseme != "closed"]
    assert moving and min(moving) >= 0.2 * 12 - 1 and max(moving) <= 0.8 * 12 + 1
    assert len({ami.poses[frame].viseme for frame in moving}) > 1
    assert all(pose.viseme == "closed" for pose in kit.poses)


def test_lines_are_heard_where_they_are_placed(take: Path) -> None:
    sound = read_audio(take, 48000)
    spoken, before = sound[int(0.25 * 48000) : int(0.75 * 48000)], sound[: int(0.15 * 48000)]
    assert np.sqrt(np.mean(spoken**2)) > 30 * np.sqrt(np.mean(before**2))


def test_drawn_figures_stand_inside_the_picture_where_they_were_placed(take: Path) -> None:
    found = boxes(track_of(take), 3)
    assert set(found) == {"ami", "kit"}
    assert found["ami"][0] < found["kit"][0]
    assert all(0 <= x0 < x1 <= 320 and 0 <= y0 < y1 <= 180 for x0, y0, x1, y1 in found.values())


# ------------------------------------------------------------------------------------------- starting from a frame


def test_a_shot_begins_where_the_one_before_ended(tmp_path: Path, library: dict[str, Reference]) -> None:
    first = made(
        video("Ami walks to the right and sits down.", references=(library["ami"],), seconds=2.0),
        tmp_path / "first.mp4",
    )
    last_frame(first, tmp_path / "last.png")
    start = Reference.of("start_frame", tmp_path / "last.png")
    second = made(video("Ami nods.", references=(library["ami"], start)), tmp_path / "second.mp4")
    ended, began = track_of(first).cast[0], track_of(second).cast[0]
    assert began.xs[0] == ended.xs[-1]
    assert began.poses[0].arms == ended.poses[-1].arms and began.poses[0].seated and began.poses[-1].seated


def test_a_foreign_start_frame_dissolves_into_the_shot(tmp_path: Path) -> None:
    Image.new("RGB", (320, 180), (255, 0, 0)).save(tmp_path / "red.png")
    clip = made(video(references=(Reference.of("start_frame", tmp_path / "red.png"),)), tmp_path / "clip.mp4")
    reds = [float(frame[..., 0].mean() - frame[..., 1].mean()) for frame in frames(clip)]
    assert reds[0] > 200 and reds[0] > reds[2] > reds[4] > reds[7]


# ------------------------------------------------------------------------------------------- motion and repair


def test_motion_transfer_keeps_poses_timing_and_sound_and_changes_the_look(
    tmp_path: Path, take: Path, library: dict[str, Reference]
) -> None:
    references = (library["real"], Reference.of("driving_clip", take))
    transfer = {"transfer": {"character": "ami", "look": "realistic", "wardrobe": "everyday"}}
    request = video("x", AMI, KIT, kind="motion", references=references, direction=transfer, parameters={"drift": 0})
    moved = made(request, tmp_path / "moved.mp4")
    before, after = track_of(take), track_of(moved)
    assert [member.poses for member in after.cast] == [member.poses for member in before.cast]
    assert [member.xs for member in after.cast] == [member.xs for member in before.cast]
    assert sound_packets(moved) == sound_packets(take)
    assert probe(moved).frames == probe(take).frames
    ami, kit = after.cast
    assert ami.style == "painterly" and ami.traits_at(0) == read_picture(library["real"]).traits
    assert kit == before.cast[1]


def test_repair_draws_the_same_performance_nearer_to_the_references(
    tmp_path: Path, take: Path, library: dict[str, Reference]
) -> None:
    references = (library["ami"], library["kit"], Reference.of("failed_take", take))
    repaired = made(video("x", AMI, KIT, kind="repair", references=references), tmp_path / "repaired.mp4")
    before, after = track_of(take), track_of(repaired)
    for was, now, who in zip(before.cast, after.cast, ("ami", "kit"), strict=True):
        shown = read_picture(library[who]).traits
        assert shown is not None and now.poses == was.poses
        assert distance(now.traits_at(11), shown) < 0.4 * distance(was.traits_at(11), shown)
    assert sound_packets(repaired) == sound_packets(take)


def test_a_clip_without_a_performance_is_refused_by_name(tmp_path: Path, library: dict[str, Reference]) -> None:
    with VideoWriter(tmp_path / "camera.mp4", 320, 180, 12) as writer:
        for _ in range(12):
            writer.write(np.zeros((180, 320, 3), np.uint8))
    references = (library["real"], Reference.of("driving_clip", tmp_path / "camera.mp4"))
    request = video(kind="motion", references=references, direction={"transfer": {"character": "ami"}})
    with pytest.raises(RequestRefused, match=r"camera\.mp4.*hosted motion model"):
        made(request, tmp_path / "out.mp4")


# ------------------------------------------------------------------------------------------- refusals


def test_a_picture_that_the_puppet_did_not_draw_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "photo.png")
    with pytest.raises(RequestRefused, match=r"photo\.png.*hosted model"):
        made(video(references=(Reference.of("ami/anime/headshot", tmp_path / "photo.png"),)), tmp_path / "out.mp4")


@pytest.mark.parametrize("damage", ["text", "truncated", "empty"])
def test_a_damaged_picture_is_named(tmp_path: Path, library: dict[str, Reference], damage: str) -> None:
    data = library["ami"].path.read_bytes()
    bad = tmp_path / "headshot.png"
    bad.write_bytes({"text": b"not a picture", "truncated": data[: len(data) // 2], "empty": b""}[damage])
    with pytest.raises(MediaError, match=r"headshot\.png"):
        made(video(references=(Reference.of("ami/anime/headshot", bad),)), tmp_path / "out.mp4")


def test_a_line_that_outlasts_its_shot_is_refused(tmp_path: Path, line: Reference) -> None:
    late = {"lines": [{"character": "ami", "text": "hello", "at": 0.8, "reference": "line-1"}]}
    with pytest.raises(RequestRefused, match=r"e01s01: line 1 ends at 1\.40 s"):
        made(video(direction=late, references=(line,)), tmp_path / "out.mp4")


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (video(parameters={"guidance": 7}), "guidance"),
        (video(parameters={"drift": 3}), "from 0 to 1"),
        (video(kind="voice"), "not voice"),
        (video(resolution=(3840, 2160)), "3840x2160"),
        (video(resolution=(321, 180)), "even"),
        (video(seconds=16.0), "15 s"),
        (video(fps=240), "240"),
        (video("x", {**AMI, "angle": "back"}), "no back"),
        (video("x", {**AMI, "angle": "sideways"}), "sideways"),
        (video("x", {**AMI, "expression": "inscrutable"}), "inscrutable"),
        (video("x", AMI, KIT, AMI, KIT), "4 characters"),
        (video(direction={"camera": "dolly-zoom"}), "dolly-zoom"),
        (video(kind="motion", direction={"transfer": {"character": "ami"}}), "driving_clip"),
        (video(kind="repair"), "failed_take"),
        (picture("angle", "back"), "no back"),
        (picture("portrait"), "portrait"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_is_made(request_: Request, says: str) -> None:
    with pytest.raises(RequestRefused, match=says) as caught:
        Puppet().refuse(request_)
    assert str(caught.value).startswith(request_.subject)
