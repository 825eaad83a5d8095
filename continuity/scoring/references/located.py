"""Where a subject is in its reference pictures.

References may be heads before a plain backdrop, as the library has them, stills cut to a head, or whatever people have:
whole frames, full figures, pictures with others in them. A picture in which nobody can be told apart is not guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from continuity.scoring.faces.compared import head_window
from continuity.scoring.heads.locate import Locator, Maps, Statistics, crop
from continuity.scoring.places import Face, Window
from continuity.scoring.references.own_faces import OwnFaces
from continuity.scoring.references.subjects import Picture, References, Subject, read_picture
from continuity.scoring.silhouette import figure_mask, head_box
from continuity.scoring.vectors import key_of

FOUND = 0.45  # locator score from which a reference's head is taken as found
COMPARED_SIDE = 48  # pixels at which pictures are compared with each other
SAME_PICTURE = 12  # grey levels: two pictures that differ less anywhere are one, encoded or scaled again
CUT_TO_HEADS = (0.55, 1.7)  # width by height of stills that may show a head and nothing else; frames are wider
FILLED = 0.5  # of a still's width and of its height: a head that has more leaves room for nothing else

BACKDROP, BOX, BY_FACE, TEMPLATE, WHOLE = "backdrop", "box", "face", "template", "whole picture"


@dataclass(frozen=True)
class Located:
    """A reference picture (RGB uint8), where the head is in it, and the face by which the subject may be judged.

    ``how`` it was found is one of this module's words; without a ``head`` it says why it was not.
    """

    role: str
    picture: np.ndarray
    head: Window | None
    face: Face | None
    how: str

    @property
    def cut(self) -> np.ndarray:
        assert self.head is not None
        return crop(self.picture, self.head)


def locate(subject: Subject, statistics: Statistics, by_face: bool = True) -> list[Located]:
    """`_located`, remembered for a few subjects: preparing and calibrating both ask.

    Without ``by_face`` no face is looked for.
    """
    return _remembered(_Key(subject, statistics, by_face))


class _Key:
    """Hashes by what decides, carries the rest along."""

    def __init__(self, subject: Subject, statistics: Statistics, by_face: bool) -> None:
        self.subject, self.statistics, self.by_face = subject, statistics, by_face
        pictures = [[one.sha256, one.box] for one in subject.heads]
        self.text = key_of(by_face, pictures, statistics.mean.tolist(), statistics.deviation.tolist())

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


@lru_cache(maxsize=8)
def _remembered(key: _Key) -> list[Located]:
    return _located(key.subject, key.statistics, key.by_face)


def _located(subject: Subject, statistics: Statistics, by_face: bool) -> list[Located]:
    """Every distinct reference of a subject, in its order; the first that shows a head gives the proportions.

    A person's box is taken as it is. Before a plain backdrop a head is found by its silhouette; elsewhere by its
    face: the only one, or the one that recurs in the subject's pictures. A face that these do not bear out says where
    the head is only in pictures that may show more than a head. What has neither is searched for by the templates of
    those that were found. What is left and shaped like a still of a head is taken for one.
    """
    references = _distinct([(one, read_picture(one.path)) for one in subject.heads])
    pictures = [picture for _, picture in references]
    own = OwnFaces.not_looked_for(len(references))
    if by_face:
        own = OwnFaces.of([(one.box, picture) for one, picture in references])
    windows = [
        _first_look(one, picture, face, own.borne_out)
        for (one, picture), face in zip(references, own.faces, strict=True)
    ]
    shape = pictures[0].shape
    found = [crop(picture, window) for picture, (window, _) in zip(pictures, windows, strict=True) if window]
    locator = Locator.of({subject.id: found[:1]}, statistics) if found else None
    located = []
    for number, (one, picture) in enumerate(references):
        window, how = windows[number]
        another = how == BACKDROP and number and picture.shape != shape  # framed otherwise than the headshot
        if (window is None or another) and locator is not None:
            windows_there = locator.search(Maps.of(picture, statistics), most=1)[subject.id]
            if windows_there and windows_there[0].score >= FOUND:
                window, how = windows_there[0], TEMPLATE
        if window is None and own.several[number]:
            how = "several faces, and nothing says which"
        elif window is None and _may_be_a_head(picture):
            window, how = Window((0.0, 0.0, 1.0, 1.0), 1.0), WHOLE
        face = own.faces[number] if own.borne_out else None
        located.append(Located(one.role, picture, window, face, how))
    return located


def _first_look(one: Picture, picture: np.ndarray, face: Face | None, borne_out: bool) -> tuple[Window | None, str]:
    """A head that needs no other picture to be found."""
    height, width = picture.shape[:2]
    if one.box is not None:
        return Window(one.box, 1.0, face), BOX
    if figure_mask(picture) is not None:
        x0, y0, x1, y1 = head_box(picture)
        return Window((x0 / width, y0 / height, x1 / width, y1 / height), 1.0, face), BACKDROP
    if face is not None:
        window = head_window(face)
        if borne_out or not (_may_be_a_head(picture) and _fills(window)):
            return window, BY_FACE
    return None, "no plain backdrop and no face"


def _may_be_a_head(picture: np.ndarray) -> bool:
    """By its shape: a still that is cut to a head, with nothing else in it."""
    return CUT_TO_HEADS[0] <= picture.shape[1] / picture.shape[0] <= CUT_TO_HEADS[1]


def _fills(head: Window) -> bool:
    x0, y0, x1, y1 = head.box
    return min(x1 - x0, y1 - y0) > FILLED


def _distinct(pictures: Sequence[tuple[Picture, np.ndarray]]) -> list[tuple[Picture, np.ndarray]]:
    """The first of each group that shows the same: a copy says nothing new about how a character can look."""
    kept: list[tuple[Picture, np.ndarray]] = []
    small: list[np.ndarray] = []
    for one, picture in pictures:
        size = (COMPARED_SIDE, COMPARED_SIDE)
        compared = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.int16)
        if all(np.abs(compared - other).max() >= SAME_PICTURE for other in small):
            kept.append((one, picture))
            small.append(compared)
    return kept


def statistics_of(references: References) -> Statistics:
    """What maps look like in this project: of one head per subject, and the location plates; else of the props."""
    pictures = [read_picture(subject.heads[0].path) for subject in references.subjects.values()]
    plates = [read_picture(picture.path) for picture in references.locations.values()]
    props = [] if pictures or plates else [read_picture(picture.path) for picture in references.props.values()]
    return Statistics.of(pictures + plates[:8] * 2 + props)
