"""Results that others made, and the ledger as a file: what is trusted, and what is refused."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from continuity.errors import ContinuityError, ProjectError, ResultRejected, StoreError
from continuity.files import sha256_file
from continuity.jobs.ledger import BEGIN_ANEW, VERSION, Bid, Ledger
from continuity.jobs.store import Store
from continuity.request import Request, key_of

BEFORE_VERSIONS = """
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  state TEXT NOT NULL, job_id TEXT, details TEXT NOT NULL DEFAULT '{}', price_usd REAL NOT NULL, cost_usd REAL,
  message TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_by_key ON jobs (key);
"""


def asked(side: int = 64) -> Request:
    return Request("image", "puppet", "puppet-image", "a fox", 1, subject="kit/headshot", resolution=(side, side))


def picture(folder: Path, side: int = 64, name: str = "headshot.png") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((side, side, 3), 120, np.uint8)).save(folder / name, "PNG")
    return folder / name


def record(file: Path, request: Request, **values: Any) -> dict[str, Any]:
    made = {"key": request.key, "request": request.canonical(), "provider": "puppet", "model": "puppet-image",
            "job_id": "1", "cost_usd": 0.04, "created_at": "2026-11-20T10:00:00+00:00", "resolution": [64, 64],
            "sha256": sha256_file(file)}  # fmt: skip
    return {**made, **values}


# ---- adoption ---------------------------------------------------------------------------------


def test_an_adopted_result_is_found_in_its_project_alone_until_it_is_made_here(tmp_path: Path) -> None:
    root, file = tmp_path / "store", picture(tmp_path / "one")
    one, other = Store(root, tmp_path / "one"), Store(root, tmp_path / "other")
    adopted = one.adopt(file, record(file, asked()))
    assert one.has(adopted.key) and one.find(adopted.key) == adopted
    assert not other.has(adopted.key) and other.find(adopted.key) is None and Store(root).find(adopted.key) is None

    folder = other.scratch()
    made = other.add(folder, picture(folder, name="result.png"), record(file, asked(), job_id="ours"))
    for store in (one, other, Store(root)):
        assert store.find(made.key) == made


@pytest.mark.parametrize("copy", ["standalone/tmp1", "tmp2"])
def test_the_copies_that_experiments_run_in_are_their_project(tmp_path: Path, copy: str) -> None:
    project, file = tmp_path / "project", picture(tmp_path / "project")
    Store(tmp_path / "store", project).adopt(file, record(file, asked()))
    there = project / ".dvc" / "tmp" / "exps" / copy
    there.mkdir(parents=True)
    assert Store(tmp_path / "store", there).find(asked().key) is not None


def other_side(file: Path, of: dict[str, Any]) -> None:
    picture(file.parent, 32)
    of["sha256"] = sha256_file(file)


def no_picture(file: Path, of: dict[str, Any]) -> None:
    file.write_bytes(b"import os  # code")
    of["sha256"] = sha256_file(file)


def other_bytes(file: Path, of: dict[str, Any]) -> None:
    of["sha256"] = "0" * 64


def other_request(file: Path, of: dict[str, Any]) -> None:
    of["request"]["prompt"] = "a wolf"


def path_as_file(file: Path, of: dict[str, Any]) -> None:
    of["file"] = "../../../escaped.pth"


def path_as_key(file: Path, of: dict[str, Any]) -> None:
    of["key"] = "../../../../escaped/" + "f" * 44


def unknown_kind(file: Path, of: dict[str, Any]) -> None:
    of["request"]["kind"] = "pth"
    of["key"] = key_of(of["request"])


def infinite(file: Path, of: dict[str, Any]) -> None:
    of["cost_usd"] = float("inf")


@pytest.mark.parametrize(
    "accident",
    [other_side, no_picture, other_bytes, other_request, path_as_file, path_as_key, unknown_kind, infinite],
    ids=lambda accident: accident.__name__,
)
def test_nothing_is_adopted_that_is_not_what_its_record_says(
    tmp_path: Path, accident: Callable[[Path, dict[str, Any]], None]
) -> None:
    store, file = Store(tmp_path / "store", tmp_path / "project"), picture(tmp_path / "project")
    of = record(file, asked())
    accident(file, of)
    with pytest.raises((ProjectError, ResultRejected), match=r"headshot\.png"):
        store.adopt(file, of)
    assert not store.has(asked().key)
    assert not list(tmp_path.rglob("*.pth")) and not list((tmp_path / "store").rglob("result.*"))


def test_a_record_of_an_earlier_version_of_requests_still_holds(tmp_path: Path) -> None:
    store, file = Store(tmp_path / "store", tmp_path / "project"), picture(tmp_path / "project")
    earlier = {**asked().canonical(), "seconds": None, "dial": 0.25, "version": 1, "parameters": {"drift": 1.0}}
    adopted = store.adopt(file, {**record(file, asked()), "request": earlier, "key": key_of(earlier)})
    assert store.find(key_of(earlier)) == adopted and adopted.record["request"] == earlier


def test_a_record_in_the_store_that_names_another_file_is_set_aside(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    folder = store.scratch()
    stored = store.add(folder, picture(folder, name="anything.bin"), record(folder / "anything.bin", asked()))
    assert stored.path.name == "result.png"
    secret = tmp_path / "secret.png"
    stored.path.rename(secret)
    written = stored.path.with_name("record.json")
    written.write_text(written.read_text().replace("result.png", str(secret)))
    assert store.find(stored.key) is None
    assert secret.is_file() and list((tmp_path / "store" / "results").glob("*/*.damaged-*"))


# ---- the ledger -------------------------------------------------------------------------------


def bid(request: Request, price: float) -> Bid:
    return Bid(request.key, request.canonical(), request.subject, request.provider, request.model, price, series="test")


def named(path: Path) -> tuple[int, int]:
    with sqlite3.connect(path) as ledger:
        return tuple(ledger.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))


def test_a_ledger_from_before_versions_gets_one_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as before:
        before.executescript(BEFORE_VERSIONS)
        before.execute(
            "INSERT INTO jobs (key, subject, provider, model, state, price_usd, created_at, updated_at) "
            "VALUES ('k', 'kit/1', 'vendor', 'm', 'submitted', 0.4, '2026', '2026')"
        )
    ledger = Ledger(path)
    entry = ledger.held("k")
    assert entry and entry.subject == "kit/1" and entry.state == "submitted"
    assert ledger.spent("any", ["k"]) == pytest.approx(0.4), "counted for the project that has it on record"
    assert named(path) == (int.from_bytes(b"CONT"), VERSION)


def test_a_new_ledger_says_what_it_is_and_is_there_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    entry = Ledger(path).reserve(bid(asked(), 0.5), None, "me")
    Ledger(path).move(entry.id, "submitting")
    Ledger(path).move(entry.id, "submitted", job_id="1", cost_usd=0.4)
    assert named(path) == (int.from_bytes(b"CONT"), VERSION)
    assert Ledger(path).spent("test") == pytest.approx(0.4)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def zeroed(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def text(path: Path) -> None:
    path.write_text("no ledger")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def test_a_ledger_of_the_version_before_is_brought_up_to_date_with_all_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).make(Bid("k" * 64, {}, "t01", "puppet", "puppet-video"), "someone")
    with sqlite3.connect(path) as ledger:
        ledger.executescript("DROP TABLE uploads; PRAGMA user_version = 2")
    again = Ledger(path)
    assert again.held("k" * 64) is not None
    again.note_upload("account", "a" * 64, "https://there/file", time.time() + 60)
    assert again.uploaded("account", "a" * 64, time.time()) == "https://there/file"
    assert named(path)[1] == VERSION


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE moz_places (id INTEGER)")


def foreign_jobs(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE jobs (id INTEGER, printer TEXT)")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as ledger:
        ledger.execute(f"PRAGMA user_version = {VERSION + 1}")


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


@pytest.mark.parametrize(
    "accident", [emptied, zeroed, text, cut_short, foreign, foreign_jobs, newer, overwritten],
    ids=lambda accident: accident.__name__,
)  # fmt: skip
def test_what_is_no_ledger_of_ours_is_refused_and_left_as_it_is(
    tmp_path: Path, accident: Callable[[Path], None]
) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    for number in range(20):
        ledger.reserve(bid(replace(asked(), seed=number), 0.1), None, "me")
    ledger.close()
    accident(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"ledger\.sqlite.*CONTINUITY_STORE"):
        Ledger(path)
    assert path.read_bytes() == before


def bought(store: Store, cost_usd: float) -> str:
    folder = store.scratch()
    file = picture(folder, name="result.png")
    return store.add(folder, file, record(file, asked(), cost_usd=cost_usd)).key


def test_a_lost_ledger_is_not_taken_for_a_new_one_where_results_were_paid_for(tmp_path: Path) -> None:
    store, path = Store(tmp_path / "store"), tmp_path / "store" / "ledger.sqlite"
    key = bought(store, 0.04)
    with pytest.raises(StoreError, match=rf"missing.*\$0\.04.*{BEGIN_ANEW}"):
        Ledger(path)
    assert not path.exists()
    path.with_name(BEGIN_ANEW).touch()
    assert Ledger(path).spent("any", [key]) == pytest.approx(0.04)
    assert not path.with_name(BEGIN_ANEW).exists(), "asked again next time"


def test_where_everything_was_free_a_lost_ledger_is_begun_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert Ledger(store.root / "ledger.sqlite").spent("any", [bought(store, 0.0)]) == 0


def test_a_row_whose_details_are_damaged_is_named(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.reserve(bid(asked(), 0.1), None, "me")
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("UPDATE jobs SET details = '{'")
    with pytest.raises(StoreError, match="row 1 is damaged"):
        ledger.held(asked().key)


# ---- records ----------------------------------------------------------------------------------


def test_a_file_is_named_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    from continuity.records.results import read_result

    path, file = tmp_path / "take.json", picture(tmp_path)
    good = json.dumps(record(file, asked()))
    for text, said in (
        (good.replace('"job_id"', '"sha256": "x", "job_id"'), "stands twice"),
        (good.replace("0.04", "NaN"), "NaN is no number"),
        (good.replace("0.04", "1e999"), "too large a number"),
        (good.replace("0.04", "-1"), "cost_usd"),
        (good.replace("a fox", "a wolf"), "not the hash of the request"),
        (f"<<<<<<< HEAD\n{good}\n=======\n{good}\n>>>>>>> theirs\n", "line 1 is the mark of a merge"),
        ("[" * 100_000, "not valid JSON"),
        (good[:100], "not valid JSON"),
        ('{"a":' * 900 + "1" + "}" * 900, "does not hold"),
    ):
        path.write_text(text)
        with pytest.raises(ContinuityError, match=said) as error:
            read_result(path, "dvc repro generate")
        assert str(path) in str(error.value) and len(str(error.value)) < 600
    path.write_text(good)
    assert read_result(path, "dvc repro generate").as_json() == json.loads(good)
