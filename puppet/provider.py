"""The provider: what the puppet refuses, and how each kind of request becomes a file.

Kinds: "image" (library pictures), "video" (takes), "motion" (a take's performance carried onto another
look), "repair" (a take drawn again nearer to its references). Parameters, both 0..1: ``drift``, the
dial of the declared imperfection (image 0.05, video and motion 0.25), and, for repair, ``residual``,
the share of the take's drift that is left (0.25). The prompt is read through its neutral direction;
its text and the negative prompt decide nothing else, except where a character has no other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from continuity.errors import MediaError, RequestRefused
from continuity.media.rates import called
from continuity.plan.schema import NotDrawn
from continuity.plan.seeds import derive_seed
from continuity.providers.base import LocalProvider, Told
from continuity.request import Reference, Request
from puppet import acting, casting, filming, identity, lipsync, motion_track, pictures, props, sound, umbrellas
from puppet.identity import DEFAULT_DRIFT
from puppet.motion_track import Member, Track, track_of
from puppet.refusals import objections

DEFAULT_RESIDUAL = 0.25
_OVERRUN_SECONDS = 0.1  # of a line past the end of its shot: no more than its breath


class Puppet(LocalProvider):
    """A local parametric character renderer with a declared imperfection; not a generative model."""

    name = "puppet"
    request_version = 2  # 2: a species, place, thing or garment that is not drawn is a placeholder or left out

    def refuse(self, request: Request) -> None:
        """Raise RequestRefused for anything that could not be drawn as asked."""
        for say in objections(request):
            raise RequestRefused(f"{request.subject}: {say}")

    def not_drawn(self, told: Told) -> list[NotDrawn]:
        """Words that the pictures and the acting would be the same without."""
        from puppet.undrawn import not_drawn

        return not_drawn(told)

    def keeps(self, reference: Reference) -> bool:
        """Whether the puppet drew it, since it keeps nobody from other pictures."""
        try:
            identity.read_picture(reference)
        except RequestRefused:
            return False
        return True

    def render(self, request: Request, path: Path) -> None:
        """Make the result. Raises RequestRefused and MediaError for references that cannot be used."""
        self.refuse(request)
        import cv2

        cv2.setNumThreads(1)
        {"image": pictures.draw_picture, "video": _take, "motion": _transferred, "repair": _repaired}[request.kind](
            request, path
        )


def _take(request: Request, path: Path) -> None:
    figures = casting.figures(request)
    for reference in request.references:
        if reference.role != "start_frame" and reference.path.suffix == ".png":
            identity.read_picture(reference)  # none is passed over in silence
    fps, seconds, (width, height) = _timing(request)
    frames = round(seconds * fps)
    direction = request.direction
    stage = casting.stage(request, figures[0].style if figures else "painterly")
    started, opening = _start(request)
    lines, spoken = _lines(request, float(fps), frames)
    performance = acting.perform(
        str(direction.get("action") or ""),
        [figure.actor for figure in figures],
        seconds=seconds,
        fps=float(fps),
        framing=stage.framing,
        camera=str(direction.get("camera") or "static"),
        width=_design_width(width, height),
        props=stage.props,
        lines=spoken,
        start=started,
        seed=derive_seed(request.seed, "acting"),
    )
    actors = [figure.actor for figure in figures]
    performance = umbrellas.put_up(performance, str(direction.get("action") or ""), actors, stage, fps)
    drift = float(request.parameters.get("drift", DEFAULT_DRIFT))
    members = []
    for figure in figures:
        who = figure.actor.id
        timeline = identity.stray(
            figure.traits, drift, derive_seed(request.seed, who, "drift"), gross=figure.from_pictures
        )
        members.append(
            Member(
                who,
                figure.style,
                figure.traits,
                timeline,
                performance.poses[who],
                performance.xs[who],
                performance.scales[who],
            )
        )
    carried = {props.id_of(pose.holding) for poses in performance.poses.values() for pose in poses}
    stage = replace(stage, props=tuple(prop for prop in stage.props if prop not in carried))
    track = Track(fps, width, height, stage, performance.zooms, performance.pans, tuple(members))
    filming.film(track, path, sound.soundtrack(lines, seconds, stage.location), opening)


def _transferred(request: Request, path: Path) -> None:
    clip = _needed(request, "driving_clip")
    driving = track_of(clip)
    transfer: Mapping[str, Any] = request.direction.get("transfer") or {}
    who = str(transfer.get("character"))
    member = driving.member(who)
    if member is None:
        raise RequestRefused(
            f"{request.subject}: {clip} does not show `{who}`, only {_names(driving)}; "
            "set transfer.character to one of them"
        )
    told: Mapping[str, Any] = next(
        (m for m in request.direction.get("characters", ()) if casting.character_id(m) == who), {}
    )
    figure = casting.figure(request, {"kind": member.kept.kind, **told, "character": who, **_given(transfer)})
    if not figure.from_pictures:
        raise RequestRefused(
            f"{request.subject}: motion transfer draws `{who}` from its locked picture, and no reference shows it; "
            "add its headshot in the new look"
        )
    drift = float(request.parameters.get("drift", DEFAULT_DRIFT))
    timeline = identity.stray(figure.traits, drift, derive_seed(request.seed, who, "transfer"))
    drawn = replace(member, style=figure.style, kept=figure.traits, timeline=timeline)
    cast = tuple(drawn if other.id == who else other for other in driving.cast)
    track = _resized(request, replace(driving, stage=replace(driving.stage, style=figure.style), cast=cast), clip)
    filming.film_with_sound_of(track, path, clip)


def _repaired(request: Request, path: Path) -> None:
    clip = _needed(request, "failed_take")
    failed = track_of(clip)
    residual = float(request.parameters.get("residual", DEFAULT_RESIDUAL))
    told: dict[str, Mapping[str, Any]] = {
        casting.character_id(member): member for member in request.direction.get("characters", ())
    }
    cast = []
    for member in failed.cast:
        figure = casting.figure(request, {"kind": member.kept.kind, **told.get(member.id, {}), "character": member.id})
        if figure.from_pictures:
            nearer = tuple(
                (share, identity.toward(traits, figure.traits, 1 - residual)) for share, traits in member.timeline
            )
            member = replace(member, kept=figure.traits, timeline=nearer)
        cast.append(member)
    if cast == list(failed.cast):
        raise RequestRefused(
            f"{request.subject}: no reference shows any of {_names(failed)}; repair needs their library pictures"
        )
    filming.film_with_sound_of(_resized(request, replace(failed, cast=tuple(cast)), clip), path, clip)


def _design_width(width: int, height: int) -> float:
    """The width in pixels of `Placed.x`: those of a picture 720 high; `draw` moves people closer in a tall one."""
    wide = width / min(height / 720, width / 520)
    return wide / min(1.0, wide / 1280) ** 0.5


def _names(track: Track) -> str:
    return ", ".join(member.id for member in track.cast) or "nobody"


def _given(transfer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in transfer.items()
        if name in ("look", "look_style", "wardrobe", "wardrobe_words") and value
    }


def _resized(request: Request, track: Track, clip: Path) -> Track:
    """The track at the resolution asked for; its timing belongs to the performance and stays."""
    if request.fps is not None and request.fps != track.fps:
        raise RequestRefused(
            f"{request.subject}: {clip} runs at {called(track.fps)} frames per second, {called(request.fps)} were "
            "asked for"
        )
    if request.seconds is not None and abs(round(request.seconds * track.fps) - track.frames) > 1:
        seconds = float(track.frames / track.fps)
        raise RequestRefused(f"{request.subject}: {clip} lasts {seconds:g} s, {request.seconds:g} were asked for")
    width, height = request.resolution or (track.width, track.height)
    return replace(track, width=width, height=height)


def _timing(request: Request) -> tuple[int | Fraction, float, tuple[int, int]]:
    assert request.fps and request.seconds and request.resolution  # refuse() has seen to it
    return request.fps, request.seconds, request.resolution


def _needed(request: Request, role: str) -> Path:
    reference = request.reference(role)
    if reference is None:
        raise RequestRefused(f"{request.subject}: a {request.kind} request needs a reference of role {role}")
    return reference.path


def _start(request: Request) -> tuple[Mapping[str, acting.EndState] | None, np.ndarray | None]:
    """Where the shot before ended: as poses when its last frame carries them, else as a picture."""
    reference = request.reference("start_frame")
    if reference is None:
        return None, None
    opened = identity.open_reference(reference)
    if motion_track.CHUNK not in opened.notes:
        return None, opened.pixels
    try:
        return motion_track.end_states(opened.notes[motion_track.CHUNK]), None
    except ValueError as error:
        raise MediaError(
            f"{reference.path}: the end state in it is damaged ({error}); delete it and run `dvc repro` again"
        ) from error


def _lines(request: Request, fps: float, frames: int) -> tuple[list[tuple[np.ndarray, float]], list[acting.Spoken]]:
    """The lines heard in the shot, and how they are spoken. Voice-over is mixed in later, by assemble."""
    heard, spoken = [], []
    for index, line in enumerate(request.direction.get("lines") or (), start=1):
        if line.get("off_screen"):
            continue
        role = line.get("reference") or f"line-{index}"
        reference = request.reference(role)
        if reference is None:
            raise RequestRefused(f"{request.subject}: line {index} has no sound; add a reference of role {role}")
        from continuity.media.audio import one_channel, read_wav, resample

        samples, rate = read_wav(reference.path)
        samples, at = resample(one_channel(samples), rate, sound.RATE), float(line.get("at") or 0.0)
        end = at + len(samples) / sound.RATE
        if end > frames / fps + _OVERRUN_SECONDS:
            raise RequestRefused(
                f"{request.subject}: line {index} ends at {end:.2f} s and the shot at {frames / fps:g} s; "
                "lengthen the shot (seconds), let the line begin earlier (at), or shorten its text"
            )
        shapes, loudness = lipsync.mouth(samples, sound.RATE, at, fps, frames)
        heard.append((samples, at))
        spoken.append(acting.Spoken(str(line.get("character")), at, end, shapes, loudness))
    return heard, spoken
