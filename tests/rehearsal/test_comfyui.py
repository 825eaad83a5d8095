"""ComfyUI: there is no client of its own; what the stand-in answers was heard from a server of version 0.27."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from conftest import TEMPLATE

from continuity.errors import ConfigError, ContinuityError, JobFailed, RequestRefused
from continuity.jobs.hosted import HostedJobs
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.cards import all_cards
from continuity.plan.compared import compared
from continuity.plan.compose import compose
from continuity.plan.workflow import settled
from continuity.production.wanted import maker_of
from continuity.rehearsal.comfyui import ComfyUI
from continuity.rehearsal.server import Server
from continuity.request import Reference, Request
from rehearsal.scene import BOUND, COMFYUI, GRAPH, node


def asked(graph: Mapping[str, Any], fields: Mapping[str, Any], result: str = "Saved", **values: Any) -> Wanted:
    """A picture by a workflow of one's own; ``values`` are the request's."""
    form = {"fields": fields, "workflow": settled(dict(graph), fields, result)}
    card = {"result": result, "leaves_out": values.pop("leaves_out", [])}
    return Wanted(replace(COMFYUI.asked().request, form=form, card=card, **values))


def pictures(folder: Path, *roles: str) -> tuple[Reference, ...]:
    from PIL import Image

    found = []
    for number, role in enumerate(roles):
        path = folder / f"{role.replace('/', '-')}.png"
        Image.new("RGB", (64, 64), (number * 60, 0, 0)).save(path)
        found.append(Reference.of(role, path))
    return tuple(found)


def sent(server: Server) -> list[dict[str, Any]]:
    """The graphs that came, nodes by their titles."""
    graphs = [job.body["prompt"] for job in server.stage.books.jobs("comfyui")]
    return [{node["_meta"]["title"]: node for node in graph.values()} for graph in graphs]


def uploads(server: Server) -> int:
    return server.stage.books.requests()["comfyui", "upload"]


# ---- what is sent --------------------------------------------------------------------------


def test_a_request_is_put_into_the_workflow_and_bears_our_id(server: Server, tmp_path: Path) -> None:
    (stored,) = COMFYUI.make(server, Store(tmp_path / "store")).values()
    (graph,), (job,) = sent(server), server.stage.books.jobs("comfyui")
    assert graph["Prompt"]["inputs"]["text"] == "a red lantern"
    assert graph["Sampling"]["inputs"]["seed"] == 1
    assert graph["Text encoder"]["inputs"] == {"clip_name": "a.safetensors"}
    assert graph["Saved"]["inputs"]["filename_prefix"] == f"continuity/{job.body['prompt_id']}"
    assert stored.record["job_id"] == job.body["prompt_id"] and stored.record["cost_usd"] == 0.03


def test_no_key_is_needed_and_none_is_sent(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMFYUI.key_env)
    assert COMFYUI.make(server, Store(tmp_path / "store"), key_env="")


def test_the_key_goes_nowhere_over_a_line_that_others_can_read(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not https; nothing is sent there"):
        COMFYUI.make(server, Store(tmp_path / "store"), base_url="http://gpu.example:8188")


PICTURED = {
    **GRAPH,
    "21": node("LoadImage", "Picture 1", image="mine.png"),
    "22": node("LoadImage", "Picture 2", image="mine.png"),
    "23": node("ImageScale", "Scaled 2", image=["22", 0], width=64),
    "5": node("KSampler", "Sampling", seed=0, positive=["3", 0], image1=["21", 0], image2=["23", 0]),
}
FIELDS = {
    **BOUND,
    "Picture 1.image": {"from": "pictures", "number": 1},
    "Picture 2.image": {"from": "pictures", "number": 2, "without": ["Scaled 2"]},
}


def test_a_file_is_uploaded_once_however_many_requests_show_it(server: Server, tmp_path: Path) -> None:
    shown = pictures(tmp_path, "ami/headshot", "locations/cafe-morning")
    wanted = [asked(PICTURED, FIELDS, references=shown, seed=seed) for seed in (1, 2, 3)]
    COMFYUI.make(server, Store(tmp_path / "store"), wanted, jobs_in_flight=3)
    assert uploads(server) == 2 and COMFYUI.submissions(server) == 3
    for graph in sent(server):
        assert [graph[f"Picture {n}"]["inputs"]["image"] for n in (1, 2)] == [
            f"continuity/{reference.sha256}.png" for reference in shown
        ]
    COMFYUI.make(server, Store(tmp_path / "store"), wanted)
    assert uploads(server) == 2, "what is made already needs nothing uploaded"


def test_an_upload_that_fails_is_repeated_and_nothing_was_submitted(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "error before", "on": "upload"})
    wanted = [asked(PICTURED, FIELDS, references=pictures(tmp_path, "ami/headshot"))]
    assert COMFYUI.make(server, Store(tmp_path / "store"), wanted)
    assert uploads(server) == 2 and COMFYUI.submissions(server) == 1


def test_nodes_are_taken_out_where_the_request_has_nothing_for_them(server: Server, tmp_path: Path) -> None:
    wanted = [asked(PICTURED, FIELDS, references=pictures(tmp_path, "ami/headshot"))]
    COMFYUI.make(server, Store(tmp_path / "store"), wanted)
    (graph,) = sent(server)
    assert {"Picture 1"} == {title for title in graph if title.startswith(("Picture", "Scaled"))}
    assert "image1" in graph["Sampling"]["inputs"] and "image2" not in graph["Sampling"]["inputs"]


def test_no_picture_of_the_workflows_author_is_ever_used(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"the request has no pictures for Picture 1\.image; say under `without`"):
        COMFYUI.make(server, Store(tmp_path / "store"), [asked(PICTURED, FIELDS)])
    assert COMFYUI.submissions(server) == 0


def test_pictures_that_no_node_is_bound_to_are_refused(server: Server, tmp_path: Path) -> None:
    shown = pictures(tmp_path, "ami/headshot", "props/letter", "props/lantern")
    with pytest.raises(RequestRefused, match="no field for further_pictures"):
        COMFYUI.make(server, Store(tmp_path / "store"), [asked(PICTURED, FIELDS, references=shown)])
    assert COMFYUI.submissions(server) == uploads(server) == 0


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"from": "seconds", "as": "frames", "fps": 16, "step": 4, "plus": 1}, 33),
        ({"from": "seconds", "as": "frames"}, 48),
        ({"from": "width", "step": 16}, 320),
        ({"from": "height", "step": 16}, 192),
        ({"from": "seconds", "as": "frames", "step": 17, "plus": 5}, 56),
    ],
)
def test_numbers_take_the_form_that_a_model_wants(server: Server, tmp_path: Path, rule: object, value: int) -> None:
    graph = {**GRAPH, "5": node("KSampler", "Sampling", seed=0, positive=["3", 0], asked=81)}
    wanted = asked(graph, {**BOUND, "Sampling.asked": rule}, leaves_out=["seconds"], seconds=2.0, fps=24)
    COMFYUI.make(server, Store(tmp_path / "store"), [wanted])
    assert sent(server)[0]["Sampling"]["inputs"]["asked"] == value


def test_the_frame_that_a_shot_starts_from_comes_before_its_pictures(server: Server, tmp_path: Path) -> None:
    fields = {**BOUND, "Picture 1.image": {"from": "start_frame", "else": "first_picture"}}
    graph = {**GRAPH, "21": PICTURED["21"], "5": node("KSampler", "Sampling", seed=0, positive=["3", 0], i=["21", 0])}
    shown, left = pictures(tmp_path, "ami/headshot", "start_frame"), ["people", "pictures"]
    for references in (shown, shown[:1]):
        item = asked(graph, fields, references=references, leaves_out=left)
        COMFYUI.make(server, Store(tmp_path / "store"), [item])
    names = [each["Picture 1"]["inputs"]["image"] for each in sent(server)]
    assert names == [f"continuity/{reference.sha256}.png" for reference in reversed(shown)]
    with pytest.raises(RequestRefused, match="no field for pictures"):  # shown to nobody, where there is a frame
        COMFYUI.make(server, Store(tmp_path / "store"), [asked(graph, fields, references=shown, seed=2)])


# ---- what a key is made of -----------------------------------------------------------------


def made(server: Server, store: Store, item: Wanted) -> Stored:
    return COMFYUI.make(server, store, [item])[item.request.key]


def test_an_edited_workflow_makes_anew_and_going_back_makes_nothing(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    edited = {**GRAPH, "9": node("CLIPLoader", "Text encoder", clip_name="b.safetensors")}
    for graph, jobs in ((GRAPH, 1), (edited, 2), (GRAPH, 2)):
        made(server, store, asked(graph, BOUND))
        assert COMFYUI.submissions(server) == jobs


def test_a_workflow_that_the_canvas_has_renumbered_is_the_same(server: Server, tmp_path: Path) -> None:
    text = json.dumps(GRAPH)
    for old, new in (("3", "140:119"), ("5", "3"), ("7", "5"), ("9", "1")):
        text = text.replace(f'"{old}"', f'"new {new}"')
    renumbered = dict(reversed(json.loads(text.replace("new ", "")).items()))
    assert set(renumbered) == {"140:119", "3", "5", "1"}
    store = Store(tmp_path / "store")
    first, second = (made(server, store, asked(graph, BOUND)) for graph in (GRAPH, renumbered))
    assert first.key == second.key and COMFYUI.submissions(server) == 1


def test_what_each_request_fills_and_what_leads_nowhere_decides_nothing() -> None:
    other = {
        **GRAPH,
        "3": node("CLIPTextEncode", "Prompt", text="what its author tried", clip=["9", 0]),
        "5": node("KSampler", "Sampling", seed=757358688076805, positive=["3", 0]),
        "7": node("SaveImage", "Saved", filename_prefix="mine/try", images=["5", 0]),
        "11": node("PreviewImage", "Look", images=["5", 0]),
    }
    assert asked(other, BOUND).request.key == asked(GRAPH, BOUND).request.key
    assert asked(other, BOUND, "").request.key != asked(GRAPH, BOUND).request.key, "both nodes would run"


# ---- what is answered ----------------------------------------------------------------------


def test_what_validation_finds_names_the_node(server: Server, tmp_path: Path) -> None:
    graph = {**GRAPH, "7": node("SaveImage", "Saved", filename_prefix="", images=["5", 0], given=[1, 2, 3])}
    with pytest.raises(RequestRefused, match=r'refuses the workflow: "Saved" \(SaveImage\): Bad linked input: given'):
        made(server, Store(tmp_path / "store"), asked(graph, BOUND))


def test_a_model_file_that_is_not_there_is_said_to_be_missing(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "retired", "on": "submit"})
    with pytest.raises(RequestRefused, match=r"does not have this model file: .*wan.safetensors.*models folder"):
        COMFYUI.make(server, Store(tmp_path / "store"))


def test_a_node_that_fails_is_named_with_its_reason(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "fails", "on": "poll"})
    with pytest.raises(JobFailed, match=r'ended as failed: "\w[\w ]*" \(\w+\): RuntimeError: internal error'):
        COMFYUI.make(server, Store(tmp_path / "store"))


@pytest.mark.parametrize(("fault", "jobs"), [("cut after", 1), ("error after", 1), ("cut before", 0)])
@pytest.mark.parametrize("has_jobs", [True, False], ids=["new", "old"])
def test_a_lost_answer_is_looked_up_by_our_id_at_new_servers_and_old(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, jobs: int, has_jobs: bool
) -> None:
    monkeypatch.setattr(ComfyUI, "has_jobs", has_jobs)
    server.stage.script.faults.append({"fault": fault, "on": "submit"})
    store = Store(tmp_path / "store")
    if jobs:
        assert COMFYUI.make(server, store)
    else:
        with pytest.raises(JobFailed, match="nothing was taken"):
            COMFYUI.make(server, store)
        assert COMFYUI.make(server, store)
    assert COMFYUI.submissions(server) == 1


def test_a_failure_at_an_old_server_is_told_as_at_a_new_one(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ComfyUI, "has_jobs", False)

    async def cannot(*_: object) -> str:
        return "CUDA out of memory"

    monkeypatch.setattr(ComfyUI, "undrawable", cannot)
    with pytest.raises(JobFailed, match=r"ended as failed: .*: RuntimeError: CUDA out of memory"):
        COMFYUI.make(server, Store(tmp_path / "store"))


def test_a_job_that_went_with_a_restart_is_made_anew_by_the_next_run(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "forgotten", "on": "poll"})
    with pytest.raises(JobFailed, match="no longer knows it: it was restarted, or its queue was cleared"):
        COMFYUI.make(server, store)
    last = Ledger(store.root / "ledger.sqlite").last(COMFYUI.asked().request.key)
    assert last is not None and last.state == "cancelled"
    assert COMFYUI.make(server, store) and COMFYUI.submissions(server) == 2


def test_what_was_finished_before_a_restart_is_found_by_its_name(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    monkeypatch.setattr(ComfyUI, "remembers", False)
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    server.stage.speed = 1e6  # made before it is asked for
    assert COMFYUI.make(server, store)
    assert COMFYUI.submissions(server) == 1


def test_another_service_at_that_address_is_not_taken_for_a_server_that_forgot(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})

    def died(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(HostedJobs, "_reconcile", died)
        with pytest.raises(ContinuityError):
            COMFYUI.make(server, store)
    with pytest.raises(JobFailed, match=r"404: .*; it stays open"):
        COMFYUI.make(server, store, base_url=f"{server.url}/elsewhere")
    assert COMFYUI.make(server, store)
    assert COMFYUI.submissions(server) == 1


# ---- what is delivered ---------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, outputs: object) -> None:
    monkeypatch.setattr(ComfyUI, "_outputs", lambda self, job: outputs)


@pytest.mark.parametrize("name", ["../../../escaped.png", "/etc/passwd", "a/b.png", "http://[::1/x", "x.png\0.sh", "…"])
def test_names_in_an_answer_are_looked_up_at_the_server_and_become_no_names_here(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked_for = []

    async def view(self: ComfyUI, request: Any) -> Any:
        from continuity.rehearsal.playing import deliver

        asked_for.append(dict(request.query))
        return await deliver(request, await self.stage.file_of(self.stage.books.jobs("comfyui")[0]), "")

    monkeypatch.setattr(ComfyUI, "file", view)
    file = {"filename": name, "subfolder": "../..", "type": "output", "url": "http://elsewhere.example/"}
    answering(monkeypatch, {"1": {"images": [file]}})
    store = Store(tmp_path / "store")
    item = COMFYUI.asked()
    unbound = Wanted(replace(item.request, card={**item.request.card, "result": ""}))
    with Server(tmp_path / "hostile", speed=600, script=server.stage.script) as hostile:
        assert COMFYUI.make(hostile, store, [unbound])
    assert asked_for == [{"filename": name, "subfolder": "../..", "type": "output"}]
    left = {path.name for path in store.root.rglob("*") if path.is_file()}
    assert not any("escaped" in each or "passwd" in each for each in left)


def test_a_preview_is_not_taken_for_what_was_saved(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ComfyUI._outputs

    def outputs(self: ComfyUI, job: Any) -> Any:
        ((id, kinds),) = whole(self, job).items()
        shown = {"filename": "ComfyUI_temp_00001_.png", "subfolder": "", "type": "temp"}
        return {"0": {"images": [shown]}, id: {"gifs": next(iter(kinds.values())), "animated": [True]}}

    monkeypatch.setattr(ComfyUI, "_outputs", outputs)
    assert COMFYUI.make(server, Store(tmp_path / "store"))


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({}, r"names no picture, clip or sound; have the workflow end in a node that saves one"),
        (
            {"1": {"images": [{"filename": f"{n}.png", "subfolder": "", "type": "output"} for n in "ab"]}},
            r"made 2 files where one is wanted \('a.png', 'b.png'\): name the node",
        ),
    ],
)
def test_nothing_and_too_much_are_told_with_the_way_out(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: object, said: str
) -> None:
    answering(monkeypatch, outputs)
    item = COMFYUI.asked()
    with pytest.raises(JobFailed, match=said):
        COMFYUI.make(server, Store(tmp_path / "store"), [item])


# ---- what is refused when the plan is made -------------------------------------------------


class Project:
    """A project with a card and a workflow of its own for takes; the tiny series, one person a shot."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(TEMPLATE / "conf", root / "conf")
        (root / "dvc.yaml").write_text("stages: {}\n")
        params = {"series": "tiny", "models": "comfyui", "quality": "tiny", "takes": 1}
        (root / "params.yaml").write_text(yaml.safe_dump(params))
        series = root / "conf/series/tiny.yaml"
        series.write_text(
            series.read_text().replace(
                "characters: [ami, kit]\n            transfer", "characters: [ami]\n            transfer"
            )
        )

    def workflow(self, text: str) -> None:
        (self.root / "conf/workflows/wan22-image-to-video.json").write_text(text)

    @property
    def graph(self) -> dict[str, Any]:
        return dict(json.loads((self.root / "conf/workflows/wan22-image-to-video.json").read_text()))

    def card(self, **values: Any) -> None:
        path = self.root / "conf/model/comfyui-wan22.yaml"
        path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **values}))

    def said(self) -> str:
        with pytest.raises(ConfigError) as caught:
            compose(self.root)
        return str(caught.value)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_series_composes_with_the_shipped_cards_and_knows_their_workflows(project: Project) -> None:
    plan = compose(project.root)
    assert {card.provider for card in plan.models.values()} == {"comfyui", "speech"}
    assert plan.services["comfyui"].base_url == "http://127.0.0.1:8188" and not plan.services["comfyui"].key_env
    assert plan.estimate.total == 0
    before = compared(plan)
    graph = project.graph
    graph["13"]["inputs"]["steps"] = 8
    project.workflow(json.dumps(graph))
    after = compared(compose(project.root))
    assert after.generate != before.generate and after.design == before.design and after.transfer == before.transfer


SHIPPED = [id for id, card in all_cards(TEMPLATE).items() if card.provider == "comfyui"]
DRIVEN = {"motion": "driving_clip", "repair": "failed_take"}
LENGTHS = {"comfyui-wan22": 33}  # of two seconds: it makes 16 frames a second, the others as many as the clip has


@pytest.mark.parametrize("id", SHIPPED)
def test_the_shipped_cards_fill_their_workflows(server: Server, tmp_path: Path, project: Project, id: str) -> None:
    plan = compose(project.root)
    card = all_cards(project.root)[id]
    plan = plan.model_copy(update={"models": {**plan.models, id: card}})
    shown = pictures(tmp_path, "ami/realistic/headshot", "locations/cafe-morning")
    driven = [Reference(DRIVEN[card.kind], shown[1].path, shown[1].sha256)] if card.kind in DRIVEN else []
    given = (*driven, *shown[: 2 if card.kind == "image" else 1])
    moves = {} if card.kind == "image" else {"seconds": 2.0, "fps": 12}
    request = Request(
        kind=card.kind, **{**maker_of(plan, "comfyui", id), "rehearsed": False}, prompt="Ami waves.", seed=4,
        subject="t01", resolution=(320, 180), references=given,
        direction={"characters": [{"character": "ami", "name": "Ami"}]}, **moves,
    )  # fmt: skip
    try:
        COMFYUI.make(server, Store(tmp_path / "store"), [Wanted(request)])
    except ContinuityError as error:  # what the puppet would draw it from is made up here
        assert "delivered something else" in str(error) or "ended as failed" in str(error)
    (graph,) = sent(server)
    files = {title: node["inputs"].get("file") or node["inputs"].get("image") for title, node in graph.items()}
    assert not any(str(file).startswith("example") for file in files.values()), "what its author tried"
    if driven:
        assert files["Take" if card.kind == "repair" else "Driving clip"] == f"continuity/{driven[0].sha256}.png"
    if "Look" in graph:
        assert files["Look"] == f"continuity/{shown[0].sha256}.png"
    if card.kind == "repair":  # is told nothing
        return
    assert graph["Prompt"]["inputs"]["text"] == "Ami waves."
    if card.kind == "image":
        assert {f"Picture {n}" in graph for n in (1, 2)} == {True} and "Picture 3" not in graph
        assert graph["Canvas"]["inputs"]["height"] == 192
    else:
        assert graph["Shot"]["inputs"]["length"] == LENGTHS.get(id, 25)


def test_the_canvas_format_is_refused_with_the_way_to_export(project: Project) -> None:
    project.workflow(json.dumps({"nodes": [{"id": 1, "type": "KSampler"}], "links": [], "version": 0.4}))
    said = project.said()
    assert "conf/model/comfyui-wan22.yaml: workflow: conf/workflows/wan22-image-to-video.json" in said
    assert "is the canvas's own format" in said and "Export (API)" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("{}", "holds no nodes"),
        ('{"prompt": {"1": {}}}', "'prompt' is no node with a class_type"),
        ('{"1": {"class_type": "A", "inputs": {}}, "1": {"class_type": "B", "inputs": {}}}', "says '1' twice"),
        ('{"1": {"class_type": "A", "inputs": {"x": ["9", 0]}}}', "x comes from node '9', which is not there"),
        ('{"1": {"class_type": "A", "inputs": {"x": NaN}}}', "has inputs that are no JSON"),
    ],
)
def test_what_is_no_workflow_is_named(project: Project, text: str, said: str) -> None:
    project.workflow(text)
    assert said in project.said()


def test_a_workflow_that_goes_in_a_circle_is_refused(project: Project) -> None:
    graph = project.graph
    graph["5"]["inputs"]["model"] = ["13", 0]
    project.workflow(json.dumps(graph))
    assert "go round in a circle" in project.said()


@pytest.mark.parametrize("path", ["../outside.json", "/etc/passwd", "assets/x.json", "conf/workflows/x.yaml"])
def test_a_workflow_stays_where_a_change_is_noticed(project: Project, path: str) -> None:
    project.card(workflow=path)
    assert "conf/model/comfyui-wan22.yaml: workflow" in project.said()


def test_a_link_that_leads_out_of_the_project_is_refused(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.json"
    outside.write_text("{}")
    (project.root / "conf/workflows/leads-out.json").symlink_to(outside)
    project.card(workflow="conf/workflows/leads-out.json")
    assert "leads out of the project" in project.said()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Promt.text": "prompt"}, "has no node 'Promt'; did you mean 'Prompt'?"),
        ({"KSamplerAdvanced.noise_seed": "seed"}, "2 nodes of the workflow are called 'KSamplerAdvanced'"),
        ({"Prompt.txt": "prompt"}, "has no input 'txt'; did you mean 'text'?"),
        ({"Prompt.clip": "prompt"}, 'clip of "Prompt" (CLIPTextEncode) comes from "Text encoder" (CLIPLoader)'),
        ({"Prompt": "prompt"}, "'Prompt' names no input"),
        ({"Shot.length": {"from": "seconds", "as": "frame"}}, "as: must be one of text, frames"),
        ({"Shot.length": {"from": "seconds", "as": "frames", "step": 0}}, "step: must be a whole number, 1 or more"),
        ({"First frame.image": {"from": "people", "number": 1}}, "number: is for pictures"),
        ({"First frame.image": {"from": "start_frame", "else": "firstpicture"}}, "did you mean 'first_picture'?"),
        ({"First frame.image": {"from": "start_frame", "without": ["Scaled"]}}, "has no node 'Scaled'"),
        ({"CLIPTextEncode/Prompt.text": "prompt", "Prompt.text": "prompt"}, "is the same input as"),
    ],
)
def test_a_card_is_held_against_its_workflow_when_the_plan_is_made(
    project: Project, fields: dict[str, Any], said: str
) -> None:
    project.card(fields=fields)
    found = project.said()
    assert said in found and f"conf/model/comfyui-wan22.yaml: fields.{next(reversed(fields))}" in found


def test_input_names_may_have_points(project: Project) -> None:
    project.card(fields={**all_cards(project.root)["comfyui-wan22"].fields, "Saved.format.codec": {"value": "h264"}})
    assert compose(project.root).models["comfyui-wan22"].workflow


def test_a_result_that_is_no_node_is_refused(project: Project) -> None:
    project.card(result="Save")
    assert "comfyui-wan22.yaml: result: the workflow has no node 'Save'; did you mean 'Saved'?" in project.said()


def test_only_comfyui_runs_workflows(project: Project) -> None:
    project.card(provider="fal")
    assert "comfyui-wan22.yaml: workflow: is for the provider comfyui, which needs one" in project.said()


# Nodes of shipped workflows that no server of version 0.27 has, or has shown: required inputs, then the others. By hand
# from comfy_extras/nodes_wan.py and nodes_sdpose.py of Comfy-Org/ComfyUI (679f171b, 47e4a900) and nodes.py of
# Gourieff/ComfyUI-ReActor (0414a8a7).
INPUTS = {
    "CropByBBoxes": ("image bboxes output_width output_height padding keep_aspect", ""),
    "ReActorFaceSwap": (
        "enabled input_image swap_model facedetection face_restore_model face_restore_visibility codeformer_weight "
        "detect_gender_input detect_gender_source input_faces_index source_faces_index console_log_level",
        "source_image face_model face_boost",
    ),
    "ReActorRestoreFace": ("image facedetection model visibility codeformer_weight", ""),
    "SDPoseFaceBBoxes": ("keypoints scale force_square", ""),
    "WanAnimate2Cache": ("model device dtype", ""),
    "WanAnimate2ToVideo": (
        "positive negative vae width height length batch_size video_frame_offset pose_strength pose_start_percent "
        "pose_end_percent reference_image_strength",
        "reference_image pose_video clip_vision_output positive_pose clip_vision_output_pose continue_motion",
    ),
    "WanAnimateToVideo": (
        "positive negative vae width height length batch_size continue_motion_max_frames video_frame_offset",
        "clip_vision_output reference_image face_video pose_video background_video character_mask continue_motion",
    ),
}


def test_shipped_workflows_give_nodes_the_inputs_that_their_source_has() -> None:
    seen = set()
    for path in sorted((TEMPLATE / "conf/workflows").glob("*.json")):
        for one in json.loads(path.read_text()).values():
            if one["class_type"] in INPUTS:
                seen.add(one["class_type"])
                required, others = (set(names.split()) for names in INPUTS[one["class_type"]])
                given = set(one["inputs"])
                assert required <= given <= required | others, (path.name, one["class_type"])
    assert seen == set(INPUTS)


# ---- the stand-in itself -------------------------------------------------------------------


def test_the_stand_in_answers_as_a_server_does(server: Server) -> None:
    """Heard from ComfyUI 0.27.0 on 2026-11-25."""
    with httpx.Client(base_url=f"{server.url}/comfyui") as client:
        names = []
        for data in (b"a", b"a", b"b"):
            answer = client.post(
                "/upload/image", files={"image": ("x.png", data)}, data={"type": "input", "subfolder": "continuity"}
            )
            names.append(answer.json())
        assert [each["name"] for each in names] == ["x.png", "x.png", "x (1).png"]
        assert names[0] == {"name": "x.png", "subfolder": "continuity", "type": "input"}
        refused = client.post("/prompt", json={"prompt": GRAPH, "prompt_id": "ABC"})
        assert refused.status_code == 400 and refused.json()["error"]["type"] == "invalid_prompt_id"
        graph = {
            "1": node("LoadImage", "Picture", image="nope.png"),
            "2": node("SaveImage", "S", filename_prefix="x", images=["1", 0]),
        }
        refused = client.post("/prompt", json={"prompt": graph})
        (wrong,) = refused.json()["node_errors"]["1"]["errors"]
        assert refused.status_code == 400 and wrong["details"] == "image - Invalid image file: nope.png"
        nowhere = client.get("/api/jobs/2f1c3e9e-8a6b-4bfb-9d0c-0d6f6d2f0a11")
        assert nowhere.status_code == 404 and nowhere.json() == {"error": "Job not found"}
        assert client.get("/history/2f1c3e9e-8a6b-4bfb-9d0c-0d6f6d2f0a11").json() == {}
        assert client.get("/queue").json() == {"queue_running": [], "queue_pending": []}
