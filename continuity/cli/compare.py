"""``continuity compare REV``: regeneration drift, shot by shot, between this run and another revision's.

Against a run with other settings it is an ablation: `dvc exp run -n words -S conditioning=prompt-only`, then
`continuity compare words` says what the references are worth, with an interval over the shots.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.files import read_json
from continuity.plan.compose import project_root
from continuity.scoring.series import ablation, regeneration_drift
from continuity.scoring.takes import TakeScore

FINGERPRINTS = Path("reports") / "evidence" / "fingerprints.json"


def run(args: argparse.Namespace) -> None:
    root = project_root()
    now = read_json(root / FINGERPRINTS, "dvc repro consistency-score", "shots")["shots"]
    before = _at(root, args.rev)["shots"]
    rows = [row for shot in now if shot in before for row in _rows(before[shot], now[shot])]
    paired = ablation(_identities(now), _identities(before))
    if args.json:
        print(json.dumps({"revision": args.rev, "rows": rows, "identity": paired}, indent=1))
        return
    print(f"{'shot':12} {'character':12} {'take':>8} {'medoid':>8} {'phash':>8} {'identity':>9}")
    for row in rows:
        shown = ["-" if row[name] is None else f"{row[name]:.4f}" for name in ("medoid", "phash", "identity")]
        print(f"{row['shot']:12} {row['character']:12} {row['take']:>8} {shown[0]:>8} {shown[1]:>8} {shown[2]:>9}")
    if paired["pairs"]:
        print(
            f"\nscaled identity here less that of {args.rev}: {paired['difference']:+.4f} (95 % interval "
            f"{paired['low']:+.4f} to {paired['high']:+.4f}, over {paired['pairs']} looks in shots)"
        )
    for shot in sorted(set(now) ^ set(before)):
        print(f"{shot:12} only {'here' if shot in now else f'in {args.rev}'}")
    print(
        "\nmedoid: 1 − cosine of the typical pictures; phash: share of differing bits of aligned frames; "
        "identity: change against the references"
    )


def _identities(shots: dict[str, Any]) -> dict[str, float]:
    """Scaled identity by shot and look: a run without transfers shows another look, which makes no pair."""
    return {
        f"{shot}/{character['subject']}": character["z"]
        for shot, score in shots.items()
        for character in score["characters"].values()
        if character["z"] is not None
    }


def _rows(before: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    drift = regeneration_drift(TakeScore.from_json(before), TakeScore.from_json(now))
    take = "same" if before["key"] == now["key"] else "other"
    return [
        {"shot": now["shot"], "character": character, "take": take, **values} for character, values in drift.items()
    ]


def _at(root: Path, rev: str) -> Any:
    """The fingerprints that a revision holds, from DVC's cache or remote."""
    import dvc.api
    from dvc.exceptions import DvcException
    from scmrepo.exceptions import SCMError

    try:
        return json.loads(dvc.api.read(FINGERPRINTS.as_posix(), repo=str(root), rev=rev))
    except (DvcException, SCMError, FileNotFoundError, ValueError) as error:
        raise ProjectError(
            f"the scores of revision {rev!r} cannot be read: {error}. `git log --oneline` lists revisions; `dvc "
            "fetch --all-commits` "
            "brings their data from the remote"
        ) from error
