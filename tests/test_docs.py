"""The documents tell the truth: links lead somewhere, named files are written, named commands and metrics exist."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator

import pytest
import yaml
from conftest import TEMPLATE, Project, template_files

from continuity.cli.main import parser
from continuity.providers import _CLASSES, provider_named
from continuity.providers.base import HostedProvider
from continuity.report.explain import MEANINGS

DOCUMENTS = sorted(name for name in template_files() if name.endswith(".md"))
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
MADE = ("assets/library", "shots", "reports")


def text_of(document: str) -> str:
    return (TEMPLATE / document).read_text(encoding="utf-8")


def without_blocks(document: str) -> str:
    return BLOCK.sub("", text_of(document))


def anchors_of(document: str) -> set[str]:
    """The fragments that a document's headings have on GitHub."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def listed_files() -> list[tuple[str, str]]:
    """(pattern, "Git" or "DVC") of every row of docs/output.md's table of files."""
    rows = re.findall(r"^\| (`.+?`) \| [^|]+ \| (Git|DVC) \|", text_of("docs/output.md"), re.MULTILINE)
    return [(pattern, kept) for files, kept in rows for pattern in re.findall(r"`([^`]+)`", files)]


def glob_of(pattern: str) -> re.Pattern[str]:
    """``<role>`` may have folders in it; any other placeholder is one name."""
    parts = re.split(r"(<\w+>)", pattern)
    return re.compile("".join({"<role>": ".+"}.get(p, "[^/]+") if p.startswith("<") else re.escape(p) for p in parts))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (TEMPLATE / document).parent / path if path else TEMPLATE / document
        assert found.exists(), f"{document}: {target} is not there"
        if anchor:
            assert anchor in anchors_of(found.relative_to(TEMPLATE).as_posix()), f"{document}: {target} has no heading"


def test_documents_that_the_code_names_exist() -> None:
    for name in template_files():
        if name.endswith((".py", ".yaml", ".html", ".in", "Makefile")):
            for document in re.findall(r"docs/[\w./-]*\w", (TEMPLATE / name).read_text(encoding="utf-8")):
                there = (TEMPLATE / document).exists() or list(TEMPLATE.glob(f"{document}-*.md"))
                assert there, f"{name} refers to {document}, which is not there"


def test_every_listed_file_is_written(made_once: Project) -> None:
    written = [p.relative_to(made_once.root).as_posix() for p in made_once.root.rglob("*") if p.is_file()]
    for pattern, _ in listed_files():
        assert any(glob_of(pattern).fullmatch(name) for name in written), f"nothing made is called {pattern}"


def test_every_written_file_is_listed_and_kept_where_it_says(made_once: Project) -> None:
    in_git = set(made_once.run("git", "ls-files").splitlines())
    made = [p for folder in MADE for p in (made_once.root / folder).rglob("*") if p.is_file()]
    for name in sorted(p.relative_to(made_once.root).as_posix() for p in made):
        kept = {kept for pattern, kept in listed_files() if glob_of(pattern).fullmatch(name)}
        assert kept, f"docs/output.md does not explain {name}"
        assert kept == {"Git" if name in in_git else "DVC"}, f"docs/output.md says that {name} is kept in {kept}"


def test_the_record_of_a_take_has_the_keys_that_are_shown(made_once: Project) -> None:
    shown = next(json.loads(code) for kind, code in BLOCK.findall(text_of("docs/output.md")) if kind == "json")
    record = json.loads(next((made_once.root / "shots").glob("generated/*/*/take.json")).read_text())
    assert set(shown) == set(record)
    assert set(shown["request"]) - {"…"} <= set(record["request"])
    request = json.dumps(record["request"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record["key"] == hashlib.sha256(request.encode()).hexdigest()


def test_every_published_number_is_defined(made_once: Project) -> None:
    metrics = json.loads((made_once.root / "reports/metrics.json").read_text())
    with (made_once.root / "reports/scores.csv").open() as file:
        columns = set(csv.DictReader(file).fieldnames or [])
    named = set(re.findall(r"`([^`\n]+)`", text_of("docs/metrics.md")))
    published = {*metrics["series"], *(n for c in metrics["characters"].values() for n in c), *columns, *MEANINGS}
    published -= {"shot", "key", "folder", "selected", "character"}  # a row's name, not a measure
    published = {re.sub(r"(_rate)_(low|high)$", r"\1", name) for name in published}
    assert published - named == set()
    assert {f"{group}.*" for group in metrics} - {"series.*", "characters.*", "cost.*"} <= named
    assert {"…_low", "…_high", "cost.usd"} <= named


def test_plots_draw_columns_that_are_there(made_once: Project) -> None:
    for plot in yaml.safe_load(text_of("dvc.yaml"))["plots"]:
        ((title, drawn),) = plot.items()
        for file, column in drawn["y"].items():
            header = (made_once.root / file).read_text().splitlines()[0].split(",")
            assert {drawn["x"], column} <= set(header), title


def test_named_commands_exist() -> None:
    commands = next(a.choices for a in parser()._actions if isinstance(a.choices, dict))
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    stages = set(yaml.safe_load(text_of("dvc.yaml"))["stages"])
    named = 0
    for document in DOCUMENTS:
        for program, word in commands_in(document):
            known = {"continuity": set(commands), "make": targets, "dvc repro": stages}[program]
            assert word in known, f"{document}: `{program} {word}` does not exist"
            named += 1
    assert named >= 15


def commands_in(document: str) -> Iterator[tuple[str, str]]:
    """(program, first word after it) of what stands in code, in blocks and in lines."""
    blocks = [code for kind, code in BLOCK.findall(text_of(document)) if kind == ""]
    for code in [*blocks, *re.findall(r"`([^`]+)`", without_blocks(document))]:
        for line in re.split(r"\n|&&", code):
            if found := re.match(r" *(continuity|make|dvc repro) ([a-z][\w-]*)(?: |$)", line.partition("#")[0]):
                yield found[1], found[2]


def test_overrides_shown_in_the_guide_compose(new_project: Project) -> None:
    blocks = [yaml.safe_load(code) for kind, code in BLOCK.findall(text_of("docs/writing.md")) if kind == "yaml"]
    overrides = [one for block in blocks for one in block.get("overrides", ())]
    assert len(overrides) > 4
    new_project.params(series="demo", quality="standard", overrides=overrides)
    new_project.run("continuity", "plan")


def test_the_shot_shown_in_the_guide_composes(new_project: Project) -> None:
    blocks = [yaml.safe_load(code) for kind, code in BLOCK.findall(text_of("docs/writing.md")) if kind == "yaml"]
    ((id, shot),) = next(block for block in blocks if "overrides" not in block).items()
    path = new_project.root / "conf/series/demo.yaml"
    series = yaml.safe_load(path.read_text())
    scenes = series["episodes"]["e01"]["scenes"].values()
    shots = next(scene["shots"] for scene in scenes if id in scene["shots"])
    shots[id] = shot
    path.write_text(yaml.safe_dump(series, sort_keys=False))
    new_project.params(series="demo", quality="standard")
    new_project.run("continuity", "plan")


@pytest.mark.parametrize("page", ["README.md", "docs/providers.md"])
def test_each_provider_that_comes_along_is_told_what_it_was_proven_against(page: str) -> None:
    """In a row of the table of services; those that need nothing are the demo's own."""
    text = (TEMPLATE / page).read_text(encoding="utf-8")
    told = {
        name for row in re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE) for name in re.findall(r"`([\w-]+)`", row)
    }
    asked = {name for name in _CLASSES if isinstance(provider_named(name), HostedProvider)} | {"diffusers"}
    assert asked - told == set()
