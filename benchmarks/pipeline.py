"""The demo as a whole: made once, made again, one shot edited; wall time and memory of the whole run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import yaml

TEMPLATE = Path(__file__).resolve().parents[1]
RUNS = 5
EDIT = ("conf/series/demo.yaml", "action: ", "action: Slowly, ")


def measure() -> Iterator[str]:
    """Lines with the figures, each with what it is compared with and what is wanted."""
    with tempfile.TemporaryDirectory(prefix="continuity-bench-") as folder:
        project, store = Path(folder) / "project", Path(folder) / "store"
        _copy_template(project)
        settings = environment(store)
        whole, memory = timed(["dvc", "repro"], project, settings)
        yield (
            f"the demo from nothing: {whole:.0f} s on {os.cpu_count()} cores (wanted below 180), peak memory "
            f"{memory / 1e9:.2f} GB (below 3)"
        )

        bare = Path(folder) / "bare"
        _bare_pipeline(
            bare, stages=len(yaml.safe_load((project / "dvc.yaml").read_text())["stages"]), environment=settings
        )
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(timed(["dvc", "repro"], project, settings)[0])
            theirs.append(timed(["dvc", "repro"], bare, settings)[0])
        ratio = min(ours) / min(theirs)
        yield (
            f"a no-op: {min(ours):.2f} s against {min(theirs):.2f} s for as many trivial stages: ratio "
            f"{ratio:.2f} (at most 1.3)"
        )

        path = project / EDIT[0]
        path.write_text(path.read_text().replace(EDIT[1], EDIT[2], 1))
        edited, _ = timed(["dvc", "repro"], project, settings)
        yield (
            f"one shot edited: {edited:.1f} s against the whole {whole:.0f} s: ratio {edited / whole:.2f} (at most 0.2)"
        )


def environment(store: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CONTINUITY_STORE": str(store), "DVC_NO_ANALYTICS": "1"}


def _copy_template(project: Path) -> None:
    """The template without anything made, as a Git repository of its own."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TEMPLATE, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (
            name in ("dvc.lock", "plan.json", "compared.json")
            or name.startswith(("shots/", "reports/"))
            or not (TEMPLATE / name).is_file()
        ):
            continue
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TEMPLATE / name, project / name)
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)


def _bare_pipeline(folder: Path, stages: int, environment: dict[str, str]) -> None:
    """As many stages, each copying one small file: what DVC itself costs."""
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["dvc", "init", "-q"], cwd=folder, env=environment, check=True)
    (folder / "0.txt").write_text("start\n")
    pipeline = {
        f"s{n}": {"cmd": f"cp {n}.txt {n + 1}.txt", "deps": [f"{n}.txt"], "outs": [f"{n + 1}.txt"]}
        for n in range(stages)
    }
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": pipeline}))
    subprocess.run(["dvc", "repro", "-q"], cwd=folder, env=environment, check=True)


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Wall seconds, and the peak memory in bytes of the process with all its children (shared pages once)."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{said}")
    return seconds, peak[0]


def _watch(pid: int, peak: list[float]) -> None:
    """Sample four times a second until the process is gone."""
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            family = [root, *root.children(recursive=True)]
            peak[0] = max(peak[0], sum(_memory(process) for process in family))
            time.sleep(0.25)
    except psutil.Error:
        return


def _memory(process: psutil.Process) -> float:
    """Proportional set size where the system tells it (Linux), else resident size."""
    try:
        full = process.memory_full_info()
        return float(getattr(full, "pss", full.rss))
    except psutil.Error:
        return 0.0
