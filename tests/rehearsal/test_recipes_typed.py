"""The recipes of docs/recipes/, typed in rehearsal from their first block to their last, and what they promise."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PLAIN_SCORES, TEMPLATE, Project, bare, template_files
from PIL import Image
from typed import Block, Typist, blocks_of, heading, said

from continuity.providers import provider_named
from continuity.providers.base import LocalProvider
from continuity.rehearsal.books import Taken
from continuity.request import Request
from rehearsal.accounts import jobs

ANIME, MIA = "docs/recipes/anime-onto-the-sacred-picture.md", "docs/recipes/mia.md"
SCORES = ",".join(f'"{override}"' for override in PLAIN_SCORES)
TYPISTS = {
    ANIME: Typist(
        not_run={"dvc repro   ": "money"},
        stand_ins={"'overrides=[": f"'overrides=[{SCORES},"},  # else they would be those of the run alone
    ),
    MIA: Typist(not_run={"dvc repro design   ": "money"}),
}


@dataclass(frozen=True)
class Typed:
    """A recipe that was typed: where, what each block printed, and what services were asked for."""

    project: Project
    blocks: list[tuple[Block, str]]
    jobs: list[Taken]

    def after(self, command: str) -> str:
        """What the only block with this command printed."""
        (printed,) = [text for block, text in self.blocks if command in block.code]
        return printed

    def of(self, service: str) -> list[Taken]:
        return [job for job in self.jobs if job.service == service]

    def priced_by(self, command: str) -> float:
        """What its plan said that all would cost."""
        return float(re.findall(r"^to make: \d+, for \$([\d.]+)", self.after(command), re.MULTILINE)[-1])

    def check_bought_once(self) -> None:
        """By whichever run."""
        assert set(Counter(job.key for job in self.jobs).values()) == {1}


def references_of(job: Taken) -> list[str]:
    """Roles of what the service was shown."""
    return [role for role, _, _ in job.request["references"]]


def written(project: Project, document: str) -> None:
    """The files that a recipe shows, before its first command."""
    for block in blocks_of([document]):
        if block.file:
            path = project.root / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.code)


def typed(project: Project, home: Path, document: str, until: str = "") -> Typed:
    """Every block in its order, in one shell; up to the one with the words ``until``, where they are given."""
    typist = TYPISTS[document]
    blocks = [block for block in blocks_of([document]) if typist.types(block)]
    if until:
        blocks = blocks[: 1 + next(n for n, block in enumerate(blocks) if until in block.code)]
    lines = ["set -eo pipefail"]
    for number, block in enumerate(blocks):
        lines += [heading(block, number), typist.code(block)]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=project.root, env={**project.environment, "HOME": str(home)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed = list(said(done.stdout).values())
    assert done.returncode == 0, printed[-1] if printed else done.stdout
    return Typed(project, list(zip(blocks, printed, strict=True)), jobs(project))


def fresh(folder: Path) -> Project:
    project = bare(folder)
    project.params(quality="tiny", takes=1, overrides=PLAIN_SCORES)
    return project


def filmed(folder: Path, pictures: Path, document: str) -> None:
    """Masters and clips of a recipe's characters as their owner has them: drawn here by the local puppet."""
    project = fresh(folder)
    written(project, document)
    looks = {}
    for path in (project.root / file for block in blocks_of([document]) if "character/" in (file := block.file)):
        looks[path.stem] = yaml.safe_load(path.read_text())["looks"]
        path.write_text(re.sub(r"^ +(master|clip): .*\n", "", path.read_text(), flags=re.MULTILINE))
    shots = {id: {"action": f"{id.title()} waves.", "characters": [id]} for id in looks}
    series: dict[str, Any] = {
        "title": "Film", "characters": [*looks], "look": {"performs": "anime"}, "every_shot": {"seconds": 2.5},
        "library": {"angles": [], "expressions": [], "wardrobes": [], "lookalikes": 0},
        "episodes": {"e01": {"title": "Film", "scenes": {"one": {"shots": shots}}}},
    }  # fmt: skip
    (project.root / "conf/series/film.yaml").write_text(yaml.safe_dump(series))
    project.params(series="film", overrides=["quality.resolution=[1280,720]"])
    project.repro("generate")
    for id, drawn in looks.items():
        (pictures / id).mkdir(parents=True)
        for name, look in drawn.items():
            where = project.root / "assets" / "library" / id / (name if len(drawn) > 1 else "")
            shutil.copy(where / "headshot.png", pictures / look["master"])
            if "clip" in look:
                (clip,) = (project.root / "shots" / "generated" / id).glob("*/clip.mp4")
                shutil.copy(clip, pictures / look["clip"]["file"])


def test_every_recipe_is_typed_and_the_lists_name_what_is_there() -> None:
    assert {name for name in template_files() if name.startswith("docs/recipes/")} == TYPISTS.keys()
    for document, typist in TYPISTS.items():
        typist.check(blocks_of([document]))
        shown = {block.file for block in blocks_of([document])} - {""}
        assert shown and not any((TEMPLATE / "tests/project" / file).exists() for file in shown), "the demo's own"


def test_anime_from_a_videos_host_is_carried_onto_the_sacred_picture(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filmed(tmp_path / "film", home / "Pictures", ANIME)
    project = fresh(tmp_path)
    written(project, ANIME)
    recipe = typed(project, home, ANIME)
    recipe.check_bought_once()

    people, takes = (
        [job for job in recipe.of("openai-videos") if ("video" in job.body) == shown] for shown in (True, False)
    )
    ids = {job.body["name"]: {"id": job.id} for job in people}
    assert {job.request["subject"]: job.body["characters"] for job in takes} == {
        "e01s01": [ids["Rin"]], "e01s02": [ids["Rin"], ids["Pip"]],
    }  # fmt: skip
    prompts = " ".join(job.body["prompt"] for job in takes)
    assert "Rin waves." in prompts and "Rin turns to Pip. Pip nods." in prompts and "hair" not in prompts

    carried = {job.model.split("/", 1)[1]: references_of(job) for job in recipe.of("fal")}
    motion, edit, other = "kling-video/v3/standard/motion-control", "kling-video/o3", "wan"
    assert [sum(model.startswith(way) for model in carried) for way in (motion, edit, other)] == [1, 1, 1], carried
    assert all("rin/realistic/headshot" in roles for roles in carried.values())
    (headshot,) = [job for job in recipe.of("openai") if job.request["subject"] == "rin/realistic/headshot"]
    assert references_of(headshot) == ["masters/rin"] and len(recipe.of("openai")) == 13

    made = [job for job in recipe.jobs if "wan" not in job.model]
    assert recipe.priced_by("continuity plan e01s01") == pytest.approx(sum(job.usd for job in made), abs=0.01)
    assert "repair e01s02: left as it is, e01s02: remix" in recipe.after("continuity plan e01s01"), "Rin is too small"
    scored = re.findall(r"^e01s01 +\w+ +(\w+) +\w+ +\d\.\d+ ", recipe.after("continuity takes list"), re.MULTILINE)
    assert scored == ["generated", "transferred"]
    assert re.search(r"^e01s01 +rin +same clip .* other ", recipe.after("continuity compare"), re.MULTILINE)
    assert recipe.priced_by("# now it is money") == recipe.priced_by("continuity plan e01s01"), "nothing is made yet"
    assert list((project.root / "shots" / "cuts").glob("*.mp4"))


def test_mia_goes_from_a_headshot_to_a_series_on_three_models(tmp_path: Path) -> None:
    home = tmp_path / "home"
    recorded(home / "Recordings" / "mia.wav")
    project = fresh(tmp_path)
    written(project, MIA)
    recipe = typed(project, home, MIA)
    recipe.check_bought_once()
    check_order(recipe.of("gemini"))

    takes = [job for service in ("fal", "gemini", "kling") for job in recipe.of(service) if shot_of(job)]
    by_model = {shot: {job.service for job in takes if shot_of(job) == shot} for shot in map(shot_of, takes)}
    assert by_model == {"e01s01": {"fal"}, "e01s02": {"gemini"}, "e01s03": {"kling"}}
    shown = [
        any(role.startswith("mia/") for role in references_of(job)) for job in sorted(takes, key=lambda job: job.began)
    ]
    assert shown == [True] * 3 + [False] * 3, "with references, then for the ablation from words alone"

    made, *spoken = recipe.of("elevenlabs")
    (voice,) = json.loads(project.run("continuity", "models", "characters", "--json"))
    assert made.model == "voices/add" and {job.body["voice"] for job in spoken} == {voice["id"]}
    assert [job.body["text"] for job in spoken][1:] == ["I leave it on for you."], "after its sample"
    mended = {job.request["subject"] for job in recipe.of("eachlabs")}
    assert mended == off_model(project)

    assert "it has the liveliest mouths" in recipe.after("continuity plan\ndvc repro design\ngit")
    assert "The references are worth" in recipe.after("continuity ablation")
    assert (project.root / "reports" / "ablation.html").exists()
    assert list((project.root / "shots" / "cuts").glob("*.mp4"))


def test_mias_library_is_drawn_by_flux_as_well(tmp_path: Path) -> None:
    home = tmp_path / "home"
    recorded(home / "Recordings" / "mia.wav")
    project = fresh(tmp_path)
    written(project, MIA)
    project.replace("conf/models/mia.yaml", "image: gemini-nano-banana-pro ", "image: bfl-flux-2-pro ")
    recipe = typed(project, home, MIA, until="and her library")
    recipe.check_bought_once()
    check_order(recipe.of("bfl"))
    assert recipe.of("gemini") == []


def recorded(path: Path) -> None:
    """A voice's owner reads the words of its sample; here this machine does."""
    path.parent.mkdir(parents=True)
    voice = next(yaml.safe_load(block.code) for block in blocks_of([MIA]) if block.file == "conf/voice/mia.yaml")
    speech = provider_named("speech")
    assert isinstance(speech, LocalProvider)
    speech.render(
        Request("voice", "speech", "speech", voice["sample"], 1, "voices/mia", direction={"voice": "hibari"}), path
    )


def check_order(drawn: list[Taken]) -> None:
    """The library as it was bought: a headshot, locked; from that master the headshot, then what is made from it."""
    steps = [job for job in sorted(drawn, key=lambda job: job.began) if job.request["subject"].startswith("mia/")]
    first, *others = steps
    assert first.request["subject"] == "mia/headshot" and references_of(first) == []
    parents = {job.request["subject"]: references_of(job) for job in others}
    headshot, front = "mia/headshot", "mia/angle-front"
    assert parents == {
        headshot: ["masters/mia"], front: [headshot], "mia/angle-three-quarter": [headshot],
        "mia/wardrobe-everyday": [headshot, front], "mia/wardrobe-coat": [headshot, front],
        "mia/expression-happy": [headshot], "mia/lookalike-1": [],
    }  # fmt: skip
    order = [subject for subject in parents if not subject.startswith("mia/lookalike")]
    assert all(order.index(parent) < order.index(each) for each in order for parent in parents[each] if parent in order)


def shot_of(job: Taken) -> str:
    return job.request["subject"] if job.request["kind"] == "video" else ""


def off_model(project: Project) -> set[str]:
    """Shots with a take that did not pass as it was made."""
    with (project.root / "reports" / "scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {row["shot"] for row in rows if row["folder"] == "generated" and row["passed"] == "False"}


def test_a_picture_from_elsewhere_is_rehearsed_with(tmp_path: Path) -> None:
    """The puppet keeps only what it drew: a person's own pictures would end every rehearsal."""
    project = fresh(tmp_path)
    written(project, ANIME)
    masters = project.root / "assets" / "masters" / "rin"
    (masters / "sacred").mkdir(parents=True)
    for path in (masters / "anime.png", masters / "sacred" / "headshot.png"):
        Image.linear_gradient("L").convert("RGB").save(path)
    project.replace("conf/character/rin.yaml", "master: rin/sacred.png", "pictures: rin/sacred/")
    rin = (project.root / "conf/character/rin.yaml").read_text()
    (project.root / "conf/character/rin.yaml").write_text(re.sub(r"^ +clip: .*\n", "", rin, flags=re.MULTILINE))
    series = yaml.safe_load((project.root / "conf/series/last-tram.yaml").read_text())
    shots = series["episodes"]["e01"]["scenes"]["stop"]["shots"]
    series.update(uses={"models": "fal"}, characters=["rin"], every_shot={"seconds": 3})
    del shots["e01s02"]
    (project.root / "conf/series/last-tram.yaml").write_text(yaml.safe_dump(series, sort_keys=False))
    project.params(series="last-tram", rehearsal=True)
    project.run("continuity", "masters", "accept")
    project.repro("motion-transfer")
    made = {job.request["subject"]: references_of(job) for job in jobs(project)}
    assert made["rin/anime/headshot"] == ["masters/rin"]
    assert made["e01s01"] == ["driving_clip", "rin/realistic/headshot"]
