"""What the references are worth: the series with them and from words alone, as two experiments of DVC.

An experiment is named after all that decides it, so that one that is there already is used again, and one whose words,
masters or code have changed since is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from continuity.comparison.sides import Side, experiment
from continuity.errors import ConfigError, ProjectError
from continuity.experiments import Experiments
from continuity.files import sha256_file
from continuity.jobs.store import Store
from continuity.obstacles import obstacles
from continuity.plan.compose import compose
from continuity.plan.schema import Plan
from continuity.production.making import Survey
from continuity.production.survey import survey

CONDITIONS = ("references", "prompt-only")  # of the dial `conditioning`
LAST_STAGE = "select"  # scores and selects; no cut and no report are needed
IN_THE_PLAN = {"conf", "continuity/plan"}  # what the composed plan says already
SOURCES = ("assets/footage", "assets/masters", "conf", "continuity", "puppet", "stages")  # what a run is made from
PAGE = Path("reports") / "ablation.html"


@dataclass(frozen=True)
class Condition:
    """One of the two runs. ``commit`` is None where it is still to be made, then ``found`` says what that takes."""

    name: str
    plan: Plan
    experiment: str
    commit: str | None
    found: Survey | None


@dataclass(frozen=True)
class Ablation:
    root: Path
    experiments: Experiments
    conditions: list[Condition]

    @property
    def stops(self) -> list[str]:
        """Why a run that is still to be made would end before it is whole."""
        return list(dict.fromkeys(stop for one in self.conditions if one.found for stop in one.found.stops))

    def make(self, condition: Condition) -> str:
        """The commit of its experiment, made where it is not there. Raises ProjectError."""
        if condition.commit is not None:
            return condition.commit
        return self.experiments.run(condition.experiment, {"conditioning": condition.name}, LAST_STAGE)


def prepare(root: Path) -> Ablation:
    """Both runs as they would be made now; nothing is made, sent or written.

    Raises ProjectError where there is no Git, a killed run stands in the way, or Git does not know what the runs need;
    ConfigError where the configuration insists on one of the two.
    """
    for obstacle in obstacles(root):
        raise ProjectError(obstacle.message)
    experiments = Experiments(root)
    if unknown := experiments.unknown_to_git(SOURCES):
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise ProjectError(
            f"{unknown[0]}{more} would be in neither run: experiments are made in a copy that holds what Git knows; "
            "`git add` what belongs to the series, or list the rest in .gitignore"
        )
    return Ablation(root, experiments, [_condition(root, name, experiments) for name in CONDITIONS])


def sides(ablation: Ablation, commits: dict[str, str]) -> tuple[Side, Side]:
    """(references, words alone), of each shot the best generated take. Raises ProjectError."""
    one, other = (experiment(ablation.root, commits[name], name).as_generated(name) for name in CONDITIONS)
    return one, other


def _condition(root: Path, name: str, experiments: Experiments) -> Condition:
    plan = compose(root, dials={"conditioning": name})
    if plan.conditioning != name:
        raise ConfigError(
            f"the ablation needs a run with conditioning={name}, and `overrides` in params.yaml insist on "
            f"{plan.conditioning}; take that override out"
        )
    named = f"ablation-{name}-{_digest(root, plan)[:8]}"
    commit = experiments.find(named)
    if commit is not None and not _is_whole(root, commit, name):
        commit = None
    found = survey(root, plan, Store(project=root)) if commit is None else None
    return Condition(name, plan, named, commit, found)


def _is_whole(root: Path, commit: str, name: str) -> bool:
    """Whether its evidence can still be had: DVC's cache may have been cleared since."""
    try:
        experiment(root, commit, name)
    except ProjectError:
        return False
    return True


def _digest(root: Path, plan: Plan) -> str:
    """Over the plan and every file that its stages read and no stage writes, 64 hex digits."""
    parts = [json.dumps(plan.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)]
    parts += [f"{path.relative_to(root).as_posix()} {sha256_file(path)}" for path in _read_by_stages(root)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _read_by_stages(root: Path) -> Iterator[Path]:
    try:
        stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
        read = {dep for stage in stages.values() for dep in stage.get("deps", [])}
        written = {name for stage in stages.values() for out in stage.get("outs", []) for name in _names(out)}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(f"dvc.yaml cannot be read ({type(error).__name__}); restore it with Git") from error
    for name in sorted(read - IN_THE_PLAN):
        if any(Path(name).is_relative_to(out) for out in written):
            continue
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _names(out: object) -> list[str]:
    return [str(name) for name in out] if isinstance(out, dict) else [str(out)]
