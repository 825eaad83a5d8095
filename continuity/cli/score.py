"""``continuity score CLIP… --references DIR``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from continuity.errors import MediaError

SHOWN = ("identity", "identity_p05", "z", "coverage", "margin")


def run(args: argparse.Namespace) -> None:
    from continuity.scoring.folder import score_against_folder

    for clip in args.clips:
        _check(clip)
    parameters = {"weights": args.weights} if args.weights else {}
    results = score_against_folder(args.clips, args.references, args.scorer, parameters, args.frames)
    if args.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
        return
    print(f"{'clip':40} {'character':12} {'identity':>9} {'p05':>7} {'z':>7} {'coverage':>9} {'margin':>8}  verdict")
    for row in results:
        for character, values in row["characters"].items():
            shown = ["-" if values[name] is None else f"{values[name]:.3f}" for name in SHOWN]
            clip = row["clip"] if len(row["clip"]) <= 40 else f"…{row['clip'][-39:]}"
            verdict = "on model" if values["passed"] else "off model"
            print(
                f"{clip:40} {character[:12]:12} {shown[0]:>9} {shown[1]:>7} {shown[2]:>7} {shown[3]:>9} "
                f"{shown[4]:>8}  {verdict}"
            )
    print(f"encoder {results[0]['encoder']}, {args.frames} frames a clip, references {args.references}")


def _check(clip: Path) -> None:
    """A file that is no clip is named at once, not after minutes of scoring the others."""
    from continuity.media.reading import probe

    try:
        probe(clip)
    except MediaError as error:
        what = str(error).partition(";")[0]
        raise MediaError(f"{what}; give a video file that plays") from None
