"""Trait lines: how far each trait of a take lies from the references', in the trait's own unit.

A frame's reading is compared with the references' readings of its own resolution; those that are turned like the frame
and sure of the trait count most. A take's drift is the length of the median difference over its frames: what differs by
pose or light from frame to frame cancels, what differs always does not, and a blink decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from continuity.scoring.encoders.traits import COLOURS, REGIONS, SIZES, WORN, Reading

LEAST_PIXELS = 12  # that a region must cover for its traits to be judged
TURN_REACH = 0.45  # of a turn to three-quarter: references turned further aside count less
FAR_SHARE = 0.02  # what a reference counts that is turned quite otherwise
UNSURE_PIECE, UNSURE_FORM = 0.46, 0.6  # the same of what is worn (chances of .3 to .7) and of forms
SHRUNK = 0.4  # of the share of the head that the references show of a region: with less it is taken as covered
LEAST_HALF = 3  # frames: of two, one in which the eyes are shut would be half
BLURRED = 2.5  # units of spread, as read, from which a frame says nothing of a trait
HEAD, BELOW, UNSURE = range(len(REGIONS), len(REGIONS) + 3)  # in `Reading.areas`
LIKELY = 0.45  # chance above which a piece is taken as worn


@dataclass(frozen=True)
class Trait:
    """One line. ``unit`` is the least difference that a viewer notices in a picture side by side, or that moving heads
    and small windows leave, where that is more: of eyes' colour, the face's width, the jaw and the length of hair.

    Units: CIE Lab for colours, shares of the drawn default for sizes, 0 to 1 for what is worn and for forms.
    """

    name: str
    region: str  # of `REGIONS`, or "figure"
    measure: Literal["hue", "lightness", "colour", "size", "worn", "form"]
    of: str  # of COLOURS, SIZES, WORN or FORMS
    unit: float
    needs: str = ""  # of WORN: judged only where frame and references wear it
    below: float = 0.0  # heights of the head's window that must be in the picture below it


TRAITS = (
    Trait("hair hue", "hair", "hue", "hair", 8.0),
    Trait("hair lightness", "hair", "lightness", "hair", 7.0),
    Trait("hair length", "hair", "size", "hair length", 0.12, below=0.1),
    Trait("hair form", "hair", "form", "hair form", 0.3),
    Trait("fringe", "hair", "form", "fringe", 0.3),
    Trait("skin", "face", "colour", "skin", 7.0),
    Trait("face width", "face", "size", "face width", 0.09),
    Trait("jaw", "face", "size", "jaw", 0.1),
    Trait("nose", "face", "size", "nose", 0.09),
    Trait("brows", "face", "size", "brows", 0.12),
    Trait("eye colour", "eyes", "colour", "eyes", 16.0),
    Trait("eye size", "eyes", "size", "eye size", 0.07),
    Trait("freckles", "face", "worn", "freckles", 0.2),
    Trait("beard", "face", "worn", "beard", 0.2),
    Trait("glasses", "eyes", "worn", "glasses", 0.2),
    Trait("glasses colour", "glasses", "colour", "glasses", 12.0, "glasses"),
    Trait("headwear", "hair", "worn", "headwear", 0.2),
    Trait("headwear colour", "headwear", "colour", "headwear", 9.0, "headwear"),
    Trait("scarf", "figure", "worn", "scarf", 0.2, below=0.05),
    Trait("scarf colour", "scarf", "colour", "scarf", 9.0, "scarf", below=0.03),
    Trait("clothes colour", "clothes", "colour", "clothes", 9.0, below=0.03),
    Trait("clothes kind", "clothes", "form", "jacket cut", 0.35, below=0.4),
    Trait("ears", "hair", "size", "ears", 0.06, "creature"),
    Trait("species", "figure", "form", "species", 0.3),
)
BY_NAME = {trait.name: trait for trait in TRAITS}


def worn(piece: str, reading: Reading) -> float:
    """The chance, 0 to 1, that a piece is worn."""
    return float(reading.worn[WORN.index(piece)])


def value_of(trait: Trait, reading: Reading) -> np.ndarray:
    """The trait's numbers in a reading: the length of a difference of two is their drift."""
    if trait.measure in ("hue", "lightness", "colour"):
        lab = reading.colours[COLOURS.index(trait.of)]
        return {"hue": lab[1:], "lightness": lab[:1], "colour": lab}[trait.measure]
    if trait.measure == "size":
        return reading.sizes[[SIZES.index(trait.of)]]
    if trait.measure == "worn":
        return np.array([worn(trait.of, reading)])
    return np.sqrt(reading.forms[trait.of] / 2)  # differences are Hellinger's distance


def spread_of(trait: Trait, reading: Reading) -> float:
    """How far off the reader takes its own value to be, in the trait's unit of measure."""
    if trait.measure in ("hue", "lightness", "colour"):
        return float(reading.spreads[COLOURS.index(trait.of)])
    if trait.measure == "size":
        return float(reading.spreads[len(COLOURS) + SIZES.index(trait.of)])
    if trait.measure == "worn":
        chance = worn(trait.of, reading)
        return (chance * (1 - chance)) ** 0.5
    chances = reading.forms[trait.of]
    return float(np.sqrt(max(0.0, 1 - np.square(chances).sum()) / 2))


def share_of(trait: Trait, reading: Reading) -> float:
    """How large the trait's region is in the head's window."""
    return float(reading.areas[REGIONS.index(trait.region)] / reading.areas[HEAD])


def unseen(trait: Trait, reading: Reading) -> str:
    """Why a reading says nothing of the trait; nothing where it does."""
    if trait.region in REGIONS and reading.areas[REGIONS.index(trait.region)] < LEAST_PIXELS:
        return "too few pixels"
    if trait.needs and worn(trait.needs, reading) < LIKELY:
        return "not there"
    if reading.areas[BELOW] < trait.below:
        return "out of the picture"
    if spread_of(trait, reading) >= {"worn": UNSURE_PIECE, "form": UNSURE_FORM}.get(
        trait.measure, BLURRED * trait.unit
    ):
        return "turned away or covered"
    return ""


def seen(trait: Trait, reading: Reading) -> bool:
    """Whether a reading says anything of the trait."""
    return not unseen(trait, reading)


def difference(trait: Trait, frame: Reading, references: Sequence[Reading]) -> np.ndarray | None:
    """One frame's numbers less the references'.

    None where the frame, or every reference, says nothing of the trait, or the frame shows much less of its region than
    the references do: eyes that are shut, a scarf behind a hand.
    """
    known = [reading for reading in references if seen(trait, reading)]
    if not known or not seen(trait, frame):
        return None
    turned = np.array([reading.turned for reading in known]) - frame.turned
    sure = np.array([spread_of(trait, reading) for reading in known])
    weights = (np.exp(-np.square(turned / TURN_REACH)) + FAR_SHARE) / (np.square(sure) + (0.3 * trait.unit) ** 2)
    if trait.region in REGIONS:
        shares = weights @ np.array([share_of(trait, reading) for reading in known]) / weights.sum()
        if share_of(trait, frame) < SHRUNK * shares:
            return None
    values = np.stack([value_of(trait, reading) for reading in known])
    result: np.ndarray = value_of(trait, frame) - weights @ values / weights.sum()
    return result


def drift(differences: Sequence[np.ndarray | None]) -> float | None:
    """The length of the median difference, number by number; None where no frame shows the trait."""
    shown = [one for one in differences if one is not None]
    if not shown:
        return None
    return float(np.sqrt(np.square(np.median(np.stack(shown), axis=0)).sum()))


def worst(differences: Sequence[np.ndarray | None]) -> float | None:
    """The drift of the half of a take, three frames or more in their order, that drifted most; None as for `drift`."""
    half = half_of(len(differences))
    found = [drift(differences[start : start + half]) for start in range(len(differences) - half + 1)]
    return max((value for value in found if value is not None), default=None)


def half_of(frames: int) -> int:
    """How many frames the half of a take has that may drift most."""
    return min(frames, max(LEAST_HALF, (frames + 1) // 2))


def drifts(takes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`drift` and `worst` of many takes of as many frames, (takes, frames, numbers), that all show the trait."""
    half = half_of(takes.shape[1])
    halves = [_lengths(takes[:, start : start + half]) for start in range(takes.shape[1] - half + 1)]
    return _lengths(takes), np.max(halves, axis=0)


def _lengths(takes: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.sqrt(np.square(np.median(takes, axis=1)).sum(axis=1))
    return lengths
