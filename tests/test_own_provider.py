"""A provider of one's own: the package that docs/write-a-provider.md shows, installed and used as it says."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from conftest import TEMPLATE, Project

from continuity.providers import provider_named

Shown = dict[str, str]
EMPTY = """
title: Nobody
locations: [cafe]
every_shot: {seconds: 1}
episodes:
  e01: {title: Rain, scenes: {cafe: {location: cafe, time: morning, shots: {s01: {action: Rain falls.}}}}}
"""


@pytest.fixture
def shown() -> Shown:
    """The page's blocks by their language."""
    page = (TEMPLATE / "docs/write-a-provider.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```(toml|python|yaml)\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


def install(folder: Path, name: str, points: dict[str, str], code: str = "") -> None:
    """What `pip install` leaves in site-packages, as far as Python asks for it."""
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    listed = "\n".join(f"{point} = {value}" for point, value in points.items())
    (about / "entry_points.txt").write_text(f"[continuity.providers]\n{listed}\n")
    if code:
        (folder / f"{name.replace('-', '_')}.py").write_text(code)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, for this process and those that it starts."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]))
    return folder


def test_the_provider_of_the_page_draws_what_its_card_is_chosen_for(
    new_project: Project, site: Path, shown: Shown
) -> None:
    about = tomllib.loads(shown["toml"])["project"]
    install(site, about["name"], about["entry-points"]["continuity.providers"], shown["python"])
    (new_project.root / "conf/model/storyboard.yaml").write_text(shown["yaml"])
    (new_project.root / "conf/series/empty.yaml").write_text(EMPTY)
    new_project.params(series="empty", overrides=["models.image=storyboard"])
    new_project.repro("design")
    library = json.loads((new_project.root / "assets/library/library.json").read_text())["items"]
    assert library["locations/cafe-morning"]["provider"] == "storyboard"
    new_project.params(overrides=["models.image=storyboard", "cards.storyboard.parameters.paper=slate"])
    assert "will stop: locations/cafe-morning: `paper` is one of ivory" in new_project.run("continuity", "plan")


@pytest.mark.parametrize(
    ("packages", "name", "said"),
    [
        ({"mine": ("fal", "json:JSONDecoder")}, "fal", "given by Continuity itself and by the package mine"),
        ({"one": ("slate", "a:B"), "two": ("slate", "a:B")}, "slate", "by the package one and by the package two"),
        ({"mine": ("slate", "no_such_module:Slate")}, "slate", "package mine cannot be loaded .*No module named"),
        ({"mine": ("slate", "json:JSONDecoder")}, "slate", "is a JSONDecoder, and neither"),
        ({"mine": ("slate", "continuity.providers.still:Still")}, "slate", "calls itself 'still'"),
        ({"mine": ("slate", "json:JSONDecoder")}, "slade", "there is no provider 'slade'.* puppet, .*slate, speech"),
    ],
    ids=["ours", "two", "unimportable", "no provider", "another name", "unknown"],
)  # fmt: skip
def test_a_package_whose_provider_cannot_be_used_is_named(
    site: Path, packages: dict[str, tuple[str, str]], name: str, said: str
) -> None:
    for package, (point, value) in packages.items():
        install(site, package, {point: value})
    provider_named.cache_clear()
    with pytest.raises(Exception, match=said) as caught:
        provider_named(name)
    assert type(caught.value).__name__ == "RequestRefused"
    provider_named.cache_clear()
    assert provider_named("still").name == "still", "the others work on"
