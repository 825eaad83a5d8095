"""Every JSON file that Continuity reads again, mutated: a right result or one clear message that names the file."""

from __future__ import annotations

import copy
import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import TEMPLATE
from report_fixture import make_project

from continuity.cli.main import main
from continuity.files import sha256_file
from continuity.guard import run
from continuity.jobs.store import Store
from continuity.production.assemble import assemble
from continuity.production.report import report
from continuity.production.select import select
from continuity.production.transfer import transfer
from continuity.records.plan import load_plan
from continuity.request import key_of
from fuzz import rounds

HOSTILE: list[Any] = [
    None, True, "", "x", 0, -1, 1.5, 1e308, -1e308, 10**30, 2**63, [], {}, [[]], {"a": {}}, "../../escaped.pth",
    "/etc/passwd", "shots/../../escaped.pth", "a\x00b", "a\nb", "\x1b[2J", "C:\\x", "con", "\ud800", "\U0001f98a",
    "x" * 70_000, "f" * 64, "F" * 64, "0" * 63, ["x"] * 3, "result.pth", "..", ".", "a/b", "NaN", [1, 2], {"key": "x"},
]  # fmt: skip

Stage = Callable[[Path, Any, Store], object]


def text_mutation(data: bytes, chance: random.Random) -> bytes:
    """What happens to bytes: cut, overwritten, merged, nested, encoded otherwise."""
    place = chance.randrange(len(data))
    merge = b"<<<<<<< HEAD\n" + data + b"=======\n" + data + b">>>>>>> other\n"
    return chance.choice([
        data[:place], data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :], b"", b"\x00" * 512, merge,
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900, data.replace(b": ", b": NaN, ", 1),
        data.replace(b"null", b"NaN"), data.replace(b"0.", b"1e999"), data.replace(b": 1", b": 1" + b"0" * 5000, 1),
        data.decode().encode("utf-16"), b"\xef\xbb\xbf" + data, data + data, data.replace(b"{", b'{"shots": 1, ', 1),
        data.replace(b'"', b"'"), b"null", b"[]", b"{}", b'"text"', b"7", b"\xff\xfe\x00",
        data[:place] + b"}" + data[place:],
    ])  # fmt: skip


def nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything inside."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from nodes(value[key])


def value_mutation(data: bytes, chance: random.Random) -> bytes:
    """What someone else's program writes: a value of another kind, a key gone or misnamed, values exchanged."""
    whole = json.loads(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        found = list(nodes(whole))
        if not found:
            break
        container, key = chance.choice(found)
        how = chance.randrange(6)
        if how == 0:
            del container[key]
        elif how == 1:
            other, place = chance.choice(found)
            present = place in other if isinstance(other, dict) else place < len(other)
            container[key] = copy.deepcopy(other[place]) if present else None
        elif how == 2 and isinstance(container, dict):
            container[chance.choice(["../x", "", "X Y", "a/../b", "\x00", "key"])] = container.pop(key)
        else:
            container[key] = copy.deepcopy(chance.choice(HOSTILE))
    text = json.dumps(whole)
    if chance.random() < 0.5:  # as by an author who knows how keys are made
        text = signed(text)
    return text.encode(errors="surrogatepass")


def signed(text: str) -> str:
    """Every key over the request beside it."""
    whole = json.loads(text)
    for container, key in list(nodes(whole)):
        if key == "request" and isinstance(container.get("request"), dict):
            old, new = container.get("key"), key_of_anything(container["request"])
            if isinstance(old, str) and len(old) == 64:
                text = text.replace(old, new).replace(f"/{old[:12]}/", f"/{new[:12]}/")
    return text


def key_of_anything(request: dict[str, Any]) -> str:
    try:
        return key_of(request)
    except (ValueError, UnicodeEncodeError):
        return "0" * 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project in Git with every kind of JSON file, its clips no clips."""
    root = tmp_path_factory.mktemp("json") / "project"
    make_project(root)
    for name in ("conf", "assets/masters", "assets/footage"):
        shutil.copytree(TEMPLATE / name, root / name, dirs_exist_ok=True)
    for name in ("dvc.yaml", "params.yaml", "assets/masters.lock.json", ".dvcignore"):
        shutil.copy(TEMPLATE / name, root / name)
    shutil.copytree(TEMPLATE / ".dvc", root / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def git(root: Path, *words: str) -> None:
    subprocess.run(("git", "-c", "user.name=T", "-c", "user.email=t@example.com", *words), cwd=root, check=True)


def commit(root: Path) -> None:
    git(root, "add", "-fA")
    git(root, "commit", "-qm", "all", "--allow-empty")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CONTINUITY_STORE", str(tmp_path / "store"))
    return Store()


def ends(work: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run to its end, which is a status and never another exception; what was said in error."""
    with pytest.raises(SystemExit) as ended:
        work()
    said = capsys.readouterr().err
    assert ended.value.code in (0, 1), said
    if ended.value.code:
        assert said.startswith("error: ") and "Traceback" not in said and len(said) < 4000, said
    return int(ended.value.code or 0), said


def stage(work: Stage, root: Path) -> Callable[[], object]:
    return lambda: run(lambda: work(root, load_plan(root), Store(project=root)))


def command(*words: str) -> Callable[[], object]:
    return lambda: main(words)


def first(root: Path, pattern: str) -> Path:
    return sorted(root.glob(pattern))[0]


# file, what reads it
FILES: dict[str, list[str]] = {
    "shots/generated/*/*/take.json": ["list", "prune"],
    "shots/repaired/*/*/take.json": ["list", "report"],
    "shots/generated.json": ["list", "prune", "assemble", "transfer"],
    "shots/transferred.json": ["list", "prune", "report"],
    "shots/repaired.json": ["list", "prune", "report"],
    "shots/selects.json": ["list", "assemble", "compare here"],
    "shots/cuts/cuts.json": ["report", "assemble"],
    "assets/library/library.json": ["report", "plan"],
    "assets/masters.lock.json": ["masters", "accept"],
    "reports/evidence/evidence.json": ["select", "list", "report", "compare here"],
    "reports/metrics.json": ["report"],
    "plan.json": ["assemble", "select", "transfer", "report"],
}


def doing(name: str, root: Path) -> Callable[[], object]:
    return {
        "list": command("takes", "list"),
        "prune": command("takes", "prune", "--yes"),
        "plan": command("plan"),
        "masters": command("masters", "list"),
        "accept": command("masters", "accept"),
        "compare here": command("compare", "HEAD"),
        "report": stage(report, root),
        "assemble": stage(assemble, root),
        "select": stage(select, root),
        "transfer": stage(transfer, root),
    }[name]


def around(root: Path) -> set[str]:
    return {path.name for path in root.parent.iterdir()} | {path.name for path in root.iterdir()}


@pytest.mark.parametrize("pattern", FILES)
def test_a_mutated_file_is_read_or_named(
    pattern: str, made: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    root = tmp_path / "project"
    shutil.copytree(made, root, symlinks=True)
    monkeypatch.chdir(root)
    path = first(root, pattern)
    good, before = path.read_bytes(), around(root)
    for seed in rounds(6, 120):
        chance = random.Random(f"{pattern} {seed}")
        mutate = text_mutation if seed % 3 == 0 else value_mutation
        path.write_bytes(mutate(good, chance))
        name = FILES[pattern][seed % len(FILES[pattern])]
        _, said = ends(doing(name, root), capsys)
        if "JSON" in said or "merge" in said or "does not hold" in said:
            assert path.relative_to(root).as_posix() in said
        assert around(root) == before, "nothing is written beside the project"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(good)


@pytest.mark.parametrize("pattern", [*list(FILES)[:1], "shots/selects.json", "reports/evidence/evidence.json",
                                     "assets/library/library.json"])  # fmt: skip
def test_what_another_revision_holds_is_read_or_named(
    pattern: str, made: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    root = tmp_path / "project"
    shutil.copytree(made, root, symlinks=True)
    monkeypatch.chdir(root)
    path = first(root, pattern)
    good, before = path.read_bytes(), around(root)
    own = {sha256_file(file) for folder in ("assets/library", "shots") for file in (root / folder).rglob("*.[mpw]*")}
    for seed in rounds(1, 40):
        chance = random.Random(f"revision {pattern} {seed}")
        path.write_bytes((text_mutation if seed % 3 == 0 else value_mutation)(good, chance))
        commit(root)
        path.write_bytes(good)
        if pattern.endswith("take.json"):
            (path.parent / "clip.mp4").unlink(missing_ok=True)  # else there is nothing to bring back
        compared = pattern.startswith(("shots/selects", "reports"))
        ends(command("compare", "HEAD") if compared else command("takes", "import", "--rev", "HEAD"), capsys)
        assert around(root) == before
        assert not list(tmp_path.rglob("*.pth"))
        # A change that harms nothing may let results in: those that the project has, and no others.
        assert {sha256_file(result) for result in store.root.rglob("result.*")} <= own


def test_a_hostile_take_of_another_revision_writes_nothing(
    made: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once ``file`` in a take's record named where in the store its bytes went, and Python runs what a .pth says."""
    root = tmp_path / "project"
    shutil.copytree(made, root, symlinks=True)
    monkeypatch.chdir(root)
    path = first(root, "shots/generated/*/*/take.json")
    record = json.loads(path.read_text())
    for values in (
        {"file": "../../../../escaped.pth"}, {"file": "result.pth"}, {"file": str(tmp_path / "escaped.pth")},
        {"key": f"../../../../{'f' * 52}"}, {"request": {**record["request"], "kind": "pth"}},
        {"sha256": "../escaped.pth"}, {"request": {**record["request"], "provider": "../escaped"}},
    ):  # fmt: skip
        hostile = {**record, **values}
        if "request" in values:
            hostile["key"] = key_of(hostile["request"])
        path.write_text(json.dumps(hostile))
        commit(root)
        path.with_name("clip.mp4").unlink(missing_ok=True)
        status, said = ends(command("takes", "import", "--rev", "HEAD"), capsys)
        assert status == 1 and "take.json" in said
        git(root, "checkout", "-q", "HEAD", "--", "shots")
        assert not list(tmp_path.rglob("*.pth")) and not list(store.root.rglob("result.*"))


def test_a_mutated_record_in_the_store_is_no_result(tmp_path: Path, made: Path) -> None:
    store, record = Store(tmp_path / "store"), json.loads(first(made, "shots/generated/*/*/take.json").read_text())
    for seed in rounds(40, 600):
        folder = store.scratch()
        (folder / "result.mp4").write_bytes(b"bytes")
        stored = store.add(folder, folder / "result.mp4", record)
        path = stored.path.with_name("record.json")
        chance = random.Random(f"store {seed}")
        path.write_bytes((text_mutation if seed % 3 == 0 else value_mutation)(path.read_bytes(), chance))
        found = store.find(stored.key)
        assert found is None or (found.path == stored.path and found.key == stored.key)
        shutil.rmtree(stored.path.parent, ignore_errors=True)
    assert {path.name for path in tmp_path.iterdir()} == {"store"}
