"""Which file a part of the configuration came from: the first words of every complaint about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from continuity.plan.config import Params

GROUPS = ("series", "models", "quality", "scorer", "executor")  # chosen by params.yaml
MEMBERS = {  # loaded by id: config key -> Hydra group, which is also the folder under conf/
    "characters": "character",
    "locations": "location",
    "props": "prop",
    "voices": "voice",
    "cards": "model",
}
PARAMS = "params.yaml"


@dataclass(frozen=True)
class Sources:
    """Which file each part of the settings came from, for messages."""

    choices: dict[str, str]  # group -> chosen option
    overrides: tuple[str, ...] = ()

    def where(self, path: Sequence[str | int] | str) -> str:
        """``"conf/series/demo.yaml: episodes.e01.title"`` for a key path of the settings."""
        parts = path.split(".") if isinstance(path, str) else [str(part) for part in path if part != "[key]"]
        head, rest = (parts[0], parts[1:]) if parts else ("", [])
        if head in GROUPS:
            file, keys = f"conf/{head}/{self.choices.get(head, '?')}.yaml", rest
        elif head in MEMBERS and rest:
            file, keys = f"conf/{MEMBERS[head]}/{rest[0]}.yaml", rest[1:]
        elif head in Params.model_fields:
            file, keys = PARAMS, parts
        else:
            file, keys = "conf/config.yaml", parts
        dotted = ".".join(parts)
        cause = next((text for text in self.overrides if dotted.startswith(key_of(text))), None)
        return ": ".join(filter(None, (file, ".".join(keys)))) + (f" (overridden by '{cause}')" if cause else "")


def key_of(override: str) -> str:
    """The key that an override in Hydra's grammar sets."""
    return override.lstrip("+~").split("=", 1)[0]
