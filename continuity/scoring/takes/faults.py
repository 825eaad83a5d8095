"""What is wrong with a take that fails: by it a way of mending is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from continuity.scoring import metrics
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.judges.face import FACE
from continuity.scoring.takes.result import TakeScore

Kind = Literal["face", "look", "trait", "absent", "performance", "silence"]

UNSAID = 1.0  # word error rate of a line of which nothing was heard


@dataclass(frozen=True)
class Fault:
    """``character`` is empty for what is wrong with the whole take; ``words`` say it to a person."""

    kind: Kind
    character: str
    words: str


def faults(score: TakeScore, anchors: Anchors) -> list[Fault]:
    """Everything by which the characters of a take fail, and a performance in which some lines were not said.

    A character fails by its *identity* (its worst moment is below the threshold, or it is likelier another: of its
    face or its look, by who judges), by a *trait* that has changed, or by being *absent* from half of the frames.
    *Silence*, of a take that says nothing of its lines, is named where nothing else is wrong: the rest can be mended.
    """
    found = []
    for id, character in score.characters.items():
        if character.passed is not False:
            continue
        threshold = anchors.subjects[character.subject].threshold
        low = character.z_p05 is not None and threshold is not None and character.z_p05 < threshold
        if character.coverage < metrics.LEAST_COVERAGE:
            covered = f", and covered in {character.covered} of them" if character.covered else ""
            found.append(Fault("absent", id, f"{id} is found in {character.coverage:.0%} of the frames{covered}"))
        if low or (character.margin is not None and character.margin <= 0):
            kind: Kind = "face" if character.judge == FACE else "look"
            found.append(Fault(kind, id, f"the {kind} of {id} is off"))
        if character.changed:
            found.append(Fault("trait", id, f"{id} has changed: {', '.join(character.changed)}"))
    unsaid = sum(error >= UNSAID for error in score.words_by_line)
    if 0 < unsaid < len(score.words_by_line):  # where no line is said, the model does not speak: another take neither
        found.append(Fault("performance", "", f"{unsaid} of {len(score.words_by_line)} lines are not said"))
    elif score.unheard and not found:
        found.append(Fault("silence", "", "none of its lines is said"))
    return found
