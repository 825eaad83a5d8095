"""The command ``continuity``: looks at a project, scores clips, minds takes and masters."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from continuity import __version__
from continuity.cli.guard import run

EPILOG = """\
The pipeline itself is run by DVC: `dvc repro`, compared with `dvc metrics diff` and `dvc params diff`.
CONTINUITY_STORE moves the store (results by key) and the ledger (jobs and money).
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line; sub-commands import their work when they run."""
    root = argparse.ArgumentParser(
        prog="continuity", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    root.add_argument("--version", action="version", version=f"continuity {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    plan = commands.add_parser("plan", help="what `dvc repro` would make, what it would reuse, and the price")
    plan.add_argument("--json", action="store_true", help="print JSON instead of a table")

    check = commands.add_parser("check", help="look at set-up, configuration, masters, keys and disk")
    check.add_argument("--json", action="store_true", help="print JSON instead of lines")

    score = commands.add_parser(
        "score",
        help="score any clips against any folder of reference pictures, outside any project",
        description="Score clips against a folder of reference pictures (.png .jpg .jpeg .webp). Needs no project.",
    )
    score.add_argument("clips", metavar="CLIP", nargs="+", type=Path, help="video files")
    score.add_argument(
        "--references", metavar="DIR", type=Path, required=True, help="folder with pictures of the character"
    )
    score.add_argument(
        "--scorer", metavar="NAME", default="embedded", help="embedded (default), clip, histogram or pixels"
    )
    score.add_argument("--weights", metavar="FILE", help="with --scorer clip: a local checkpoint instead of a download")
    score.add_argument(
        "--frames", metavar="K", type=_count, default=8, help="frames per clip, spread evenly (default 8)"
    )
    score.add_argument("--json", action="store_true", help="print JSON: each clip's metrics and its per-frame values")

    takes = commands.add_parser("takes", help="list, bring back and prune takes")
    verbs = takes.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every take in the workspace: current, selected, score, cost")
    listing.add_argument("--json", action="store_true", help="print JSON instead of a table")
    importing = verbs.add_parser("import", help="bring the takes of another revision back into shots/ and the store")
    importing.add_argument(
        "--rev", required=True, help="a Git revision of this project: a commit, branch, tag or experiment"
    )
    pruning = verbs.add_parser("prune", help="delete takes that the present plan does not use")
    pruning.add_argument("--yes", action="store_true", help="delete; without it, only say what would go")

    masters = commands.add_parser("masters", help="the locked masters")
    verbs = masters.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="every master: locked, changed, new or missing")
    accepting = verbs.add_parser("accept", help="lock masters as they are now, on purpose")
    accepting.add_argument("masters", metavar="MASTER", nargs="*", help="masters/ami/anime.png …; none means all")

    compare = commands.add_parser(
        "compare", help="how far the selects have drifted from another revision's, shot by shot"
    )
    compare.add_argument("rev", help="a Git revision of this project")
    compare.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return root


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 512:
        raise argparse.ArgumentTypeError("must be from 1 to 512")
    return number


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the command."""
    args = parser().parse_args(arguments)

    def work() -> None:
        from importlib import import_module

        import_module(f"continuity.cli.{args.command}").run(args)

    if not args.command:
        sys.exit(2)
    run(work)
