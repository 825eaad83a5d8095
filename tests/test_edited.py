"""A value that a command writes into a person's YAML: all else of the file stays, byte for byte."""

from __future__ import annotations

import pytest
import yaml

from continuity.errors import ConfigError
from continuity.plan.edited import with_value

PATH = ["shots", "t01"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("shots:\n  t01:\n    action: Wave.\n", "shots:\n  t01:\n    model: new\n    action: Wave.\n"),
        (
            "# mine\nshots:\n  t01:  # the wave\n\n    # slowly\n    action: 'Wave.'   # so\n    model: old # cheap\n",
            "# mine\nshots:\n  t01:  # the wave\n\n    # slowly\n    action: 'Wave.'   # so\n    model: new # cheap\n",
        ),
        (
            "shots:\n  t01:  # the wave\n    # slowly\n    action: Wave.\n",
            "shots:\n  t01:  # the wave\n    model: new\n    # slowly\n    action: Wave.\n",
        ),
        ("shots: {t01: {action: Wave.}}\n", "shots: {t01: {model: new, action: Wave.}}\n"),
        ("shots:\n  t01: {}\n", "shots:\n  t01: {model: new}\n"),
        ("shots:\n  t01: &wave\n    action: Wave.\n", "shots:\n  t01: &wave\n    model: new\n    action: Wave.\n"),
        ("shots:\r\n  t01:\r\n    action: Wave.", "shots:\r\n  t01:\r\n    model: new\r\n    action: Wave."),
        ("shots:\n  t01:\n    action: أمي 🦊\n", "shots:\n  t01:\n    model: new\n    action: أمي 🦊\n"),
    ],
)  # fmt: skip
def test_one_value_is_written_and_nothing_else_touched(before: str, after: str) -> None:
    assert with_value(before, PATH, "model", "new", "f.yaml") == after
    assert yaml.safe_load(after)["shots"]["t01"]["model"] == "new"


@pytest.mark.parametrize(
    "text",
    [
        "shots:\n  t02: {action: Wave.}\n",
        "shots:\n  t01: &wave\n    action: Wave.\n  t02: *wave\n",  # it would change another shot, too
        "wave: &wave {action: Wave.}\nshots:\n  t01: *wave\n",
        "all: &all\n  t01:\n    action: Wave.\nshots:\n  <<: *all\n",
        "shots:\n  t01:\n    model: {a: 1}\n",
        "shots: [t01]\n",
        "",
    ],
)
def test_where_more_would_change_it_is_left_to_its_author(text: str) -> None:
    with pytest.raises(ConfigError, match=r"series\.yaml: shots\.t01\.model: cannot be written there .* by hand"):
        with_value(text, PATH, "model", "new", "series.yaml")
