"""``continuity models new``: the first draft of a model's card, from the schema that its service publishes."""

from __future__ import annotations

import argparse
import json
import re
from datetime import date
from pathlib import Path
from typing import get_args

import yaml

from continuity.errors import ConfigError, ProjectError
from continuity.files import shown, write_text
from continuity.plan.compose import project_root
from continuity.plan.config import CardConfig
from continuity.plan.drafts import draft, kind_of
from continuity.plan.fields import problems_of
from continuity.plan.ids import suggestion
from continuity.plan.model_schema import Published, published
from continuity.plan.schema import Kind
from continuity.plan.translated import translated

NEW = "new"
BROKERS = {
    "eachlabs": "",
    "fal": "",
    "replicate": "output",
}  # whose cards say all, and where their answers hold results
KINDS = tuple(kind for kind in get_args(Kind) if kind != "character")
MOST_BYTES = 8 * 2**20


def run(args: argparse.Namespace) -> None:
    root = project_root()
    broker, _, model = str(args.source or "").partition(":")
    if not args.source or not model or args.schema is None:
        raise ProjectError("say which model, and where its schema is: models new --from fal:MODEL --schema FILE")
    if broker not in BROKERS:
        raise ProjectError(f"no card alone adds a model of '{broker}'; {suggestion(broker, BROKERS)}")
    if args.kind and args.kind not in KINDS:
        raise ProjectError(f"--kind {args.kind}: there is no such kind; {suggestion(args.kind, KINDS)}")
    id = args.name or _id(broker, model)
    path = root / "conf" / "model" / f"{id}.yaml"
    if path.exists():
        raise ProjectError(f"conf/model/{id}.yaml is there already, and is not written over; give another --name")
    with translated(lambda _: shown(args.schema)):
        found = _published(args.schema, model, BROKERS[broker])
    kind = args.kind or kind_of(found)
    if kind is None:
        raise ProjectError(f"its schema does not say what {model} makes; say --kind {' or '.join(KINDS)}")
    source = f"the schema that {broker} publishes of {model}"
    made = draft(broker, model, found, kind, source, date.today().isoformat())
    values = yaml.safe_load(made.text)
    CardConfig.model_validate(values)
    if wrong := list(problems_of(values["fields"])):
        raise ConfigError(f"the draft of {model} would be no card: {wrong[0][0]}: {wrong[0][1]}; write it by hand")
    write_text(path, made.text)
    print(f"conf/model/{id}.yaml: a card of kind {kind}, {len(values['fields'])} fields. Left to you:")
    for each in made.open:
        print(f"- {each}")


def _published(file: Path, model: str, under: str) -> Published:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{shown(file)}: is larger than any schema ({MOST_BYTES >> 20} MB)")
        whole = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{shown(file)}: cannot be read ({error.strerror}); save the model's schema there") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{shown(file)}: is no JSON; save the model's schema as it is published") from None
    try:
        return published(whole, model, under)
    except ConfigError as error:
        raise ConfigError(f"{shown(file)}: {error}") from None


def _id(broker: str, model: str) -> str:
    """``fal-ai/kling-video/v3/pro`` becomes fal-kling-video-v3-pro."""
    words = re.sub(r"[^a-z0-9]+", "-", model.lower().removeprefix("fal-ai/")).strip("-")
    return words if words.startswith(f"{broker}-") else f"{broker}-{words}"
