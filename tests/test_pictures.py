"""Pictures are read as a viewer shows them, whatever the file holds, and by every reader alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pictures import ALPHA, GREY, GREYS, HEIGHT, OPAQUE, P3, SCENE, TRANSPARENT, WIDTH, bomb, chunk, png, profile
from PIL import Image

from continuity.errors import MasterError, MediaError, ResultRejected
from continuity.masters import accept, masters_on_disk
from continuity.media.check import check_picture
from continuity.media.pictures import MAX_PIXELS, NoPicture, open_picture, read_picture
from continuity.report.inline import picture as inlined
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.subjects import read_picture as read_reference

CASES = Path(__file__).parent / "cases" / "pictures"
KINDS = OPAQUE | TRANSPARENT


def differs(path: Path, shown: np.ndarray) -> float:
    got = read_picture(path)
    assert got.dtype == np.uint8 and got.shape == shown.shape and got.flags.c_contiguous
    return float(np.abs(got.astype(int) - shown).mean())


# ---- what a viewer shows ----------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_its_values_and_alpha_lies_on_grey(tmp_path: Path, name: str) -> None:
    write, shown, loss = KINDS[name]
    write(tmp_path / name)
    assert differs(tmp_path / name, shown) <= loss


def test_what_is_hidden_under_alpha_makes_no_difference(tmp_path: Path) -> None:
    hidden = np.random.default_rng(1).integers(0, 255, SCENE.shape, np.uint8)
    below = ALPHA[..., None] == 0
    for name, colours in (("noise.png", np.where(below, hidden, SCENE)), ("black.png", np.where(below, 0, SCENE))):
        Image.fromarray(np.dstack([colours, ALPHA]).astype(np.uint8)).save(tmp_path / name)
    assert np.array_equal(read_picture(tmp_path / "noise.png"), read_picture(tmp_path / "black.png"))
    cut_out = Image.open(CASES / "cut-out.png")
    ground = Image.new("RGBA", cut_out.size, (235, 235, 235, 255))
    expected = np.asarray(Image.alpha_composite(ground, cut_out).convert("RGB"))
    assert differs(CASES / "cut-out.png", expected) <= 0.1


def test_grey_of_sixteen_bits_is_its_eight_bit_twin() -> None:
    deep = np.asarray(Image.open(CASES / "grey-16.png")).astype(float)
    got = read_picture(CASES / "grey-16.png")
    assert np.abs(got[..., 0] - deep / 257).max() <= 0.5 and got.std() > 10


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_grey_that_stands_for_transparent_is_found_at_every_depth(tmp_path: Path, depth: int) -> None:
    steps = {1: [0, 1] * 8, 2: [0, 1, 2, 3] * 4, 4: [*range(16)], 8: [*range(0, 256, 17)]}
    levels = np.array([value * 4369 for value in range(16)]) if depth == 16 else np.array(steps[depth])
    if depth == 16:
        rows = np.repeat(levels.astype(np.uint16)[None], 16, axis=0)
    else:
        bits = "".join(f"{value:0{depth}b}" for value in levels)
        row = np.frombuffer(int(bits, 2).to_bytes(len(bits) // 8, "big"), np.uint8)
        rows = np.repeat(row[None], 16, axis=0)
    key = int(levels[1])
    data = png(rows, 0, chunk(b"tRNS", key.to_bytes(2, "big")), None if depth == 16 else depth)
    (tmp_path / "keyed.png").write_bytes(data)
    shown = np.rint(levels / levels.max() * 255)
    shown[levels == key] = 235
    assert np.array_equal(read_picture(tmp_path / "keyed.png")[3, :, 1], shown)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_colour_that_stands_for_transparent_is_found(tmp_path: Path, kind: type) -> None:
    factor = 257 if kind is np.uint16 else 1
    key = b"".join((int(value) * factor).to_bytes(2, "big") for value in SCENE[5, 7])
    (tmp_path / "keyed.png").write_bytes(png(SCENE.astype(kind) * factor, 2, chunk(b"tRNS", key)))
    got = read_picture(tmp_path / "keyed.png")
    assert got[5, 7].tolist() == [235] * 3 and np.array_equal(got[6], SCENE[6])


def test_a_palette_with_transparency_lies_on_grey_too(tmp_path: Path) -> None:
    numbers = np.zeros((32, 32), np.uint8)
    numbers[:, 16:] = 1
    image = Image.fromarray(numbers, "P")
    image.putpalette([10, 20, 30, 200, 30, 40])
    image.save(tmp_path / "one.png", transparency=0)
    image.save(tmp_path / "half.png", transparency=bytes([128, 255]))
    image.save(tmp_path / "one.gif", transparency=0)
    for name, left in (("one.png", [235] * 3), ("one.gif", [235] * 3), ("half.png", [122, 127, 132])):
        got = read_picture(tmp_path / name)
        assert got[4, 4].tolist() == left and got[4, 20].tolist() == [200, 30, 40], name


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp", "avif"])
def test_exif_turns_a_picture_once(tmp_path: Path, orientation: int, ending: str) -> None:
    way = Image.Transpose
    undone = {
        2: way.FLIP_LEFT_RIGHT, 3: way.ROTATE_180, 4: way.FLIP_TOP_BOTTOM, 5: way.TRANSPOSE, 6: way.ROTATE_90,
        7: way.TRANSVERSE, 8: way.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"turned.{ending}"
    Image.fromarray(SCENE).transpose(undone[orientation]).save(path, exif=exif, quality=98)
    assert differs(path, SCENE) <= 4
    assert check_picture(path, (WIDTH, HEIGHT)) == (WIDTH, HEIGHT)


def test_a_damaged_exif_costs_nothing(tmp_path: Path) -> None:
    Image.fromarray(SCENE).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f", quality=98)
    assert differs(tmp_path / "a.jpg", SCENE) <= 2


def test_wide_gamut_is_converted_and_another_name_for_srgb_changes_nothing(tmp_path: Path) -> None:
    colours = Image.new("RGB", (16, 16), (180, 120, 100))
    colours.save(tmp_path / "p3.png", icc_profile=profile(P3))
    colours.convert("RGBA").save(tmp_path / "p3-alpha.png", icc_profile=profile(P3))
    linear = (np.array([180, 120, 100]) / 255) ** 2.2
    linear = np.array([[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]]) @ linear
    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    for name in ("p3.png", "p3-alpha.png"):
        assert np.abs(read_picture(tmp_path / name)[8, 8] - expected).max() <= 1.5
    srgb = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
    Image.new("L", (16, 16), 100).save(tmp_path / "linear.png", icc_profile=profile(None, gamma=1.0))
    Image.new("L", (16, 16), 100).save(tmp_path / "of-rgb.png", icc_profile=profile(srgb))
    assert abs(int(read_picture(tmp_path / "linear.png")[8, 8, 0]) - 168) <= 1
    assert abs(int(read_picture(tmp_path / "of-rgb.png")[8, 8, 0]) - 100) <= 2


@pytest.mark.parametrize("bad", [b"no profile", profile(P3)[:200], profile(None)])
def test_a_profile_that_does_not_fit_is_passed_over(tmp_path: Path, bad: bytes) -> None:
    Image.fromarray(SCENE).save(tmp_path / "a.png", icc_profile=bad)
    assert differs(tmp_path / "a.png", SCENE) == 0


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.tif", "a.avif"])
def test_of_an_animation_the_first_frame_counts(tmp_path: Path, name: str) -> None:
    first, *rest = (Image.new("RGB", (32, 32), colour) for colour in ("#c82828", "#28c828", "#000000"))
    first.save(tmp_path / name, save_all=True, append_images=rest, duration=100)
    assert np.abs(read_picture(tmp_path / name)[16, 16].astype(int) - [200, 40, 40]).max() <= 6


# ---- what is refused --------------------------------------------------------------------------


def damaged(name: str, data: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        KINDS[name][0](folder / name)
        (folder / name).write_bytes(data((folder / name).read_bytes()))
        return folder / name

    return make


def written(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.png")
    return folder / "pipe.png"


def a_folder(folder: Path) -> Path:
    (folder / "folder.png").mkdir()
    return folder / "folder.png"


REFUSED = [
    (lambda folder: folder / "gone.png", "no such picture"),
    (a_folder, "is no file"), (pipe, "is no file"),
    (written("empty.png", b""), "is empty"),
    (written("text.png", b"<html>busy</html>"), "is no picture of a kind that is read (PNG, JPEG"),
    (written("x.heic", b"\0\0\0\x18ftypheic"), "is no picture of a kind that is read"),
    (written("post.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "is no picture of a kind that is read"),
    (written("bomb.png", bomb(10_000)), "10000x10000 pixels are more than the 80 million"),
    (written("bomb.png", bomb(50_000)), "more than the 80 million"),
    *[(damaged(name, lambda data: data[: len(data) * 2 // 3]), "damaged or truncated")
      for name in ("rgb.png", "rgb.jpg", "rgb.tif", "rgb.bmp", "rgba.webp", "rgb.ppm", "rgb.avif")],
]  # fmt: skip


@pytest.mark.parametrize(("make", "says"), REFUSED)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    path = make(tmp_path)
    with pytest.raises(MediaError) as refused:
        open_picture(path)
    text = str(refused.value)
    assert text.startswith(f"{path}: ") and says in text and text.endswith("save it again as PNG or JPEG")
    assert isinstance(refused.value, NoPicture) == ("of a kind" in says)


def test_the_limit_is_below_the_one_at_which_pillow_only_warns() -> None:
    assert Image.MAX_IMAGE_PIXELS is not None and MAX_PIXELS <= Image.MAX_IMAGE_PIXELS


def test_every_reader_reads_alike(tmp_path: Path) -> None:
    TRANSPARENT["rgba.png"][0](tmp_path / "rgba.png")
    shown = read_picture(tmp_path / "rgba.png")
    assert np.array_equal(read_reference(tmp_path / "rgba.png"), shown)
    assert check_picture(tmp_path / "rgba.png") == (WIDTH, HEIGHT)
    assert inlined(tmp_path / "rgba.png", "alt", 640).source.startswith("data:image/jpeg")
    (subject,) = folder_references(tmp_path).subjects.values()
    assert [head.path.name for head in subject.heads] == ["rgba.png"]


def test_a_delivered_picture_and_a_person_s_own_get_different_advice(tmp_path: Path) -> None:
    path = damaged("rgb.png", lambda data: data[:80])(tmp_path)
    with pytest.raises(ResultRejected, match=r"rgb\.png: is damaged .* run again to have it made anew"):
        check_picture(path)
    with pytest.raises(MediaError, match=r"no pictures of a character .*rgb\.png is damaged") as own:
        folder_references(tmp_path)
    assert "dvc" not in str(own.value)


# ---- masters ----------------------------------------------------------------------------------


@pytest.fixture
def masters(tmp_path: Path) -> Path:
    folder = tmp_path / "assets" / "masters" / "ami"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("name", ["rgb.png", "rgb.jpg", "rgb.tif", "rgb.avif", "cmyk.jpg", "grey-16.png", "rgba.webp"])
def test_a_master_of_any_kind_is_accepted_whole_and_refused_in_half(masters: Path, name: str) -> None:
    KINDS[name][0](masters / name)
    assert accept(masters.parents[2], []) == [f"masters/ami/{name}"]
    (masters / name).write_bytes((masters / name).read_bytes()[: (masters / name).stat().st_size // 2])
    with pytest.raises(MasterError, match=rf"the master .*{name}: .*put a readable file there") as refused:
        accept(masters.parents[2], [])
    assert "dvc" not in str(refused.value)


def test_what_systems_leave_among_masters_is_no_master(masters: Path) -> None:
    Image.fromarray(GREY).save(masters / "anime.png")
    for name in (".DS_Store", "._anime.png", "Thumbs.db", ".ipynb_checkpoints/anime-checkpoint.png", "@eaDir/a.png"):
        (masters / name).parent.mkdir(exist_ok=True)
        (masters / name).write_bytes(b"\0")
    assert list(masters_on_disk(masters.parents[2])) == ["masters/ami/anime.png"]
    assert accept(masters.parents[2], []) == ["masters/ami/anime.png"]


def test_a_master_whose_name_cannot_be_kept_is_named(masters: Path) -> None:
    Image.fromarray(GREYS).save(os.fsencode(masters) + b"/caf\xe9.png", "PNG")
    with pytest.raises(MasterError, match=r"caf\\xe9\.png: its name is no UTF-8.*rename it"):
        accept(masters.parents[2], [])
