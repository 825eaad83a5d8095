"""What scoring keeps between processes equals what it would make anew, and the network is the published one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from continuity.plan.schema import Scorer
from continuity.scoring.encoders.network import LiteNetwork, carried_weights
from continuity.scoring.heads.locate import Maps
from continuity.scoring.references import prepared as kept
from continuity.scoring.references.prepared import Prepared, prepare
from continuity.scoring.references.subjects import Picture, References, Subject
from puppet.draw import backdrop, portrait
from puppet.rig import Outfit, Pose, Stage, Traits

SCORER = Scorer(encoder="embedded", frames=4, words=False)


def save(path: Path, picture: np.ndarray, role: str) -> Picture:
    Image.fromarray(picture).save(path)
    return Picture.of(role, path)


@pytest.fixture
def references(tmp_path: Path) -> References:
    traits = Traits(outfit=Outfit(scarf="#d8343f"))
    heads = [
        save(tmp_path / f"{n}.png", portrait(traits, "anime", Pose(yaw=yaw), 256, 256, "head"), f"ami/{n}")
        for n, yaw in (("headshot", 0.0), ("angle-left", -0.8))
    ]
    whole = save(tmp_path / "w.png", portrait(traits, "anime", Pose(), 256, 384, "full"), "ami/wardrobe-day")
    stage = Stage("cafe", "a small cafe", time="morning", style="anime", framing="wide")
    plate = save(tmp_path / "cafe.png", backdrop(stage, 320, 180), "locations/cafe")
    ami = Subject("ami", "ami", "anime", tuple(heads), {"day": whole})
    return References({"ami": ami}, {"locations/cafe": plate})


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    kept._prepared.cache_clear()
    yield
    kept._prepared.cache_clear()


def found(known: Prepared, picture: np.ndarray) -> object:
    maps = Maps.of(picture, known.statistics)
    return known.look.locator.search(maps)


def test_another_process_reads_back_what_the_first_one_made(references: References, tmp_path: Path) -> None:
    made = prepare(references, SCORER, tmp_path / "vectors")
    kept._prepared.cache_clear()
    read = prepare(references, SCORER, tmp_path / "vectors")
    assert read is not made
    picture = np.asarray(Image.open(references.subjects["ami"].wardrobes["day"].path))
    assert found(read, picture) == found(made, picture)
    assert read.wardrobes == made.wardrobes
    for side, rows in made.look.banks["ami"].vectors.items():
        assert np.array_equal(read.look.banks["ami"].vectors[side], rows)


def test_a_damaged_file_is_made_again(references: References, tmp_path: Path) -> None:
    made = prepare(references, SCORER, tmp_path / "vectors")
    (file,) = (tmp_path / "vectors").rglob("*.npz")
    file.write_bytes(file.read_bytes()[:2000])
    kept._prepared.cache_clear()
    again = prepare(references, SCORER, tmp_path / "vectors")
    assert again.wardrobes == made.wardrobes


def test_the_network_computes_what_timm_builds_from_the_same_weights() -> None:
    import timm
    import torch

    model = timm.create_model("tf_efficientnet_lite2", pretrained=False)
    carried = [value for name, value in carried_weights().items() if not name.endswith("num_batches_tracked")]
    names = [name for name in model.state_dict() if not name.endswith("num_batches_tracked")]
    model.load_state_dict(dict(zip(names, carried, strict=True)), strict=False)
    picture = np.random.default_rng(0).integers(0, 256, (97, 130, 3), dtype=np.uint8)
    with torch.inference_mode():
        x = (torch.from_numpy(picture).float().permute(2, 0, 1)[None] - 127.5) / 127.5
        theirs = torch.nn.Sequential(model.conv_stem, model.bn1, *model.blocks[:3]).eval()(x)[0]
    ours, theirs = LiteNetwork().grid(picture), theirs.permute(1, 2, 0).numpy()
    assert np.linalg.norm(ours - theirs) < 0.06 * np.linalg.norm(theirs)  # in whole numbers; bfloat16 is off by 0.13
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.998
