"""The command ``continuity``: looks at a project, scores clips, minds takes and masters."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from continuity import __version__
from continuity.guard import run

EPILOG = """\
The pipeline itself is run by DVC: `dvc repro`, compared with `dvc metrics diff` and `dvc params diff`.
CONTINUITY_STORE moves the store (results by key) and the ledger (jobs and money).
Exit status: 0, 1 after an error, 2 for a wrong command line, 130 after Ctrl-C, 143 after SIGTERM.
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """With room for the longest name beside its purpose: argparse forgets that sub-commands are indented."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 14


def parser() -> argparse.ArgumentParser:
    """The whole command line; sub-commands import their work when they run."""
    root = argparse.ArgumentParser(
        prog="continuity",
        description="Looks at a project, scores clips, minds takes and masters.",
        epilog=EPILOG,
        formatter_class=_Help,
    )
    root.add_argument("--version", action="version", version=f"continuity {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    plan = _command(
        commands,
        "plan",
        "what `dvc repro` would make, what it would reuse, and the price",
        "Reads conf/ and params.yaml as they are now; makes, sends and writes nothing. With SHOT --prompt: the very "
        "body that its model would be sent, files by their roles and keys left out.",
    )
    plan.add_argument("shot", metavar="SHOT", nargs="?", help="with --prompt: a shot of the series")
    plan.add_argument("--prompt", action="store_true", help="show what would be sent for SHOT")
    plan.add_argument(
        "--model", metavar="CARD", help="with --prompt: another card than the chosen one, or `all` that could make it"
    )
    _json(plan, "a table")

    check = _command(
        commands,
        "check",
        "look at set-up, configuration, masters, models, disk and what a killed run left",
        "Exits with status 1 when something would stop the next `dvc repro`.",
    )
    check.add_argument(
        "--heal", action="store_true", help="first mend what a killed run left: DVC's lock files, half-made files"
    )
    _json(check, "lines")

    score = _command(
        commands,
        "score",
        "score any clips against any folder of reference pictures",
        "Needs no project. Pictures (.png .jpg .webp .bmp …) may be heads, whole frames or full figures; a folder may "
        "also hold one folder of pictures per character. What was found in them is shown by continuity references.",
    )
    score.add_argument("clips", metavar="CLIP", nargs="+", type=Path, help="video files")
    score.add_argument(
        "--references", metavar="DIR", type=Path, required=True, help="folder with pictures of the character"
    )
    score.add_argument(
        "--scorer",
        metavar="NAME",
        action="append",
        help="embedded (default), clip, histogram or pixels; given again: one more encoder beside the first",
    )
    score.add_argument("--weights", metavar="FILE", help="with --scorer clip: a local checkpoint instead of a download")
    score.add_argument(
        "--frames", metavar="K", type=_count, default=8, help="frames per clip, spread evenly, 1 to 512 (default 8)"
    )
    score.add_argument(
        "--fail-under",
        metavar="Z",
        type=_finite,
        help="exit with status 1, naming who is absent or has a z (without a threshold: identity) under this",
    )
    score.add_argument(
        "--allow-absent",
        action="store_true",
        help="with --fail-under: who is found in no frame does not fail",
    )
    _json(score, "a table: each clip's metrics and its per-frame values")

    references = _command(
        commands,
        "references",
        "show where the characters are in a folder of pictures, or say it",
        "Heads are found before a plain backdrop, by their faces, and by each other; nothing is guessed.",
    )
    verbs = references.add_subparsers(dest="verb", required=True, metavar="VERB")
    showing = _command(
        verbs, "show", "draw the heads and faces that were found", "On one picture, in the folder where you are."
    )
    showing.add_argument("folder", metavar="DIR", type=Path, help="the folder that `continuity score` is given")
    showing.add_argument("--out", metavar="FILE", type=Path, help="the PNG to write; never one that is there")
    boxing = _command(
        verbs, "box", "say where the head is in a picture", "Noted in boxes.yaml beside it; the picture stays as it is."
    )
    boxing.add_argument("picture", metavar="PICTURE", type=Path, help="one of the references")
    boxing.add_argument(
        "box",
        metavar="X",
        nargs=4,
        type=float,
        help="X0 Y0 X1 Y1 in shares of the picture, 0 to 1, left upper corner first",
    )

    ladder = _command(
        commands,
        "ladder",
        "measure what the scores are worth",
        "On drawn characters whose drift is known, and on your own pictures and clips of known people.",
    )
    ladder.add_argument(
        "--characters", metavar="N", type=_characters, default=4, help="drawn characters, 0 or from 2 on (default 4)"
    )
    ladder.add_argument(
        "--material",
        metavar="NAME=DIR",
        type=_named_folder,
        action="append",
        default=[],
        help="a folder with one folder for each identity: pictures, the first of them references, and clips",
    )
    ladder.add_argument(
        "--references", metavar="K", type=_count, default=2, help="with --material: pictures that are references (2)"
    )
    ladder.add_argument(
        "--voices",
        metavar="NAME=DIR",
        type=_named_folder,
        action="append",
        default=[],
        help="a folder with one folder for each voice: its sample, first by name, and lines (.wav .flac .ogg)",
    )
    ladder.add_argument(
        "--only",
        metavar="SECTION",
        choices=("drawn", "nuisances", "stability", "voices", "material"),
        action="append",
        help="measure this alone: drawn, nuisances, stability, voices or material; may be given again",
    )
    ladder.add_argument("--keep", metavar="DIR", type=Path, help="keep what was judged there, and go on from it")
    ladder.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="write the page there instead of printing it, its figures as JSON beside it; what is not measured now "
        "stays as the JSON has it",
    )

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

    models = _command(
        commands,
        "models",
        "every model card: kind, price of a shot, limits, end; or which could make a shot",
        "With SHOT: each card that makes clips, its price for that shot, what it would refuse and why, and how well "
        "its model has held these characters in takes that were scored, in this project and others on this store.",
    )
    models.add_argument(
        "shot",
        metavar="SHOT",
        nargs="?",
        help="a shot of the series; `characters`: those that services know; `new`: a first draft of one more card",
    )
    models.add_argument(
        "--check",
        action="store_true",
        help="ask the services, for nothing, whether they still serve the series' models",
    )
    models.add_argument(
        "--write", action="store_true", help="with --check: write the ends that they publish into cards"
    )
    drafting = models.add_argument_group("one more model, with `new`")
    drafting.add_argument("--from", dest="source", metavar="BROKER:MODEL", help="as fal:fal-ai/kling-video/v3/pro/…")
    drafting.add_argument("--schema", metavar="FILE", type=Path, help="what the broker publishes of it (OpenAPI)")
    drafting.add_argument("--name", metavar="CARD", help="of the file in conf/model/; left out: from the model's name")
    drafting.add_argument("--kind", metavar="KIND", help="where the schema does not say: image, video …")
    _json(models, "a table")

    recast = _command(
        commands,
        "recast",
        "make shots on another model, and say how they drifted from their takes before",
        "Writes the shots' `model:` into the series' file, runs the pipeline and compares, these shots alone. Takes "
        "that are there stay. Says first what is made and its price, what else has changed since the last run with it.",
    )
    recast.add_argument("shots", metavar="SHOT", nargs="*", help="shots of the series")
    recast.add_argument("--of", metavar="CARD", help="all shots that this card makes, as one that has ended")
    recast.add_argument("--model", metavar="CARD", required=True, help="a card of conf/model/ that makes takes")
    recast.add_argument("--yes", action="store_true", help="do it; without it, only say what that would make and cost")
    _json(recast, "a table")

    jobs = _command(
        commands,
        "jobs",
        "what is open at services, and what to do about it",
        "Without a verb: every job that is being made, lost, refused, rejected or expired. KEY may be its beginning.",
    )
    _json(jobs, "a table")
    verbs = jobs.add_subparsers(dest="verb", metavar="VERB")
    _command(verbs, "fetch", "collect what has finished since, without a run", "Results expire at services.")
    adopting = _command(
        verbs, "adopt", "say which job at the service it is, whose answer was lost", "The next run fetches it."
    )
    adopting.add_argument("key", metavar="KEY")
    adopting.add_argument("job", metavar="JOB_ID", help="as the service's own pages name it")
    accepting = _command(
        verbs, "accept", "take a delivery that was rejected as it is", "The next run puts it in its place."
    )
    accepting.add_argument("key", metavar="KEY")
    forgetting = _command(verbs, "forget", "give a job up", "The next run sends its request again, and pays again.")
    forgetting.add_argument("key", metavar="KEY")
    forgetting.add_argument("--yes", action="store_true", help="do it; without it, only say what that means")

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
    accepting.add_argument("masters", metavar="MASTER", nargs="*", help="ami/anime.png, or a folder …; none means all")

    compare = _command(
        commands,
        "compare",
        "which shots drifted between two runs, by how much, and whether that is noise",
        "A against B, shot by shot and as a whole, from the evidence that both keep: how far the selects have moved, "
        "held against what takes of one shot differ by among themselves. Reads no clip.",
    )
    compare.add_argument(
        "a",
        metavar="A",
        nargs="?",
        help="a revision of this project: a commit, branch, tag or experiment; left out, or `workspace`: what is here",
    )
    compare.add_argument("b", metavar="B", help="another one, against which it is held: differences are A less B")
    compare.add_argument(
        "--page", metavar="FILE", type=Path, help="write a page, frames side by side; it replaces no file but such one"
    )
    _json(compare, "a table")

    ablation = _command(
        commands,
        "ablation",
        "what the references are worth: the series with them and from words alone, on one page",
        "Makes two experiments of DVC, in copies, by the same seeds, and compares them; one that is there is used "
        "again. Says first what will be made and its price, asks nothing, and stays below the ceiling.",
    )
    ablation.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        help="the page to write (reports/ablation.html); it replaces no file but such a page",
    )
    ablation.add_argument("--plan", action="store_true", help="only say what would be made, and its price")
    _json(ablation, "a table")
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


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 0.5")
    return value


def _characters(text: str) -> int:
    if not text.isdecimal() or int(text) == 1 or int(text) > 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0, nor a number from 2 to 100")
    return int(text)


def _named_folder(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not name or not equals or not folder:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=DIR")
    return name, Path(folder)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the command."""

    def work() -> None:
        from importlib import import_module

        args = parser().parse_args(arguments)
        import_module(f"continuity.cli.{args.command}").run(args)

    run(work)
