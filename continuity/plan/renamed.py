"""Characters that are called otherwise than before: prompts hold the name and roles the id, so both make all anew."""

from __future__ import annotations

from dataclasses import dataclass

from continuity.plan.schema import Plan


@dataclass(frozen=True)
class Renamed:
    """``was`` and ``now`` are ids, or names where the id is the same."""

    character: str  # its id now
    was: str
    now: str
    way_back: str

    @property
    def sentence(self) -> str:
        return f"{self.was} is now {self.now}"


def renamed(before: Plan, now: Plan) -> list[Renamed]:
    """By id: a character that is new, with the bible of one that is gone. By name: the same id, called otherwise."""
    gone = {id: one for id, one in before.characters.items() if id not in now.characters}
    found = []
    for id, character in now.characters.items():
        old = before.characters.get(id)
        if old is not None and old.name != character.name:
            way_back = f"`name: {old.name}` in conf/character/{id}.yaml"
            found.append(Renamed(id, old.name, character.name, way_back))
        elif old is None:
            was = next((was for was, one in gone.items() if one.bible and one.bible == character.bible), None)
            if was is not None:
                del gone[was]
                way_back = f"call conf/character/{id}.yaml and what names it {was} again"
                found.append(Renamed(id, was, id, way_back))
    return found
