"""What the puppet's drawing promises: traits are visible, framings show what they should, pictures repeat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from puppet.draw import Renderer, backdrop, character_box, portrait, prop_picture
from puppet.rig import Outfit, Placed, Pose, Stage, Style, Traits

AMI = Traits(glasses="#3a2f38", outfit=Outfit(scarf="#d8343f"))
KIT = Traits(kind="creature", species="fox", eyes="#4a6ad0", outfit=Outfit(jacket=None, scarf="#3f8fd0"))
STYLES: tuple[Style, ...] = ("anime", "painterly")
MARK = "#00ff40"  # a colour that nothing else wears


def stage(**changes: Any) -> Stage:
    return replace(Stage("cafe", "a small cafe", "day", "anime", "medium"), **changes)


def placed(traits: Traits = AMI, style: Style = "anime", x: float = 0.0, **pose: Any) -> Placed:
    return Placed("someone", traits, style, Pose(**pose), x)


def bust(traits: Traits, style: Style = "anime", **pose: Any) -> np.ndarray:
    return portrait(traits, style, Pose(**pose), 200, 240, "bust")


def full(traits: Traits, style: Style = "anime", **pose: Any) -> np.ndarray:
    return portrait(traits, style, Pose(**pose), 200, 320, "full")


def changed(a: np.ndarray, b: np.ndarray) -> int:
    """How many pixels differ plainly."""
    return int((cv2.absdiff(a, b).max(axis=2) > 12).sum())


def marked(picture: np.ndarray) -> int:
    """How many pixels have the marking colour, whatever light is on it."""
    r, g, b = (picture[..., i].astype(int) for i in range(3))
    return int(((g > 90) & (g > r + 60) & (g > b + 40)).sum())


HUMAN_CHANGES: list[dict[str, Any]] = [
    {"skin": "#8a5637"}, {"hair": "#2a2024"}, {"hair_style": "short"}, {"hair_style": "long"},
    {"hair_style": "ponytail"}, {"hair_style": "bun"}, {"hair_style": "curly"}, {"hair_length": 0.8},
    {"hair_length": 0.25}, {"fringe": "swept"}, {"fringe": "none"}, {"eyes": "#8a4a20"}, {"eye_scale": 1.2},
    {"face_width": 1.15}, {"jaw": 1.2}, {"nose": 1.25}, {"brows": 1.6}, {"freckles": True}, {"beard": "#3a2a20"},
    {"glasses": None}, {"glasses": "#d0a030"}, {"glasses_shape": "square"}, {"build": 1.2}, {"height": 1.1},
]  # fmt: skip
CREATURE_CHANGES: list[dict[str, Any]] = [
    {"species": "cat"}, {"species": "bear"}, {"species": "rabbit"}, {"fur": "#6a6a78"}, {"fur_light": "#c8a070"},
    {"ears": 1.25}, {"tail": 1.25}, {"eyes": "#8a4a20"}, {"eye_scale": 1.2}, {"face_width": 1.12}, {"nose": 1.4},
    {"brows": 1.6}, {"glasses": "#333333"}, {"build": 1.2}, {"height": 1.1},
]  # fmt: skip
OUTFIT_CHANGES: list[dict[str, Any]] = [
    {"jacket": "#d8b030"}, {"jacket": None}, {"jacket_cut": "coat"}, {"jacket_cut": "raincoat"},
    {"jacket_cut": "cardigan"}, {"jacket_cut": "dress"}, {"shirt": "#3a6aa8"}, {"trousers": "#8a3a3a"},
    {"boots": "#e0e0e0"}, {"scarf": None}, {"scarf": "#3f8fd0"}, {"hat": "#3a3a80"},
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("change", HUMAN_CHANGES, ids=str)
def test_each_human_trait_is_visible(change: dict[str, Any], style: Style) -> None:
    draw = full if "build" in change or "height" in change else bust
    assert changed(draw(AMI, style), draw(replace(AMI, **change), style)) > 12


@pytest.mark.parametrize("change", CREATURE_CHANGES, ids=str)
def test_each_creature_trait_is_visible(change: dict[str, Any]) -> None:
    assert changed(full(KIT), full(replace(KIT, **change))) > 12


@pytest.mark.parametrize("change", OUTFIT_CHANGES, ids=str)
def test_each_piece_of_clothing_is_visible(change: dict[str, Any]) -> None:
    assert changed(full(AMI), full(replace(AMI, outfit=replace(AMI.outfit, **change)))) > 25


@pytest.mark.parametrize("style", STYLES)
def test_a_kept_layer_never_shows_other_traits(style: Style) -> None:
    """What a renderer drew before must not leak into what it draws next: keys hold all that changes a part."""
    used = Renderer(stage(framing="wide", style=style), 256, 144)
    outfits = [{"outfit": replace(AMI.outfit, **change)} for change in OUTFIT_CHANGES]
    for traits, changes in ((AMI, HUMAN_CHANGES + outfits), (KIT, CREATURE_CHANGES)):
        used.figure(placed(traits, style))
        for change in changes:
            someone = placed(replace(traits, **change), style)
            fresh = Renderer(stage(framing="wide", style=style), 256, 144)
            assert np.array_equal(used.figure(someone), fresh.figure(someone)), change


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_hats_of_every_cut_differ(traits: Traits) -> None:
    cuts = ("beanie", "cap") if traits is KIT else ("beanie", "cap", "beret", "hood")
    pictures = [bust(replace(traits, outfit=replace(traits.outfit, hat="#a83c5a", hat_cut=cut))) for cut in cuts]
    assert all(changed(a, b) > 100 for i, a in enumerate(pictures) for b in pictures[:i])


def test_a_jacket_dresses_a_creature() -> None:
    bare = replace(KIT, eyes="#7a4a26")
    dressed = replace(bare, outfit=replace(bare.outfit, jacket=MARK, jacket_cut="cardigan"))
    assert marked(full(dressed)) > 300 and marked(full(bare)) == 0


def test_longer_hair_reaches_lower() -> None:
    lowest = []
    for length in (0.2, 0.5, 0.8, 1.0):
        picture = full(replace(AMI, hair=MARK, hair_style="long", hair_length=length, outfit=Outfit(jacket="#303030")))
        r, g, b = (picture[..., i].astype(int) for i in range(3))
        lowest.append(int(np.flatnonzero(((g > r + 60) & (g > b + 30)).any(axis=1)).max()))
    assert lowest == sorted(lowest) and len(set(lowest)) == 4


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
@pytest.mark.parametrize("style", STYLES)
def test_expressions_sounds_gaze_and_blink_all_show(traits: Traits, style: Style) -> None:
    faces: list[dict[str, Any]] = [
        {"expression": e} for e in ("neutral", "happy", "surprised", "sad", "focused", "angry")
    ]
    faces += [{"viseme": v} for v in ("A", "E", "O")]
    faces += [
        {"gaze": (1.0, 0.0)},
        {"gaze": (-1.0, 0.0)},
        {"gaze": (0.0, 1.0)},
        {"blink": 1.0},
        {"expression_to": "happy", "blend": 0.5},
    ]
    pictures = [portrait(traits, style, Pose(**face), 300, 300, "head") for face in faces]
    alike = [
        (faces[i], faces[j]) for i in range(len(faces)) for j in range(i) if changed(pictures[i], pictures[j]) < 15
    ]
    assert not alike


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_head_turns_step_by_step_and_to_both_sides(traits: Traits) -> None:
    pictures = [bust(traits, yaw=yaw) for yaw in (-2, -1, 0, 0.5, 1, 1.5, 2)]
    assert all(changed(a, b) > 100 for i, a in enumerate(pictures) for b in pictures[:i])


POSES: list[dict[str, Any]] = [
    {"tilt": 8}, {"lean": 8}, {"bob": 20}, {"sway": 1.0}, {"body_yaw": 1.0}, {"body_yaw": -1.0},
    {"arms": (60, 10, -9, 4)}, {"arms": (9, -4, -150, -20)}, {"legs": (25, -20, -25, -20)},
    {"palm": True, "arms": (9, -4, -58, -106)}, {"seated": True}, {"holding": "letter"}, {"holding": "lantern"},
]  # fmt: skip


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_every_part_of_a_pose_shows(traits: Traits) -> None:
    plain = full(traits)
    hidden = [pose for pose in POSES if changed(plain, full(traits, **pose)) < 20]
    assert not hidden


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_a_raised_hand_is_before_the_head(traits: Traits) -> None:
    """A hand raised over the face covers an eye's colour."""
    face = replace(traits, eyes=MARK, eye_scale=1.2, glasses=None)
    arms = (9.0, -4.0, -168.0, -60.0) if traits is AMI else (9.0, -4.0, -165.0, -40.0)
    assert marked(bust(face, arms=arms)) < marked(bust(face))


@pytest.mark.parametrize("prop", ["letter", "lantern", "cup", "umbrella", "phone", "key", "book", "orrery"])
def test_a_held_prop_is_seen(prop: str) -> None:
    arms = (9.0, -4.0, -30.0, -70.0)
    assert changed(full(AMI, arms=arms), full(AMI, arms=arms, holding=prop)) > 60


def test_a_named_colour_paints_an_unknown_prop() -> None:
    assert (
        changed(
            prop_picture("orb", "a teal orb", "anime", 120, 120), prop_picture("orb", "a red orb", "anime", 120, 120)
        )
        > 500
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_same_call_gives_the_same_bytes(style: Style) -> None:
    cast = [placed(AMI, style, -200, yaw=0.7, expression="happy"), placed(KIT, style, 200, yaw=-0.4)]
    here = stage(style=style, zoom=1.07, pan=12.0, props=("lantern",))
    first, second = (Renderer(here, 320, 180) for _ in range(2))
    frame = first.frame(here, cast)
    first.frame(here, [placed(BO_LIKE, style)])  # whatever else was drawn in between
    assert np.array_equal(frame, first.frame(here, cast))
    assert np.array_equal(frame, second.frame(here, cast))


BO_LIKE = Traits(skin="#8a5637", hair="#2a2024", hair_style="curly", hair_length=0.15, fringe="none", beard="#2a2024")


@pytest.mark.parametrize(
    "resolution", [(1280, 720), (854, 480), (640, 360), (321, 181), (360, 640), (512, 512), (64, 36)], ids=str
)
@pytest.mark.parametrize("framing", ["wide", "medium", "close-up"])
def test_any_resolution_is_drawn(resolution: tuple[int, int], framing: Any) -> None:
    width, height = resolution
    here = stage(framing=framing)
    renderer = Renderer(here, width, height)
    frame = renderer.frame(here, [placed()])
    assert frame.shape == (height, width, 3) and frame.dtype == np.uint8
    box = character_box(renderer, placed())
    assert box is not None and box[3] - box[1] > height * (0.6 if width >= height else 0.4)


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
@pytest.mark.parametrize("x", [0.0, 500.0, -640.0])
def test_the_box_is_the_alpha_within_the_frame(traits: Traits, x: float) -> None:
    renderer = Renderer(stage(), 320, 180)
    alpha = renderer.figure(placed(traits, x=x))[..., 3]
    box = character_box(renderer, placed(traits, x=x))
    assert box is not None
    x0, y0, x1, y1 = box
    assert 0 <= x0 < x1 <= 320 and 0 <= y0 < y1 <= 180
    outside = alpha.copy()
    outside[y0:y1, x0:x1] = 0
    assert outside.max() <= 8 and alpha[y0:y1, x0:x1].max() == 255


def test_who_is_out_of_frame_has_no_box() -> None:
    assert character_box(Renderer(stage(), 320, 180), placed(x=3000)) is None


def test_figures_are_premultiplied() -> None:
    figure = Renderer(stage(time="dusk"), 320, 180).figure(placed())
    assert (figure[..., :3].max(axis=2) <= figure[..., 3]).all()


@pytest.mark.parametrize(
    ("framing", "seen", "unseen"),
    [("wide", "boots", ""), ("medium", "trousers", "boots"), ("close-up", "scarf", "trousers")],
)
def test_framings_show_what_they_promise(framing: Any, seen: str, unseen: str) -> None:
    renderer = Renderer(stage(framing=framing), 640, 360)

    def pixels(piece: str) -> int:
        outfit = replace(Outfit(scarf="#d8343f", trousers="#303040"), **{piece: MARK})
        return marked(renderer.figure(placed(replace(AMI, outfit=outfit))))

    assert pixels(seen) > 40
    assert not unseen or pixels(unseen) == 0


@pytest.mark.parametrize(
    "traits",
    [AMI, KIT, replace(AMI, height=1.12), replace(AMI, height=0.88)],
    ids=["human", "creature", "tall", "small"],
)
def test_a_wide_shot_holds_head_and_soles(traits: Traits) -> None:
    box = character_box(Renderer(stage(framing="wide"), 640, 360), placed(traits))
    assert box is not None and box[1] > 2 and 335 < box[3] < 360


def test_heads_stay_in_frame_in_every_framing() -> None:
    for framing in ("medium", "close-up"):
        for traits in (AMI, BO_LIKE, replace(BO_LIKE, height=1.1), KIT):
            renderer = Renderer(stage(framing=framing), 640, 360)
            box = character_box(renderer, placed(traits))
            assert box is not None and box[1] >= 0
            face = renderer.figure(placed(replace(traits, eyes=MARK)))
            assert marked(face) > 4, (framing, traits.kind)


def test_two_people_stand_apart_and_a_fox_is_smaller() -> None:
    for framing in ("wide", "medium"):
        renderer = Renderer(stage(framing=framing), 640, 360)
        ami, kit = character_box(renderer, placed(AMI, x=-220)), character_box(renderer, placed(KIT, x=220))
        assert ami is not None and kit is not None
        assert ami[2] <= kit[0] and kit[1] > ami[1]


@pytest.mark.parametrize("crop", ["head", "bust", "full"])
def test_portraits_crop_as_named(crop: Any) -> None:
    def pixels(**outfit: Any) -> int:
        return marked(portrait(replace(AMI, outfit=replace(AMI.outfit, **outfit)), "anime", Pose(), 256, 256, crop))

    assert (pixels(boots=MARK) > 0) == (crop == "full")
    assert pixels(scarf=MARK) > 0
    assert portrait(AMI, "anime", Pose(), 256, 256, crop).shape == (256, 256, 3)


def test_a_still_camera_shows_the_backdrop_unmoved_and_a_push_in_is_smooth() -> None:
    here = stage()
    renderer = Renderer(here, 320, 180)
    boxes = [renderer.figure(placed(), replace(here, zoom=1 + i / 100))[..., 3].astype(int).sum() for i in range(5)]
    assert boxes == sorted(boxes) and len(set(boxes)) == 5
    still, pushed = renderer.frame(here, []), renderer.frame(replace(here, zoom=1.0001), [])
    assert np.abs(still.astype(int) - pushed).mean() < 0.5


def test_a_pan_moves_figure_and_set_together() -> None:
    here = stage(framing="wide")
    renderer = Renderer(here, 640, 360)
    left = character_box(renderer, placed())
    right = character_box(renderer, placed(), replace(here, pan=100.0))
    assert left is not None and right is not None and right[0] == pytest.approx(left[0] - 50, abs=1)
    before, after = renderer.frame(here, []), renderer.frame(replace(here, pan=100.0), [])
    assert np.abs(before[:, 60:].astype(int) - after[:, 10:-50]).mean() < 1.5


def test_the_shadow_lies_under_the_feet_and_fades_in_a_jump() -> None:
    here = stage(framing="wide", location="rooftop", words="")
    renderer = Renderer(here, 640, 360)
    empty = renderer.frame(here, []).astype(int)

    def darkness(x: int, **pose: Any) -> float:
        frame = renderer.frame(here, [placed(x=(x - 320) * 2, **pose)]).astype(int)
        return float((empty - frame)[349:354, x - 60 : x + 60].clip(0).mean())

    assert darkness(200) > 4
    assert float(np.abs(empty - renderer.frame(here, [placed(x=-240)]))[349:354, 400:500].mean()) < 0.5
    assert darkness(200, bob=-160) < darkness(200) * 0.7


@pytest.mark.parametrize(
    "location", ["cafe", "street", "rooftop", "forest", "bedroom", "harbour", "studio", "somewhere-else", ""]
)
def test_sets_and_times_all_differ(location: str) -> None:
    views = [
        backdrop(stage(framing="wide", location=location, words="", time=time), 160, 90)
        for time in ("morning", "day", "dusk", "night")
    ]
    assert all(changed(a, b) > 100 for i, a in enumerate(views) for b in views[:i])


def test_locations_look_different() -> None:
    names = ("cafe", "street", "rooftop", "forest", "bedroom", "harbour", "studio", "library", "office", "hills")
    views = [backdrop(stage(framing="wide", location=name, words=""), 160, 90) for name in names]
    assert all(changed(a, b) > 3000 for i, a in enumerate(views) for b in views[:i])


def test_words_choose_the_set_where_the_id_is_unknown() -> None:
    by_words = backdrop(stage(location="scene-7", words="a quiet harbour at the sea"), 160, 90)
    by_name = backdrop(stage(location="harbour", words="a quiet harbour at the sea"), 160, 90)
    assert np.array_equal(by_words, by_name)


def test_the_seed_changes_small_things_only() -> None:
    for location in ("cafe", "rooftop"):
        one, two = (
            backdrop(stage(framing="wide", location=location, seed=seed), 320, 180).astype(int) for seed in (1, 2)
        )
        difference = np.abs(one - two).max(axis=2)
        assert 0.001 < (difference > 12).mean() < 0.35


def test_unknown_words_draw_something_and_never_raise() -> None:
    here = Stage("", "", "a quarter past never", "painterly", "wide", props=("", "qwxz", "?!"))
    frame = Renderer(here, 160, 90).frame(here, [placed(KIT, "painterly", holding="")])
    assert frame.std() > 10
    assert prop_picture("", "", "painterly", 64, 64).std() > 5


def test_light_of_the_hour_falls_on_figures() -> None:
    by_day, by_night = (
        Renderer(stage(location="street", time=time), 320, 180).figure(placed())[..., :3].mean()
        for time in ("day", "night")
    )
    assert by_night < by_day * 0.9
