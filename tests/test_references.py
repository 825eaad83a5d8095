"""Folders of reference pictures: who is in them, and what is said of everything that cannot be used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from pictures import SCENE
from PIL import Image

from continuity.errors import MediaError
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.subjects import References

NOBODY = 65534  # the user that owns nothing


def put(path: Path) -> Path:
    """A picture that differs from every other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(list(os.fsencode(path))).integers(0, 9, SCENE.shape, np.uint8)
    with path.open("wb") as file:
        Image.fromarray(SCENE // 2 + noise).save(file, "PNG")
    return path


def read(folder: Path) -> tuple[References, list[str]]:
    said: list[str] = []
    return folder_references(folder, said.append), said


def heads(references: References) -> dict[str, list[str]]:
    return {name: [head.path.name for head in subject.heads] for name, subject in references.subjects.items()}


@pytest.fixture
def ami(tmp_path: Path) -> Path:
    for name in ("headshot", "left", "right"):
        put(tmp_path / "ami" / f"{name}.png")
    return tmp_path / "ami"


HERS = {"ami": ["headshot.png", "left.png", "right.png"]}


@pytest.mark.parametrize(
    "folder", [".ipynb_checkpoints", "@eaDir", "__MACOSX", ".thumbnails", "#recycle", "$RECYCLE.BIN", "@eadir/deeper"]
)
def test_folders_that_systems_and_tools_leave_are_no_characters(ami: Path, folder: str) -> None:
    put(ami / folder / "headshot-checkpoint.png")
    references, said = read(ami)
    assert heads(references) == HERS and said == []


@pytest.mark.parametrize("name", ["._headshot.png", ".DS_Store", "Thumbs.db", "desktop.ini", ".a.png", "THUMBS.DB"])
def test_files_that_systems_leave_are_passed_over(ami: Path, name: str) -> None:
    (ami / name).write_bytes(b"\0\5\x16\7")
    references, said = read(ami)
    assert heads(references) == HERS and said == []


def test_what_is_no_picture_is_counted_and_named_and_the_rest_is_scored(ami: Path) -> None:
    for number in range(5):
        (ami / f"IMG_{number}.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    references, said = read(ami)
    assert heads(references) == HERS
    assert said == [f"{ami}: 5 files are no pictures I read: .heic (IMG_0.HEIC, IMG_1.HEIC, IMG_2.HEIC and 2 more)"]


def test_damaged_and_tiny_pictures_are_named_with_the_reason(ami: Path) -> None:
    data = (ami / "left.png").read_bytes()
    (ami / "half.png").write_bytes(data[: len(data) // 2])
    Image.new("RGB", (8, 8)).save(ami / "dot.png")
    (ami / "gone.png").symlink_to(ami / "nowhere.png")
    (ami / "notes.txt").write_text("her left side is her better one")
    references, said = read(ami)
    assert heads(references) == HERS
    no_picture, unusable = said
    assert "1 file is no picture I read: .txt (notes.txt)" in no_picture
    assert "3 cannot be used: " in unusable
    for reason in ("gone.png leads nowhere", "dot.png: 8x8 pixels are too few", "half.png: is damaged or truncated"):
        assert reason.replace(": ", " ", 1) in unusable
    assert "dvc" not in unusable


def test_heic_is_read(tmp_path: Path) -> None:
    (tmp_path / "ami").mkdir()
    Image.fromarray(SCENE).save(tmp_path / "ami" / "IMG_1.HEIC", "HEIF")
    references, said = read(tmp_path / "ami")
    assert heads(references) == {"ami": ["IMG_1.HEIC"]} and said == []


@pytest.mark.parametrize("left", [[], ["notes.txt"], [".hidden.png"]])
def test_a_folder_without_one_usable_picture_is_refused_with_what_lies_in_it(tmp_path: Path, left: list[str]) -> None:
    (tmp_path / "ami" / "empty").mkdir(parents=True)
    for name in left:
        (tmp_path / "ami" / name).write_text("words")
    with pytest.raises(MediaError, match="ami: holds no pictures of a character") as refused:
        read(tmp_path / "ami")
    assert ("notes.txt" in str(refused.value)) == (left == ["notes.txt"])


def test_each_folder_is_a_character_with_all_that_lies_deeper(tmp_path: Path) -> None:
    for name in ("ami/a.png", "ami/2024/may/b.png", "kit/only/deep/c.png"):
        put(tmp_path / "cast" / name)
    deep = tmp_path.joinpath("cast", "kit", *["d"] * 200)
    put(deep / "d.png")
    references, said = read(tmp_path / "cast")
    assert heads(references) == {"ami": ["a.png", "b.png"], "kit": ["c.png", "d.png"]} and said == []


def test_pictures_beside_folders_are_a_character_and_it_is_said(ami: Path) -> None:
    put(ami / "kit" / "kit.png")
    references, (said,) = read(ami)
    assert heads(references) == HERS | {"kit": ["kit.png"]}
    assert "its own pictures are read as one character, ami, and each folder beside them as another: kit" in said


def test_links_are_followed_and_lead_nowhere_twice(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "kit.png")
    cast = put(tmp_path / "cast" / "ami" / "a.png").parents[1]
    (cast / "kit").symlink_to(tmp_path / "elsewhere")
    for name, target in (("again", cast / "ami"), ("loop", cast), ("up", tmp_path), ("itself", cast / "itself")):
        (cast / name).symlink_to(target)
    references, (said,) = read(cast)
    assert sorted(name.replace("again", "ami") for name in references.subjects) == ["ami", "kit"]
    assert "4 cannot be used" in said and "loop leads to a folder that is read already" in said


@contextmanager
def as_anyone(folder: Path) -> Iterator[Path]:
    """A copy of ``folder``, read with an ordinary user's rights: the superuser may read everything."""
    if os.geteuid() != 0:
        yield folder
        return
    read(folder)  # what is imported when it is first needed may lie where only the superuser can read
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        copy = shutil.copytree(folder, Path(place) / folder.name)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield copy
        finally:
            os.seteuid(0)


def test_what_may_not_be_read_is_named(ami: Path) -> None:
    put(ami / "kit" / "kit.png")
    with as_anyone(ami) as folder:
        (folder / "left.png").chmod(0)
        (folder / "kit").chmod(0)
        references, (said,) = read(folder)
    assert heads(references) == {"ami": ["headshot.png", "right.png"]}
    assert "left.png cannot be read" in said and "kit cannot be read" in said


def test_names_that_are_no_utf8_can_be_printed(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    put(folder / os.fsdecode(b"sm\xf6rg.png"))
    (folder / os.fsdecode(b"b\xe4d.txt")).write_text("words")
    references, said = read(folder)
    for text in (*references.subjects, *said, str(references.digest)):
        text.encode()
    assert list(references.subjects) == ["caf\\xe9"] and "b\\xe4d.txt" in said[0]


# ---- a project's own library ------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    for look in ("ami/anime", "ami/realistic", "kit"):
        for name in ("headshot", "angle-profile", "expression-sad", "wardrobe-rain", "lookalike-1", "lookalike-2"):
            put(folder / look / f"{name}.png")
    put(folder / "locations" / "cafe-day.png")
    put(folder / "props" / "letter.png")
    for name in ("library.json", "voices/ami.wav"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    return folder


def test_a_look_of_the_library_is_read_by_roles(library: Path) -> None:
    references, said = read(library / "ami" / "anime")
    (subject,) = references.subjects.values()
    assert [head.path.stem for head in subject.heads] == ["headshot", "angle-profile", "expression-sad"]
    assert list(subject.wardrobes) == ["rain"] and len(subject.lookalikes) == 2 and said == []


def test_the_whole_library_has_looks_and_places_apart(library: Path) -> None:
    references, said = read(library)
    assert set(references.subjects) == {"ami/anime", "ami/realistic", "kit"}
    assert list(references.locations) == ["locations/cafe-day"] and list(references.props) == ["props/letter"]
    assert said == []


def test_someone_alike_never_stands_in_for_the_character(library: Path) -> None:
    folder = library / "kit"
    for name in ("headshot", "angle-profile", "expression-sad", "wardrobe-rain"):
        (folder / f"{name}.png").unlink()
    with pytest.raises(MediaError, match="holds no pictures of a character"):
        read(folder)


def test_a_person_s_own_folder_may_be_called_locations(tmp_path: Path) -> None:
    put(tmp_path / "cast" / "locations" / "a.png")
    put(tmp_path / "cast" / "props" / "b.png")
    references, _ = read(tmp_path / "cast")
    assert set(references.subjects) == {"locations", "props"}
