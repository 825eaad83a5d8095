"""The page of a comparison: what drifted most on top, and the frames of both runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup

from continuity.comparison import words
from continuity.comparison.compared import Comparison, Row, Whole
from continuity.comparison.frames import FRAMES, MOST_PICTURES, Strip, strips
from continuity.comparison.sides import Side
from continuity.errors import ConfigError
from continuity.files import shown, write_text
from continuity.report.frames import Wanted
from continuity.report.rendering import asset, render

MARK = '<meta name="generator" content="continuity compare">'  # by which a page of ours is known, and may be replaced
MARKED_BYTES = 4096  # from the beginning, in which it stands
SECTIONS = [("result", "Result"), ("rows", "Shots"), ("frames", "Side by side"), ("reading", "How to read it")]
BAR_WIDTH, BAR_HEIGHT = 150, 18  # CSS pixels


@dataclass(frozen=True)
class RowView:
    row: Row
    name: str
    colour: int
    bar: Markup


@dataclass(frozen=True)
class ShotView:
    """``prompts`` are (before, now) where they differ."""

    id: str
    action: str
    rows: list[RowView]
    now: Strip
    before: Strip
    prompts: tuple[str, str] | None


@dataclass(frozen=True)
class PageData:
    """All that is shown. Texts are as their authors wrote them; the templates escape."""

    kicker: str
    title: str
    lead: str
    language: str
    facts: list[tuple[str, str]]
    found: Comparison
    now: str
    before: str
    rows: list[RowView]
    characters: list[tuple[Wanted, Whole]]
    shots: list[ShotView]
    same: list[str]  # shots whose clips are the same in both
    left_out: list[str]  # shots whose frames would make the page too large


def check_free(path: Path) -> None:
    """Raise ConfigError unless nothing is at ``path``, or a page that `write_page` wrote."""
    if not path.exists() and not path.is_symlink():
        return
    try:
        with path.open("rb") as file:
            ours = MARK.encode() in file.read(MARKED_BYTES)
    except OSError:
        ours = False
    if not ours:
        raise ConfigError(f"{shown(path)}: is there already, and no page of this command; name another FILE")


def write_page(path: Path, now: Side, before: Side, found: Comparison, kicker: str = "", lead: str = "") -> None:
    """Write the page. Raises ConfigError, as `check_free` does."""
    check_free(path)
    with TemporaryDirectory() as folder:
        data = _collect(now, before, found, Path(folder), kicker or "Comparison of two runs", lead)
    write_text(path, build_page(data))


def build_page(data: PageData) -> str:
    """The page as HTML text."""
    package = "continuity.comparison"
    return render(
        "compared.html", package, style=asset("compared.css", package),
        data=data, sections=SECTIONS, say=words, mark=Markup(MARK),
    )  # fmt: skip


def _collect(now: Side, before: Side, found: Comparison, folder: Path, kicker: str, lead: str) -> PageData:
    plan = now.plan or before.plan
    people = _people(now, before)
    reach = _reach(found.rows)
    rows = [_row(row, people[row.character], reach) for row in found.rows]
    order = list(dict.fromkeys(row.shot for row in found.rows))
    order += [shot for shot in now.shots if before.select(shot) and shot not in order]  # with nobody in them
    same = [shot for shot in order if _same_clip(shot, now, before)]
    differing = [shot for shot in order if shot not in same]
    most = MOST_PICTURES // (2 * FRAMES)
    shots = [
        ShotView(shot, _action(shot, now, before), [one for one in rows if one.row.shot == shot],
                 *strips(shot, now, before, people, folder), _prompts(shot, now, before))
        for shot in differing[:most]
    ]  # fmt: skip
    return PageData(
        kicker=kicker,
        title=plan.series.title if plan else "Two runs",
        lead=lead,
        language=plan.series.language if plan else "en",
        facts=_facts(now, before, found, differing),
        found=found,
        now=_short(now),
        before=_short(before),
        rows=rows,
        characters=[(people[id], whole) for id, whole in found.characters.items()],
        shots=shots,
        same=same,
        left_out=differing[most:],
    )


def _row(row: Row, who: Wanted, reach: float) -> RowView:
    return RowView(row, who.name, who.colour, _bar(row, reach))


def _people(now: Side, before: Side) -> dict[str, Wanted]:
    """Every character of both runs, by id, with a colour that is the same all over the page."""
    names: dict[str, str] = {}
    for side in (now, before):
        for id, character in (side.plan.characters if side.plan else {}).items():
            names.setdefault(id, character.name)
    for side in (now, before):
        for id in sorted({id for takes in side.takes.values() for take in takes for id in take.raw["characters"]}):
            names.setdefault(id, id)
    return {id: Wanted(id, name, number, None) for number, (id, name) in enumerate(names.items())}


def _facts(now: Side, before: Side, found: Comparison, differing: list[str]) -> list[tuple[str, str]]:
    encoders = list(dict.fromkeys(t.score.encoder for side in (now, before) for ts in side.takes.values() for t in ts))
    conditioning = [side.plan.conditioning for side in (now, before) if side.plan]
    facts = [
        ("This run", _named(now)),
        ("Against", _named(before)),
        ("Shots that differ", f"{len(differing)} of {len({row.shot for row in found.rows} | set(differing))}"),
        ("Conditioning", ", against ".join(dict.fromkeys(conditioning))),
        ("Encoder", ", against ".join(encoders)),
    ]
    return [(label, value) for label, value in facts if value]


def _named(side: Side) -> str:
    return side.name if not side.commit or side.commit.startswith(side.name) else f"{side.name} ({side.commit[:7]})"


def _short(side: Side) -> str:
    """A name that fits over a picture."""
    if side.commit and side.commit.startswith(side.name):
        return side.name[:7]
    return side.name if len(side.name) <= 24 else f"{side.name[:23]}…"


def _same_clip(shot: str, now: Side, before: Side) -> bool:
    new, old = now.select(shot), before.select(shot)
    return new is not None and old is not None and new.sha256 == old.sha256


def _action(shot: str, now: Side, before: Side) -> str:
    known = [side.plan.shots[shot] for side in (now, before) if side.plan and shot in side.plan.shots]
    return (known[0].action or known[0].prompt) if known else ""


def _prompts(shot: str, now: Side, before: Side) -> tuple[str, str] | None:
    if not now.plan or not before.plan or shot not in now.plan.shots or shot not in before.plan.shots:
        return None
    new, old = now.plan.shots[shot].prompt, before.plan.shots[shot].prompt
    return None if new == old else (old, new)


def _reach(rows: Sequence[Row]) -> float:
    """How much z a bar shows to either side: all differences, and the noise of most; what is wider is cut off."""
    noise = sorted(row.noise for row in rows if row.noise is not None)
    usual = noise[len(noise) // 2] if noise else 0.0
    return max([0.05, 1.5 * usual, *(1.1 * abs(row.z) for row in rows if row.z is not None)])


def _bar(row: Row, reach: float) -> Markup:
    """Where the difference lies within ±``reach`` of z, on the width of noise; the numbers stand beside it."""
    middle, half = BAR_WIDTH / 2, BAR_WIDTH / 2 - 6
    parts = [f'<line x1="{middle}" y1="1" x2="{middle}" y2="{BAR_HEIGHT - 1}" class="zero"/>']
    if row.noise is not None:
        wide = row.noise / reach * half
        x, width = middle - wide, 2 * wide
        parts.insert(0, f'<rect x="{x:.1f}" y="4" width="{width:.1f}" height="10" rx="2" class="noise"/>')
    if row.z is not None:
        kind = {"drifted": "drifted", "better": "better"}.get(row.verdict, "plain")
        parts.append(f'<circle cx="{middle + row.z / reach * half:.1f}" cy="9" r="4.5" class="{kind}"/>')
    return Markup(
        f'<svg class="bar" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" '
        f'aria-hidden="true">{"".join(parts)}</svg>'
    )
