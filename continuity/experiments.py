"""Experiments of DVC: runs of the pipeline in a copy of the project, with other dials, kept in Git under a name.

The copy holds what Git knows, uncommitted changes included, and the workspace stays as it is. For a moment at its start
DVC puts uncommitted changes aside, into Git's stash. A run that is killed in that moment leaves them there, so where
the stash stood is noted until the run has ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.files import write_text
from continuity.signals import Terminated

REFS = "refs/exps"
STASH = "refs/stash"
NOTE = Path(".dvc", "tmp", "continuity", "experiment")  # HEAD, then the stash, as they were before


class Experiments:
    """Those of the project at ``root``. Every method raises ProjectError."""

    def __init__(self, root: Path) -> None:
        from dvc.exceptions import DvcException
        from dvc.scm import SCM
        from scmrepo.exceptions import SCMError

        self.root = root
        try:
            self._git: Any = SCM(str(root), search_parent_directories=True)
            self._git.get_rev()
        except (SCMError, DvcException) as error:
            raise ProjectError(
                f"an experiment of DVC is kept in Git, and {root} has no commit there ({_line(error)}); `git init`, "
                "then `git add -A && git commit -m 'First cut'`, and run again"
            ) from error
        self._nothing_put_aside()

    def find(self, name: str) -> str | None:
        """The commit of the experiment of that name, whatever it started from; None where there is none."""
        refs = self._of_name(name)
        return str(self._git.get_ref(refs[0])) if refs else None

    def unknown_to_git(self, places: Iterable[str]) -> list[str]:
        """Files below these folders of the project that Git neither knows nor ignores: no experiment has them."""
        top = Path(self._git.root_dir)
        named = [Path(os.path.relpath(top / name, self.root)) for name in self._git.untracked_files()]
        return sorted(path.as_posix() for path in named if any(path.is_relative_to(place) for place in places))

    @property
    def changed(self) -> bool:
        """Whether files that Git knows have changes that are not committed."""
        return bool(self._git.is_dirty())

    def run(self, name: str, dials: Mapping[str, str], stage: str) -> str:
        """Run the pipeline up to ``stage`` with other dials of ``params.yaml``; returns the commit.

        Another experiment of that name is forgotten. What DVC and the stages say goes to standard error.
        """
        for ref in self._of_name(name):
            self._git.remove_ref(ref)
        words = [sys.executable, "-m", "dvc", "exp", "run", "--temp", "--name", name]
        for dial, value in dials.items():
            words += ["--set-param", f"++{dial}={value}"]  # whether params.yaml names it or not
        self._note()
        status = _waited_for([*words, stage], self.root)
        self._nothing_put_aside()
        commit = self.find(name)
        if status or commit is None:
            raise ProjectError(
                f"the run {name!r} ended before it was whole, for the reason above; what is made is kept: mend it, and "
                "run the same command again to go on"
            )
        return commit

    def _of_name(self, name: str) -> list[str]:
        return sorted(ref for ref in self._git.iter_refs(REFS) if ref.rpartition("/")[2] == name)

    # ---- changes that DVC has put aside ------------------------------------------------------

    def _note(self) -> None:
        write_text(self.root / NOTE, f"{self._git.get_ref('HEAD', follow=False)}\n{self._git.get_ref(STASH) or ''}\n")

    def _nothing_put_aside(self) -> None:
        """Raise ProjectError, once, where a run was killed while it had the uncommitted changes in the stash."""
        try:
            head, stash = (self.root / NOTE).read_text(encoding="utf-8").split("\n")[:2]
        except (OSError, ValueError):
            return
        (self.root / NOTE).unlink(missing_ok=True)
        now = str(self._git.get_ref(STASH) or "")
        if now and now != stash:
            branch = head.removeprefix("refs/heads/")
            back = f"`git checkout {branch}`, then " if self._git.get_ref("HEAD", follow=False) != head else ""
            raise ProjectError(
                "a run was killed while DVC had put your uncommitted changes into Git's stash, where they still are; "
                f"{back}`git stash pop` brings them back. Then run again"
            )


def reproduce(root: Path, stage: str) -> int:
    """Run the pipeline of the project at ``root`` up to ``stage``, here and not in a copy; its exit status.

    What DVC and the stages say goes to standard error.
    """
    return _waited_for([sys.executable, "-m", "dvc", "repro", stage], root)


def _waited_for(words: list[str], root: Path) -> int:
    """The exit status of a program, what it prints on standard error. It is told to end when this one is."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    process = subprocess.Popen(words, cwd=root, env=environment, stdout=sys.stderr)
    try:
        return process.wait()
    except Terminated:
        _interrupt(process)
        process.wait()
        raise
    except KeyboardInterrupt:  # Ctrl-C: all programs of the terminal have heard it
        process.wait()
        raise


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C in a terminal would: DVC, the stage that it runs, and what works for that."""
    import psutil

    with suppress(psutil.Error):
        mother = psutil.Process(process.pid)
        for one in [*mother.children(recursive=True), mother]:
            with suppress(psutil.Error):
                one.send_signal(signal.SIGINT)


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
