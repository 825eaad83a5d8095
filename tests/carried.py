"""The series that the tests are made on, whatever series the project is of: the demo's words and masters.

They lie in ``tests/project`` as they lie in the project. While the demo is here the tests use the project itself, and
one test holds that both are the same. Once it is gone (docs/remove-the-demo.md), they use a copy of the project with
these in the place of the person's own.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CARRIED = PROJECT / "tests" / "project"
DEMO_IS_HERE = (PROJECT / "conf" / "series" / "demo.yaml").is_file()
# A person's own, and what is made from it: not in the copy.
THEIRS = (
    "conf/series/", "conf/character/", "conf/location/", "conf/prop/", "conf/voice/", "conf/picks/", "conf/config.yaml",
    "assets/", "params.yaml", "plan.json", "compared.json", "dvc.lock", "shots/", "reports/",
)  # fmt: skip


def carried_files() -> list[str]:
    """Relative to the project."""
    return sorted(path.relative_to(CARRIED).as_posix() for path in CARRIED.rglob("*") if path.is_file())


def files_of(root: Path) -> list[str]:
    """What a clone of this checkout would hold, uncommitted edits included; every file where there is no Git."""
    if not (root / ".git").exists():
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True, check=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def template() -> Path:
    """The project that tests copy: this one, or while the demo is not here a copy of it that has it."""
    if DEMO_IS_HERE:
        return PROJECT
    root = Path(tempfile.mkdtemp(prefix="continuity-tests-")).resolve()
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for source, names in ((PROJECT, files_of(PROJECT)), (CARRIED, carried_files())):
        for name in names:
            if source is CARRIED or not name.startswith(THEIRS):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / name, root / name)
    return root
