"""The recipes of docs/recipes/, typed in rehearsal from their first block to their last, and what they promise."""

from __future__ import annotations

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
from conftest import PLAIN_SCORES, Project, bare, template_files
from typed import Block, Typist, blocks_of, heading, said

from continuity.providers import provider_named
from continuity.providers.base import LocalProvider
from continuity.rehearsal.books import Books, Taken
from continuity.request import Request

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

    def check_costs(self) -> None:
        """Nothing was bought twice, by whichever run."""
        assert set(Counter(job.key for job in self.jobs).values()) == {1}


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


def jobs(project: Project) -> list[Taken]:
    books = Books(project.store / "rehearsal" / "books.sqlite")
    try:
        return books.jobs()
    finally:
        books.close()


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
        path.write_text(re.sub(r"^ +(master|pictures|clip): .*\n", "", path.read_text(), flags=re.MULTILINE))
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
        for name, look in drawn.items():
            where = project.root / "assets" / "library" / id / (name if len(drawn) > 1 else "")
            master = pictures / (look.get("master") or f"{look['pictures']}headshot.png")
            master.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(where / "headshot.png", master)
            if "clip" in look:
                (clip,) = (project.root / "shots" / "generated" / id).glob("*/clip.mp4")
                shutil.copy(clip, pictures / look["clip"]["file"])


def test_every_recipe_is_typed_and_the_lists_name_what_is_there() -> None:
    assert {name for name in template_files() if name.startswith("docs/recipes/")} == TYPISTS.keys()
    for document, typist in TYPISTS.items():
        typist.check(blocks_of([document]))


def test_anime_from_a_videos_host_is_carried_onto_the_sacred_picture(tmp_path: Path) -> None:
    home = tmp_path / "home"
    filmed(tmp_path / "film", home / "Pictures", ANIME)
    project = fresh(tmp_path)
    written(project, ANIME)
    recipe = typed(project, home, ANIME)
    recipe.check_costs()
    for block, text in recipe.blocks:
        print(block.code, text)
    print([(job.service, job.model, job.request["subject"]) for job in recipe.jobs])
