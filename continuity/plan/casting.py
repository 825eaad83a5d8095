"""Who is in a shot, how they appear, and whose performance is carried over to another look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from continuity.plan.config import Settings
from continuity.plan.problems import Problems
from continuity.plan.schema import CastMember, Character
from continuity.plan.script import CastConfig, SceneConfig, ShotConfig
from continuity.plan.sources import Place, Sources

Position = Literal["left", "centre", "right"]
POSITIONS: dict[int, tuple[Position, ...]] = {1: ("centre",), 2: ("left", "right"), 3: ("left", "centre", "right")}


class Casting:
    """Casts shots from the characters of a series and collects what does not fit."""

    def __init__(
        self, settings: Settings, characters: Mapping[str, Character], sources: Sources, problems: Problems
    ) -> None:
        self.settings = settings
        self.characters = characters
        self.sources = sources
        self.problems = problems

    def cast(self, where: Place, scene: SceneConfig, shot: ShotConfig) -> list[CastMember]:
        for here, wardrobe in ((where.above(2), scene.wardrobe), (where, shot.wardrobe)):
            for name, outfit in wardrobe.items():
                known = self.characters.get(name)
                if known is None:
                    self.problems.unknown(here.at("wardrobe"), "a character of this series", name, self.characters)
                elif outfit not in known.wardrobes:
                    self.problems.unknown(
                        here.at("wardrobe", name), f"among {name}'s wardrobes", outfit, known.wardrobes
                    )
        positions = POSITIONS.get(len(shot.characters), ())
        cast = []
        for index, (name, config) in enumerate(shot.characters.items()):
            character = self.characters.get(name)
            if character is None:
                self.problems.unknown(where.at("characters"), "a character of this series", name, self.characters)
                continue
            worn = config.wardrobe or shot.wardrobe.get(name) or scene.wardrobe.get(name)
            self._check_member(where.at("characters", name), character, config)
            cast.append(
                CastMember(
                    character=name,
                    look=config.look or self._performing(character),
                    wardrobe=worn or next(iter(character.wardrobes), None),
                    expression=config.expression,
                    angle=config.angle,
                    position=config.position or (positions[index] if positions else "centre"),
                )
            )
        return cast

    def _check_member(self, where: Place, character: Character, config: CastConfig) -> None:
        id = character.id
        checks: list[tuple[str, str | None, list[str]]] = [
            ("look", config.look, list(character.looks)),
            ("wardrobe", config.wardrobe, list(character.wardrobes)),
            ("expression", config.expression, ["neutral", *character.expressions]),
            ("angle", config.angle, ["front", *character.angles]),
        ]
        for key, value, allowed in checks:
            if value is not None and value not in allowed:
                self.problems.unknown(where.at(key), f"among {id}'s {key}s", value, dict.fromkeys(allowed))

    def _performing(self, character: Character) -> str:
        wanted = self.settings.series.look.performs
        return wanted if wanted in character.looks else next(iter(character.looks))

    def transferred(self, where: Place, shot: ShotConfig, cast: Sequence[CastMember]) -> CastMember | None:
        """The one cast member to be shown in another look, if any."""
        shown = self.settings.series.look.shown
        candidates = [m for m in cast if shown and shown in self.characters[m.character].looks and m.look != shown]
        if isinstance(shot.transfer, str):
            named = [member for member in candidates if member.character == shot.transfer]
            if not named:
                self.problems.unknown(
                    where.at("transfer"),
                    f"in the shot with another look '{shown}'",
                    shot.transfer,
                    [m.character for m in candidates],
                )
            candidates = named
        # Transfer in the control condition would put back the references that it does without.
        if shot.transfer is False or not candidates or self.settings.conditioning == "prompt-only":
            return None
        if (
            shot.footage and not shot.transfer
        ):  # made elsewhere, in the look that is shown, until the shot says otherwise
            return None
        if not self.settings.models.motion:
            here = self.sources.place("series", "look", "shown")
            self.problems.add(
                here,
                "no model transfers motion: the chosen file of conf/models/ has no `motion:`; add it, or unset `shown`",
            )
            return None
        if len(candidates) > 1:
            names = " and ".join(member.character for member in candidates)
            self.problems.add(
                where.at("transfer"),
                f"{names} have the look '{shown}', and a shot carries over one performance; name one, or say false",
            )
            return None
        return candidates[0]
