"""Alibaba's Model Studio: the stand-in is held against dashscope 2.0.2, then our adapter against the stand-in."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from continuity.errors import ConfigError, ContinuityError, OutcomeUnknown, RequestRefused
from continuity.jobs import minding
from continuity.jobs.ledger import Ledger
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Service
from continuity.providers.dashscope import DashScope
from continuity.providers.keys import check_hosts
from continuity.rehearsal import dashscope as stand_in
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import DASHSCOPE, Scene

VIDEO = "video-generation/video-synthesis/"
WAN = f"{VIDEO}wan3.0-video"
PICTURE = Scene(
    "dashscope", "DASHSCOPE_API_KEY", "multimodal-generation/generation/qwen-image-2.0-pro",
    "output.choices[0].message.content[0].image", "image",
    {"@image": {"from": "pictures", "most": 3}, "@text": "prompt", "parameters.seed": "seed"},
)  # fmt: skip


# ---- the witness ---------------------------------------------------------------------------


@pytest.fixture
def sdk(server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Alibaba's own client, speaking to the stand-in."""
    dashscope = pytest.importorskip("dashscope", reason="dashscope is a test dependency", exc_type=ImportError)
    monkeypatch.setattr(dashscope, "base_http_api_url", f"{server.url}/dashscope")
    monkeypatch.setattr(dashscope, "api_key", KEY)
    return dashscope


def test_alibabas_own_client_gets_a_take_and_finds_it_in_the_list(sdk: Any, server: Server) -> None:
    shown = [{"type": "reference_image", "url": "https://a.example/b.png"}]
    begun = sdk.VideoSynthesis.async_call(
        model="wan2.7-r2v", prompt="Image 1 runs", media=shown, resolution="720P", ratio="16:9", duration=5, seed=7,
        watermark=False, prompt_extend=False,
    )  # fmt: skip
    assert begun.output.task_status == "PENDING"
    ended = sdk.VideoSynthesis.wait(begun)
    assert ended.output.task_status == "SUCCEEDED" and ended.output.video_url.startswith(server.url)
    (job,) = server.stage.books.jobs("dashscope")
    assert job.model == f"{VIDEO}wan2.7-r2v" and job.body["parameters"]["duration"] == 5
    listed = sdk.VideoSynthesis.list(model_name="wan2.7-r2v").output
    assert [task["task_id"] for task in listed["data"]] == [job.id] and listed["total"] == 1
    assert sdk.VideoSynthesis.list(model_name="wan2.7-i2v").output["data"] == []
    assert sdk.VideoSynthesis.fetch("unknown").output.task_status == "UNKNOWN"
    assert sdk.VideoSynthesis.cancel(job.id).code == "UnsupportedOperation"


def test_alibabas_own_client_leaves_a_file_in_the_storage(sdk: Any, server: Server, tmp_path: Path) -> None:
    picture(tmp_path / "first.png")
    frame = [{"type": "first_frame", "url": f"file://{tmp_path / 'first.png'}"}]
    begun = sdk.VideoSynthesis.async_call(model="wan2.7-i2v", prompt="x", media=frame, resolution="720P", duration=5)
    assert begun.output.task_id, begun
    (job,) = server.stage.books.jobs("dashscope")
    assert job.body["input"]["media"][0]["url"].startswith("oss://dashscope-instant/")


def test_alibabas_own_client_gets_pictures_at_once_and_as_tasks(sdk: Any, server: Server) -> None:
    content = [{"image": "https://a.example/b.png"}, {"text": "x"}]
    said = sdk.MultiModalConversation.call(
        model="qwen-image-2.0-pro", messages=[{"role": "user", "content": content}], size="1024*1024", n=1, seed=7,
        watermark=False, prompt_extend=False, result_format="message", stream=False,
    )  # fmt: skip
    assert said.output.choices[0].message.content[0]["image"].startswith(server.url)
    from dashscope.aigc.image_generation import ImageGeneration
    from dashscope.api_entities.dashscope_response import Message

    asked = [Message(role="user", content=[{"text": "x"}])]
    begun = ImageGeneration.async_call(model="wan2.7-image", messages=asked, n=1, size="1024*1024", seed=7)
    ended = ImageGeneration.wait(begun)
    assert ended.output.choices[0].message.content[0]["image"].startswith(server.url)


def test_a_wrong_key_is_refused_as_alibaba_does(sdk: Any) -> None:
    said = sdk.VideoSynthesis.async_call(model="wan2.7-t2v", prompt="x", api_key="another")
    assert (said.status_code, said.code) == (401, "InvalidApiKey")


# ---- regions and keys ----------------------------------------------------------------------


def test_a_key_of_another_region_is_told_so_with_the_address_that_it_wants(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "bad key", "on": "submit"})
    there = "providers.dashscope.base_url=https://dashscope.aliyuncs.com/api/v1 for one of Beijing"
    with pytest.raises(RequestRefused, match=f"does not take the key .*belongs to one region.*{there}"):
        DASHSCOPE.make(server, Store(tmp_path / "store"))


@pytest.mark.parametrize(
    "address",
    [
        "https://dashscope-intl.aliyuncs.com/api/v1", "https://dashscope.aliyuncs.com/api/v1",
        "https://ws-1.cn-beijing.maas.aliyuncs.com/api/v1",
    ],
)  # fmt: skip
def test_a_key_goes_to_either_region_and_to_a_workspaces_own_address(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    check_hosts(Service(name="dashscope", base_url=address, key_env="DASHSCOPE_API_KEY"), DashScope.hosts)


def test_a_key_goes_to_nobodys_bucket_though_it_lies_at_alibaba(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = DASHSCOPE.terms(server)
    bucket = terms.services["dashscope"].model_copy(update={"base_url": "https://mine.oss-cn-beijing.aliyuncs.com"})
    with pytest.raises(ConfigError, match=r"is no host of dashscope's .*DASHSCOPE_API_KEY is not sent there"):
        make_all([DASHSCOPE.asked()], Store(tmp_path / "store"), replace(terms, services={"dashscope": bucket}),
                 lambda _: None, "test")  # fmt: skip


# ---- lost answers --------------------------------------------------------------------------


def taken_by_another(server: Server, seconds_later: float = 30, model: str = WAN) -> str:
    """A task that somebody else of the account began while ours may have been on its way; its id."""
    job = server.stage.take("dashscope", model, {"input": {"prompt": "a blue boat"}}, "")
    moved = replace(job, id=str(uuid.uuid4()), began=job.began + seconds_later)
    server.stage.books.take(moved)
    server.stage.books._connection.execute("DELETE FROM jobs WHERE id = ?", (job.id,))
    return moved.id


def lose(server: Server, fault: str, times: int = 1) -> None:
    server.stage.script.faults.append({"fault": fault, "on": "submit", "times": times})


def states(store: Store, items: list[Wanted]) -> list[str]:
    ledger = Ledger(store.root / "ledger.sqlite")
    return [entry.state for item in items if (entry := ledger.last(item.request.key))]


@pytest.mark.parametrize("entries", ["data", "tasks"])
def test_a_lost_task_is_found_by_model_and_time_beside_those_of_other_models_and_hours(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: str
) -> None:
    monkeypatch.setattr(stand_in.DashScope, "entries", entries)
    others = {taken_by_another(server, -3600), taken_by_another(server, model=f"{VIDEO}wan2.7-r2v")}
    lose(server, "cut after")
    (stored,) = DASHSCOPE.make(server, Store(tmp_path / "store")).values()
    assert stored.record["job_id"] not in others and DASHSCOPE.submissions(server) == 3


def test_a_lost_task_is_told_from_one_that_the_ledger_has(server: Server, tmp_path: Path) -> None:
    items = [DASHSCOPE.asked(1), DASHSCOPE.asked(2)]
    lose(server, "cut after")
    made = DASHSCOPE.make(server, Store(tmp_path / "store"), items)
    seeds = {job.id: job.body["parameters"]["seed"] for job in server.stage.books.jobs("dashscope")}
    assert [seeds[made[item.request.key].record["job_id"]] for item in items] == [1, 2] and len(seeds) == 2


def test_lost_tasks_of_two_models_are_each_found(server: Server, tmp_path: Path) -> None:
    other = DASHSCOPE.asked(2)
    items = [DASHSCOPE.asked(1), replace(other, request=replace(other.request, model=f"{VIDEO}wan3.0-video-prime"))]
    lose(server, "cut after", 2)
    made = DASHSCOPE.make(server, Store(tmp_path / "store"), items)
    models = {job.id: job.model for job in server.stage.books.jobs("dashscope")}
    assert [models[made[item.request.key].record["job_id"]] for item in items] == [i.request.model for i in items]


@pytest.mark.parametrize("faults", [("cut after", "cut after"), ("cut before", "cut after")])
def test_of_two_lost_requests_to_one_model_neither_takes_the_others_task(
    server: Server, tmp_path: Path, faults: tuple[str, str]
) -> None:
    """Also where one of them never arrived, so that the list has a single task."""
    items, store = [DASHSCOPE.asked(1), DASHSCOPE.asked(2)], Store(tmp_path / "store")
    for fault in faults:
        lose(server, fault)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match=r"another request to wan3\.0-video has no answer either"):
            DASHSCOPE.make(server, store, items)
    assert states(store, items) == ["ambiguous", "ambiguous"]
    assert DASHSCOPE.submissions(server) == sum(fault == "cut after" for fault in faults)


def test_where_another_began_a_task_at_that_moment_neither_is_taken(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    taken_by_another(server)
    lose(server, "cut after")
    with pytest.raises(OutcomeUnknown, match=r"lists 2 tasks of wan3.0-video that may be it: .*jobs adopt"):
        DASHSCOPE.make(server, store)
    assert states(store, [DASHSCOPE.asked()]) == ["ambiguous"]


def test_anothers_task_that_was_found_in_place_of_one_that_never_arrived_is_told_by_its_prompt(
    server: Server, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    found = taken_by_another(server)
    lose(server, "cut before")
    for _ in range(2):
        with pytest.raises(ContinuityError, match="has another prompt"):
            DASHSCOPE.make(server, store)
    assert states(store, [DASHSCOPE.asked()]) == ["expired"] and not list(store.root.glob("results/*/*/record.json"))
    assert DASHSCOPE.submissions(server) == 1, "nothing was bought"
    minding.adopt(store, DASHSCOPE.asked().request.key, found)  # whose it is, a person may know better
    (stored,) = DASHSCOPE.make(server, store).values()
    assert stored.record["job_id"] == found and DASHSCOPE.submissions(server) == 1


def test_a_list_without_it_proves_nothing(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    lose(server, "cut before")
    with pytest.raises(OutcomeUnknown, match=r"lists no task of wan3.0-video from that moment.*jobs forget"):
        DASHSCOPE.make(server, store)
    assert states(store, [DASHSCOPE.asked()]) == ["ambiguous"] and DASHSCOPE.submissions(server) == 0


# ---- files ---------------------------------------------------------------------------------


def picture(path: Path, red: int = 200) -> Path:
    Image.new("RGB", (64, 64), (red, 90, 40)).save(path, format="PNG")
    return path


def edited(folder: Path, seed: int = 1, model: str = f"{VIDEO}wan2.7-videoedit") -> Wanted:
    """A performance, carried over onto a picture of Ami."""
    roles = {"ami/anime/headshot": folder / "ami.png", "driving_clip": folder / "clip.mp4"}
    references = tuple(Reference.of(role, picture(path, n * 90)) for n, (role, path) in enumerate(roles.items()))
    fields = {
        "input.prompt": "prompt", "@video": "driving_clip", "@reference_image": "pictures", "parameters.seed": "seed",
        "parameters.duration": {"value": 0},
    }  # fmt: skip
    item = DASHSCOPE.asked(seed)
    form = {"fields": fields}
    card = {**item.request.card, "leaves_out": ["seconds"]}
    return replace(item, request=replace(item.request, model=model, references=references, form=form, card=card))


def test_a_clip_goes_once_into_the_storage_of_its_model_and_pictures_go_along(server: Server, tmp_path: Path) -> None:
    DASHSCOPE.make(server, Store(tmp_path / "store"), [edited(tmp_path, seed) for seed in (1, 2)])
    media = [job.body["input"]["media"] for job in server.stage.books.jobs("dashscope")]
    assert len(media) == 2 and media[0] == media[1]
    clip, shown = media[0]
    assert clip["type"] == "video" and clip["url"].startswith("oss://")
    assert shown["url"].startswith("data:image/png;base64,")
    assert server.stage.books.requests()["dashscope", "file"] == 1


@pytest.mark.parametrize("fault", ["error before", "cut before", "busy"])
def test_a_file_that_does_not_arrive_is_sent_again_and_costs_nothing(
    server: Server, tmp_path: Path, fault: str
) -> None:
    server.stage.script.faults = [{"fault": fault, "on": "upload", "times": 2}]
    assert DASHSCOPE.make(server, Store(tmp_path / "store"), [edited(tmp_path)])
    assert DASHSCOPE.submissions(server) == 1


def test_where_no_storage_is_offered_a_clip_is_refused_before_anything_costs(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in.DashScope, "stores_files", False)
    said = r"takes the driving_clip from an address alone.* offers that storage to keys of Beijing.*Nothing was sent"
    with pytest.raises(RequestRefused, match=said):
        DASHSCOPE.make(server, Store(tmp_path / "store"), [edited(tmp_path)])
    assert DASHSCOPE.submissions(server) == 0


# ---- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"negative_prompt": "x" * 501}, "has 501 characters, over the 500"),
        ({"model": f"{VIDEO}wan2.7-t2v", "frame": True}, "from words alone, and the shot has a first_frame"),
        ({"model": "wan3.0-video"}, "must name the path too"),
    ],
)
def test_what_a_model_does_not_take_is_refused_before_anything_is_sent(
    server: Server, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    item = DASHSCOPE.asked()
    fields = {**DASHSCOPE.fields, "input.negative_prompt": "negative_prompt", "@first_frame": "start_frame"}
    request = replace(item.request, form={"fields": fields})
    if changes.pop("frame", False):
        changes["references"] = (Reference.of("start_frame", picture(tmp_path / "frame.png")),)
    with pytest.raises(RequestRefused, match=said):
        DASHSCOPE.make(server, Store(tmp_path / "store"), [replace(item, request=replace(request, **changes))])
    assert DASHSCOPE.submissions(server) == 0


def test_a_model_that_the_account_has_not_switched_on_is_said_to_be_that(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = (403, "AccessDenied.Unpurchased", "Access to model denied.")
    monkeypatch.setitem(stand_in._REFUSALS, "retired", refused)
    lose(server, "retired")
    with pytest.raises(RequestRefused, match="is not switched on for this account"):
        DASHSCOPE.make(server, Store(tmp_path / "store"))


def test_a_model_of_which_the_service_has_never_heard_is_one_that_it_no_longer_has(
    server: Server, tmp_path: Path
) -> None:
    item = DASHSCOPE.asked()
    unheard = replace(item, request=replace(item.request, model=f"{VIDEO}wan9"))
    with pytest.raises(RequestRefused, match="does not have this model any more"):
        DASHSCOPE.make(server, Store(tmp_path / "store"), [unheard])


# ---- pictures at once ----------------------------------------------------------------------


def drawn(server: Server, store: Store) -> Stored:
    (stored,) = PICTURE.make(server, store).values()
    return stored


def test_a_picture_comes_with_the_answer_and_no_task_is_asked_about(server: Server, tmp_path: Path) -> None:
    stored = drawn(server, Store(tmp_path / "store"))
    (job,) = server.stage.books.jobs("dashscope")
    assert stored.record["job_id"] == job.id and stored.record["resolution"] == [320, 180]
    assert job.body["input"] == {"messages": [{"role": "user", "content": [{"text": "a red lantern"}]}]}
    assert server.stage.books.requests()["dashscope", "poll"] == 0


@pytest.mark.parametrize(
    ("fault", "on", "said", "state", "jobs"),
    [
        ("cut before", "submit", "answers with the picture itself", "ambiguous", 0),
        ("cut after", "submit", "answers with the picture itself", "ambiguous", 1),
        ("error before", "submit", "answers with the picture itself", "ambiguous", 0),
        ("error after", "submit", "answers with the picture itself", "ambiguous", 1),
        ("not JSON", "submit", "answers with the picture itself", "ambiguous", 1),
        ("busy", "submit", "", "done", 1),
        ("busy for a second", "submit", "", "done", 1),
        ("bad key", "submit", "does not take the key", "failed", 0),
        ("no credit", "submit", "wants more credit", "failed", 0),
        ("retired", "submit", "does not have this model", "failed", 0),
        ("wrong region", "submit", "does not serve the place where this machine is", "failed", 0),
        ("refused as moderated", "submit", "change its words", "moderated", 0),
        ("empty", "result", "delivered something else", "rejected", 1),
        ("truncated", "result", "delivered something else", "rejected", 1),
        ("not JSON", "result", "delivered something else", "rejected", 1),
        ("cut off", "result", "", "done", 1),
        ("error before", "result", "", "done", 1),
        ("gone", "result", "", "done", 1),
    ],
)
def test_each_fault_of_a_picture_at_once_buys_nothing_twice(
    server: Server, tmp_path: Path, fault: str, on: str, said: str, state: str, jobs: int
) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": fault, "on": on})
    if said:
        with pytest.raises(ContinuityError, match=said):
            drawn(server, store)
    else:
        drawn(server, store)
    assert states(store, [PICTURE.asked()]) == [state] and PICTURE.submissions(server) == jobs
    if state in ("done", "failed"):
        assert drawn(server, store) and PICTURE.submissions(server) == 1
    else:
        with pytest.raises(ContinuityError):
            drawn(server, store)
        assert PICTURE.submissions(server) == jobs


def test_a_picture_whose_address_is_too_old_is_lost_and_not_bought_again(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "gone", "on": "result", "times": 9})
    for _ in range(2):
        with pytest.raises(ContinuityError, match=r"no longer has .*lets the next run make, and pay, it again"):
            drawn(server, store)
    assert PICTURE.submissions(server) == 1
