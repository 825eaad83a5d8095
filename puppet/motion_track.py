"""The performance that travels inside a take: who was drawn, in which pose, frame by frame.

It is kept in the MP4's metadata, so that motion transfer can carry a performance onto another look,
repair can draw it again, the next shot can begin where this one ended, and tests know the truth.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import Field

from continuity.errors import MediaError, RequestRefused
from continuity.media.rates import Rate, written
from puppet.acting import EndState
from puppet.identity import Timeline
from puppet.notes import EXACT, Length, Name, Scale, Share, read, told
from puppet.rig import Placed, Pose, Stage, Style, Traits

TRACK_KEY = "continuity-track"  # the whole track: base64 of zlib of JSON
END_KEY = "carried-continuity-track"  # where everyone stood in the last frame: JSON
CHUNK = "continuity-track"  # END_KEY's text in the PNG of a last frame (media.last_frame)
_FORMAT = 1
_POSE_FIELDS = tuple(f.name for f in fields(Pose))
_LATER = {f.name: f.default for f in fields(Pose) if "later" in f.metadata}  # left out where nobody does anything of it
_MOST_END = 64_000  # characters; three characters take about 2000
_MAX_BYTES = 32 << 20  # of unpacked JSON; fifteen seconds of three characters are about 1 MB


@dataclass(frozen=True)
class Member:
    """One character in a take. ``kept`` are the traits its references gave, ``timeline`` those drawn."""

    id: str
    style: Style
    kept: Traits
    timeline: Timeline
    poses: tuple[Pose, ...]
    xs: tuple[float, ...]  # pixels from the centre of a picture 720 high
    scales: tuple[float, ...]

    def traits_at(self, frame: int) -> Traits:
        """The traits drawn in that frame."""
        share = frame / len(self.poses)
        return [traits for start, traits in self.timeline if start <= share + 1e-9][-1]

    def placed(self, frame: int) -> Placed:
        return Placed(self.id, self.traits_at(frame), self.style, self.poses[frame], self.xs[frame], self.scales[frame])


# ---- the notes, as they are written: pose fields as columns, since most stay the same for long and zlib likes that

_Side = Annotated[int, Field(ge=32, le=4096)]
_Frames = Field(min_length=1, max_length=3600)  # a minute at 60 frames per second
_Columns: Any = make_dataclass(
    "_Columns",
    [
        (name, Annotated[tuple[kind, ...], _Frames], *([field(default=())] if name in _LATER else []))  # type: ignore
        for name, kind in get_type_hints(Pose, include_extras=True).items()
        if name in _POSE_FIELDS
    ],
    namespace={"__pydantic_config__": EXACT},
)


@dataclass(frozen=True)
class _MemberNote:
    __pydantic_config__ = EXACT

    id: Name
    style: Style
    kept: Traits
    timeline: Annotated[tuple[tuple[Share, Traits], ...], Field(min_length=1, max_length=64)]
    poses: _Columns
    xs: Annotated[tuple[Length, ...], _Frames]
    scales: Annotated[tuple[Scale, ...], _Frames]


@dataclass(frozen=True)
class _TrackNote:
    __pydantic_config__ = EXACT

    format: Literal[1]
    fps: Annotated[Rate, Field(ge=1, le=120)]
    width: _Side
    height: _Side
    stage: Stage
    zooms: Annotated[tuple[Scale, ...], _Frames]
    pans: Annotated[tuple[Length, ...], _Frames]
    cast: Annotated[tuple[_MemberNote, ...], Field(max_length=8)]


@dataclass(frozen=True)
class _EndNote:
    __pydantic_config__ = EXACT

    format: Literal[1]
    cast: Annotated[dict[Name, EndState], Field(max_length=8)]


@dataclass(frozen=True)
class Track:
    """Everything drawn in one take. ``width`` and ``height`` in pixels."""

    fps: int | Fraction
    width: int
    height: int
    stage: Stage
    zooms: tuple[float, ...]
    pans: tuple[float, ...]
    cast: tuple[Member, ...]

    @property
    def frames(self) -> int:
        return len(self.zooms)

    def first(self, frames: int) -> Track:
        """Its beginning: of a clip that was cut, what was cut off is no longer seen."""
        whole = self.frames
        if frames >= whole:
            return self
        cast = tuple(
            replace(
                member,
                timeline=tuple(
                    (start * whole / frames, traits) for start, traits in member.timeline if start < frames / whole
                ),
                poses=member.poses[:frames],
                xs=member.xs[:frames],
                scales=member.scales[:frames],
            )
            for member in self.cast
        )
        return replace(self, zooms=self.zooms[:frames], pans=self.pans[:frames], cast=cast)

    def member(self, character: str) -> Member | None:
        return next((member for member in self.cast if member.id == character), None)


def track_of(path: Path) -> Track:
    """The track of a take that the puppet made.

    Raises MediaError when ``path`` is no readable clip, RequestRefused when it carries no performance.
    """
    from continuity.media.video import probe

    facts = probe(path)
    text = facts.metadata.get(TRACK_KEY)
    if text is None:
        raise RequestRefused(
            f"{path}: carries no performance of `puppet`, which can only transfer or repair takes that it rendered; "
            "a hosted motion model (another card under models.motion) reads any clip"
        )
    try:
        unpack = zlib.decompressobj()
        data = unpack.decompress(base64.b64decode(text, validate=True), _MAX_BYTES)
        if not unpack.eof:
            raise ValueError("it is cut short, or too long")
        return _from_json(data).first(facts.frames)
    except (ValueError, zlib.error) as error:
        raise MediaError(
            f"{path}: the performance in its metadata is damaged ({error}); make the take again"
        ) from error


def boxes(track: Track, frame: int) -> Mapping[str, tuple[int, int, int, int]]:
    """Where each character is in that frame: x0, y0, x1, y1 in pixels, from what is drawn of it alone."""
    from puppet.draw import Renderer, character_box

    renderer = Renderer(track.stage, track.width, track.height)
    found = {member.id: character_box(renderer, member.placed(frame)) for member in track.cast}
    return {who: box for who, box in found.items() if box is not None}


def metadata_of(track: Track) -> dict[str, str]:
    """The two metadata entries of a take."""
    packed = zlib.compress(_compact(_to_json(track)).encode(), 9)
    last = track.frames - 1
    end = {
        member.id: {"pose": told(member.poses[last]), "x": member.xs[last], "scale": member.scales[last]}
        for member in track.cast
    }
    return {TRACK_KEY: base64.b64encode(packed).decode(), END_KEY: _compact({"format": _FORMAT, "cast": end})}


def end_states(text: str) -> dict[str, EndState]:
    """Where everyone stood, from the text of a last frame's chunk. Raises ValueError when it is damaged."""
    return read(_EndNote, text, _MOST_END).cast


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _to_json(track: Track) -> dict[str, Any]:
    return {
        "format": _FORMAT, "fps": written(track.fps), "width": track.width, "height": track.height,
        "stage": told(track.stage),
        "zooms": track.zooms, "pans": track.pans,
        "cast": [
            {
                "id": member.id, "style": member.style, "kept": member.kept.to_json(),
                "timeline": [[share, traits.to_json()] for share, traits in member.timeline],
                "poses": _columns(member.poses),
                "xs": member.xs, "scales": member.scales,
            }
            for member in track.cast
        ],
    }  # fmt: skip


def _columns(poses: tuple[Pose, ...]) -> dict[str, list[Any]]:
    columns = {name: [getattr(pose, name) for pose in poses] for name in _POSE_FIELDS}
    return {name: column for name, column in columns.items() if name not in _LATER or set(column) != {_LATER[name]}}


def _rows(note: _Columns, frames: int) -> list[tuple[Any, ...]]:
    """The pose columns of a note; those it leaves out say nothing but the default."""
    return [getattr(note, name) or (_LATER[name],) * frames for name in _POSE_FIELDS]


def _from_json(data: bytes) -> Track:
    note = read(_TrackNote, data, _MAX_BYTES)
    frames = len(note.zooms)
    for member in note.cast:
        columns = _rows(member.poses, frames)
        shares = [share for share, _ in member.timeline]
        if any(len(each) != frames for each in (note.pans, member.xs, member.scales, *columns)):
            raise ValueError("its frames do not add up")
        if shares[0] != 0 or shares != sorted(shares):
            raise ValueError("a timeline does not run from its beginning to its end")
    cast = tuple(
        Member(
            member.id,
            member.style,
            member.kept,
            member.timeline,
            tuple(Pose(*row) for row in zip(*_rows(member.poses, frames), strict=True)),
            member.xs,
            member.scales,
        )
        for member in note.cast
    )
    return Track(note.fps, note.width, note.height, note.stage, note.zooms, note.pans, cast)
