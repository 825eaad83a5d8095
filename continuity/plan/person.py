"""Who is a real person, and what they agreed to: part of ``conf/character/`` and ``conf/voice/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.errors import ConfigError
from continuity.plan.conf_files import Files
from continuity.plan.ids import Id
from continuity.plan.schema import Consent, Kind, RealPerson
from continuity.plan.sections import Day, Inside, Section, Text
from continuity.plan.translated import translated

ANY = "any"


def _any(value: object) -> object:
    """No list is taken for all: what somebody agreed to is said, or ``any`` is."""
    if value != ANY and not (isinstance(value, list) and value):
        raise PydanticCustomError("text", "must be a list of what they agreed to, or `any`", {})
    return value


class ScopeConfig(Section):
    series: Annotated[list[Id] | Literal["any"], BeforeValidator(_any)]
    services: Annotated[list[Id] | Literal["any"], BeforeValidator(_any)]
    uses: Annotated[list[Kind] | Literal["any"], BeforeValidator(_any)]


class ConsentConfig(Section):
    who: Text
    scope: ScopeConfig
    until: Day
    evidence: Inside  # a file of the project, as assets/consent/mia.pdf
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    revoked: Day | None = None


class PersonConfig(Section):
    """``real_person: true`` alone is enough to say that nothing of them leaves this machine."""

    real_person: bool = False
    consent: ConsentConfig | None = None

    @model_validator(mode="after")
    def _of_a_person(self) -> PersonConfig:
        if self.consent and not self.real_person:
            raise PydanticCustomError("section", "consent is that of a real person; write `real_person: true`", {})
        return self


def real_people(
    files: Files,
    characters: Mapping[str, PersonConfig],
    voices: Mapping[str, PersonConfig],
) -> Iterator[RealPerson]:
    """Everybody in ``conf/`` who is real: those of the series as they were composed, and those of other files.

    A take that was made with somebody may be in a cut when they are in the series no more. Raises ConfigError for a
    record that cannot be read; a file of nobody's that is no YAML is passed over, since nothing uses it.
    """
    kinds: tuple[tuple[Literal["character", "voice"], Mapping[str, PersonConfig]], ...]
    kinds = (("character", characters), ("voice", voices))
    for kind, own in kinds:
        for id in dict.fromkeys([*own, *files.options(kind)]):
            config = own.get(id) or _elsewhere(files, kind, id)
            if config is not None and config.real_person:
                consent = Consent(**config.consent.model_dump(mode="json")) if config.consent else None
                yield RealPerson(kind=kind, id=id, name=getattr(config, "name", id), consent=consent)


def _elsewhere(files: Files, kind: str, id: str) -> PersonConfig | None:
    file = f"conf/{kind}/{id}.yaml"
    try:
        written = files.read(file)
    except ConfigError:
        return None
    with translated(lambda path: ": ".join(filter(None, (file, ".".join(map(str, path)))))):
        return PersonConfig.model_validate(
            {name: written[name] for name in PersonConfig.model_fields if name in written}
        )
