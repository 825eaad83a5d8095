"""Programs to be killed: work in the project's own workers, and what is left of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]


def start(program: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A program in a process group of its own, as a terminal would start it."""
    return subprocess.Popen(
        [sys.executable, str(program), *words],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment},
        start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def workers_of(pid: int) -> list[psutil.Process]:
    """The workers that a process has started, wherever they are in the tree below it."""
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [process for process in below if "spawn_main" in _words(process)]


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def of_session(session: int) -> list[int]:
    """Process ids that still run in a session, the resource tracker of multiprocessing and zombies left out."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def wait_for_the_end_of(session: int, seconds: float) -> list[int]:
    """Wait until nothing of a session runs; returns what still does after ``seconds``."""
    deadline = time.monotonic() + seconds
    while (left := of_session(session)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
