"""``continuity score CLIP… --references DIR``."""

from __future__ import annotations

import argparse
import json
from typing import Any


def run(args: argparse.Namespace) -> None:
    from continuity.scoring.folder import score_against_folder

    parameters: dict[str, Any] = {"frames": args.frames}
    if args.weights:
        parameters["weights"] = args.weights
    results = score_against_folder(args.clips, args.references, args.scorer, parameters)
    if args.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
        return
    print(f"{'clip':40} {'identity':>9} {'p05':>7} {'coverage':>9} {'drift':>8}")
    for row in results:
        values = (row["identity"], row["identity_p05"], row["coverage"], row["drift_slope"])
        shown = ["-" if value is None else f"{value:.3f}" for value in values]
        print(f"{row['clip'][-40:]:40} {shown[0]:>9} {shown[1]:>7} {shown[2]:>9} {shown[3]:>8}")
    print(f"encoder {results[0]['encoder']}, {args.frames} frames a clip, references {args.references}")
