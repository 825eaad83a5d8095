"""Which file a part of the configuration came from: the first words of every complaint about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from continuity.plan.overrides import Override

GROUPS = ("series", "models", "quality", "scorer", "executor")  # chosen by params.yaml
MEMBERS = {  # loaded by id: config key -> Hydra group, which is also the folder under conf/
    "characters": "character",
    "locations": "location",
    "props": "prop",
    "voices": "voice",
    "cards": "model",
    "providers": "provider",
}
PARAMS = "params.yaml"


@dataclass(frozen=True)
class Sources:
    """Which file each part of the settings came from, for messages."""

    choices: dict[str, str]  # group -> chosen option
    dials: frozenset[str] = frozenset()  # the keys that params.yaml sets itself
    overrides: tuple[Override, ...] = ()

    def place(self, *keys: str | int) -> Place:
        return Place(self, tuple(str(key) for key in keys if key != "[key]"))

    def where(self, path: Sequence[str | int]) -> str:
        """``"conf/series/demo.yaml: episodes.e01.title"`` for a key path of the settings.

        An override that set the value stands in place of the file; one that set a part of it is named beside.
        """
        parts = tuple(str(part) for part in path if part != "[key]")
        for override in reversed(self.overrides):
            if override.path == parts[: len(override.path)]:
                return ": ".join(filter(None, (override.place, ".".join(parts[len(override.path) :]))))
        head, rest = (parts[0], parts[1:]) if parts else ("", ())
        if head in GROUPS:
            file, keys = f"conf/{head}/{self.choices.get(head, '?')}.yaml", rest
        elif head in MEMBERS and rest:
            file, keys = f"conf/{MEMBERS[head]}/{rest[0]}.yaml", rest[1:]
        elif head == "picks":
            file, keys = f"conf/picks/{self.choices.get('series', '?')}.yaml", rest
        else:
            file, keys = PARAMS if head in self.dials else "conf/config.yaml", parts
        cause = next((override.text for override in self.overrides if override.reaches_into(parts)), None)
        return ": ".join(filter(None, (file, ".".join(keys)))) + (f" (overridden by '{cause}')" if cause else "")


@dataclass(frozen=True)
class Place:
    """A key path of the settings that prints as the file and key a person wrote it in."""

    sources: Sources
    path: tuple[str, ...]

    def at(self, *keys: str | int) -> Place:
        return self.sources.place(*self.path, *keys)

    def above(self, levels: int) -> Place:
        return Place(self.sources, self.path[:-levels])

    def __str__(self) -> str:
        return self.sources.where(self.path)
