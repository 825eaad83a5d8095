"""What each metric means, in words a viewer understands, and how its value is written.

The definitions are those of ``docs/metrics.md``; this module is their short form for the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["number", "percent", "signed", "milliseconds"]


@dataclass(frozen=True)
class Meaning:
    """``sentence`` says what a reader learns from the value, ``measured`` how it comes about."""

    title: str
    sentence: str
    measured: str
    style: Style = "number"


MEANINGS: dict[str, Meaning] = {
    "identity": Meaning(
        "Identity",
        "How much a character looks like their own references. 1 would be the same picture.",
        "The character is located in sampled frames, and the located crop is compared with every reference of the "
        "shot's look: the best cosine of each frame, averaged over the frames where the character was found.",
    ),
    "identity_p05": Meaning(
        "Worst moment",
        "Identity in the worst twentieth of the frames: one bad moment is what a viewer remembers.",
        "The 5th percentile of the same per-frame values.",
    ),
    "identity_z": Meaning(
        "Scaled identity",
        "Identity on a scale that can be compared between characters and looks: 0 is somebody else, 1 themselves.",
        "(identity − floor) / (ceiling − floor) of each frame, by the look's calibration at the head's resolution.",
    ),
    "coverage": Meaning(
        "Coverage",
        "The share of sampled frames in which the character was found at all. Read it beside identity.",
        "Frames where the character was found, divided by frames sampled.",
        "percent",
    ),
    "margin": Meaning(
        "Margin",
        "How much closer they are to themselves than to the nearest other character. Below zero means a mix-up.",
        "Identity against the character's own references, less the best against anybody else's.",
        "signed",
    ),
    "self_consistency": Meaning(
        "Self-consistency",
        "How alike a character stays from shot to shot, whatever the references say.",
        "Mean cosine between the typical (medoid) pictures of the character's shots, in pairs. "
        "Not measurable with fewer than two shots.",
    ),
    "consistency_rate": Meaning(
        "Consistency rate",
        "The share of takes, as first made, that stay on model: every character passes.",
        "Takes in which every character passes, divided by takes generated or transferred, losers included, repairs "
        "left out; with the 95 % Wilson interval.",
        "percent",
    ),
    "selected_rate": Meaning(
        "Selects on model",
        "The share of selects that stay on model, repairs included: what a viewer gets to see.",
        "As the consistency rate, over the selects.",
        "percent",
    ),
    "voice": Meaning(
        "Voice",
        "How much each spoken line sounds like the character's locked voice sample.",
        "Cosine between speaker vectors of the line and of the sample, averaged over lines.",
    ),
    "voice_min": Meaning(
        "Worst line", "The least like the voice sample of all lines.", "The smallest of the same per-line values."
    ),
    "words": Meaning(
        "Word errors",
        "The share of scripted words that a recogniser did not hear as written. Lower is better.",
        "Word error rate of each line, recognised by a local speech recogniser, against the script.",
        "percent",
    ),
    "motion": Meaning(
        "Motion carried over",
        "After motion transfer: how well the result moves as the driving clip does.",
        "Motion of the driving clip and of the result, aligned in time and correlated.",
    ),
    "motion_offset_ms": Meaning(
        "Timing offset",
        "How late or early the transferred performance is.",
        "The shift in time at which the two motions agree best.",
        "milliseconds",
    ),
    "drift_slope": Meaning(
        "Drift over the story",
        "Whether identity falls as the story goes on: change of scaled identity per shot. Near zero is good.",
        "Theil–Sen slope of scaled identity over story order, with a permutation test.",
        "signed",
    ),
    "copy_paste": Meaning(
        "Copy-paste",
        "Whether frames repeat a reference pixel for pixel. 0.5 means no sign of copying.",
        "Softmax over the cosine to the reference and to its mirror image, averaged.",
    ),
    "cast": Meaning(
        "Cast count",
        "Whether as many characters are on screen as the shot asks for. 100 is exact.",
        "100·exp(−|found − expected|/expected).",
    ),
    "wardrobe": Meaning("Wardrobe", "How much the clothes look like their reference.", "As identity, on the body."),
    "location": Meaning("Location", "How much the place looks like its plate.", "As identity, on the whole frame."),
    "prop": Meaning("Props", "How much the props look like their references.", "As identity, on the props' regions."),
    "prompt": Meaning(
        "Prompt", "How well the picture fits the prompt's words.", "CLIP text–image cosine, with a real CLIP alone."
    ),
    "flicker": Meaning(
        "Steadiness",
        "How little the picture flickers in locked-off shots. 1 is perfectly still.",
        "(255 − mean absolute difference of neighbouring frames) / 255.",
    ),
}

HEADLINES = ["identity", "coverage", "margin", "self_consistency", "consistency_rate", "voice", "words"]

NOT_MEASURED = "not measured"


def written(value: float | None, style: Style = "number") -> str:
    """A value as the page prints it; ``None`` becomes "not measured", never a number."""
    if value is None:
        return NOT_MEASURED
    if style == "percent":
        return f"{value * 100:.0f}\N{NARROW NO-BREAK SPACE}%"
    if style == "milliseconds":
        return f"{value:.0f}\N{NARROW NO-BREAK SPACE}ms"
    if style == "signed":
        return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


def written_metric(name: str, value: float | None) -> str:
    """The value in the style of its metric; a name without an entry is a plain number."""
    meaning = MEANINGS.get(name)
    return written(value, meaning.style if meaning else "number")


def title_of(name: str) -> str:
    """The metric's title, or its name in words."""
    meaning = MEANINGS.get(name)
    return meaning.title if meaning else name.replace("_", " ").capitalize()
