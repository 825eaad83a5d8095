"""The lines of a shot: who says them, in which voice, when, and how they go with footage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from continuity.plan.config import Settings
from continuity.plan.estimate import spoken_seconds
from continuity.plan.problems import Problems
from continuity.plan.schema import Character, Line, Voice
from continuity.plan.script import LineConfig, ShotConfig
from continuity.plan.seeds import line_seed
from continuity.plan.sources import Place, Sources

PAUSE_SECONDS = 0.3  # before a line whose ``at`` is left out
_SLACK_SECONDS = 0.05  # lengths are rounded


class Lines:
    """Reads the lines of shots and collects what is wrong with them.

    A narrator is a name of the series' ``voices``: it has no face, so all that it says is off screen.
    """

    def __init__(
        self,
        settings: Settings,
        characters: Mapping[str, Character],
        voices: Mapping[str, Voice],
        sources: Sources,
        problems: Problems,
    ) -> None:
        self.narrators = settings.series.voices
        self.characters = characters
        self.voices = voices
        self.problems = problems
        for name in self.narrators:
            if name in characters:
                self.problems.add(
                    sources.where(("series", "voices", name)),
                    f"{name} is a character of this series; give this voice another name, or that character a `voice:`",
                )

    def off_screen(self, shot: ShotConfig) -> ShotConfig:
        """The shot with each narrator's line off screen."""
        if not any(line.character in self.narrators for line in shot.lines):
            return shot
        lines = [
            line.model_copy(update={"off_screen": True}) if line.character in self.narrators else line
            for line in shot.lines
        ]
        return shot.model_copy(update={"lines": lines})

    def read(self, where: Place, shot: ShotConfig, seconds: float) -> list[Line]:
        """Those of a shot of that length, in the order written."""
        if shot.sound and not shot.footage:
            self.problems.add(where.at("sound"), _NO_FOOTAGE)
        lines: list[Line] = []
        free_from = 0.0
        for index, line in enumerate(shot.lines):
            at = line.at if line.at is not None else round(free_from + PAUSE_SECONDS, 2)
            free_from = at + (line.seconds or spoken_seconds(line.text))
            if (read := self._read(where.at("lines", index), shot, line, at, seconds)) is not None:
                lines.append(read)
        return lines

    def _read(self, here: Place, shot: ShotConfig, line: LineConfig, at: float, seconds: float) -> Line | None:
        """None for a line whose problem ends the run."""
        narrates, speaker = line.character in self.narrators, self.characters.get(line.character)
        if speaker is None and not narrates:
            self._unknown(here, line.character)
            return None
        before = len(self.problems.lines)
        if narrates and "off_screen" in line.model_fields_set and not line.off_screen:
            self.problems.add(here.at("off_screen"), f"{line.character} has no face; take `off_screen: false` out")
        sound = line.sound or (None if line.off_screen or narrates else shot.sound)
        if line.sound and not shot.footage:
            self.problems.add(here.at("sound"), _NO_FOOTAGE)
        voice = self.narrators[line.character] if narrates else speaker.voice if speaker else None
        spoken = sound in (None, "dub")
        if spoken:
            self._check_voice(here, line, voice)
        self._check_length(here, line, spoken, at, seconds)
        if sound == "recorded" and line.at is None:
            self.problems.add(here, "the recording has its own time; say with `at` when the line begins in it")
        if not (narrates or line.off_screen or line.character in shot.characters):
            self.problems.add(
                here,
                f"{line.character} speaks but is not in the shot; add it to `characters` or say `off_screen: true`",
            )
        if len(self.problems.lines) > before:
            return None
        seed = line.seed if line.seed is not None else line_seed(voice or "", line.text) if spoken else 0
        return Line(
            character=line.character,
            voice=voice if voice in self.voices else None,
            text=line.text,
            at=at,
            seed=seed,
            off_screen=line.off_screen or narrates,
            sound=sound,
            seconds=line.seconds,
        )

    def _unknown(self, here: Place, name: str) -> None:
        known: Iterable[str] = self.characters
        what = "a character of this series"
        if self.narrators:
            known, what = [*self.characters, *self.narrators], "a character or one of the `voices` of this series"
        self.problems.unknown(here, what, name, known)

    def _check_voice(self, here: Place, line: LineConfig, voice: str | None) -> None:
        if voice is None:
            id = line.character
            self.problems.add(here, f"{id} has no voice; give conf/character/{id}.yaml a `voice:`")
        elif voice not in self.voices:
            self.problems.add(
                here,
                "no model speaks: the chosen conf/models/ file has no `voice:`; add `voice: speech` or another card",
            )

    def _check_length(self, here: Place, line: LineConfig, spoken: bool, at: float, seconds: float) -> None:
        """A spoken line lasts as long as it is said, which is known when it is spoken."""
        if spoken:
            if line.seconds is not None:
                self.problems.add(
                    here.at("seconds"),
                    "is how long a line stands that nobody speaks (`sound: subtitle` or `recorded`); take it out",
                )
        elif at >= seconds or at + (line.seconds or 0.0) > seconds + _SLACK_SECONDS:
            until = f" to {at + line.seconds:g} s" if line.seconds else ""
            self.problems.add(
                here, f"the line stands from {at:g} s{until}, and the shot lasts {seconds:g} s; let it begin earlier"
            )


_NO_FOOTAGE = "says how lines go with `footage`, and this shot has none; take it out"
