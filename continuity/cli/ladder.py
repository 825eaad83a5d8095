"""``continuity ladder``: what the scores are worth, measured."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from continuity.errors import ConfigError
from continuity.files import shown, write_json, write_text

SECTIONS = ("drawn", "nuisances", "stability", "voices", "material")


def run(args: argparse.Namespace) -> None:
    from continuity.records.validation import Measured, read_measured
    from continuity.validation.page import page

    wanted = args.only or _all(args)
    if not wanted:
        raise ConfigError(
            "nothing to measure: give --characters 2 or more, --material NAME=DIR, --voices NAME=DIR, or --only SECTION"
        )
    if args.characters == 0 and set(wanted) & {"drawn", "nuisances", "stability"}:
        raise ConfigError("drawn characters are wanted, and --characters is 0: give 2 or more")
    if "material" in wanted and not args.material:
        raise ConfigError("material is wanted: say which with --material NAME=DIR")
    figures = None if args.out is None else args.out.with_suffix(".json")
    before = read_measured(figures) if figures is not None and figures.exists() else Measured()
    measured = before.model_copy(update=_measured(args, wanted, before))
    text = page(measured)
    if args.out is None or figures is None:
        print(text)
        return
    write_json(figures, measured.model_dump(mode="json"))
    write_text(args.out, text)
    print(f"written: {shown(args.out)} and {shown(figures)}")


def _all(args: argparse.Namespace) -> list[str]:
    drawn = [*SECTIONS[:4]] if args.characters else []
    return [*drawn, *(["voices"] if args.voices and not drawn else []), *(["material"] if args.material else [])]


def _measured(args: argparse.Namespace, wanted: list[str], before: Any) -> dict[str, Any]:
    from continuity.validation import drawn
    from continuity.validation.climbing import takes_of
    from continuity.validation.material import validate
    from continuity.validation.voices import folder_of_voices, presets

    found: dict[str, Any] = {}
    if "material" in wanted:
        sets = [validate(name, folder, args.references, _say) for name, folder in args.material]
        found["sets"] = _replaced(before.sets, sets)
    if "voices" in wanted:
        voices = [folder_of_voices(name, folder, _say) for name, folder in args.voices]
        found["voices"] = _replaced(before.voices, voices or [presets()])
    with _workplace(args.keep) as work:
        if "drawn" in wanted:
            found["drawn"] = drawn.drawn(args.characters, takes_of("drawn", args.characters, work, say=_say))
        if "nuisances" in wanted:
            found["nuisances"] = drawn.nuisances(takes_of("nuisances", args.characters, work, say=_say))
        if "stability" in wanted:
            found["stability"] = drawn.stability(takes_of("stability", args.characters, work, say=_say))
    return found


def _replaced(before: list[Any], now: list[Any]) -> list[Any]:
    """Those of now, in the place of those of the same name."""
    names = [one.name for one in now]
    return sorted([*(one for one in before if one.name not in names), *now], key=lambda one: str(one.name))


@contextmanager
def _workplace(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="continuity-ladder-") as scratch:
        yield Path(scratch)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
