"""Scoring takes as the pipeline sees them, for repair and for the consistency-score stage alike."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from continuity import executor
from continuity.files import read_json, write_json, write_text
from continuity.jobs.store import Store
from continuity.jobs.wanted import shown_cast
from continuity.jobs.workspace import SpokenLine, Take, clip_of, current_takes, read_index, read_lines
from continuity.plan.schema import CastMember, Plan, Shot
from continuity.scoring.anchors import Anchors, anchors
from continuity.scoring.references import References, references_of
from continuity.scoring.select import choose, worst_z
from continuity.scoring.takes import SpokenLine as LineToScore
from continuity.scoring.takes import TakeScore, TakeToScore, score_take


@dataclass(frozen=True)
class Scored:
    """A take with its score."""

    take: Take
    score: TakeScore

    @property
    def passes(self) -> bool:
        """Whether every character in it is on-model; a take without characters has nothing to fail."""
        return self.score.passed is not False

    @property
    def value(self) -> float | None:
        """Scaled identity of the worst moment of the worst character; None when one was never found."""
        found = all(character.z_p05 is not None for character in self.score.characters.values())
        return worst_z(self.score) if found else None

    @property
    def rank(self) -> float:
        return float("-inf") if self.value is None else self.value

    def better_than(self, other: Scored) -> bool:
        return self.rank > other.rank


class Scoring:
    """The references and calibration of one plan, and the scores against them."""

    def __init__(self, root: Path, plan: Plan, store: Store) -> None:
        self.root, self.plan, self.store = root, plan, store
        self.lines = read_lines(root)
        self.references: References = references_of(plan, root / "assets" / "library")
        self.anchors: Anchors = anchors(self.references, plan.scorer, store.vectors)

    def score_takes(self, takes: list[Take]) -> list[Scored]:
        """Score in parallel, in the order of ``takes``; vectors seen before are not computed again."""
        asked = [self._to_score(take, self._driving(take)) for take in takes]
        function = partial(
            score_take,
            references=self.references,
            anchors=self.anchors,
            scorer=self.plan.scorer,
            vectors_folder=self.store.vectors,
        )
        scores = executor.map(function, asked, self.plan.executor) if asked else []
        return [Scored(take, score) for take, score in zip(takes, scores, strict=True)]

    def _driving(self, take: Take) -> Take | None:
        """The take whose performance ``take`` should show: none without a transfer, nor where it was made anew."""
        if self.plan.shots[take.shot].transfer is None or take.folder == "generated":
            return None
        of = take.of or ""
        if take.folder == "repaired":
            if self.plan.repair.method == "remake":
                return None
            of = next((t.of or "" for t in read_index(self.root, "transferred")[take.shot] if t.key == of), "")
        return next((t for t in read_index(self.root, "generated")[take.shot] if t.key == of), None)

    def _to_score(self, take: Take, of: Take | None) -> TakeToScore:
        shot = self.plan.shots[take.shot]
        return TakeToScore(
            shot=take.shot,
            key=take.key,
            folder=take.folder,
            clip=clip_of(self.root, take),
            sha256=take.sha256,
            characters=cast_of(shot, take),
            location=f"locations/{shot.location}-{shot.time}" if shot.location else None,
            props=[f"props/{name}" for name in shot.props],
            locked_off=shot.camera == "static",
            lines=[self._line(line) for line in self.lines.get(take.shot, []) if not line.off_screen],
            driving_clip=clip_of(self.root, of) if of is not None else None,
            driving_sha256=of.sha256 if of is not None else None,
            seconds=take.seconds,
            prompt=shot.prompt,
        )

    def _line(self, line: SpokenLine) -> LineToScore:
        sample = self.root / "assets" / "library" / "voices" / f"{line.voice}.wav"
        return LineToScore(line.text, line.start, line.end, sample, line.character)


def cast_of(shot: Shot, take: Take) -> list[CastMember]:
    """Who is on screen, in the look that this take shows: a driving clip still has the performing look."""
    return shot.characters if take.folder == "generated" else shown_cast(shot)


def score(root: Path, plan: Plan, store: Store) -> None:
    """Score every current take, choose the selects, write metrics, rows, plots and the evidence behind them."""
    from continuity.scoring.evidence import distinctiveness, fingerprints
    from continuity.scoring.plots import write_plots
    from continuity.scoring.series import summarise

    scoring = Scoring(root, plan, store)
    takes = [take for shot in current_takes(root).values() for take in shot]
    scored = scoring.score_takes(takes)
    scores = [one.score for one in scored]
    selects = select(plan, scored)
    keys = {shot: chosen["key"] for shot, chosen in selects.items()}
    summary = summarise(plan, scores, keys, scoring.anchors)

    reports, evidence = root / "reports", root / "reports" / "evidence"
    shutil.rmtree(evidence, ignore_errors=True)
    pictures = _pictures(root, plan, takes, evidence)
    for value, names in zip(summary.evidence["takes"], pictures, strict=True):
        value["pictures"] = [f"reports/evidence/{value['shot']}/{name}" for name in names]
    apart = distinctiveness(scoring.references, plan.scorer, store.vectors)
    write_json(evidence / "evidence.json", {**summary.evidence, "repairs": repairs_of(takes), "distinctiveness": apart})
    write_json(evidence / "fingerprints.json", fingerprints(scores, keys))
    write_plots(reports / "plots", plan, scores, keys, scoring.anchors)
    _write_rows(reports / "scores.csv", summary.rows)
    write_json(root / "shots" / "selects.json", {"shots": selects})
    counts = {
        "shots": len(plan.shots),
        "takes": len(takes),
        "repaired": sum(take.folder == "repaired" for take in takes),
    }
    for character, others in apart.items():
        known = [margin for margin in others.values() if margin is not None]
        summary.metrics["characters"].get(character, {})["distinctiveness"] = min(known, default=None)
    _say(scored, keys)
    write_json(reports / "metrics.json", {**summary.metrics, "cost": {"usd": _cost(root, takes)}, "counts": counts})


def _say(scored: list[Scored], keys: dict[str, str]) -> None:
    """The verdict in a line, and a line for each select that is off-model."""
    chosen = [one for one in scored if keys.get(one.take.shot) == one.take.key]
    off = [one for one in chosen if not one.passes]
    print(f"consistency-score: {len(chosen)} shots, {len(chosen) - len(off)} selects on model, {len(off)} off model")
    for one in off:
        worst = "not found" if one.value is None else f"worst moment at z {one.value:.2f}"
        names = ", ".join(id for id, character in one.score.characters.items() if not character.passed)
        print(f"  {one.take.shot} {one.take.short}: {names} off model, {worst}")


def _pictures(root: Path, plan: Plan, takes: list[Take], folder: Path) -> list[list[str]]:
    """The sampled frames of every take as small pictures, take by take."""
    asked = [(clip_of(root, take), plan.scorer.frames, folder / take.shot, take.short) for take in takes]
    return executor.map(_frame_pictures, asked, plan.executor) if asked else []


def _frame_pictures(asked: tuple[Path, int, Path, str]) -> list[str]:
    from continuity.scoring.evidence import frame_pictures

    return frame_pictures(*asked)


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    import pandas

    write_text(path, pandas.DataFrame(rows).to_csv(index=False))


def select(plan: Plan, scored: list[Scored]) -> dict[str, dict[str, Any]]:
    """The select of each shot among its shown takes: a driving clip is not a candidate where it was transferred."""
    selects = {}
    for name, shot in plan.shots.items():
        candidates = [s for s in scored if s.take.shot == name and not (shot.transfer and s.take.folder == "generated")]
        choice = choose([s.score for s in candidates], shot.pin)
        chosen = next(s.take for s in candidates if s.take.key == choice.key)
        selects[name] = {
            "key": chosen.key,
            "folder": chosen.folder,
            "clip": chosen.clip,
            "sha256": chosen.sha256,
            "seconds": chosen.seconds,
            "reason": choice.reason,
        }
    return selects


def repairs_of(takes: list[Take]) -> list[dict[str, Any]]:
    """One row per attempted repair: before, after, their scores and whether it was better."""
    return [
        {"shot": take.shot, "before": take.of, "after": take.key, **take.notes}
        for take in takes
        if take.folder == "repaired"
    ]


def _cost(root: Path, takes: list[Take]) -> float:
    """What the current takes, lines and library cost, from their own records: the ledger stays with its machine."""
    from continuity.library import read_library

    library = sum(item["cost_usd"] for item in read_library(root)["items"].values())
    spoken = {(root / line.path).with_name("line.json") for lines in read_lines(root).values() for line in lines}
    made = {(root / take.clip).with_name("take.json") for take in takes}
    records = (read_json(path, "dvc pull", "cost_usd") for path in spoken | made)
    return round(library + sum(record["cost_usd"] for record in records), 4)
