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
        "The share of sampled frames in which the character was seen at all. Read it beside identity.",
        "Frames where the character was found, divided by frames sampled. A head behind somebody else is not seen.",
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
        "left out; with a 95 % interval over shots, since takes of one shot resemble each other.",
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
    "voice_across": Meaning(
        "Voice across shots",
        "How alike a character's voice stays from shot to shot, whatever the sample says. Read it beside other voices.",
        "Mean cosine between speaker vectors of the character's lines in different selects, each pair of shots counted "
        "alike. Not measurable with lines in fewer than two shots.",
    ),
    "voice_across_others": Meaning(
        "Other voices",
        "What other characters' lines reach by the same measure: near the value above, voices cannot be told apart.",
        "The same between the character's lines and others' in different selects, each other character counted alike.",
    ),
    "voice_again": Meaning(
        "Voice across takes",
        "How alike the same line sounds when its shot is taken again.",
        "Mean cosine between speaker vectors of one line in two takes as generated, each shot counted alike. "
        "Not measurable with one take of each shot.",
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
    "recurrence_slope": Meaning(
        "Drift after absence",
        "Whether identity falls the longer a character was away: change of scaled identity per shot since it was last "
        "seen. Near zero is good.",
        "Theil–Sen slope of scaled identity over the shots since the last appearance, with a permutation test.",
        "signed",
    ),
    "copy_paste": Meaning(
        "Copy-paste",
        "Whether frames repeat a reference pixel for pixel. 0.5 means no sign of copying.",
        "Softmax over the cosine to the reference and to its mirror image, averaged.",
    ),
    "twice": Meaning(
        "Seen twice",
        "The share of frames in which a character stands beside themselves.",
        "A second place in a frame that is as like the character as a take that passes, and nearer to them than to "
        "anybody else.",
        "percent",
    ),
    "cuts": Meaning(
        "Cuts inside",
        "How many times the picture changes to another shot within a clip that should be one.",
        "Neighbouring frames, twelve a second, of which the second, carried back along the optical flow, correlates "
        "with the first by less than 0.45.",
    ),
    "cast": Meaning(
        "Cast count",
        "Whether as many characters are on screen as the shot asks for. 100 is exact.",
        "100·exp(−|found − expected|/expected).",
    ),
    "wardrobe": Meaning("Wardrobe", "How much the clothes look like their reference.", "As identity, on the body."),
    "wardrobe_margin": Meaning(
        "Wardrobe, margin",
        "How much closer the clothes are to the wardrobe that the shot names than to the character's others. Below "
        "zero it wears another.",
        "Likeness of the clothes to the named wardrobe, less the best to any other of the same look.",
        "signed",
    ),
    "wardrobe_rate": Meaning(
        "Wardrobe right",
        "The share of selects in which the character wears what the shot names.",
        "Selects with a wardrobe margin above −0.02, divided by those with another wardrobe to compare with.",
        "percent",
    ),
    "location": Meaning(
        "Location",
        "How much the place looks like its plate.",
        "Cosine of the frame, the cast left out, with the part of the plate that it shows.",
    ),
    "location_z": Meaning(
        "Location, scaled",
        "The same on a scale: 0 is another place, 1 the plate itself.",
        "(cosine − floor) / (ceiling − floor), by the plate's calibration.",
    ),
    "location_margin": Meaning(
        "Location, margin",
        "How much closer the frames are to their place than to any other of the series. Below zero it is elsewhere.",
        "Likeness to the plate, less the best to another location's.",
        "signed",
    ),
    "location_rate": Meaning(
        "Places right",
        "The share of selects whose background is the place that the shot names.",
        "Places that are kept or doubtful, divided by places with a verdict.",
        "percent",
    ),
    "prop": Meaning(
        "Props",
        "How much the props look like their references. One that was never found counts as 0.",
        "Each prop is located in the sampled frames by its own picture, and compared there at its own resolution.",
    ),
    "prop_z": Meaning(
        "Props, scaled",
        "The same on a scale: 0 is another thing, 1 the prop itself.",
        "(cosine − floor) / (ceiling − floor) of each frame where it was found, by the prop's calibration.",
    ),
    "prop_coverage": Meaning(
        "Props, coverage",
        "The share of sampled frames in which the prop was found.",
        "Frames where the prop was found, divided by frames sampled.",
        "percent",
    ),
    "prop_rate": Meaning(
        "Props right",
        "The share of props in the selects that are there and have not changed.",
        "Props that are kept or doubtful, divided by props with a verdict.",
        "percent",
    ),
    "prompt": Meaning(
        "Prompt", "How well the picture fits the prompt's words.", "CLIP text–image cosine, with a real CLIP alone."
    ),
    "flicker": Meaning(
        "Steadiness",
        "How little the picture flickers in locked-off shots. 1 is perfectly still.",
        "(255 − mean absolute difference of neighbouring frames) / 255.",
    ),
}

HEADLINES = [
    "consistency_rate", "identity_z", "coverage", "margin", "self_consistency", "voice", "voice_across", "words",
]  # fmt: skip
BESIDE = {  # what a headline is read beside, and its short name
    "identity_z": ("identity", "cosine"),
    "voice_across": ("voice_across_others", "other voices"),
}

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
