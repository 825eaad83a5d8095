"""Damaged and odd sound: read right, or refused in words that name the file."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from films import RATE, beep, film

from continuity.errors import ContinuityError
from continuity.media.audio import one_channel, read_wav
from continuity.media.check import check_clip, check_sound
from continuity.media.cut import CutShot, assemble
from continuity.media.video import VideoWriter, probe, read_audio, trim
from fuzz import rounds

SOUNDS = [
    ("WAV", "PCM_16"),
    ("WAV", "FLOAT"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
]
FILMS = [
    ("aac", "mp4"),
    ("flac", "mkv"),
    ("aac", "ts"),
    ("pcm_f32le", "mov"),
    ("libmp3lame", "avi"),
    ("libopus", "mkv"),
]
FORM: dict[str, int] = {"width": 64, "height": 64, "fps": 24}
FEW, MANY = 6, 42  # in `make test`, in `make soak`; of each of the two kinds


def mutated(data: bytes, chance: np.random.Generator) -> bytes:
    """Cut short, with bytes changed, zeroed, left out, said twice, or lengths made absurd."""
    out = bytearray(data)
    for _ in range(int(chance.integers(1, 4))):
        at = int(chance.integers(0, min(len(out), 4096 if chance.random() < 0.5 else len(out))))
        length = int(chance.integers(1, 400))
        kind = chance.integers(0, 6)
        if kind == 0:
            del out[max(8, at) :]
        elif kind == 1:
            out[at : at + length] = chance.bytes(min(length, len(out) - at))
        elif kind == 2:
            out[at : at + length] = bytes(min(length, len(out) - at))
        elif kind == 3:
            del out[at : at + length]
        elif kind == 4:
            out[at:at] = out[at : at + length]
        else:
            out[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\xc0\x7f"])
    return bytes(out)


def still(path: Path) -> Path:
    """Half a second that is as it should be."""
    with VideoWriter(path, audio=(beep(), RATE), **FORM) as writer:
        for _ in range(12):
            writer.write(np.zeros((64, 64, 3), np.uint8))
    return path


def only_words(path: Path, read) -> object | None:
    """What ``read`` gives; None where it says in words that name the file what is wrong."""
    try:
        return read(path)
    except ContinuityError as error:
        assert path.stem in str(error) and len(str(error)) < 500, error
        return None


@pytest.mark.parametrize("seed", rounds(FEW, MANY))
def test_a_damaged_sound_file_is_read_or_named(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    kind, subtype = SOUNDS[seed % len(SOUNDS)]
    buffer = io.BytesIO()
    sides = np.repeat(beep(seconds=1.3)[:, None], int(chance.integers(1, 8)), axis=1)
    soundfile.write(buffer, sides, RATE, format=kind, subtype=subtype)
    path = tmp_path / f"voice-{seed}.wav"
    path.write_bytes(mutated(buffer.getvalue(), chance))
    found = only_words(path, read_wav)
    if found is not None:
        samples, rate = found
        assert samples.dtype == np.float32 and samples.shape[1:] in ((), (2,)) and len(samples) and rate > 0
        assert np.isfinite(samples).all()
    only_words(path, check_sound)
    shot = CutShot("s1", still(tmp_path / "good.mp4"), 0.5, voice_over=[(path, 0.1)])
    only_words(path, lambda path: assemble([shot], tmp_path / "e01.mp4", **FORM))


@pytest.mark.parametrize("seed", rounds(FEW, MANY))
def test_a_damaged_clip_is_heard_and_cut_or_named(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(1000 + seed)
    codec, ending = FILMS[seed % len(FILMS)]
    whole = film(tmp_path / f"whole.{ending}", beep(), codec)
    path = tmp_path / f"clip-{seed}.{ending}"
    path.write_bytes(mutated(whole.read_bytes(), chance))
    for span in ((), (RATE, 0.5, 1.0)):
        samples = only_words(path, lambda path, span=span: read_audio(path, *span))
        if samples is not None:
            assert samples.dtype == np.float32 and samples.shape[1:] in ((), (2,)) and np.isfinite(samples).all()
            assert len(samples) <= 700 * RATE and np.isfinite(one_channel(samples)).all()
    only_words(path, lambda path: check_clip(path, seconds=None, resolution=None, fps=None, audio=True))
    only_words(path, lambda path: trim(path, tmp_path / "take.mp4", 0.0, 1.0, **FORM))
    good = still(tmp_path / "good.mp4")
    shots = [CutShot("s1", good, 0.5), CutShot("s2", path, 2.0), CutShot("s3", good, 0.5)]
    report = only_words(path, lambda path: assemble(shots, tmp_path / "e01.mp4", **FORM))
    if report is not None:
        assert len(read_audio(tmp_path / "e01.mp4", RATE)) / RATE == pytest.approx(report.seconds, abs=1 / 24)
        assert probe(tmp_path / "e01.mp4").frames == report.frames
