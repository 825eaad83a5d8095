"""The command ``continuity``: looks at a project, scores clips, minds takes and masters."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from continuity import __version__
from continuity.cli.guard import run

EPILOG = """\
The pipeline itself is run by DVC: `dvc repro`, compared with `dvc metrics diff` and `dvc params diff`.
CONTINUITY_STORE moves the store (results by key) and the ledger (jobs and money).
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line; sub-commands import their work when they run."""
    root = argparse.ArgumentParser(
        prog="continuity",
        description="Looks at a project, scores clips, minds takes and masters.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"continuity {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    plan = _command(
        commands,
        "plan",
        "what `dvc repro` would make, what it would reuse, and the price",
        "Reads conf/ and params.yaml as they are now; makes, sends and writes nothing.",
    )
    _json(plan, "a table")

    check = _command(
        commands,
        "check",
        "look at set-up, configuration, masters, models and disk",
        "Exits with status 1 when something would stop the next `dvc repro`.",
    )
    _json(check, "lines")

    score = _command(
        commands,
        "score",
        "score any clips against any folder of reference pictures",
        "Needs no project. Pictures (.png .jpg .jpeg .webp .bmp) that show the head alone work best; a folder may "
        "also hold one folder of pictures per character.",
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
        "--frames", metavar="K", type=_count, default=8, help="frames per clip, spread evenly, 1 to 512 (default 8)"
    )
    _json(score, "a table: each clip's metrics and its per-frame values")

    takes = _command(
        commands,
        "takes",
        "list, bring back and prune takes",
        "Takes stay in shots/ until pruned, also those that the plan no longer asks for.",
    )
    verbs = takes.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = _command(
        verbs, "list", "every take in the workspace", "Shows whether it is current or selected, its score and cost."
    )
    _json(listing, "a table")
    importing = _command(
        verbs,
        "import",
        "bring back the takes of another revision",
        "Into shots/ and the store, from DVC's cache or remote: going back to its words then makes nothing anew.",
    )
    importing.add_argument(
        "--rev", required=True, help="a Git revision of this project: a commit, branch, tag or experiment"
    )
    pruning = _command(
        verbs,
        "prune",
        "delete takes that the present plan does not use",
        "From the workspace alone: the store, DVC's cache and its remote keep theirs.",
    )
    pruning.add_argument("--yes", action="store_true", help="delete; without it, only say what would go")

    masters = _command(
        commands,
        "masters",
        "list and lock the masters",
        "A master is locked by its hash in assets/masters.lock.json; one that has changed stops the pipeline.",
    )
    verbs = masters.add_subparsers(dest="verb", required=True, metavar="VERB")
    _command(verbs, "list", "every master and its state", "A master is locked, changed, new or missing.")
    accepting = _command(
        verbs,
        "accept",
        "lock masters as they are now, on purpose",
        "Everything drawn from a master that has changed is made anew by the next `dvc repro`.",
    )
    accepting.add_argument("masters", metavar="MASTER", nargs="*", help="masters/ami/anime.png …; none means all")

    compare = _command(
        commands,
        "compare",
        "how far the selects have drifted from another revision's",
        "Shot by shot, from the fingerprints that both revisions keep; reads no clip.",
    )
    compare.add_argument(
        "rev", metavar="REV", help="a Git revision of this project: a commit, branch, tag or experiment"
    )
    _json(compare, "a table")
    return root


def _command(commands: Any, name: str, purpose: str, more: str) -> argparse.ArgumentParser:
    """A sub-command; ``purpose`` is its line in the list above it and opens its own help."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}. {more}"
    )
    return command


def _json(command: argparse.ArgumentParser, instead_of: str) -> None:
    command.add_argument("--json", action="store_true", help=f"print JSON instead of {instead_of}")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 512:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 512")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the command."""
    args = parser().parse_args(arguments)

    def work() -> None:
        from importlib import import_module

        import_module(f"continuity.cli.{args.command}").run(args)

    run(work)
