"""How well each model has held the characters of a shot, from all of their takes that were ever scored on this store.

Scores are noted in the store by the look's anchor, the master that it is made from or else its headshot: by its bytes
and not by its name, so that a character is known in every project that has it. What a stand-in made in a rehearsal says
nothing of the model that it stands for, and is not noted; neither is what another model answered than was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from continuity.errors import ProjectError
from continuity.files import write_json
from continuity.jobs.store import Store, project_id
from continuity.plan.schema import Plan, Shot
from continuity.production.offers import Offer, request_for
from continuity.production.select import EVIDENCE
from continuity.records.answered import answered_by
from continuity.records.evidence import read_evidence
from continuity.records.held import HeldRecord, read_held
from continuity.records.library import ListedItem, read_listing
from continuity.records.results import read_result
from continuity.request import key_of

FOLDER = "held"
LIBRARY = Path("assets") / "library" / "library.json"
FEW = 3  # takes of a character, under which nothing is ranked by them


@dataclass(frozen=True)
class Holding:
    """One model and one character: means over ``n`` takes, ``elsewhere`` of them scored in other projects.

    ``z`` is over the takes in which it was found. ``held`` counts frames in which it was not found as another's, 0.
    """

    look: str
    n: int
    elsewhere: int
    z: float | None
    coverage: float
    passed: int
    failed: int
    held: float


@dataclass(frozen=True)
class Ranked:
    """An offer with what its model has done for the characters of the shot, by id; those of whom nothing is known lack.

    ``everyone`` says whether enough takes of each of them are known to rank by.
    """

    offer: Offer
    characters: dict[str, Holding] = field(default_factory=dict)
    everyone: bool = False

    @property
    def held(self) -> float | None:
        """Of whom it holds worst, to the tenth, since less is chance; None where too few takes are known."""
        return round(min(one.held for one in self.characters.values()), 1) if self.everyone else None

    @property
    def fails(self) -> bool:
        """Whether more of the takes of somebody in it failed than passed."""
        return self.everyone and any(one.failed > one.passed for one in self.characters.values())


def remember(root: Path, plan: Plan, store: Store) -> None:
    """Note in the store what the evidence of the project at ``root`` says of the models of its takes."""
    for anchor, entry in scored_here(root):
        path = store.root / FOLDER / anchor[:2] / anchor / f"{entry.key}.json"
        if not path.is_file() or _read(path) != entry:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, entry.model_dump(mode="json"))


def scored_here(root: Path) -> Iterator[tuple[str, HeldRecord]]:
    """(anchor, entry) for each character in each scored take of the project; nothing before there are scores."""
    try:
        evidence, anchors = read_evidence(root / EVIDENCE), anchors_of(root)
    except ProjectError:
        return
    for take in evidence["takes"]:
        with suppress(ProjectError):  # a take whose record is not here
            record = read_result((root / take["clip"]).with_name("take.json"), "dvc pull")
            if record.request.get("rehearsed") or answered_by(record.as_json()):
                continue
            roles = [one.role.rpartition("/")[0] for one in record.asked.references]
            for character, score in take["characters"].items():
                subject, judge = score["subject"], score.get("judge", "look")
                if subject in anchors and judge:  # else nobody looked for it
                    yield anchors[subject], HeldRecord(
                        key=record.key, character=character, provider=record.provider, model=record.model,
                        kind=record.asked.kind, form=key_of(record.request.get("form") or {}), shown=subject in roles,
                        judge=judge, encoder=score.get("encoder", ""), z=score["z"], coverage=score["coverage"],
                        passed=score["passed"], project=project_id(root),
                    )  # fmt: skip


def anchors_of(root: Path) -> dict[str, str]:
    """By library folder of each look, the SHA-256 of what anchors it. Raises ProjectError before there is a library."""
    items = read_listing(root / LIBRARY).items
    return {
        role.rpartition("/")[0]: _anchor(item) for role, item in items.items() if item.step in ("headshot", "still")
    }


def _anchor(item: ListedItem) -> str:
    masters = [one["sha256"] for one in item.request["references"] if one["role"].startswith("masters/")]
    return str(masters[0]) if masters else item.sha256


def ranked(root: Path, plan: Plan, shot: Shot, offers: Sequence[Offer], store: Store) -> list[Ranked]:
    """The offers for a shot: what could make it first, and of that what has held its characters, best first, then by
    price; what mostly failed them stands last."""
    try:
        anchors = anchors_of(root)
    except ProjectError:
        anchors = {}
    here: dict[str, dict[str, HeldRecord]] = {}
    for anchor, entry in scored_here(root):
        here.setdefault(anchor, {})[entry.key] = entry
    known = {anchor: _known(anchor, here.get(anchor, {}), store) for anchor in set(anchors.values())}
    alike = Counter(_maker(offer) for offer in offers)
    found = []
    for offer in offers:
        looks = _looks(plan, shot, offer)
        exact = alike[_maker(offer)] > 1  # else an edited card keeps what its model has done
        form = key_of(request_for(plan, offer.card, shot).canonical().get("form") or {}) if exact else ""
        holdings = {}
        for character, look in looks.items():
            entries = [one for one in known.get(anchors.get(look, ""), []) if _maker(offer) == _maker_of(one)]
            if holding := _holding(look, [e for e in entries if form in ("", e.form)], plan, project_id(root)):
                holdings[character] = holding
        everyone = bool(looks) and all(id in holdings and holdings[id].n >= FEW for id in looks)
        found.append(Ranked(offer, holdings, everyone))
    return sorted(found, key=_by_worth)


def _by_worth(one: Ranked) -> tuple[bool, str, int, float, float, str]:
    offer, place = one.offer, 1 if one.held is None else 2 if one.fails else 0
    return bool(offer.refusals), offer.card.kind, place, -(one.held or 0.0), offer.price_usd, offer.card.id


def _known(anchor: str, here: Mapping[str, HeldRecord], store: Store) -> list[HeldRecord]:
    """Every entry of a look, those of this project as they are now; by one judge and encoder, since z is theirs."""
    folder = store.root / FOLDER / anchor[:2] / anchor
    kept = {path.stem: entry for path in sorted(folder.glob("*.json")) if (entry := _read(path))}
    together = list({**kept, **here}.values())
    means = Counter((one.judge, one.encoder) for one in (here.values() or together))
    return [one for one in together if (one.judge, one.encoder) == means.most_common(1)[0][0]]


def _holding(look: str, entries: Sequence[HeldRecord], plan: Plan, project: str) -> Holding | None:
    shown = plan.conditioning == "references"
    if any(one.shown == shown for one in entries):  # takes from words alone say little of takes from pictures
        entries = [one for one in entries if one.shown == shown]
    if not entries:
        return None
    z = [one.z for one in entries if one.z is not None]
    return Holding(
        look=look,
        n=len(entries),
        elsewhere=sum(one.project != project for one in entries),
        z=round(fmean(z), 4) if z else None,
        coverage=round(fmean(one.coverage for one in entries), 4),
        passed=sum(one.passed is True for one in entries),
        failed=sum(one.passed is False for one in entries),
        held=round(fmean((one.z or 0.0) * one.coverage for one in entries), 4),
    )


def _looks(plan: Plan, shot: Shot, offer: Offer) -> dict[str, str]:
    """By character, the library folder of the look in which the card would show it."""
    cast = shot.characters if offer.card.kind == "video" else shot.shown_characters
    if offer.card.kind == "motion" and shot.transfer:
        cast = [member for member in cast if shot.transfer.character == member.character]
    return {member.character: plan.characters[member.character].looks[member.look].folder for member in cast}


def _maker(offer: Offer) -> tuple[str, str, str]:
    return offer.card.provider, offer.card.called, offer.card.kind


def _maker_of(entry: HeldRecord) -> tuple[str, str, str]:
    return entry.provider, entry.model, entry.kind


def _read(path: Path) -> HeldRecord | None:
    with suppress(ProjectError):
        return read_held(path)
    return None


def words(characters: Mapping[str, Holding]) -> Iterable[str]:
    """A sentence's part for each character."""
    for id, one in characters.items():
        z = "never found" if one.z is None else f"z {one.z:.2f}"
        elsewhere = f", {one.elsewhere} of them in other projects" if one.elsewhere else ""
        yield f"{id} {z}, found in {one.coverage:.0%}, {one.passed} of {one.n} takes pass{elsewhere}"
