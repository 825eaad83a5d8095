"""Subtitles: valid, readable, there when the words are, and gone when they are."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from continuity.media.cut import CutShot, assemble
from continuity.media.subtitles import MIN_SECONDS, Subtitle, to_srt, write_srt
from continuity.media.video import VideoWriter

CUE = re.compile(r"(\d+)\n(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})\n((?:.+\n)+)(?:\n|$)")
LONG = "This is a rather long line that someone speaks without a breath, and goes on until it fits no screen."

Cue = tuple[float, float, str]


def cues(text: str) -> list[Cue]:
    """Parse strictly: the whole text must be numbered cues, in turn, of rows that fit."""
    found = list(CUE.finditer(text))
    assert "".join(match[0] for match in found) == text, text
    assert [int(match[1]) for match in found] == list(range(1, len(found) + 1))

    def seconds(*parts: str) -> float:
        hours, minutes, whole, thousandths = map(int, parts)
        return hours * 3600 + minutes * 60 + whole + thousandths / 1000

    read = [(seconds(*match.groups()[1:5]), seconds(*match.groups()[5:9]), match[10].strip()) for match in found]
    assert all(0 <= start < end for start, end, _ in read), text
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(read)), text
    assert all(len(row) <= 42 for _, _, shown in read for row in shown.splitlines()), text
    return read


def words(read: list[Cue]) -> list[str]:
    """Every word on screen, in order, without the dashes of speakers."""
    rows = [row.removeprefix("- ") for _, _, shown in read for row in shown.splitlines()]
    return " ".join(rows).replace(" - ", " ").split()


def test_lines_one_after_the_other_are_whole_and_split_in_time(tmp_path: Path) -> None:
    said = [Subtitle(8.0, 8.2, "Late."), Subtitle(0.5, 6.0, LONG), Subtitle(6.0, 7.0, "No!")]
    write_srt(tmp_path / "e01.srt", said)
    read = cues((tmp_path / "e01.srt").read_text())
    assert words(read) == f"{LONG} No! Late.".split()
    assert [start for start, _, _ in read] == [0.5, pytest.approx(4.7, abs=0.3), 6.0, 8.0]
    assert all(end - start >= 1 and len(shown.splitlines()) <= 2 for start, end, shown in read)


def test_two_lines_at_once_share_a_cue_of_two_rows() -> None:
    read = cues(to_srt([Subtitle(3.1, 4.0, "Same words."), Subtitle(3.2, 4.6, "Talking over you.")]))
    assert read == [(3.1, 4.6, "- Same words.\n- Talking over you.")]


def test_a_line_that_falls_in_later_shares_the_cue_too() -> None:
    read = cues(to_srt([Subtitle(0.0, 3.0, "A slow one."), Subtitle(2.0, 4.0, "A quick one.")]))
    assert read == [(0.0, 4.0, "- A slow one.\n- A quick one.")]


def test_of_two_long_lines_at_once_both_go_on_side_by_side() -> None:
    ami, kit = "What I meant to say is that we should leave now.", "No, listen to me, it is too late and too cold."
    read = cues(to_srt([Subtitle(0.0, 4.0, ami), Subtitle(0.4, 4.4, kit)]))
    assert len(read) >= 2 and all(len(shown.splitlines()) == 2 for _, _, shown in read)
    assert sorted(words(read)) == sorted(f"{ami} {kit}".split())
    assert all(rows[0] in ami and rows[1] in kit for rows in (re.findall(r"- (.+)", shown) for _, _, shown in read))


def test_three_lines_at_once_are_merged_and_delay_nothing_after_them() -> None:
    said = [(3.1, "Same words."), (3.2, "Talking over you."), (3.3, "Same words."), (4.5, "I said it's fine.")]
    read = cues(to_srt([Subtitle(start, start + 1.0, text) for start, text in said]))
    assert [start for start, _, _ in read] == [3.1, 4.5]
    assert read[0][2].splitlines() == ["- Same words. - Talking over you.", "- Same words."]


def test_a_line_that_only_touches_the_next_keeps_its_own_cue() -> None:
    read = cues(to_srt([Subtitle(0.0, 2.05, "First."), Subtitle(2.0, 4.0, "Second.")]))
    assert read == [(0.0, 2.0, "First."), (2.0, 4.0, "Second.")]


def test_quick_answers_that_nobody_could_read_alone_share_a_cue() -> None:
    assert cues(to_srt([Subtitle(1.0, 1.3, "Hi."), Subtitle(1.5, 1.8, "Ho.")])) == [(1.0, 2.0, "- Hi.\n- Ho.")]


def test_a_text_stays_no_more_than_a_second_after_its_words() -> None:
    ((start, end, _),) = cues(to_srt([Subtitle(2.0, 2.4, "Far more words than anyone could say in such a time.")]))
    assert start == 2.0 and 3.0 <= end <= 3.4


def test_nothing_outlasts_the_video_and_what_is_never_heard_is_not_shown() -> None:
    said = [Subtitle(11.5, 16.1, "This voice over runs far beyond the end."), Subtitle(13.0, 14.0, "Never heard.")]
    read = cues(to_srt(said, ends=12.5))
    assert read == [(11.5, 12.5, "This voice over runs far beyond the end.")]
    assert cues(to_srt([Subtitle(0.0, 9.0, LONG)], ends=1 / 3))[-1][1] <= 0.333


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_said_is_shown_in_time(seed: int) -> None:
    chance = random.Random(seed)
    texts = [" ".join(f"w{seed}x{n}y{i}" for i in range(chance.randint(1, 14))) for n in range(chance.randint(1, 12))]
    said = [
        Subtitle(start := chance.uniform(-0.5, 20), start + chance.uniform(0, 0.08) * len(text), text) for text in texts
    ]
    ends = chance.uniform(10, 24)
    read = cues(to_srt(said, ends))
    shown = {word: (start, end) for start, end, rows in read for word in rows.split() if word != "-"}
    assert len(words(read)) == len(set(words(read)))
    assert all(end <= ends for _, end, _ in read)
    for line in said:
        for place, word in enumerate(line.text.split()):
            if line.start >= ends - 0.04:
                assert word not in shown
            elif place == 0 and line.start < ends - 0.06:
                assert shown[word][0] <= max(0, line.start) + 0.001
    for start, end, rows in read:
        heard = [line.end for line in said if set(line.text.split()) & set(rows.split())]
        assert end <= max(start, *heard, 0) + MIN_SECONDS + 0.001


def test_text_cannot_break_the_file_or_pass_for_markup() -> None:
    text = to_srt([Subtitle(1, 3, "a\n\n2\n00:00 --> x\x00 <b>bold</b> {\\an8}top \u202eevil"), Subtitle(5, 6, " \n ")])
    ((_, _, shown),) = cues(text)
    assert "<b>" not in text and "{\\" not in text and "\u202e" not in text and "\x00" not in text
    assert "bold" in shown and "top evil" in shown.replace("\n", " ")


def test_other_scripts_stay_whole() -> None:
    family, hebrew = "👩‍👩‍👧‍👦", "שלום עולם"
    read = cues(to_srt([Subtitle(0, 2, f"{hebrew} {family}"), Subtitle(3, 6, "字" * 60), Subtitle(7, 9, family * 12)]))
    assert read[0][2] == f"{hebrew} {family}"
    assert read[1][2].replace("\n", "") == "字" * 60
    assert all(line.startswith("👩") and line.endswith("👦") for _, _, text in read[2:] for line in text.splitlines())


def test_no_lines_give_an_empty_file(tmp_path: Path) -> None:
    write_srt(tmp_path / "mute.srt", [])
    assert (tmp_path / "mute.srt").read_text() == ""


# ---- in the cut -------------------------------------------------------------------------------


def clip(path: Path, seconds: float) -> Path:
    with VideoWriter(path, 64, 36, 10) as writer:
        for _ in range(round(seconds * 10)):
            writer.write(np.zeros((36, 64, 3), np.uint8))
    return path


def test_a_clip_s_lines_end_with_it_and_a_voice_over_runs_on(tmp_path: Path) -> None:
    from continuity.media.audio import write_wav

    write_wav(tmp_path / "over.wav", np.full(24000 * 2, 0.1, np.float32), 24000)
    short = clip(tmp_path / "a.mp4", 2.0)
    first = CutShot("s0", short, 2.0, [("On screen.", 0.5, 2.5), ("After its end.", 2.2, 1.0)])
    second = CutShot("s1", short, 2.0, [("Told from afar.", 1.5, 2.0)], voice_over=[(tmp_path / "over.wav", 1.5)])
    last = CutShot("s2", short, 2.0)
    report = assemble([first, second, last], tmp_path / "e01.mp4", width=64, height=36, fps=10)
    read = cues(report.subtitles.read_text())
    assert read == [(0.5, 2.0, "On screen."), (3.5, 5.5, "Told from afar.")]
