"""``continuity score CLIP… --references DIR``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from continuity.plan.schema import AnotherEncoder
from continuity.records.verdicts import verdict_of

COLUMNS = (("clip", "40"), ("character", "12"), ("by", "4"))
SHOWN = ("identity", "z", "z_p05", "coverage", "margin")


def run(args: argparse.Namespace) -> None:
    from continuity.media.reading import probe, way_out
    from continuity.scoring.clips import score_against_folder

    weights = {"clip": {"weights": args.weights}} if args.weights else {}
    encoders = [AnotherEncoder(encoder=name, parameters=weights.get(name, {})) for name in args.scorer or ["embedded"]]
    with way_out("give a video file that plays"):
        for clip in args.clips:
            probe(clip)  # a file that is no clip is named at once, not after minutes of scoring the others
        results = score_against_folder(args.clips, args.references, encoders, args.frames, _remark)
    if args.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    else:
        _table(args, results)
    if args.fail_under is not None and (failing := list(_under(results, args.fail_under, args.allow_absent))):
        for sentence in failing:
            _remark(f"under {args.fail_under:g}: {sentence}")
        sys.exit(1)


def _table(args: argparse.Namespace, results: Sequence[dict[str, Any]]) -> None:
    columns = [*COLUMNS, *((name, ">9") for name in SHOWN)]
    print(" ".join(format(name, size) for name, size in columns), " verdict")
    for row in results:
        for character, values in row["characters"].items():
            clip = row["clip"] if len(row["clip"]) <= 40 else f"…{row['clip'][-39:]}"
            numbers = ["-" if values[name] is None else f"{values[name]:.3f}" for name in SHOWN]
            cells = [clip, character[:12], values["judge"] or "-", *numbers]
            print(_row(cells, columns), f" {values['verdict']}")
            for reading in values["beside"]:
                numbers = ["-" if reading[name] is None else f"{reading[name]:.3f}" for name in SHOWN]
                by = f"  {reading['judge']} {reading['encoder']}"
                print(
                    _row([by[:40], "", "", *numbers], columns),
                    f" ({verdict_of(reading['passed'], reading['coverage'])})",
                )
    reasons = {id: values["no_verdict"] for row in results for id, values in row["characters"].items()}
    for character, reason in reasons.items():
        if reason:
            print(f"no verdict: {character}: {reason}")
    judged_by = {values["judge"]: values["encoder"] for row in results for values in row["characters"].values()}
    named = ", ".join(f"{judge}: {encoder}" for judge, encoder in judged_by.items() if judge)
    print(f"encoder {named or 'none'}; {args.frames} frames a clip, references {args.references}")


def _row(cells: list[str], columns: list[tuple[str, str]]) -> str:
    return " ".join(format(cell, size) for cell, (_, size) in zip(cells, columns, strict=True))


def _under(results: Sequence[dict[str, Any]], least: float, allow_absent: bool) -> Iterator[str]:
    """A sentence for each character of each clip whose z is under ``least``; who is absent is under any.

    Where the pictures do not give a threshold, z has no scale to be believed: there identity counts. Whoever nobody
    can judge has neither, and is named too: a gate that cannot look does not let pass.
    """
    for row in results:
        for character, values in row["characters"].items():
            named = f"{row['clip']}: {character}"
            measure = "identity" if values["threshold"] is None else "z"
            value = values[measure]
            if values["verdict"] == "absent":
                if not allow_absent:
                    yield f"{named} is absent, found in no frame (--allow-absent lets that pass)"
            elif value is None:
                yield f"{named} cannot be judged: {values['no_verdict']}"
            elif value < least:
                why = " (no threshold, so z has no scale)" if values["threshold"] is None else ""
                yield f"{named} has {measure} {value:.3f}{why}"


def _remark(text: str) -> None:
    """Beside the results, so that JSON stays JSON."""
    print(text, file=sys.stderr, flush=True)
