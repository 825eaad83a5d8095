"""``continuity score CLIP… --references DIR``."""

from __future__ import annotations

import argparse
import json

SHOWN = ("identity", "identity_p05", "coverage", "drift_slope")


def run(args: argparse.Namespace) -> None:
    from continuity.scoring.folder import score_against_folder

    parameters = {"weights": args.weights} if args.weights else {}
    results = score_against_folder(args.clips, args.references, args.scorer, parameters, args.frames)
    if args.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
        return
    print(f"{'clip':40} {'character':12} {'identity':>9} {'p05':>7} {'coverage':>9} {'drift':>8}")
    for row in results:
        for character, values in row["characters"].items():
            shown = ["-" if values[name] is None else f"{values[name]:.3f}" for name in SHOWN]
            print(f"{row['clip'][-40:]:40} {character[:12]:12} {shown[0]:>9} {shown[1]:>7} {shown[2]:>9} {shown[3]:>8}")
    print(f"encoder {results[0]['encoder']}, {args.frames} frames a clip, references {args.references}")
