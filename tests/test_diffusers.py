"""Open weights on this machine: the real pipelines of diffusers, with a few random weights, on the processor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import TEMPLATE
from PIL import Image

from continuity.errors import ConfigError, ContinuityError, JobFailed, RequestRefused
from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.media.reading import frames, probe
from continuity.media.writing import VideoWriter
from continuity.plan.cards import all_cards
from continuity.plan.schema import Budget, Executor, ModelCard
from continuity.production.heads import heads
from continuity.production.wanted import _beside
from continuity.providers.diffusers import loading, machine, provider
from continuity.providers.diffusers.provider import Diffusers
from continuity.request import Reference, Request
from continuity.scoring.takes.faults import Fault

pytest.importorskip("diffusers", reason="the extra `diffusers` is not installed")
from tiny_models import saved

pytestmark = pytest.mark.xdist_group("diffusers")  # loading the library takes longer than any test

CARDS = {id: card for id, card in all_cards(TEMPLATE).items() if card.provider == "diffusers"}
SIZE, SECONDS, FPS = (96, 54), 0.25, 24
HEAD = [0.375, 0.2, 0.625, 0.7]
DRIVEN = {"motion": "driving_clip", "repair": "failed_take"}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tiny models are saved, once."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that tests share: what one has made, another looks at."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of noise, another, a frame of the series, and a clip with sound."""
    folder = tmp_path_factory.mktemp("files")
    for seed, name in enumerate(("headshot", "angle")):
        noise = np.random.default_rng(seed).integers(0, 255, (64, 64, 3), np.uint8)
        Image.fromarray(noise).save(folder / f"{name}.png")
    Image.new("RGB", SIZE, (20, 160, 40)).save(folder / "start_frame.png")
    tone = np.sin(np.arange(24_000) / 20).astype(np.float32)
    with VideoWriter(folder / "clip.mp4", *SIZE, FPS, audio=(tone, 48_000)) as writer:
        for number in range(12):
            writer.write(np.full((SIZE[1], SIZE[0], 3), 40 + 10 * number, np.uint8))
    return folder


def tiny(id: str, models: Path, **changed: Any) -> ModelCard:
    """A shipped card as it is, but for its folder, its two steps, and a machine that needs nothing."""
    card = CARDS[id]
    assert card.weights and card.needs
    folder = str(saved(card.weights.pipeline, models))
    values = {
        "weights": card.weights.model_copy(update={"folder": folder}),
        "needs": card.needs.model_copy(update={"gpu_gb": 0, "ram_gb": 0, "cpu": True, "offload": "none"}),
        "fields": {**card.fields, "num_inference_steps": {"value": 2}},
    }
    return card.model_copy(update={**values, **changed})


def elsewhere(card: ModelCard, **changed: Any) -> ModelCard:
    """The card with other ``weights``."""
    assert card.weights
    return card.model_copy(update={"weights": card.weights.model_copy(update=changed)})


def asked(card: ModelCard, files: Path, *roles: str, **changed: Any) -> Wanted:
    """A request of the card's kind, with a picture, and what its kind is driven by."""
    paths = {"start_frame": "start_frame.png", "driving_clip": "clip.mp4", "failed_take": "clip.mp4"}
    roles = roles or ("ami/headshot", *([DRIVEN[card.kind]] if card.kind in DRIVEN else []))
    references = tuple(Reference.of(role, files / paths.get(role, f"{role.split('/')[-1]}.png")) for role in roles)
    direction: dict[str, Any] = {"characters": [{"character": "ami", "name": "Ami"}]}
    if card.kind == "repair":
        direction["heads"] = [{"at": 0.1, "boxes": [HEAD]}]
    moves = {} if card.kind == "image" else {"seconds": SECONDS, "fps": FPS}
    values: dict[str, Any] = {
        "kind": card.kind, "provider": "diffusers", "model": card.called, "prompt": "Ami waves.", "seed": 3,
        "subject": "t01", "resolution": SIZE, "references": references, "direction": direction, "form": card.form,
        "card": _beside(card), **moves,
    }  # fmt: skip
    return Wanted(Request(**{**values, **changed}))


def make(store: Path, *wanted: Wanted, kind: Any = "serial") -> list[Stored]:
    terms = Terms(Executor(kind=kind, workers=2), Budget(max_usd=0), "test")
    made = make_all(wanted, Store(store), terms, lambda _: None, "test")
    return [made[item.request.key] for item in wanted]


def shown(stored: Stored) -> np.ndarray:
    if stored.path.suffix == ".png":
        return np.asarray(Image.open(stored.path))[None]
    return np.stack(list(frames(stored.path)))


# ---- what is made --------------------------------------------------------------------------


@pytest.mark.parametrize("id", CARDS)
def test_every_shipped_card_runs_its_pipeline_and_gives_the_series_form(
    models: Path, files: Path, kept: Path, id: str
) -> None:
    card = tiny(id, models)
    (stored,) = make(kept, asked(card, files))
    record = stored.record
    assert record["cost_usd"] == 0 and record["model"] == CARDS[id].service_model
    assert record["delivery"]["sha256"] and record["request"]["form"]["weights"]["revision"] == "main"
    if card.kind == "image":
        assert shown(stored).shape == (1, SIZE[1], SIZE[0], 3)
        return
    facts = probe(stored.path)
    assert (facts.width, facts.height, facts.fps, len(shown(stored))) == (*SIZE, FPS, SECONDS * FPS)
    assert facts.has_audio == (card.kind in DRIVEN), "what is carried over or mended keeps its sound"


def test_a_result_follows_its_seed_its_prompt_and_its_pictures(models: Path, files: Path, kept: Path) -> None:
    card = tiny("diffusers-flux2-klein", models)
    first = asked(card, files)
    others = [
        Wanted(replace(first.request, seed=4)),
        Wanted(replace(first.request, prompt="A lantern.")),
        asked(card, files, "ami/headshot", "ami/angle"),
    ]
    made = make(kept, first, *others)
    assert len({stored.path.read_bytes() for stored in made}) == len(made)


ANOTHER_PROCESS = """
import pickle, sys
from pathlib import Path
from continuity.providers.diffusers.provider import Diffusers
Diffusers().render(pickle.load(sys.stdin.buffer), Path(sys.argv[1]))
"""


def test_the_same_request_gives_the_same_bytes_in_any_process(models: Path, files: Path, tmp_path: Path) -> None:
    import pickle

    request = asked(tiny("diffusers-wan22-i2v", models), files).request
    Diffusers().render(request, tmp_path / "here.mp4")
    subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, tmp_path / "there.mp4"], input=pickle.dumps(request), check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert (tmp_path / "here.mp4").read_bytes() == (tmp_path / "there.mp4").read_bytes()


class Called:
    """What the pipeline was called with last, in place of its answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.arguments: Mapping[str, Any] = {}
        self.shift: float | None = None
        monkeypatch.setattr(loading, "pipeline_of", lambda *_: None)
        monkeypatch.setattr(provider, "_write", lambda *_: None)
        monkeypatch.setattr(loading, "answer", self._answer)

    def _answer(self, pipe: Any, family: Any, arguments: Any, canvas: Any, request: Any) -> Any:
        self.arguments, self.shift = arguments, family.flow_shift(canvas)
        size = (canvas.count, canvas.height, canvas.width) if request.kind == "repair" else (1, 2, 2)
        return [np.zeros((*size, 3))]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Called:
    return Called(monkeypatch)


def test_frames_and_sizes_are_those_that_the_model_can_make(
    models: Path, files: Path, tmp_path: Path, called: Called
) -> None:
    card = tiny("diffusers-wan22-i2v", models)
    for seconds, size, expected in (
        (0.25, SIZE, (5, 96, 64, 3.0)),
        (2.0, (832, 480), (33, 832, 480, 3.0)),
        (5.0, (1280, 720), (81, 1280, 720, 5.0)),
    ):
        item = asked(card, files, "ami/headshot", seconds=seconds, resolution=size)
        Diffusers().render(item.request, tmp_path / "x.mp4")
        said = called.arguments
        assert (said["num_frames"], said["width"], said["height"], called.shift) == expected
        assert said["image"].size == (said["width"], said["height"])


def test_the_frame_that_a_shot_starts_from_comes_before_the_pictures(
    models: Path, files: Path, tmp_path: Path, called: Called
) -> None:
    request = asked(tiny("diffusers-wan22-i2v", models), files, "ami/headshot", "start_frame").request
    Diffusers().render(request, tmp_path / "x.mp4")
    assert called.arguments["image"].getpixel((48, 32)) == (20, 160, 40)


def test_vace_keeps_the_frame_that_a_shot_starts_from_and_is_shown_the_references(
    models: Path, files: Path, tmp_path: Path, called: Called
) -> None:
    request = asked(tiny("diffusers-vace", models), files, "ami/headshot", "ami/angle", "start_frame").request
    Diffusers().render(request, tmp_path / "x.mp4")
    said = called.arguments
    assert [picture.size for picture in said["reference_images"]] == [(64, 64), (64, 64)]
    assert said["video"][0].getpixel((0, 0)) == (20, 160, 40) and said["video"][1].getpixel((0, 0)) == (128,) * 3
    assert [mask.getextrema() for mask in said["mask"]] == [(0, 0)] + [(255, 255)] * (said["num_frames"] - 1)


def test_a_repair_makes_the_heads_anew_and_keeps_everything_else(models: Path, files: Path, kept: Path) -> None:
    (stored,) = make(kept, asked(tiny("diffusers-vace-repair", models), files))
    before = np.stack(list(frames(files / "clip.mp4")))[: int(SECONDS * FPS)].astype(int)
    change = np.abs(shown(stored) - before).mean(axis=(0, 3))
    x0, y0, x1, y1 = (round(share * side) for share, side in zip(HEAD, SIZE * 2, strict=True))
    assert change[:, :16].max() < 4 and change[:, -16:].max() < 4, "where no head is near, nothing changes"
    assert change[y0:y1, x0:x1].mean() > 10


def test_a_card_that_mends_heads_is_told_where_those_are_that_failed_and_no_other_card_is() -> None:
    def seen(*frames: tuple[float, list[float] | None]) -> Any:
        return SimpleNamespace(frames=[SimpleNamespace(t=t, box=box) for t, box in frames])

    score: Any = SimpleNamespace(characters={"ami": seen((0.5, HEAD), (0.1, None)), "kit": seen((0.1, [0, 0, 1, 1]))})
    assert heads(score, [Fault("face", "ami", "")]) == [{"at": 0.5, "boxes": [HEAD]}]
    assert [one["at"] for one in heads(score, [])] == [0.1, 0.5]
    asking = {id for id, card in all_cards(TEMPLATE).items() if card.holds("heads")}
    assert asking == {"diffusers-vace-repair"}


def test_where_a_head_moves_the_whole_way_is_made_anew(
    models: Path, files: Path, tmp_path: Path, called: Called
) -> None:
    seen = [{"at": 0.0, "boxes": [[0.0, 0.4, 0.2, 0.6]]}, {"at": 0.24, "boxes": [[0.8, 0.4, 1.0, 0.6]]}]
    request = asked(tiny("diffusers-vace-repair", models), files).request
    Diffusers().render(replace(request, direction={**request.direction, "heads": seen}), tmp_path / "x.mp4")
    first, middle = (np.asarray(called.arguments["mask"][number]) for number in (0, 3))
    assert first[32, 5] == 255 and first[32, 90] == 0 and first[32, 48] == 0
    assert middle[32, 5] == middle[32, 90] == 255


def test_wan_animate_is_driven_by_the_clips_own_frames_at_its_own_rate(
    models: Path, files: Path, tmp_path: Path, called: Called
) -> None:
    request = asked(tiny("diffusers-wan-animate-2", models), files, fps=25).request
    Diffusers().render(replace(request, seconds=0.5), tmp_path / "x.mp4")
    said = called.arguments
    assert (len(said["driving_video"]), said["fps"], said["segment_frame_length"]) == (12, 24, 13)
    assert said["driving_video"][0].getpixel((0, 0))[0] < said["driving_video"][-1].getpixel((0, 0))[0]


# ---- one model, loaded once ----------------------------------------------------------------


def test_a_model_is_loaded_once_in_this_process_however_many_workers_there_are(
    models: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading._let_go()
    loaded = []
    whole = loading._loaded
    monkeypatch.setattr(loading, "_loaded", lambda family, folder: loaded.append(family) or whole(family, folder))
    klein, vace = (tiny(id, models) for id in ("diffusers-flux2-klein", "diffusers-vace"))
    wanted = [asked(klein, files, seed=1), asked(vace, files, seed=1), asked(klein, files, seed=2)]
    assert len(make(tmp_path, *wanted, kind="processes")) == 3
    assert [family.pipeline for family in loaded] == ["WanVACEPipeline", "Flux2KleinPipeline"]


def test_after_an_interruption_a_take_in_the_making_is_let_go(
    models: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "stopping", lambda: True)
    with pytest.raises(JobFailed, match="interrupted; run again"):
        Diffusers().render(asked(tiny("diffusers-vace", models), files).request, tmp_path / "x.mp4")


# ---- what a key is made of -----------------------------------------------------------------


def test_where_weights_lie_decides_nothing_and_which_they_are_does(models: Path, files: Path) -> None:
    card = tiny("diffusers-vace", models)
    key = asked(card, files).request.key
    assert asked(elsewhere(card, folder="/elsewhere"), files).request.key == key
    assert asked(elsewhere(card, revision="v2"), files).request.key != key


# ---- what is refused before anything is loaded ---------------------------------------------


@pytest.fixture
def nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(loading, "pipeline_of", never)


def refused(item: Wanted, store: Path) -> str:
    with pytest.raises(RequestRefused) as caught:
        make(store, item)
    return str(caught.value)


@pytest.mark.parametrize(
    ("has", "needs", "said"),
    [
        ((None, 64), {"gpu_gb": 24, "cpu": False}, "needs a graphics card with 24 GB, and PyTorch finds none"),
        ((11.8, 64), {"gpu_gb": 24}, "needs 24 GB on the graphics card, and a card has 11.8"),
        ((48.0, 16), {"gpu_gb": 24, "ram_gb": 64}, "needs 64 GB of memory beside the graphics card's.*has 16.0"),
        ((48.0, 64), {"most_pixels": 1000}, "counts memory for frames of up to 1000 pixels, and 96x54 have more"),
    ],
)
def test_a_machine_that_cannot_suffice_is_told_so(
    models: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_is_loaded: None,
    has: tuple[float | None, float], needs: dict[str, Any], said: str,
) -> None:  # fmt: skip
    import re

    monkeypatch.setattr(machine, "this_machine", lambda: machine.Machine("a card", *has))
    card = tiny("diffusers-vace", models)
    assert card.needs
    found = refused(asked(card.model_copy(update={"needs": card.needs.model_copy(update=needs)}), files), tmp_path)
    assert re.search(said, found) and "t01: Wan-AI/Wan2.1-VACE-14B-diffusers" in found


def test_weights_that_are_not_here_are_named_with_the_way_to_get_them(
    models: Path, files: Path, tmp_path: Path, nothing_is_loaded: None
) -> None:
    card = tiny("diffusers-vace", models)
    away = elsewhere(card, folder="").model_copy(update={"service_model": "no/such"})
    found = refused(asked(away, files), tmp_path)
    assert "the weights of no/such are not in the hub's cache" in found
    assert "`hf download no/such --revision main`: 75 GB, of which" in found
    gone = elsewhere(card, folder=str(tmp_path / "gone"))
    assert f"there is no folder {tmp_path / 'gone'}. Put them there" in refused(asked(gone, files), tmp_path)


def test_weights_that_are_not_whole_are_refused(
    models: Path, files: Path, tmp_path: Path, nothing_is_loaded: None
) -> None:
    card = tiny("diffusers-vace", models)
    assert card.weights
    folder = tmp_path / "half"
    shutil.copytree(card.weights.folder, folder)
    half = asked(elsewhere(card, folder=str(folder)), files)
    parts = folder / "transformer" / "x.index.json"
    parts.write_text(json.dumps({"weight_map": {"a": "part-2-of-2.safetensors"}}))
    assert "not whole: transformer/part-2-of-2.safetensors is missing" in refused(half, tmp_path)
    parts.unlink()
    shutil.rmtree(folder / "vae")
    assert "not whole: vae/ is missing" in refused(half, tmp_path)
    (folder / "model_index.json").unlink()
    assert "not whole: model_index.json is missing" in refused(half, tmp_path)


def test_weights_of_another_model_are_named(models: Path, files: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    (other / "model_index.json").write_text(json.dumps({"_class_name": "WanVACEPipeline", "_diffusers_version": "0"}))
    wrong = elsewhere(tiny("diffusers-vace", models), folder=str(other))
    with pytest.raises(ContinuityError, match="cannot be loaded as WanVACEPipeline"):
        make(tmp_path, asked(wrong, files))


def test_without_the_library_the_way_to_install_it_is_said(
    models: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_is_loaded: None
) -> None:
    monkeypatch.setattr(provider, "find_spec", lambda name: None)
    found = refused(asked(tiny("diffusers-vace", models), files), tmp_path)
    assert "needs diffusers, which is not installed" in found and "continuity[diffusers]" in found


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"parameters": {"motion_strength": 2}}, "WanVACEPipeline takes no motion_strength; it takes"),
        ({"kind": "image"}, "WanVACEPipeline makes video and repair, not image"),
        ({"form": {"weights": {"pipeline": "MochiPipeline"}}}, "MochiPipeline is no pipeline that is known here"),
    ],
)
def test_what_a_pipeline_does_not_take_is_refused(
    models: Path, files: Path, tmp_path: Path, nothing_is_loaded: None, changed: dict[str, Any], said: str
) -> None:
    request = asked(tiny("diffusers-vace", models), files).request
    if "form" in changed:
        changed = {"form": {**request.form, **changed["form"]}}
    assert said in refused(Wanted(replace(request, **changed)), tmp_path)


def test_a_take_in_which_no_head_was_found_is_not_mended(
    models: Path, files: Path, tmp_path: Path, nothing_is_loaded: None
) -> None:
    request = asked(tiny("diffusers-vace-repair", models), files).request
    without = replace(request, direction={**request.direction, "heads": []})
    assert "none was found in the take" in refused(Wanted(without), tmp_path)


def test_what_was_made_elsewhere_is_used_on_a_machine_that_could_not_make_it(
    models: Path, files: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = asked(tiny("diffusers-flux2-klein", models), files)
    make(kept, item)
    needs = {**item.request.card["needs"], "ram_gb": 1e6}
    now = Wanted(replace(item.request, card={**item.request.card, "needs": needs}))
    assert now.request.key == item.request.key and make(kept, now)


def test_cards_without_weights_or_of_others_with_them_are_refused(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATE / "conf", tmp_path / "conf")
    path = tmp_path / "conf/model/diffusers-vace.yaml"
    text = path.read_text()
    path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("weights")))
    with pytest.raises(ConfigError, match="weights: is for the provider diffusers, which needs it"):
        all_cards(tmp_path)
    path.write_text(text.replace("provider: diffusers", "provider: fal"))
    with pytest.raises(ConfigError, match="needs: is for the provider diffusers"):
        all_cards(tmp_path)
