"""``continuity score CLIP… --references DIR``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from continuity.plan.schema import AnotherEncoder

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
        return
    columns = [*COLUMNS, *((name, ">9") for name in SHOWN)]
    print(" ".join(format(name, size) for name, size in columns), " verdict")
    for row in results:
        for character, values in row["characters"].items():
            clip = row["clip"] if len(row["clip"]) <= 40 else f"…{row['clip'][-39:]}"
            numbers = ["-" if values[name] is None else f"{values[name]:.3f}" for name in SHOWN]
            cells = [clip, character[:12], values["judge"] or "-", *numbers]
            print(_row(cells, columns), _verdict(values))
            for reading in values["beside"]:
                numbers = ["-" if reading[name] is None else f"{reading[name]:.3f}" for name in SHOWN]
                by = f"  {reading['judge']} {reading['encoder']}"
                print(_row([by[:40], "", "", *numbers], columns), f" ({_verdict(reading).strip()})")
    reasons = {id: values["no_verdict"] for row in results for id, values in row["characters"].items()}
    for character, reason in reasons.items():
        if reason:
            print(f"no verdict: {character}: {reason}")
    judged_by = {values["judge"]: values["encoder"] for row in results for values in row["characters"].values()}
    named = ", ".join(f"{judge}: {encoder}" for judge, encoder in judged_by.items() if judge)
    print(f"encoder {named or 'none'}; {args.frames} frames a clip, references {args.references}")


def _row(cells: list[str], columns: list[tuple[str, str]]) -> str:
    return " ".join(format(cell, size) for cell, (_, size) in zip(cells, columns, strict=True))


def _verdict(values: dict[str, Any]) -> str:
    if values["passed"] is False and not values["coverage"]:
        return " not found"
    return {True: " on model", False: " off model", None: " no verdict"}[values["passed"]]


def _remark(text: str) -> None:
    """Beside the results, so that JSON stays JSON."""
    print(text, file=sys.stderr, flush=True)
