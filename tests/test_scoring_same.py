"""The same numbers on every machine: other kernels, instruction sets and threads write the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import Project

from continuity.scoring.encoders.base import GRID, cosines, unit
from continuity.scoring.encoders.whole import CELLS, EXACT, Cells, Convolution, Grid, Templates

WRITTEN = (
    "reports/metrics.json",
    "reports/scores.csv",
    "reports/evidence/evidence.json",
    "reports/plots/identity.csv",
    "reports/plots/drift.csv",
    "reports/plots/calibration.csv",
    "shots/selects.json",
)
OLDER = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "MKL_CBWR": "COMPATIBLE",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
}
NO_VECTORS = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",
    "OPENCV_CPU_DISABLE": "AVX,AVX2,FMA3,AVX512-SKX,AVX512-CLX,AVX512-ICL",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def test_an_older_processor_writes_the_same_scores_byte_for_byte(project: Project) -> None:
    before = {name: (project.root / name).read_bytes() for name in WRITTEN}
    shutil.rmtree(project.store / "vectors")  # nothing is remembered: all is computed anew
    for name in WRITTEN:
        (project.root / name).unlink()
    for stage in ("consistency_score", "select"):
        done = subprocess.run(
            [sys.executable, "-m", f"stages.{stage}"],
            cwd=project.root,
            env={**project.environment, **OLDER},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert {name for name in WRITTEN if (project.root / name).read_bytes() != before[name]} == set()


def test_a_processor_without_vectors_gives_the_same_scores_to_the_last_digit(project: Project) -> None:
    """A clip against pictures, since a whole series takes minutes there: the same encoder, locator and calibration."""
    index = json.loads((project.root / "shots/generated.json").read_text())["shots"]
    clip, people = index["t02"]["takes"][0]["clip"], project.root / "people"
    for character, folder in (("ami", "ami/anime"), ("kit", "kit")):
        (people / character).mkdir(parents=True)
        for name in ("headshot.png", "expression-happy.png"):
            shutil.copy(project.root / "assets/library" / folder / name, people / character)
    words = ["continuity", "score", clip, "--references", "people", "--frames", "2", "--json"]
    results = [
        subprocess.run(words, cwd=project.root, env={**project.environment, **others}, capture_output=True, text=True)
        for others in ({}, NO_VECTORS)
    ]
    assert [done.returncode for done in results] == [0, 0], results[1].stderr
    assert results[0].stdout == results[1].stdout
    assert {"ami", "kit"} == set(json.loads(results[0].stdout)[0]["characters"])


def test_sums_are_exact_whatever_the_order() -> None:
    import torch

    random = np.random.default_rng(4)
    weight, bias = torch.from_numpy(random.normal(0, 0.2, (6, 80, 1, 1))), torch.from_numpy(random.normal(0, 1, 6))
    before, after = Grid(2**-7, 768), Grid(2**-6, 4095)
    layer = Convolution.of(weight, bias, 1, 1, False, before, after)
    whole = before.of(random.uniform(0, 6, (1, 80, 16, 16)))
    ours = layer(torch.from_numpy(whole))
    exact = torch.nn.functional.conv2d(torch.from_numpy(whole).double(), layer.weight.double(), layer.bias.double())
    shuffled = torch.nn.functional.conv2d(torch.from_numpy(whole).flip(1), layer.weight.flip(1), layer.bias)
    assert torch.equal(shuffled.double(), exact)
    assert torch.equal(ours.double(), (exact * layer.scale.double()).round().clamp(-4095, 4095))
    near = torch.nn.functional.conv2d(torch.from_numpy(whole).double() * before.step, weight, bias)
    assert float((ours * after.step - near).abs().max()) < 3 * after.step  # and they are the convolution that was meant


def test_templates_answer_with_exact_sums_near_to_the_real_ones() -> None:
    random = np.random.default_rng(5)
    cells = random.normal(0, 0.14, (20, 30, 51)).clip(-1, 1)
    kernels = random.normal(0, 1e-3, (4, 12, 11, 51))
    templates = Templates(kernels)
    assert float((templates.weights.abs().sum(dim=(1, 2, 3)) * CELLS.most).max()) <= EXACT
    answers = Cells(cells).answers(templates)
    assert answers.shape == (4, 9, 20)
    assert answers[2, 3, 5] == pytest.approx((cells[3:15, 5:16] * kernels[2]).sum(), abs=1e-3)


def test_cosines_of_unit_vectors_have_no_rounding_in_them() -> None:
    random = np.random.default_rng(6)
    vectors = unit(random.normal(size=(7, 1449)))
    assert np.array_equal(vectors * GRID, np.rint(vectors * GRID))
    order = random.permutation(1449)
    assert np.array_equal(cosines(vectors, vectors), cosines(vectors[:, order], vectors[:, order]))
    assert np.abs(np.diag(cosines(vectors, vectors)) - 1).max() < 1e-4
    assert np.array_equal(unit(np.zeros((1, 4))), np.zeros((1, 4), np.float32))


def test_a_score_belongs_to_the_bytes_that_were_read_not_to_a_hash_that_an_index_claims(project: Project) -> None:
    index = json.loads((project.root / "shots/generated.json").read_text())["shots"]
    own, other = (project.root / index[shot]["takes"][0]["clip"] for shot in ("t03", "t01"))
    own.chmod(0o644)
    own.write_bytes(other.read_bytes())  # t03 is Kit's; the index still has the hash of the clip that was there
    project.run(sys.executable, "-m", "stages.consistency_score")
    evidence = json.loads((project.root / "reports/evidence/evidence.json").read_text())
    kit = next(take for take in evidence["takes"] if take["shot"] == "t03" and take["folder"] == "generated")
    assert kit["characters"]["kit"]["coverage"] == 0.0


def test_a_repair_of_a_repair_keeps_its_motion_score(project: Project) -> None:
    """The performance is looked for through any number of repairs, down to the driving clip."""
    root = project.root
    (transferred,) = json.loads((root / "shots/transferred.json").read_text())["shots"]["t01"]["takes"]
    record = json.loads((root / transferred["clip"]).with_name("take.json").read_text())
    repairs, before = [], transferred
    for attempt in (1, 2, 3):
        request = {**record["request"], "seed": attempt}
        written = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        key = hashlib.sha256(written.encode()).hexdigest()
        clip = Path("shots/repaired/t01") / key[:12] / "clip.mp4"
        (root / clip).parent.mkdir(parents=True)
        shutil.copy(root / transferred["clip"], root / clip)
        (root / clip).with_name("take.json").write_text(json.dumps({**record, "request": request, "key": key}))
        notes = {"attempt": attempt, "method": "restore"}
        take = {**transferred, "folder": "repaired", "key": key, "clip": str(clip), "of": before["key"], "notes": notes}
        repairs.append(take)
        before = take
    (root / "shots/repaired.json").write_text(json.dumps({"shots": {"t01": {"takes": repairs}}}))
    project.run(sys.executable, "-m", "stages.consistency_score")
    evidence = json.loads((root / "reports/evidence/evidence.json").read_text())
    motion = [take["motion"] for take in evidence["takes"] if take["shot"] == "t01" and take["folder"] != "generated"]
    assert len(motion) == 4 and motion[0] is not None
    assert set(motion) == {motion[0]}
