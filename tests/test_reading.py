"""Clips are read as they play: how long, which stream, which way up, in which colours; whatever headers say."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from clips import FPS, clip, copied, number_in, numbered, patched

from continuity.errors import ContinuityError, MasterError, MediaError, ResultRejected
from continuity.media.check import check_clip
from continuity.media.cut import CutShot, assemble
from continuity.media.stills import extract_still, open_reference_clip
from continuity.media.video import VideoWriter, frames, greys, last_frame, probe, sample, trim
from continuity.plan.footage import add_found
from continuity.providers.footage import FootageProvider
from continuity.request import Reference, Request
from continuity.scoring.takes.motion import movement

CASES = Path(__file__).parent / "cases" / "clips"
FRAME = 1 / FPS
EVEN = [number / FPS for number in range(2 * FPS)]
# Frames left out, as screen recorders and phones do: a quick beginning, then two in eight
UNEVEN = [number / FPS for number in range(2 * FPS) if number < 12 or number % 8 in (6, 7)]


# --- length ----------------------------------------------------------------------------------


def vfr_webm(folder: Path) -> Path:
    return CASES / "vfr.webm"


def short_media_header(folder: Path) -> Path:
    """As browsers' recorders write it: the length in another time scale."""
    return patched(clip(folder / "plain.mp4"), folder / "header.mp4", b"mdhd", 16, 2000)


def edited(folder: Path) -> Path:
    """One second, from half a second in, by edit list."""
    plain = clip(folder / "plain.mp4", options={"bf": "0"})
    return patched(plain, folder / "edited.mp4", b"elst", 8, 1000, 12_000)


def edit_ends_in_last_frame(folder: Path) -> Path:
    plain = clip(folder / "slides.mp4", [0, 1, 2, 4], options={"bf": "0"})
    return patched(plain, folder / "cut-slides.mp4", b"elst", 8, 2500)


def fragmented(folder: Path) -> Path:
    return clip(folder / "f.mp4", container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"})


def transport(folder: Path) -> Path:
    return clip(folder / "late.ts", [100 + time for time in EVEN])


def begins_between_key_frames(folder: Path) -> Path:
    """A recording of a broadcast: what comes before the key frame of its second second shows nothing."""
    coding = {"bf": "2", "g": "24", "sc_threshold": "1000000000", "b": "4M"}
    whole = clip(folder / "whole.ts", codec="mpeg2video", options=coding)
    return copied(whole, folder / "mid.ts", range(4))


def open_groups(folder: Path) -> Path:
    options = {"x264-params": "keyint=12:min-keyint=12:bframes=4:open-gop=1:log-level=none"}
    return clip(folder / "open.mkv", options=options)


def wrong_rate(folder: Path) -> Path:
    """Says 24 frames a second, and has 12."""
    return clip(folder / "slow.mkv", [number / 12 for number in range(24)])


LENGTHS: dict[Callable[[Path], Path], float] = {
    vfr_webm: 2.0,
    short_media_header: 2.0,
    edited: 1.0,
    edit_ends_in_last_frame: 2.5,
    fragmented: 2.0,
    transport: 2.0,
    begins_between_key_frames: 1.0,
    open_groups: 2.0,
    wrong_rate: 23 / 12 + FRAME,  # for so long the last frame is said to stand
}


@pytest.mark.parametrize("made", LENGTHS, ids=lambda made: made.__name__)
def test_one_length_is_planned_taken_checked_and_scored(made: Callable[[Path], Path], tmp_path: Path) -> None:
    path, seconds = made(tmp_path), LENGTHS[made]
    facts = probe(path)
    assert facts.seconds == pytest.approx(seconds, abs=FRAME)

    footage = tmp_path / "assets" / "footage" / f"s01{path.suffix}"
    footage.parent.mkdir(parents=True)
    footage.write_bytes(path.read_bytes())
    composed = {"series": {"episodes": {"e": {"scenes": {"a": {"shots": {"s01": {}}}}}}}}
    if path.suffix != ".ts":
        add_found(tmp_path, composed)
        (span,) = composed["series"]["episodes"]["e"]["scenes"]["a"]["shots"]["s01"]["footage"]
        assert span["seconds"] == pytest.approx(facts.seconds, abs=1e-3)

    take = rendered(footage, tmp_path, facts.seconds)
    assert probe(take).seconds == pytest.approx(facts.seconds, abs=FRAME)
    assert check_clip(path, seconds=facts.seconds, resolution=None, fps=None, audio=False) == facts

    times = [time for time, _ in sample(path, 8)]
    assert times[-1] == pytest.approx(facts.seconds * 15 / 16)
    last_frame(path, tmp_path / "last.png")


def rendered(footage: Path, folder: Path, seconds: float | None, **rest) -> Path:
    request = Request(
        kind="video", provider="footage", model="footage", prompt="", seed=1, subject="s01", seconds=seconds,
        references=(Reference.of("footage", footage),),
        direction={"footage": {"file": f"assets/footage/{footage.name}", "start": 0.0, "seconds": seconds}},
        **{"resolution": (160, 96), "fps": FPS, **rest},
    )  # fmt: skip
    provider = FootageProvider()
    (folder / "made").mkdir(exist_ok=True)
    path = folder / "made" / "result.mp4"
    provider.render(request, path)
    return path


@pytest.mark.parametrize("made", [edited, begins_between_key_frames, open_groups], ids=lambda made: made.__name__)
def test_time_0_is_the_first_frame_that_plays(made: Callable[[Path], Path], tmp_path: Path) -> None:
    path = made(tmp_path)
    every = [number_in(picture) for picture in frames(path)]
    assert every == list(range(every[0], every[0] + len(every)))
    assert len(every) == probe(path).frames
    times = [(number + 0.5) * FRAME for number in range(len(every))]
    assert [number_in(picture) for picture in frames(path, times)] == every
    assert [number_in(picture) for _, picture in sample(path, len(every))] == every
    assert number_in(next(frames(path, [1.0 - FRAME / 2]))) == every[0] + 23


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_an_uneven_clip_is_sampled_by_time_like_its_even_twin(ending: str, tmp_path: Path) -> None:
    """Its frames hurry at first; counted instead of timed, most samples would be of the first half second."""
    wide = [round(time * FPS) for time in UNEVEN]
    filled = [max(number for number in wide if number <= each) for each in range(2 * FPS)]
    even = clip(tmp_path / f"even.{ending}", pictures=[moving(number) for number in filled])
    uneven = clip(tmp_path / f"uneven.{ending}", UNEVEN, pictures=[moving(number) for number in wide])
    assert not probe(uneven).even
    assert probe(even).even
    for (_, ours), (_, twin) in zip(sample(uneven, 7), sample(even, 7), strict=True):
        assert np.abs(ours.astype(int) - twin).mean() < 4
    ours, twin = movement(uneven), movement(even)
    assert ours.fps == pytest.approx(twin.fps, rel=0.02)
    assert ours.amount == pytest.approx(twin.amount, rel=0.15)
    assert ours.flicker == pytest.approx(twin.flicker, abs=0.003)


def moving(number: int) -> np.ndarray:
    """A textured square on its way across the picture."""
    picture = np.full((96, 160, 3), 60, np.uint8)
    texture = np.random.default_rng(1).integers(80, 250, (40, 40, 3), np.uint8).repeat(1, axis=0)
    picture[28:68, 10 + 2 * number : 50 + 2 * number] = texture
    return picture


def test_a_frame_that_would_stand_for_hours_is_damage(tmp_path: Path) -> None:
    path = clip(tmp_path / "jump.mkv", [0, FRAME, 40_000])
    with pytest.raises(MediaError, match=r"jump\.mkv: is damaged: a frame would be shown for 40000 s"):
        probe(path)


# --- streams ---------------------------------------------------------------------------------


def two_pictures(path: Path, cover: bool = False) -> Path:
    """First a small stream that is not the default, or cover art; then the one that is shown."""
    with av.open(str(path), "w") as output:
        first = output.add_stream("mjpeg" if cover else "libx264", rate=FPS)
        first.width = first.height = 64
        first.pix_fmt = "yuvj420p" if cover else "yuv420p"
        second = output.add_stream("libx264", rate=FPS, options={"bf": "0"})
        second.width, second.height, second.pix_fmt = 160, 96, "yuv420p"
        first.disposition = Disposition.attached_pic if cover else Disposition(0)
        second.disposition = Disposition.default
        for number in range(FPS):
            if not cover or not number:
                output.mux(first.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), 250, np.uint8))))
            output.mux(second.encode(av.VideoFrame.from_ndarray(numbered(number))))
        for stream in (first, second):
            output.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("cover", [False, True])
def test_the_picture_is_the_one_that_a_player_shows(cover: bool, tmp_path: Path) -> None:
    path = two_pictures(tmp_path / "two.mp4", cover)
    assert (probe(path).width, probe(path).height, probe(path).frames) == (160, 96, FPS)
    assert number_in(next(frames(path, [0.5]))) == 12
    assert [number_in(picture) for _, picture in sample(path, 2)] == [6, 18]
    with greys(path, 48) as (_, pictures):
        assert next(pictures).shape == (48, 80)
    assert check_clip(path, seconds=1.0, resolution=(160, 96), fps=FPS, audio=False).frames == FPS
    trim(path, tmp_path / "trimmed.mp4")
    assert number_in(next(frames(tmp_path / "trimmed.mp4", [0.5]))) == pytest.approx(12, abs=1)
    report = assemble([CutShot("s01", path, 1.0)], tmp_path / "e.mp4", width=160, height=96, fps=FPS)
    assert report.frames == FPS
    assert number_in(next(frames(tmp_path / "e.mp4", [0.5]))) == pytest.approx(12, abs=1)


def test_a_file_with_cover_art_alone_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        cover = output.add_stream("mjpeg", rate=FPS)
        cover.width = cover.height = 64
        cover.pix_fmt, cover.disposition = "yuvj420p", Disposition.attached_pic
        output.mux(cover.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), 250, np.uint8))))
        output.mux(cover.encode(None))
    with pytest.raises(MediaError, match="no picture that moves"):
        probe(path)


# --- orientation -----------------------------------------------------------------------------

ONE, PICTURE = 1 << 16, np.arange(6).reshape(2, 3)
MATRICES = {  # a, b, c, d and where the top left pixel and its right neighbour come to lie
    "upright": ((1, 0, 0, 1), PICTURE),
    "turned right": ((0, 1, -1, 0), np.rot90(PICTURE, -1)),
    "upside down": ((-1, 0, 0, -1), np.rot90(PICTURE, 2)),
    "turned left": ((0, -1, 1, 0), np.rot90(PICTURE)),
    "mirrored": ((-1, 0, 0, 1), np.fliplr(PICTURE)),
    "flipped": ((1, 0, 0, -1), np.flipud(PICTURE)),
    "transposed": ((0, 1, 1, 0), PICTURE.T),
    "transposed about the other diagonal": ((0, -1, -1, 0), np.rot90(PICTURE, 2).T),
}
SHADES = np.array([(220, 20, 30), (20, 200, 30), (20, 30, 220), (230, 230, 230), (10, 10, 10), (220, 200, 20)])


def middles(side: int, count: int) -> np.ndarray:
    """The middle pixels of ``count`` equal parts of a side."""
    return (np.arange(count) * 2 + 1) * side // (2 * count)


def test_the_matrices_say_what_their_names_do() -> None:
    """(p, q) goes to (ap + cq, bp + dq): ISO/IEC 14496-12, 6.2.2."""
    for (a, b, c, d), shown in MATRICES.values():
        places = {(a * p + c * q, b * p + d * q): PICTURE[q, p] for q in range(2) for p in range(3)}
        left, top = (min(place[axis] for place in places) for axis in (0, 1))
        for (x, y), value in places.items():
            assert shown[y - top, x - left] == value


@pytest.mark.parametrize("name", MATRICES)
def test_every_orientation_is_painted_taken_and_cut_as_players_show_it(name: str, tmp_path: Path) -> None:
    (a, b, c, d), shown = MATRICES[name]
    coded = SHADES[PICTURE].repeat(48, axis=0).repeat(48, axis=1).astype(np.uint8)
    path = clip(
        tmp_path / "phone.mp4", EVEN[:12], pictures=[coded] * 12, options={"crf": "10"},
        matrix=[a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30],
    )  # fmt: skip
    facts = probe(path)
    assert (facts.height, facts.width) == (shown.shape[0] * 48, shown.shape[1] * 48)

    def corners(picture: np.ndarray) -> np.ndarray:
        """Which shade stands in the middle of each square."""
        rows, columns = map(middles, picture.shape[:2], shown.shape)
        values = picture[np.ix_(rows, columns)].astype(int)
        return np.abs(values[:, :, None] - SHADES).sum(axis=3).argmin(axis=2)

    wide, high = facts.width, facts.height
    last_frame(path, tmp_path / "last.png")
    take = rendered(path, tmp_path, 0.5, resolution=(wide, high))
    assemble([CutShot("s", path, 0.5)], tmp_path / "cut.mp4", width=wide, height=high, fps=FPS)
    from PIL import Image

    for picture in (
        next(frames(path)),
        sample(path, 1, width=wide * 2)[0][1],
        np.asarray(Image.open(tmp_path / "last.png")),
        extract_still(path, 0.2),
        next(frames(take)),
        next(frames(tmp_path / "cut.mp4")),
    ):
        assert np.array_equal(corners(picture), shown)
    with greys(path, 48) as (_, pictures):
        grey = next(pictures).astype(int)
    assert grey[8, 8] == pytest.approx(next(frames(path, [0], height=48))[8, 8] @ [0.2126, 0.7152, 0.0722], abs=45)


def test_a_front_camera_s_mirrored_video_has_its_red_on_the_right(tmp_path: Path) -> None:
    trim(CASES / "mirrored.mp4", tmp_path / "take.mp4")
    for path in (CASES / "mirrored.mp4", tmp_path / "take.mp4"):
        picture = next(frames(path)).astype(int)
        assert picture[10, -10, 0] > 150 and picture[10, -10, 2] < 100
        assert picture[-10, 10, 2] > 150 and picture[-10, 10, 0] < 100


# --- colours ---------------------------------------------------------------------------------

PQ, HLG, SDR = 16, 18, 1
BT2020, P3 = 9, 12
TO_BT2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])  # BT.2087
TO_P3 = np.array([[0.8225, 0.1774, 0.0], [0.0332, 0.9669, 0.0], [0.0171, 0.0724, 0.9108]])
# Greys, skins, foliage, sky, lips, saturated paint; and white. All but the last lie below the knee.
PATCHES = np.array(
    [(16, 16, 16), (118, 118, 118), (198, 150, 130), (120, 76, 60), (80, 120, 50), (90, 130, 190), (170, 60, 80),
     (180, 30, 40), (30, 120, 60), (40, 50, 160), (200, 180, 60), (255, 255, 255)], np.uint8,
)  # fmt: skip


def as_hdr(picture: np.ndarray, trc: int) -> np.ndarray:
    """An SDR picture graded for HDR with white at 203 cd/m² (BT.2408), as 16-bit codes in BT.2020."""
    nits = ((picture / 255.0) ** 2.4 * 203) @ TO_BT2020.T
    if trc == PQ:
        power = (nits / 10000) ** 0.1593017578125
        code = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    else:
        luminance = nits @ [0.2627, 0.6780, 0.0593]
        scene = nits / 1000 * np.maximum(luminance / 1000, 1e-9)[..., None] ** (1 / 1.2 - 1)
        high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        code = np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)
    return np.round(code * 65535).astype(np.uint16)


def as_wide(picture: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return np.round((((picture / 255.0) ** 2.4) @ matrix.T).clip(0, 1) ** (1 / 2.4) * 65535).astype(np.uint16)


COLOURS = {
    "pq": (lambda picture: as_hdr(picture, PQ), PQ, BT2020, 9),
    "hlg": (lambda picture: as_hdr(picture, HLG), HLG, BT2020, 9),
    "bt2020": (lambda picture: as_wide(picture, TO_BT2020), 14, BT2020, 9),
    "p3": (lambda picture: as_wide(picture, TO_P3), SDR, P3, 1),
    "pq, primaries and matrix not named": (lambda picture: as_hdr(picture, PQ), PQ, 2, 2),
}


@pytest.mark.parametrize("name", COLOURS)
@pytest.mark.parametrize("full", [False, True])
def test_hdr_and_wide_gamut_look_like_their_sdr_twins(name: str, full: bool, tmp_path: Path) -> None:
    coded, trc, primaries, space = COLOURS[name]
    squares = PATCHES.reshape(3, 4, 3).repeat(48, axis=0).repeat(48, axis=1)
    path = tmp_path / "graded.mkv"
    graded_clip(path, coded(squares), trc, primaries, space, full)
    assert probe(path).foreign
    trim(path, tmp_path / "take.mp4", crf=4)
    last_frame(path, tmp_path / "last.png")
    assemble([CutShot("s", path, 0.5)], tmp_path / "cut.mp4", width=192, height=144, fps=FPS, crf=4)
    from PIL import Image

    for picture, tolerance in (
        (next(frames(path)), 5),
        (next(frames(path, width=96)), 5),
        (sample(path, 1)[0][1], 5),
        (extract_still(path, 0.2, height=144), 5),
        (np.asarray(Image.open(tmp_path / "last.png")), 5),
        (next(frames(tmp_path / "take.mp4")), 10),
        (next(frames(tmp_path / "cut.mp4")), 10),
    ):
        rows, columns = map(middles, picture.shape[:2], (3, 4))
        came = picture[np.ix_(rows, columns)].reshape(-1, 3).astype(int)
        assert np.abs(came[:-1] - PATCHES[:-1]).max() <= tolerance
        assert came[-1].min() >= 235  # reference white is about white
    with greys(path, 48) as (_, pictures):
        grey = next(pictures).astype(int)
    assert grey[40, 60] >= 230 and grey[8, 24] == pytest.approx(118, abs=4)


def graded_clip(path: Path, picture: np.ndarray, trc: int, primaries: int, space: int, full: bool) -> None:
    from av.video.reformatter import VideoReformatter

    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=FPS)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv444p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = trc, primaries, space
        context.color_range = 2 if full else 1
        reformatter = VideoReformatter()
        for _ in range(12):
            frame = reformatter.reformat(
                av.VideoFrame.from_ndarray(picture, "rgb48le"), format="yuv444p10le",
                dst_colorspace=9 if space == 2 else space, src_color_range=2, dst_color_range=2 if full else 1,
            )  # fmt: skip
            frame.pts = None
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def test_flat_reference_white_in_pq_is_white() -> None:
    for picture in frames(CASES / "pq-white.mov", [0, 0.3]):
        assert picture.min() >= 235


def test_highlights_above_white_keep_their_order(tmp_path: Path) -> None:
    levels = np.array([203, 300, 500, 800])
    power = (levels / 10000) ** 0.1593017578125
    code = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    picture = np.round(code * 65535).astype(np.uint16)[None, :, None].repeat(64, 0).repeat(32, 1).repeat(3, 2)
    graded_clip(tmp_path / "lamps.mkv", picture, PQ, BT2020, 9, False)
    shown = next(frames(tmp_path / "lamps.mkv"))[32, 16::32, 0].astype(int)
    assert (np.diff(shown) > 0).all()


@pytest.mark.parametrize(("size", "space"), [((720, 576), 5), ((960, 720), 1), ((704, 1248), 1), ((1280, 544), 1)])
def test_a_matrix_that_is_not_named_goes_by_size(size: tuple[int, int], space: int, tmp_path: Path) -> None:
    """BT.601 up to 576 lines, BT.709 above, as mpv does."""
    picture = np.full((size[1], size[0], 3), (190, 40, 60), np.uint8)
    from av.video.reformatter import VideoReformatter

    with av.open(str(tmp_path / "unnamed.mkv"), "w") as output:
        stream = output.add_stream("ffv1", rate=FPS)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        frame = VideoReformatter().reformat(
            av.VideoFrame.from_ndarray(picture), format="yuv420p", dst_colorspace=space, dst_color_range=1
        )
        frame.pts = None
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert np.abs(next(frames(tmp_path / "unnamed.mkv")).astype(int) - (190, 40, 60)).max() <= 4


# --- frames for scoring ----------------------------------------------------------------------

SHAPES = [
    (832, 480), (480, 832), (848, 480), (704, 1248), (1920, 800), (720, 480), (1280, 1024), (1280, 720), (720, 1280),
    (1920, 1080), (854, 480), (640, 360), (641, 361), (333, 251), (1024, 1024), (960, 540), (576, 1024), (1000, 420),
    (426, 240), (2048, 858), (322, 180), (90, 1600), (1600, 90),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_movement_is_measured_in_every_shape_of_picture(shape: tuple[int, int], tmp_path: Path) -> None:
    wide, high = shape
    texture = np.random.default_rng(2).integers(30, 220, (high // 8 + 2, wide // 8 + 4, 3), np.uint8)
    texture = texture.repeat(8, axis=0).repeat(8, axis=1)
    pictures = [texture[:high, 4 * number : 4 * number + wide] for number in range(4)]
    path = clip(
        tmp_path / "shape.mkv", EVEN[:4], pictures=pictures, codec="libx264", pix_fmt="yuv444p",
        options={"preset": "ultrafast"},
    )  # fmt: skip
    moved = movement(path)
    assert moved.amount > 0 and moved.flicker is not None
    assert all(picture.flags.c_contiguous for picture in frames(path))
    assert all(picture.flags.c_contiguous for _, picture in sample(path, 2, width=101))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi"])
def test_memory_does_not_grow_with_a_clip_s_length(ending: str, tmp_path: Path) -> None:
    coding = {"codec": "mpeg4", "options": {"bf": "0"}} if ending == "avi" else {"options": {"preset": "ultrafast"}}
    short, long = (
        clip(tmp_path / f"{count}.{ending}", [n / FPS for n in range(count)], width=64, height=48, **coding)
        for count in (48, 960)
    )

    def peak(path: Path) -> int:
        tracemalloc.start()
        movement(path, with_flicker=True, with_flow=False)
        movement(path, with_flicker=False, with_flow=False)
        sample(path, 8)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(short)  # what is loaded once
    assert peak(long) < 1.5 * peak(short)


def test_movement_is_the_same_with_and_without_keeping_the_flow(tmp_path: Path) -> None:
    path = clip(tmp_path / "m.mp4", pictures=[moving(number) for number in range(48)])
    kept, passed = movement(path), movement(path, with_flow=False)
    assert passed.flow is None
    assert (kept.fps, kept.amount, kept.flicker) == (passed.fps, passed.amount, passed.flicker)
    assert kept.amount == pytest.approx(float(np.linalg.norm(kept.flow, axis=3).mean() * kept.fps), rel=1e-5)


# --- damage ----------------------------------------------------------------------------------


def test_damage_in_a_person_s_own_file_is_named_with_its_time_and_what_they_can_do(tmp_path: Path) -> None:
    for resolution in ((320, 180), (160, 90)):  # to be copied, and to be fitted
        with pytest.raises(ContinuityError) as caught:
            rendered(CASES / "damaged.mp4", tmp_path, 2.0, resolution=resolution)
        said = str(caught.value)
        assert "damaged.mp4" in said and "damaged at " in said and said.endswith("; export it again")


def test_a_gif_is_named_with_what_to_do_whoever_reads_it(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"still\.gif: GIF is not read; convert it to MP4$"):
        rendered(CASES / "still.gif", tmp_path, 2.0)
    with pytest.raises(MasterError, match=r"still\.gif: GIF is not read; convert it to MP4$"):
        open_reference_clip(CASES / "still.gif")
    with pytest.raises(ResultRejected, match=r"GIF is not read; it was not accepted as a take; run again"):
        check_clip(CASES / "still.gif", seconds=None, resolution=None, fps=None, audio=False)


def test_damage_in_a_delivery_keeps_its_advice() -> None:
    with pytest.raises(ResultRejected, match=r"damaged at \d\.\d\d s; it was not accepted as a take; run again"):
        check_clip(CASES / "damaged.mp4", seconds=None, resolution=None, fps=None, audio=False)


def test_a_damaged_file_found_by_name_is_not_to_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "assets" / "footage").mkdir(parents=True)
    (tmp_path / "assets" / "footage" / "s01.mp4").write_bytes(b"\0" * 500)
    composed = {"series": {"episodes": {"e": {"scenes": {"a": {"shots": {"s01": {}}}}}}}}
    with pytest.raises(MediaError, match=r"assets/footage/s01\.mp4: .*; export it again$"):
        add_found(tmp_path, composed)


def test_a_master_clip_is_its_owner_s_to_mend(tmp_path: Path) -> None:
    whole = tmp_path / "master.mp4"
    with VideoWriter(whole, 640, 480, Fraction(24)) as writer:
        for number in range(24):
            writer.write(numbered(number, 640, 480))
    whole.write_bytes(whole.read_bytes()[:-2000])
    with pytest.raises(MasterError, match=r"; export it again, or restore it with `dvc pull`$"):
        open_reference_clip(whole)
