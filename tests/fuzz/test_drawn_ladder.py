"""The ladder of drawn characters, climbed for real: it takes minutes, so `make soak` alone does."""

from __future__ import annotations

import os
from pathlib import Path

from continuity.records.validation import Measured
from continuity.validation import drawn
from continuity.validation.climbing import takes_of
from continuity.validation.page import page

if os.environ.get("CONTINUITY_SOAK"):

    def test_drawn_characters_are_told_apart_and_hair_of_another_hue_is_seen(tmp_path: Path) -> None:
        takes = takes_of("drawn", 2, tmp_path, traits={"hair hue"}, unchanged=1)
        found = drawn.drawn(2, takes)
        between = found.between["identity"].value
        assert between is not None and between > 0.95
        (hue,) = found.rungs
        assert hue.line.spearman.value is not None and hue.line.spearman.value > 0.8
        assert takes_of("drawn", 2, tmp_path, traits={"hair hue"}, unchanged=1) == takes  # as kept
        assert "| hair hue |" in page(Measured(drawn=found))

    def test_nuisances_and_other_encodings_are_drawn_and_judged_whole(tmp_path: Path) -> None:
        moved = {row.name: row for row in drawn.nuisances(takes_of("nuisances", 2, tmp_path))}
        assert moved["together"].verdicts.count == 2 * 3 * 12 and moved["framing"].verdicts.count == 2 * 3 * 2
        assert moved["expression"].verdicts.value is not None and moved["expression"].verdicts.value < 0.2
        kept = {row.name: row for row in drawn.stability(takes_of("stability", 2, tmp_path))}
        assert kept["mirrored"].verdicts.count == 2 * 6
        assert kept["12 fps"].verdicts.value is not None and kept["12 fps"].verdicts.value < 0.2
