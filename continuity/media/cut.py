"""The cut: an episode's selected takes joined to one MP4, with subtitles and a poster.

Pictures are copied, not encoded again: takes of one form (H.264 with equal parameter sets, size and
frame rate) are joined packet by packet. One track has one form; so where takes differ, those that
have the project's own form are copied still and the others are encoded to it. Sound is decoded, laid
on one timeline at exact frame boundaries, evened in loudness and encoded once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Literal

import numpy as np

from continuity.errors import MediaError
from continuity.files import write_bytes
from continuity.media.audio import Samples, true_peak_dbfs
from continuity.media.conform import trim
from continuity.media.hearing import read_audio
from continuity.media.joining import Form, Strip, packets_from, read_strip
from continuity.media.rates import called
from continuity.media.reading import frames, opened, temporary_beside
from continuity.media.soundtrack import PEAK_DBFS, ShotSound, Soundtrack, soundtrack
from continuity.media.streams import picture_stream
from continuity.media.subtitles import Subtitle, row_of, write_srt
from continuity.media.writing import AUDIO_RATE, AudioTrack, VideoWriter, exact_rate, open_output

_PEAK_TRIES = 4
LENGTH_TOLERANCE_SECONDS = 0.05  # beside one frame; what is longer than planned is cut off


@dataclass(frozen=True)
class CutShot:
    """One shot of the cut. ``at`` counts seconds from the shot's start.

    ``seconds`` is the planned length: a longer clip ends there, a shorter one at its own end.
    ``lines`` are ``(text, at, seconds)``, for subtitles; ``voice_over`` ``(wav, at)``, to be mixed in, and ``dubs``
    the same with the clip's own sound turned down under them. ``speaks``: whether somebody does in the clip's own
    sound; None: where it has lines that are not voice-over.
    """

    shot: str
    clip: Path
    seconds: float
    lines: Sequence[tuple[str, float, float]] = ()
    voice_over: Sequence[tuple[Path, float]] = ()
    dubs: Sequence[tuple[Path, float]] = ()
    speaks: bool | None = None


@dataclass(frozen=True)
class ShotInCut:
    """What became of one shot: its place in seconds, and how its picture got there. Loudness is its own
    sound's, before evening; -inf is silence."""

    shot: str
    start: float
    seconds: float
    how: Literal["copied", "encoded"]
    why: str
    loudness_lufs: float
    gain_db: float


@dataclass(frozen=True)
class CutReport:
    """The finished cut and how it was made. Loudness in LUFS of the whole, before and after evening."""

    path: Path
    subtitles: Path
    poster: Path
    seconds: float
    frames: int
    loudness_before: float
    loudness_after: float
    shots: list[ShotInCut]


@dataclass(frozen=True)
class _Piece:
    shot: CutShot
    strip: Strip
    why: str  # empty: copied


def assemble(
    shots: Sequence[CutShot], path: Path, *, width: int, height: int, fps: float | Fraction,
    loudness_lufs: float = -16.0, crf: int = 18, preset: str = "veryfast", poster_shot: str | None = None,
) -> CutReport:  # fmt: skip
    """Join ``shots`` to ``path`` (``e01.mp4``), with ``e01.srt`` and ``e01-poster.jpg`` beside it.

    The video has one chapter per shot. Each file appears whole or not at all, the video last.
    Raises MediaError, naming the shot, for a missing or unreadable clip or sound.
    """
    path = Path(path)
    if not shots:
        raise MediaError(f"{path.stem}: no shots to cut together; generate and select at least one take first")
    if poster_shot is not None and poster_shot not in {shot.shot for shot in shots}:
        raise MediaError(f"shot {poster_shot}, which is to give the poster, is not in the cut; choose one that is")
    rate = exact_rate(fps)
    with _workshop(path) as folder:
        pieces = _pieces(shots, folder, width, height, rate, crf, preset)
        begins = [0, *accumulate(piece.strip.frames for piece in pieces)]
        temporary = temporary_beside(path)
        try:
            sound = _mux_below_ceiling(temporary, pieces, begins, rate, loudness_lufs)
            srt, poster = path.with_suffix(".srt"), path.with_name(f"{path.stem}-poster.jpg")
            write_srt(srt, _subtitles(pieces, begins, rate), float(begins[-1] / rate), row_of(width, height))
            _write_poster(poster, pieces, poster_shot)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    places = [
        ShotInCut(
            shot=piece.shot.shot, start=float(begin / rate), seconds=float(piece.strip.frames / rate),
            how="encoded" if piece.why else "copied", why=piece.why, loudness_lufs=level, gain_db=gain,
        )
        for piece, begin, level, gain in zip(pieces, begins[:-1], sound.shots, sound.gains_db, strict=True)
    ]  # fmt: skip
    return CutReport(path, srt, poster, float(begins[-1] / rate), begins[-1], sound.before, sound.after, places)


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """A folder for encoded clips on the same disk as the cut, gone afterwards."""
    folder = temporary_beside(path.with_suffix(".parts"))
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _naming(shot: CutShot) -> Iterator[None]:
    try:
        yield
    except MediaError as error:
        raise MediaError(f"shot {shot.shot}: {error}") from error


def _pieces(
    shots: Sequence[CutShot], folder: Path, width: int, height: int, rate: Fraction, crf: int, preset: str
) -> list[_Piece]:
    """Every shot as packets of one form."""
    pieces = []
    for shot in shots:
        with _naming(shot):
            strip = read_strip(shot.clip)
        pieces.append(_Piece(shot, strip, _unfit(strip, shot, width, height, rate)))
    forms = {piece.strip.form for piece in pieces}
    if len(forms) == 1 and not any(piece.why for piece in pieces):
        return pieces
    own = _own_form(folder, width, height, rate, crf, preset)
    pieces = [
        piece if piece.why or piece.strip.form == own else replace(piece, why="other encoder settings than the cut's")
        for piece in pieces
    ]
    return [
        _encoded(piece, folder / f"{number}.mp4", width, height, rate, crf, preset) if piece.why else piece
        for number, piece in enumerate(pieces)
    ]


def _unfit(strip: Strip, shot: CutShot, width: int, height: int, rate: Fraction) -> str:
    """Why a clip cannot be copied into a cut of this form; empty when it can."""
    form = strip.form
    if (form.codec, form.pix_fmt) != ("h264", "yuv420p"):
        return f"{form.codec} {form.pix_fmt}, the cut is h264 yuv420p"
    if (form.width, form.height) != (width, height):
        return f"{form.width}x{form.height}, the cut is {width}x{height}"
    if form.rate != rate:
        return f"{called(form.rate)} frames per second, the cut has {called(rate)}"
    if float(strip.frames / rate) > shot.seconds + float(1 / rate) + LENGTH_TOLERANCE_SECONDS:
        return f"{float(strip.frames / rate):.2f} s, planned are {shot.seconds:g} s"
    return strip.obstacle or ""


def _own_form(folder: Path, width: int, height: int, rate: Fraction, crf: int, preset: str) -> Form:
    """The form that clips encoded with these settings have, read from one of a single frame."""
    path = folder / "form.mp4"
    with VideoWriter(path, width, height, rate, crf=crf, preset=preset) as writer:
        for _ in range(4):  # as many as fill the encoder's reordering, so that the delay shows
            writer.write(np.zeros((height, width, 3), np.uint8))
    return read_strip(path).form


def _encoded(piece: _Piece, path: Path, width: int, height: int, rate: Fraction, crf: int, preset: str) -> _Piece:
    with _naming(piece.shot):
        trim(
            piece.shot.clip, path, 0.0, piece.shot.seconds, width=width, height=height, fps=rate, crf=crf,
            preset=preset, sound=False,
        )  # fmt: skip
    return replace(piece, strip=replace(read_strip(path), sound=piece.strip.sound))


def _shot_sounds(pieces: Sequence[_Piece], begins: Sequence[int], rate: Fraction) -> list[ShotSound]:
    sounds = []
    for piece, first, following in zip(pieces, begins[:-1], begins[1:], strict=True):
        begin, end = (round(frame / rate * AUDIO_RATE) for frame in (first, following))
        over = [(wav, round(at * AUDIO_RATE)) for wav, at in piece.shot.voice_over]
        dubs = [(wav, round(at * AUDIO_RATE)) for wav, at in piece.shot.dubs]
        speaks = len(piece.shot.lines) > len(over) if piece.shot.speaks is None else piece.shot.speaks
        sounds.append(ShotSound(piece.strip.sound, begin, end, speaks=speaks, voice_over=over, dubs=dubs))
    return sounds


def _mux_below_ceiling(
    path: Path, pieces: Sequence[_Piece], begins: Sequence[int], rate: Fraction, lufs: float
) -> Soundtrack:
    """Write the cut; if AAC made peaks that the mix did not have, again with the mix that much lower in its peaks."""
    mix = soundtrack(_shot_sounds(pieces, begins, rate), lufs)
    for _ in range(_PEAK_TRIES):
        _mux(path, pieces, begins, rate, mix.samples)
        excess = true_peak_dbfs(read_audio(path, AUDIO_RATE)) - PEAK_DBFS
        if excess <= 0:
            break
        mix = mix.with_peaks_lowered(excess + 0.1)
    return mix


def _mux(path: Path, pieces: Sequence[_Piece], begins: Sequence[int], rate: Fraction, samples: Samples) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(opened(pieces[0].strip.path))
        output = stack.enter_context(open_output(path))
        picture = output.add_stream_from_template(picture_stream(first))
        track = AudioTrack(output)
        output.set_chapters(_chapters(pieces, begins, rate))
        delay = max(piece.strip.form.delay for piece in pieces)
        for piece, begin in zip(pieces, begins[:-1], strict=True):
            with opened(piece.strip.path) as source:
                for number, packet in packets_from(piece.strip, source, begin, delay):
                    packet.stream = picture
                    output.mux(packet)
                    track.write(samples[track.written : round((number + 1) / rate * AUDIO_RATE)])
        track.finish()


def _chapters(pieces: Sequence[_Piece], begins: Sequence[int], rate: Fraction) -> list:
    return [
        {"id": number, "start": first, "end": following, "time_base": 1 / rate, "metadata": {"title": piece.shot.shot}}
        for number, (piece, first, following) in enumerate(zip(pieces, begins[:-1], begins[1:], strict=True))
    ]


def _subtitles(pieces: Sequence[_Piece], begins: Sequence[int], rate: Fraction) -> list[Subtitle]:
    """The lines as they are heard: those of a clip end with it, what is laid over runs on into the next shot."""
    said = []
    for piece, begin, following in zip(pieces, begins[:-1], begins[1:], strict=True):
        start, end = float(begin / rate), float(following / rate)
        runs_on = {at for _, at in (*piece.shot.voice_over, *piece.shot.dubs)}
        for text, at, seconds in piece.shot.lines:
            if at in runs_on:
                said.append(Subtitle(start + at, start + at + seconds, text))
            elif start + at < end:
                said.append(Subtitle(start + at, min(start + at + seconds, end), text))
    return said


def _write_poster(path: Path, pieces: Sequence[_Piece], poster_shot: str | None) -> None:
    """The frame in the middle of the poster's shot (None: of the first) as JPEG."""
    import cv2

    chosen = next((piece for piece in pieces if piece.shot.shot == poster_shot), pieces[0])
    picture = next(frames(chosen.strip.path, [float(chosen.strip.frames / chosen.strip.form.rate) / 2]))
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    write_bytes(path, data.tobytes())
