"""The performance that travels inside a take: who was drawn, in which pose, frame by frame.

It is kept in the MP4's metadata, so that motion transfer can carry a performance onto another look,
repair can draw it again, the next shot can begin where this one ended, and tests know the truth.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from continuity.errors import MediaError, RequestRefused
from continuity.providers.puppet.acting import EndState
from continuity.providers.puppet.identity import Timeline
from continuity.providers.puppet.rig import Placed, Pose, Stage, Style, Traits

TRACK_KEY = "continuity-track"  # the whole track: base64 of zlib of JSON
END_KEY = "continuity-track-end"  # where everyone stood in the last frame: JSON
CHUNK = "continuity-track"  # END_KEY's text in the PNG of a last frame (media.last_frame)
_FORMAT = 1
_POSE_FIELDS = tuple(f.name for f in fields(Pose))
_MAX_BYTES = 64 << 20  # of unpacked JSON; fifteen seconds of three characters are about 1 MB


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


@dataclass(frozen=True)
class Track:
    """Everything drawn in one take. ``width`` and ``height`` in pixels."""

    fps: int
    width: int
    height: int
    stage: Stage
    zooms: tuple[float, ...]
    pans: tuple[float, ...]
    cast: tuple[Member, ...]

    @property
    def frames(self) -> int:
        return len(self.zooms)

    def member(self, character: str) -> Member | None:
        return next((member for member in self.cast if member.id == character), None)


def track_of(path: Path) -> Track:
    """The track of a take that the puppet made.

    Raises MediaError when ``path`` is no readable clip, RequestRefused when it carries no performance.
    """
    from continuity.media.video import probe

    text = probe(path).metadata.get(TRACK_KEY)
    if text is None:
        raise RequestRefused(
            f"{path}: carries no performance of `puppet`, which can only transfer or repair takes that it rendered; "
            "a hosted motion model (another card under models.motion) reads any clip"
        )
    try:
        unpack = zlib.decompressobj()
        data = unpack.decompress(base64.b64decode(text, validate=True), _MAX_BYTES)
        return _from_json(json.loads(data))
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
        raise MediaError(
            f"{path}: the performance in its metadata is damaged ({error}); make the take again"
        ) from error


def boxes(track: Track, frame: int) -> Mapping[str, tuple[int, int, int, int]]:
    """Where each character is in that frame: x0, y0, x1, y1 in pixels, from what is drawn of it alone."""
    from continuity.providers.puppet.draw import Renderer, character_box

    renderer = Renderer(track.stage, track.width, track.height)
    found = {member.id: character_box(renderer, member.placed(frame)) for member in track.cast}
    return {who: box for who, box in found.items() if box is not None}


def metadata_of(track: Track) -> dict[str, str]:
    """The two metadata entries of a take."""
    packed = zlib.compress(_compact(_to_json(track)).encode(), 9)
    last = track.frames - 1
    end = {
        member.id: {"pose": asdict(member.poses[last]), "x": member.xs[last], "scale": member.scales[last]}
        for member in track.cast
    }
    return {TRACK_KEY: base64.b64encode(packed).decode(), END_KEY: _compact({"format": _FORMAT, "cast": end})}


def end_states(text: str) -> dict[str, EndState]:
    """Where everyone stood, from the text of a last frame's chunk. Raises ValueError when it is damaged."""
    try:
        cast = json.loads(text)["cast"]
        return {
            who: EndState(_pose(list(state["pose"].items())), state["x"], state["scale"]) for who, state in cast.items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an end state: {error}") from error


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _to_json(track: Track) -> dict[str, Any]:
    """Pose fields as columns: most stay the same for long, and zlib likes that."""
    return {
        "format": _FORMAT, "fps": track.fps, "width": track.width, "height": track.height, "stage": asdict(track.stage),
        "zooms": track.zooms, "pans": track.pans,
        "cast": [
            {
                "id": member.id, "style": member.style, "kept": member.kept.to_json(),
                "timeline": [[share, traits.to_json()] for share, traits in member.timeline],
                "poses": {name: [getattr(pose, name) for pose in member.poses] for name in _POSE_FIELDS},
                "xs": member.xs, "scales": member.scales,
            }
            for member in track.cast
        ],
    }  # fmt: skip


def _from_json(value: Mapping[str, Any]) -> Track:
    if value["format"] != _FORMAT:
        raise ValueError(f"format {value['format']}, this version reads {_FORMAT}")
    cast = []
    for member in value["cast"]:
        columns: Sequence[Sequence[Any]] = [member["poses"][name] for name in _POSE_FIELDS]
        poses = tuple(_pose(list(zip(_POSE_FIELDS, row, strict=True))) for row in zip(*columns, strict=True))
        timeline = tuple((share, Traits.from_json(traits)) for share, traits in member["timeline"])
        cast.append(
            Member(
                member["id"],
                member["style"],
                Traits.from_json(member["kept"]),
                timeline,
                poses,
                tuple(member["xs"]),
                tuple(member["scales"]),
            )
        )
    stage = Stage(**{**value["stage"], "props": tuple(value["stage"]["props"])})
    track = Track(
        value["fps"], value["width"], value["height"], stage, tuple(value["zooms"]), tuple(value["pans"]), tuple(cast)
    )
    if not track.frames or any(len(member.poses) != track.frames for member in track.cast):
        raise ValueError("its frames do not add up")
    return track


def _pose(items: Sequence[tuple[str, Any]]) -> Pose:
    values: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in items}
    return Pose(**values)
