"""Damaged, cut, odd and monstrous pictures through every reader: an array of the right kind, or one message."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pictures import OPAQUE, SCENE, TRANSPARENT, bomb, chunk, png

from continuity.errors import ContinuityError
from continuity.masters import accept
from continuity.media.check import check_picture
from continuity.media.pictures import ENDINGS, open_picture
from continuity.report.inline import picture as inlined
from continuity.request import Reference
from continuity.scoring.references.folder import folder_references
from puppet import identity, motion_track
from tests.fuzz import rounds

KINDS = sorted(OPAQUE | TRANSPARENT)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut short, flipped, overwritten, doubled or shuffled in places; most often near the head, where sizes stand."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        reach = len(changed) if chance.random() < 0.5 else min(len(changed), 80)
        at = chance.randrange(max(1, reach))
        match chance.randrange(6):
            case 0:
                del changed[at + 12 :]
            case 1:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                changed[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", chance.randbytes(4)])
            case 3:
                changed[at:at] = chance.randbytes(chance.randrange(64))
            case 4:
                del changed[at : at + chance.randrange(1, 16)]
            case _:
                changed[at:at] = changed[at : at + chance.randrange(200)]
    return bytes(changed)


def picture(chance: random.Random, folder: Path) -> Path:
    """One hostile file, with a name that may lie about what is in it."""
    kind = chance.choice(KINDS)
    (OPAQUE | TRANSPARENT)[kind][0](folder / kind)
    data = (folder / kind).read_bytes()
    (folder / kind).unlink()
    strange: list[Callable[[], bytes]] = [
        lambda: bomb(chance.choice([9_500, 20_000, 2**31 - 1])),
        lambda: png(SCENE, 2, chunk(b"iCCP", b"x\0\0" + chance.randbytes(80))),
        lambda: png(SCENE, 2, chunk(b"tRNS", chance.randbytes(chance.randrange(8)))),
        lambda: png(SCENE, 2, chunk(b"eXIf", b"MM\0*" + chance.randbytes(60))),
        lambda: png(SCENE, 2, chunk(b"iTXt", identity.CHUNK.encode() + b"\0\0\0\0\0" + note(chance))),
        lambda: chance.randbytes(chance.randrange(300)),
        lambda: b"\0\0\0\x18ftyp" + chance.choice([b"heic", b"avif", b"mif1"]) + chance.randbytes(90),
    ]
    data = chance.choice(strange)() if chance.random() < 0.3 else mutated(data, chance)
    path = folder / f"headshot{chance.choice([*ENDINGS, Path(kind).suffix])}"
    path.write_bytes(data)
    return path


def note(chance: random.Random) -> bytes:
    traits = {"hair": chance.choice(["url(file:///etc/passwd)", "#ffffff", 7]), "build": chance.choice([1.0, 1e300])}
    facts = {"subject": "ami", "traits": traits, "style": chance.choice(["anime", "x"]), "wardrobe": None, "seed": None}
    return mutated(json.dumps(facts).encode(), chance) if chance.random() < 0.5 else json.dumps(facts).encode()


@pytest.mark.parametrize("seed", rounds(24, 160))
def test_any_bytes_are_a_picture_or_a_message_that_names_the_file(tmp_path: Path, seed: int) -> None:
    masters = tmp_path / "assets" / "masters"
    masters.mkdir(parents=True)
    path = picture(random.Random(seed), masters)

    def tried(what: Callable[[], object]) -> bool:
        try:
            what()
        except ContinuityError as error:
            said = str(error)
            assert path.name in said and len(said) < 1500 and "Traceback" not in said
            return False
        return True

    def read() -> None:
        pixels = open_picture(path).pixels
        assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.size

    readable = tried(read)
    assert tried(lambda: check_picture(path)) == readable
    assert tried(lambda: accept(tmp_path, [])) == readable
    assert bool(inlined(path, "a picture", 320).source) == readable
    assert not tried(lambda: folder_references(masters)) or readable
    tried(lambda: identity.read_picture(Reference.of("ami/headshot", path)))


@pytest.mark.parametrize("seed", rounds(10, 60))
def test_any_text_is_an_end_state_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    whole = json.dumps({"format": 1, "cast": {"ami": {"pose": {}, "x": 4.0, "scale": 1.0}}}).encode()
    text = mutated(whole, chance).decode("utf-8", "replace")
    try:
        states = motion_track.end_states(text)
    except ValueError as error:
        assert str(error)
    else:
        assert all(np.isfinite(state.x) and np.isfinite(state.scale) for state in states.values())
