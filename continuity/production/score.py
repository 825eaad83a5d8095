"""Scoring takes as the pipeline sees them, for repair and for the consistency-score stage alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from continuity import executor
from continuity.errors import ProjectError
from continuity.files import remove_superseded, sha256_file, write_json
from continuity.jobs.store import Store
from continuity.plan.schema import CastMember, Plan, Shot
from continuity.production.picked import picked_takes
from continuity.production.workspace import (
    Folder,
    SpokenLine,
    Take,
    clip_of,
    current_takes,
    performance_beside,
    read_index,
    read_lines,
    take_folder,
)
from continuity.records.evidence import read_evidence
from continuity.records.results import read_result
from continuity.scoring.calibration.anchors import Anchors, anchors
from continuity.scoring.judges.look import LOOK
from continuity.scoring.references.prepared import prepare
from continuity.scoring.references.subjects import References, references_of
from continuity.scoring.scenes.anchors import scene_anchors
from continuity.scoring.takes.gain import attempts
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.score import TakeToScore, score_take, stored_score
from continuity.scoring.takes.select import worst_z
from continuity.scoring.takes.sound import LineToScore
from continuity.scoring.traits.anchored import trait_anchors

Result = TypeVar("Result")
INDEXED: tuple[Folder, ...] = ("generated", "transferred")  # folders of what other takes are made from


@dataclass(frozen=True)
class Scored:
    """A take with its score."""

    take: Take
    score: TakeScore

    @property
    def fails(self) -> bool:
        """Whether a character in it is off-model or a line is not said: no verdict is no failure."""
        return self.score.passed is False

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

    def __init__(
        self, root: Path, plan: Plan, store: Store, lines: Mapping[str, Sequence[SpokenLine]] | None = None
    ) -> None:
        """``lines`` by shot; those of the index unless they are given."""
        self.root, self.plan, self.store = root, plan, store
        self.lines = read_lines(root) if lines is None else lines
        self.references: References = references_of(plan, root / "assets" / "library")
        self.anchors: Anchors = anchors(self.references, plan.scorer, store.vectors)
        self._takes: dict[str, Take] = {}  # all that were met, by key
        self._hashes: dict[Path, str] = {}  # of clips as read, each once

    def scenes(self) -> dict[str, Any]:
        """The calibration of props and locations."""
        prepared = prepare(self.references, self.plan.scorer, self.store.vectors)
        return scene_anchors(self.references, prepared, self.plan.scorer, self.store.vectors).to_json()

    def score_takes(self, takes: list[Take]) -> list[Scored]:
        """Score in parallel, in the order of ``takes``; what was scored before starts no worker."""
        self._takes |= {take.key: take for take in takes}
        asked = [self._to_score(take, self._driving(take)) for take in takes]
        known = [self._against(stored_score)(take) for take in asked]
        missing = [take for take, score in zip(asked, known, strict=True) if score is None]
        if missing and self.plan.scorer.traits:  # once here rather than in every worker
            prepared = prepare(self.references, self.plan.scorer, self.store.vectors)
            looks, frames = self.anchors.judged_by(LOOK), self.plan.scorer.frames
            trait_anchors(self.references, prepared, looks, frames, self.store.vectors)
        new = iter(executor.map(self._against(score_take), missing, self.plan.executor))
        return [Scored(take, score or next(new)) for take, score in zip(takes, known, strict=True)]

    def nearest(self, score: TakeScore, character: str) -> list[str]:
        """Names of its look's pictures (``angle-profile``), the likest to what the take shows first.

        Empty where it was never found, or nothing says which picture is which row of the bank.
        """
        of = score.characters[character]
        anchor = self.anchors.subjects[of.subject]
        roles = [used.role for used in anchor.references if used.use != "left out"]
        prepared = prepare(self.references, self.plan.scorer, self.store.vectors)
        bank = prepared.judge(anchor.judge, anchor.encoder).banks.get(of.subject)
        if of.vector is None or bank is None:
            return []
        order = bank.nearest(of.vector)
        return [roles[place].rpartition("/")[2] for place in order] if len(order) == len(roles) else []

    def _against(self, function: Callable[..., Result]) -> Callable[[TakeToScore], Result]:
        """``function`` of a take with what all takes are scored against."""
        return partial(
            function,
            references=self.references,
            anchors=self.anchors,
            scorer=self.plan.scorer,
            vectors_folder=self.store.vectors,
        )

    def _driving(self, take: Take) -> Take | None:
        """The take whose performance ``take`` should show, through any number of repairs and a transfer.

        None without a transfer, and where a repair has made the performance anew.
        """
        if self.plan.shots[take.shot].transfer is None or take.folder == "generated":
            return None
        before: Take | None = take
        while before is not None and before.folder != "generated":
            if before.notes.get("method") == "remake":
                return None
            before = self._take(before.shot, before.of or "")
        return before

    def _take(self, shot: str, key: str) -> Take | None:
        if key not in self._takes:
            indexed = [read_index(self.root, name) for name in INDEXED if (self.root / f"shots/{name}.json").is_file()]
            self._takes |= {take.key: take for index in indexed for takes in index.values() for take in takes}
        if key not in self._takes and (performed := performance_beside(self.root, shot, key)):
            self._takes[key] = performed
        return self._takes.get(key)

    def clip(self, take: Take) -> tuple[Path, str]:
        """A take's file and the hash of its bytes as they are: a score belongs to what was read."""
        path = clip_of(self.root, take)
        if path not in self._hashes:
            self._hashes[path] = sha256_file(path)
        return path, self._hashes[path]

    def _to_score(self, take: Take, of: Take | None) -> TakeToScore:
        shot = self.plan.shots[take.shot]
        clip, sha256 = self.clip(take)
        driving_clip, driving_sha256 = self.clip(of) if of is not None else (None, None)
        return TakeToScore(
            shot=take.shot,
            key=take.key,
            folder=take.folder,
            clip=clip,
            sha256=sha256,
            characters=cast_of(shot, take),
            location=f"locations/{shot.location}-{shot.time}" if shot.location else None,
            props=[f"props/{name}" for name in shot.props],
            locked_off=shot.camera == "static",
            lines=self._lines(shot, take),
            driving_clip=driving_clip,
            driving_sha256=driving_sha256,
            seconds=take.seconds,
            prompt=shot.prompt,
        )

    def _lines(self, shot: Shot, take: Take) -> list[LineToScore]:
        """Those that should be heard in the take. Of a recording nobody knows when a line ends unless it says so: the
        words are listened for until the next line, or the clip's end."""
        lines = [line for line in self.lines.get(take.shot, []) if line.in_take]
        timed = {(line.text, line.at) for line in shot.lines if line.seconds is not None}
        found = []
        for line in lines:
            end = line.end
            if line.sound == "recorded" and (line.text, line.start) not in timed:
                later = [other.start for other in lines if other.start > line.start]
                end = min(later, default=max(line.end, take.seconds))
            sample = self.root / "assets" / "library" / "voices" / f"{line.voice}.wav" if line.voice else None
            found.append(LineToScore(line.text, line.start, end, sample, line.character))
        return found


def cast_of(shot: Shot, take: Take) -> list[CastMember]:
    """Who is on screen, in the look that this take shows: a driving clip still has the performing look."""
    return shot.characters if take.folder == "generated" else shot.shown_characters


def score(root: Path, plan: Plan, store: Store) -> None:
    """Score every current take, and picked ones that are stale.

    Writes the evidence: scores by frame, calibration, repairs, the frames as pictures.
    """
    from continuity.scoring.series.evidence import distinctiveness

    scoring = Scoring(root, plan, store)
    if remark := prepare(scoring.references, plan.scorer, store.vectors).remark:
        print(f"note references: {remark}")
    takes = [take for shot in current_takes(root).values() for take in shot]
    current = {(take.shot, take.key) for take in takes}
    takes += [take for take in picked_takes(root, plan).values() if (take.shot, take.key) not in current]
    scored = scoring.score_takes(takes)
    folder = root / "reports" / "evidence"
    before = _pictures_before(folder)
    pictures = _pictures(scoring, takes, folder)
    evidence: dict[str, Any] = {
        "encoder": scoring.anchors.encoder,
        "calibration": scoring.anchors.to_json(),
        "takes": [
            {
                **one.score.to_json(),
                **{name: getattr(one.take, name) for name in ("clip", "sha256", "seconds")},
                **({} if (one.take.shot, one.take.key) in current else {"stale": True}),
                "pictures": [f"reports/evidence/{one.take.shot}/{name}" for name in names],
            }
            for one, names in zip(scored, pictures, strict=True)
        ],
        "repairs": repairs_of(scored, partial(_charged, root)),
        "scenes": scoring.scenes(),
        "distinctiveness": distinctiveness(scoring.references, scoring.anchors, plan.scorer, store.vectors),
        **_cost(root, takes),
    }
    write_json(folder / "evidence.json", evidence)
    remove_superseded(root, before, [name for take in evidence["takes"] for name in take["pictures"]])
    verdicts = [one.score.passed for one in scored]
    print(f"consistency-score: {len(scored)} takes, {verdicts.count(True)} on model, {verdicts.count(False)} off model")


def _pictures_before(folder: Path) -> list[str]:
    """The pictures of the last run."""
    with suppress(ProjectError):
        return [name for take in read_evidence(folder / "evidence.json")["takes"] for name in take["pictures"]]
    return []


def _pictures(scoring: Scoring, takes: list[Take], folder: Path) -> list[list[str]]:
    """The sampled frames of every take as small pictures, take by take."""
    frames, kept = scoring.plan.scorer.frames, scoring.store.vectors
    asked = [(*scoring.clip(take), frames, folder / take.shot, take.short, kept) for take in takes]
    return executor.map(_frame_pictures, asked, scoring.plan.executor) if asked else []


def _frame_pictures(asked: tuple[Path, str, int, Path, str, Path]) -> list[str]:
    from continuity.scoring.series.evidence import frame_pictures

    return frame_pictures(*asked)


ROUTE_OF_METHOD = {"restore": "restore", "remake": "another-take"}


def repairs_of(scored: list[Scored], charged: Callable[[Take], float]) -> list[dict[str, Any]]:
    """One row per attempted repair: what stood before, after, route, what it cost and gained, and whether it is kept.

    ``price_usd`` is the plan's where it stands in the index, else what the records say was ``charged``. What is not
    kept is not offered to select.
    """
    by_key = {one.take.key: one for one in scored}
    rows = []
    of = {one.take.key: one.take.of or "" for one in scored if one.take.folder == "repaired"}
    for attempt in attempts([one.score for one in scored], of):
        before, after, gained = by_key[attempt.before.key], by_key[attempt.after.key], attempt.gained
        notes = after.take.notes
        rows.append(
            {
                "shot": after.take.shot,
                "before": before.take.key,
                "after": after.take.key,
                "route": ROUTE_OF_METHOD.get(str(notes.get("method")), ""),
                "price_usd": charged(after.take),
                **notes,
                "before_score": before.value,
                "after_score": after.value,
                "gain": gained.value,
                "noise": gained.noise,
                "kept": gained.accepted,
            }
        )
    return rows


def _charged(root: Path, take: Take) -> float:
    """What a take's record says that it cost, in dollars, with all that was made for it beside it."""
    files = [(root / take.clip).with_name("take.json"), *_made_for(root, take)]
    return round(sum(read_result(path, "dvc pull").cost_usd for path in files), 6)


def _made_for(root: Path, take: Take) -> list[Path]:
    """The records of what was made for a repaired take: a performance of its own, attempts that gave the same bytes."""
    keys = [str(take.notes.get("performance") or ""), *take.further_attempts]
    paths = [take_folder(root, "repaired", take.shot, key) / "take.json" for key in keys if key]
    return [path for path in paths if path.is_file()]


def _cost(root: Path, takes: list[Take]) -> dict[str, float]:
    """What the current takes, lines and library cost, from their own records: the ledger stays with its machine.

    What a rehearsal would have cost is no money, and counted apart.
    """
    from continuity.production.library import read_listing

    made = [(item["cost_usd"], item["request"]) for item in read_listing(root)["items"].values()]
    lines = [line for several in read_lines(root).values() for line in several]
    files = {(root / line.path).with_name("line.json") for line in lines if line.path}
    performed = [one for take in takes if take.of and (one := performance_beside(root, take.shot, take.of))]
    files |= {(root / take.clip).with_name("take.json") for take in (*takes, *performed)}
    files |= {path for take in takes for path in _made_for(root, take)}
    made += [(record.cost_usd, record.request) for record in (read_result(path, "dvc pull") for path in files)]
    return {
        "cost_usd": round(sum(usd for usd, request in made if not request.get("rehearsed")), 4),
        "rehearsed_usd": round(sum(usd for usd, request in made if request.get("rehearsed")), 4),
    }
