"""Money and results: a charging service on a local HTTP server, and the ways in which it can go wrong."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import buying
import processes
import pytest
import vendor as service
from filelock import FileLock
from vendor import Adapter, Vendor, picture

from continuity.errors import (
    BudgetExceeded,
    ContinuityError,
    JobFailed,
    LedgerMove,
    ModelEnded,
    Moderated,
    OutcomeUnknown,
    RequestRefused,
    ResultLost,
    ResultRejected,
    StoreError,
)
from continuity.jobs import ledger as ledgers
from continuity.jobs import minding
from continuity.jobs.ledger import Bid, Ceiling, Ledger
from continuity.jobs.runner import make_all
from continuity.jobs.states import HELD, MOVES, RESERVED
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Budget, Executor
from continuity.plan.seeds import derive_seed
from continuity.providers import provider_named
from continuity.request import Reference


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    monkeypatch.setattr("continuity.providers._CLASSES", {**__import__("continuity").providers._CLASSES})
    service.install()
    provider_named.cache_clear()
    monkeypatch.setattr(Adapter, "reconciles", False)
    monkeypatch.setattr(Adapter, "defect", "")
    with service.serving(Vendor()) as serving:
        yield serving
    provider_named.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def make(vendor: Vendor, wanted: list[Wanted], store: Store, budget: Budget | float = 1.0, **terms: object) -> dict:
    return make_all(wanted, store, vendor.terms(budget, **terms), made=lambda _: None, title="test")


def spent(store: Store, series: str = "test") -> float:
    return Ledger(store.root / "ledger.sqlite").spent(series)


def state(store: Store, item: Wanted | None = None) -> str:
    last = Ledger(store.root / "ledger.sqlite").last((item or picture()).request.key)
    assert last is not None
    return last.state


# ---- bought once ------------------------------------------------------------------------------


def test_a_result_is_bought_once(vendor: Vendor, store: Store) -> None:
    first = make(vendor, [picture(), picture()], store)
    again = make(vendor, [picture()], store)
    assert vendor.bought == 1
    assert first.keys() == again.keys()
    assert spent(store) == pytest.approx(0.04)


@pytest.mark.parametrize("mode", ["answer lost", "500 after"])
def test_a_lost_answer_is_parked_with_two_choices_and_not_paid_for_twice(
    vendor: Vendor, store: Store, mode: str
) -> None:
    vendor.mode = mode
    with pytest.raises(OutcomeUnknown):
        make(vendor, [picture()], store)
    vendor.mode = "good"
    with pytest.raises(OutcomeUnknown, match=r"kit/1.*may\s+have been billed.*jobs adopt.*jobs forget"):
        make(vendor, [picture()], store)
    assert vendor.bought == 1 and state(store) == "ambiguous"
    assert spent(store) == pytest.approx(0.04)


def test_a_lost_answer_does_not_stop_the_others(vendor: Vendor, store: Store) -> None:
    vendor.mode = "answer lost"
    with pytest.raises(OutcomeUnknown):
        make(vendor, [picture()], store)
    vendor.mode = "good"
    with pytest.raises(OutcomeUnknown, match=r"1 of 2 results are there and kept"):
        make(vendor, [picture(), picture(2)], store)
    assert store.find(picture(2).request.key) is not None


def test_a_job_named_by_a_person_is_fetched_and_not_bought(vendor: Vendor, store: Store) -> None:
    vendor.mode = "answer lost"
    with pytest.raises(OutcomeUnknown):
        make(vendor, [picture()], store)
    vendor.mode = "good"
    (lost,) = minding.open_jobs(store)
    (id,) = vendor.jobs.values()
    minding.adopt(store, lost.key[:12], id)
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1 and minding.open_jobs(store) == []


def test_a_job_given_up_by_a_person_is_paid_again(vendor: Vendor, store: Store) -> None:
    vendor.mode = "answer lost"
    with pytest.raises(OutcomeUnknown):
        make(vendor, [picture()], store)
    vendor.mode = "good"
    minding.forget(store, picture().request.key[:8])
    assert make(vendor, [picture()], store)
    assert vendor.bought == 2


def test_a_service_that_knows_our_id_is_asked_what_became_of_a_lost_answer(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Adapter, "reconciles", True)
    vendor.mode = "answer lost"
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1


def test_what_a_service_certainly_never_got_is_sent_again(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Adapter, "reconciles", True)
    vendor.mode = "answer lost"
    monkeypatch.setattr(vendor, "jobs", _Forgetful())
    with pytest.raises(JobFailed, match=r"kit/1.*nothing was taken"):
        make(vendor, [picture()], store)
    assert state(store) == "failed" and spent(store) == 0
    vendor.mode = "good"
    assert make(vendor, [picture()], store)


class _Forgetful(dict):  # type: ignore[type-arg]
    def __setitem__(self, key: object, value: object) -> None:
        """Keeps nothing."""


def test_a_service_that_says_come_later_is_asked_again_after_that(vendor: Vendor, store: Store) -> None:
    vendor.mode = "busy"
    begun = time.monotonic()
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1 and time.monotonic() - begun >= 0.2


def test_a_service_that_is_not_there_takes_nothing(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("continuity.jobs.hosted.NOT_TAKEN_PATIENCE_SECONDS", 0.0)
    vendor.url = "http://127.0.0.1:9"
    with pytest.raises(ContinuityError, match=r"kit/1: vendor cannot be reached.*nothing was sent"):
        make(vendor, [picture()], store)
    assert state(store) == "cancelled" and spent(store) == 0


@pytest.mark.parametrize(
    ("mode", "error", "after", "again"),
    [
        ("refuses", RequestRefused, "failed", "no such size"),
        ("moderates", Moderated, "moderated", "change its words"),
        ("moderated", Moderated, "moderated", "change its words"),
        ("failed", JobFailed, "failed", ""),
        ("expired", ResultLost, "expired", "pay, it again"),
        ("gone", ResultLost, "expired", "pay, it again"),
    ],
)
def test_each_end_of_a_job_has_its_state_and_its_words(
    vendor: Vendor, store: Store, mode: str, error: type[ContinuityError], after: str, again: str
) -> None:
    vendor.mode = mode
    with pytest.raises(error, match="kit/1"):
        make(vendor, [picture()], store)
    assert state(store) == after
    bought = vendor.bought
    if after in HELD:  # sent again only on purpose
        vendor.mode = "good"
        with pytest.raises(error, match=again):
            make(vendor, [picture()], store)
        assert vendor.bought == bought


def test_a_failure_that_turns_out_a_success_is_fetched_and_not_bought_again(vendor: Vendor, store: Store) -> None:
    vendor.mode = "failed"
    with pytest.raises(JobFailed):
        make(vendor, [picture()], store)
    vendor.mode = "good"
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1


def test_a_lost_stored_result_is_fetched_again_by_its_job(vendor: Vendor, store: Store) -> None:
    (stored,) = make(vendor, [picture()], store).values()
    stored.path.write_bytes(b"not what it was")
    assert store.find(stored.key) is None
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1
    assert list((store.root / "results").glob("*/*.damaged-*"))


def test_a_download_that_is_cut_off_is_gone_on_with(vendor: Vendor, store: Store) -> None:
    vendor.mode = "cut off"
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1 and vendor.fetches.total() == 2


def test_a_model_that_ended_is_sent_nothing_and_what_it_has_is_fetched(vendor: Vendor, store: Store) -> None:
    over = [replace(picture(seed), ended="vendor-image ended on 2020-01-01") for seed in (1, 2)]
    with pytest.raises(ModelEnded, match="kit/1, kit/2 would be new: vendor-image ended on 2020-01-01"):
        make(vendor, over, store)
    assert vendor.bought == 0
    make(vendor, [picture(1)], store)
    shutil.rmtree(store.folder(over[0].request.key))
    assert set(make(vendor, over[:1], store)) == {over[0].request.key}, "fetched again by its job"
    vendor.mode = "failed"  # the service still has the job, and nothing of it
    shutil.rmtree(store.folder(over[0].request.key))
    for _ in range(3):
        with pytest.raises(ContinuityError):
            make(vendor, over[:1], store)
    assert vendor.bought == 1


def test_one_failure_keeps_its_neighbours(vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = Adapter.poll

    async def first_is_moderated(self: Adapter, job: object, wire: object) -> object:
        ended = await poll(self, job, wire)  # type: ignore[arg-type]
        return replace(ended, phase="moderated") if ended.id.startswith(picture(1).request.key) else ended

    monkeypatch.setattr(Adapter, "poll", first_is_moderated)
    with pytest.raises(Moderated, match="kit/1"):
        make(vendor, [picture(1), picture(2)], store)
    assert store.find(picture(2).request.key) is not None


def test_a_defect_of_an_adapter_is_one_message_and_is_not_paid_for_again(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Adapter, "defect", "status")
    with pytest.raises(JobFailed, match=r"kit/1: vendor.*KeyError: 'status'.*vendor\.py, line \d+"):
        make(vendor, [picture()], store)
    monkeypatch.setattr(Adapter, "defect", "")
    assert make(vendor, [picture()], store)
    assert vendor.bought == 1


def test_a_store_that_cannot_be_read_just_now_buys_nothing(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stored,) = make(vendor, [picture()], store).values()
    read = Path.read_bytes

    def away(path: Path) -> bytes:
        if path == stored.path:
            raise OSError(5, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", away)
    with pytest.raises(StoreError, match="nothing was sent"):
        make(vendor, [picture()], store)
    monkeypatch.undo()
    assert store.find(stored.key) is not None
    assert vendor.bought == 1


def test_two_runs_that_want_the_same_buy_it_once_and_both_get_it(vendor: Vendor, store: Store) -> None:
    vendor.delay_seconds = 0.2
    runs = [processes.start(Path(buying.__file__), str(store.root), VENDOR=vendor.url) for _ in range(3)]
    for run in runs:
        said, _ = run.communicate(timeout=60)
        assert run.returncode == 0, said
    assert set(vendor.posts.values()) == {1} and vendor.bought == len(buying.WANTED)


# ---- what comes -------------------------------------------------------------------------------


def test_another_size_is_conformed_and_the_delivery_kept_as_it_came(vendor: Vendor, store: Store) -> None:
    vendor.mode = "other form"
    (stored,) = make(vendor, [picture()], store).values()
    assert stored.record["resolution"] == [64, 64]
    assert stored.record["delivery"]["changed"] == ["71x65 to 64x64"]
    (kept,) = (store.root / "deliveries").glob("*/*/*/result.png")
    assert kept.stat().st_size


def test_a_paid_result_that_is_no_picture_is_kept_counted_and_not_bought_again(vendor: Vendor, store: Store) -> None:
    vendor.mode = "empty"
    for _ in range(2):
        with pytest.raises(ResultRejected, match=r"kit/1.*paid.*jobs accept.*jobs\s+forget"):
            make(vendor, [picture()], store)
        vendor.mode = "good"
    assert vendor.bought == 1 and spent(store) == pytest.approx(0.04)
    assert store.find(picture().request.key) is None


# ---- the ceiling ------------------------------------------------------------------------------


def test_nothing_is_sent_beyond_the_budget(vendor: Vendor, store: Store) -> None:
    with pytest.raises(BudgetExceeded, match="nothing was sent"):
        make(vendor, [picture(n, price=0.5) for n in range(3)], store, 1.2)
    assert vendor.bought == 0


def test_the_ceiling_counts_what_was_bought_before_under_any_words(vendor: Vendor, store: Store) -> None:
    make(vendor, [picture(1, price=0.8)], store)
    with pytest.raises(BudgetExceeded, match=r"\$0.80 spent"):
        make(vendor, [picture(2, price=0.8)], store)
    assert vendor.bought == 1


def test_rejected_and_lost_results_count_towards_the_ceiling(vendor: Vendor, store: Store) -> None:
    vendor.mode = "empty"
    with pytest.raises(ResultRejected):
        make(vendor, [picture(1, price=0.8)], store)
    vendor.mode = "good"
    with pytest.raises(BudgetExceeded):
        make(vendor, [picture(2, price=0.8)], store)
    assert vendor.bought == 1


def test_an_open_job_is_taken_over_within_the_ceiling_that_it_was_sent_under(
    vendor: Vendor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Adapter, "defect", "status")
    with pytest.raises(JobFailed):
        make(vendor, [picture(price=0.8)], store)
    monkeypatch.setattr(Adapter, "defect", "")
    assert make(vendor, [picture(price=0.8)], store)
    assert vendor.bought == 1


def test_copies_of_a_project_stay_under_one_ceiling_together(vendor: Vendor, store: Store) -> None:
    """Each counts before any has sent: what holds is the transaction in which a price is reserved."""
    vendor.delay_seconds = 0.3
    over: list[ContinuityError] = []

    def run(seed: int) -> None:
        try:
            make(vendor, [picture(seed, price=0.4)], Store(store.root), 1.0)
        except ContinuityError as error:
            over.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert vendor.bought == 2 and len(over) == 3
    assert all(isinstance(error, BudgetExceeded) for error in over)
    assert spent(store) == pytest.approx(0.8)


def test_an_episode_and_a_shot_have_ceilings_of_their_own(vendor: Vendor, store: Store) -> None:
    limits = Budget(max_usd=10, per_episode_usd=1.0, per_shot_usd=0.5)
    wanted = [picture(n, 0.4, shot=f"s{n // 2}", episode="e1" if n < 4 else "e2") for n in range(6)]
    with pytest.raises(BudgetExceeded, match=r"budget\.per_(shot|episode)_usd"):
        make(vendor, wanted, store, limits)
    assert vendor.bought == 3, "one of each shot"


def test_another_series_in_the_same_store_has_its_own_money(vendor: Vendor, store: Store) -> None:
    make(vendor, [picture(1, price=0.8)], store)
    terms = vendor.terms(1.0, series="other")
    assert make_all([picture(2, price=0.8)], store, terms, made=lambda _: None, title="test")
    assert (spent(store), spent(store, "other")) == (pytest.approx(0.8), pytest.approx(0.8))


def test_many_runs_find_the_last_room_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = ledgers._spent
    monkeypatch.setattr(ledgers, "_spent", lambda *asked: (counted(*asked), time.sleep(0.02))[0])  # to be overtaken
    path = tmp_path / "ledger.sqlite"

    def begin(number: int) -> bool:
        bid = Bid(f"{number:064x}", {}, f"kit/{number}", "vendor", "m", 0.5, series="test")
        try:
            Ledger(path).reserve(bid, Ceiling(1.5), "me")
        except BudgetExceeded:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(begin, range(12))) == 3
    assert Ledger(path).spent("test") == pytest.approx(1.5)


# ---- the table of states ----------------------------------------------------------------------


def test_a_move_that_the_table_does_not_have_is_an_error(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    entry = ledger.reserve(Bid("k" * 64, {}, "kit/1", "vendor", "m", 0.5), None, "me")
    with pytest.raises(LedgerMove, match="planned cannot become done"):
        ledger.move(entry.id, "done")
    assert ledger.entry(entry.id).state == "planned"


def test_every_state_can_come_to_an_end_and_what_may_be_billed_is_reserved() -> None:
    ends = {"done", "failed", "cancelled"}
    for start in MOVES:
        seen, open_ = set(), {start}
        while open_:
            seen |= open_
            open_ = {after for before in open_ for after in MOVES[before]} - seen
        assert seen & ends, start
    assert {"submitting", "ambiguous", "rejected", "expired"} <= RESERVED & HELD


# ---- keys -------------------------------------------------------------------------------------


def test_the_key_counts_reference_bytes_and_not_paths(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    one.write_bytes(b"same")
    two.write_bytes(b"same")
    request = picture().request

    def key(path: Path) -> str:
        return replace(request, references=(Reference.of("kit/headshot", path),)).key

    assert key(one) == key(two)
    two.write_bytes(b"other")
    assert key(one) != key(two)
    assert replace(request, subject="another shot").key == request.key
    assert replace(request, card={"result": "video.url"}).key == request.key
    assert replace(request, seed=2).key != request.key
    assert replace(request, rehearsed=True).key != request.key
    assert replace(request, form={"fields": {}}).key != replace(request, form={"fields": {"a": "seed"}}).key


def test_keys_and_seeds_are_constant_across_versions() -> None:
    """A change here would buy every take of every series again: on purpose, a provider's request_version is raised."""
    assert picture().request.key == "94c2b646c8cd6e47e26695d557fbb0b1628f7f54fe8a691f7b75f86509cb3bc7"
    assert derive_seed(7, "e01s01", "take", 0) == 1761192200


# ---- local work -------------------------------------------------------------------------------


def test_who_waits_for_another_run_says_for_what(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("continuity.jobs.local.LOCK_POLL_SECONDS", 0.05)
    monkeypatch.setattr("continuity.jobs.local.WORD_SECONDS", 0.1)
    item = local()
    lock = FileLock(store.root / "locks" / f"{item.request.key}.lock", thread_local=False)
    lock.acquire()
    threading.Timer(0.5, lock.release).start()
    assert make_local(item, store)
    assert capsys.readouterr().err.count("waiting for another run that makes a line") == 1


def test_who_waits_in_vain_for_another_run_names_the_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("continuity.jobs.local.LOCK_POLL_SECONDS", 0.05)
    monkeypatch.setattr("continuity.jobs.local.LOCK_GIVE_UP_SECONDS", 0.2)
    item = local()
    path = store.root / "locks" / f"{item.request.key}.lock"
    with FileLock(path), pytest.raises(StoreError, match=f"a line: another run has held {path}"):
        make_local(item, store)


def local() -> Wanted:
    asked = picture().request
    return Wanted(
        replace(
            asked, kind="voice", provider="speech", model="speech", prompt="Hello.", subject="a line", resolution=None,
            direction={"voice": "wren"},
        )
    )  # fmt: skip


def make_local(item: Wanted, store: Store) -> dict[str, Stored]:
    from continuity.jobs.runner import Terms

    return make_all([item], store, Terms(Executor(kind="serial"), Budget(max_usd=1)), lambda _: None, "test")


def test_the_answers_of_a_rehearsal_are_told_from_money(store: Store, vendor: Vendor) -> None:
    item = picture(price=0.3)
    rehearsed = Wanted(replace(item.request, rehearsed=True), 0.3)
    make(vendor, [rehearsed], store)
    assert spent(store) == 0
    assert Ledger(store.root / "ledger.sqlite").spent("test", rehearsed=True) == pytest.approx(0.3)
    assert json.loads(json.dumps(rehearsed.request.canonical()))["rehearsed"] is True
