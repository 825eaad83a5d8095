"""``conf/`` and ``params.yaml`` to the plan: the first stage's work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from continuity.errors import ProjectError
from continuity.plan.compared import compared
from continuity.plan.config import Settings
from continuity.plan.estimate import estimate, price_of
from continuity.plan.library import character_record, library_items, voice_record
from continuity.plan.limits import check_limits, check_sunset
from continuity.plan.lint import lint
from continuity.plan.loading import load
from continuity.plan.problems import Problems
from continuity.plan.schema import (
    Assembly,
    Character,
    Episode,
    Executor,
    Kind,
    Location,
    ModelCard,
    Plan,
    Prop,
    Repair,
    Scorer,
    SeriesInfo,
    Voice,
)
from continuity.plan.shots import ShotBuilder, World
from continuity.plan.sources import Sources


def project_root(start: Path | None = None) -> Path:
    """The nearest folder at or above ``start`` (the current one) with ``dvc.yaml`` and ``conf/``.

    Raises ProjectError when there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "dvc.yaml").is_file() and (folder / "conf").is_dir():
            return folder
    raise ProjectError(f"{start} is not inside a project: no folder above it has dvc.yaml and conf/; change into one")


def compose(root: Path, today: date | None = None) -> Plan:
    """The plan of the project at ``root``: the same configuration gives the same plan on any day.

    ``today`` only decides whether a model has already ended. Raises ConfigError naming everything
    that is wrong, at most ten lines of it, and ProjectError when ``root`` has no ``conf/config.yaml``.
    """
    if not (root / "conf" / "config.yaml").is_file():
        raise ProjectError(f"{root} has no conf/config.yaml; is it a project? Restore the file with Git")
    loaded = load(root)
    settings, sources = loaded.settings, loaded.sources
    problems = Problems()

    cards = {id: _card(id, settings) for id in settings.cards}
    _check_kinds(settings, cards, sources, problems)
    check_sunset(cards.values(), today or date.today(), sources, problems)
    problems.raise_if_any()

    characters = {id: character_record(id, config, settings) for id, config in settings.characters.items()}
    locations = {id: Location(id=id, **config.model_dump()) for id, config in settings.locations.items()}
    props = {id: Prop(id=id, **config.model_dump()) for id, config in settings.props.items()}
    voices = _voices(settings, cards)
    _check_series(settings, characters, sources, problems)
    library = library_items(settings, characters, locations, _times(settings, locations), props, voices, cards)

    world = World(characters, locations, props, voices, cards, {item.role: item for item in library})
    builder = ShotBuilder(settings, world, sources, problems)
    for episode_id, episode in settings.series.episodes.items():
        for scene_id, scene in episode.scenes.items():
            for shot_id, shot in scene.shots.items():
                builder.build(shot_id, episode_id, scene_id, scene, shot)
    shots = builder.built
    info = _series_info(settings, sources, problems)
    problems.raise_if_any()
    check_limits(shots, library, cards, sources, problems)
    problems.raise_if_any()

    repair = _repair(settings, cards)
    scorer = Scorer(**settings.scorer.model_dump())
    return Plan(
        series=info,
        characters=characters,
        locations=locations,
        props=props,
        voices=voices,
        models=cards,
        library=library,
        shots=shots,
        repair=repair,
        scorer=scorer,
        assembly=Assembly(
            loudness_lufs=settings.assembly.loudness_lufs, crf=settings.quality.crf, preset=settings.quality.preset
        ),
        executor=Executor(**settings.executor.model_dump()),
        conditioning=settings.conditioning,
        budget_usd=settings.budget.max_usd,
        lint=lint(shots.values(), characters),
        estimate=estimate(library, shots, voices, cards, repair),
        compared=compared(shots, library, characters, locations, props, voices, repair, scorer, settings.conditioning),
    )


def _card(id: str, settings: Settings) -> ModelCard:
    return ModelCard(id=id, **settings.cards[id].model_dump(mode="json"))


def _check_kinds(settings: Settings, cards: Mapping[str, ModelCard], sources: Sources, problems: Problems) -> None:
    kinds: tuple[Kind, ...] = ("image", "video", "motion", "repair", "voice")
    for kind in kinds:
        card = getattr(settings.models, kind)
        if card and cards[card].kind != kind:
            fitting = [id for id, other in cards.items() if other.kind == kind]
            hint = f"; {', '.join(fitting)} would do" if fitting else ""
            problems.add(sources.where(("models", kind)), f"card {card} makes {cards[card].kind}, not {kind}{hint}")


def _voices(settings: Settings, cards: Mapping[str, ModelCard]) -> dict[str, Voice]:
    """Voices that some model speaks; a line by any other is reported where it is written."""
    served = {id: config.model or settings.models.voice for id, config in settings.voices.items()}
    return {id: voice_record(id, settings.voices[id], cards[card]) for id, card in served.items() if card}


def _times(settings: Settings, locations: Mapping[str, Location]) -> dict[str, list[str]]:
    """The times at which shots use each location, in the order of its file."""
    used: set[tuple[str, str]] = {
        (place, shot.time or scene.time or next(iter(locations[place].times)))
        for episode in settings.series.episodes.values()
        for scene in episode.scenes.values()
        for shot in scene.shots.values()
        if (place := shot.location or scene.location or "") in locations
    }
    return {id: [time for time in location.times if (id, time) in used] for id, location in locations.items()}


def _check_series(
    settings: Settings, characters: Mapping[str, Character], sources: Sources, problems: Problems
) -> None:
    """What the series says of all its characters must hold for one of them at least."""
    series = settings.series
    looks = {look for character in characters.values() for look in character.looks}
    for role in ("performs", "shown"):
        look = getattr(series.look, role)
        if look and look not in looks:
            problems.unknown(sources.where(("series", "look", role)), "a look of any character", look, looks)
    for kind in ("angles", "expressions", "wardrobes"):
        named = {name for config in settings.characters.values() for name in getattr(config, kind)}
        for name in getattr(series.library, kind) or ():
            if name not in named | {"front", "neutral"}:
                problems.unknown(
                    sources.where(("series", "library", kind)), f"among any character's {kind}", name, named
                )
    if (series.characters or series.props) and not settings.models.image:
        drawn = [id for id, config in settings.characters.items() if not config.clip]
        if drawn:
            problems.add(
                sources.where(("models", "image")),
                f"no model makes pictures, which {', '.join(drawn)} need; name a card",
            )


def _series_info(settings: Settings, sources: Sources, problems: Problems) -> SeriesInfo:
    episodes = []
    for id, episode in settings.series.episodes.items():
        shots = [shot for scene in episode.scenes.values() for shot in scene.shots]
        if episode.poster and episode.poster not in shots:
            problems.unknown(
                sources.where(("series", "episodes", id, "poster")), f"a shot of {id}", episode.poster, shots
            )
        episodes.append(Episode(id=id, title=episode.title, shots=shots, poster=episode.poster))
    series = settings.series
    return SeriesInfo(
        id=sources.choices["series"],
        title=series.title,
        logline=series.logline,
        language=series.language,
        episodes=episodes,
    )


def _repair(settings: Settings, cards: Mapping[str, ModelCard]) -> Repair:
    config = settings.repair
    card = cards[settings.models.repair] if settings.models.repair else None
    # The control condition of `prompt-only` must not get its references back through a repair.
    able = card is not None or config.method == "remake"  # a remake asks the shots' own models
    enabled = config.enabled and able and settings.conditioning == "references"
    return Repair(
        enabled=enabled,
        scope=config.scope,
        method=config.method,
        model=card.id if card else "",
        provider=card.provider if card else "",
        max_attempts=config.max_attempts,
        max_usd=config.max_usd,
        parameters=dict(card.parameters) if card else {},
        price_usd=price_of(card, seconds=_longest(settings)) if card else 0.0,
    )


def _longest(settings: Settings) -> float:
    """Repairs priced by the second are estimated by the longest shot."""
    default = settings.series.every_shot.seconds
    return max(
        shot.seconds or default
        for episode in settings.series.episodes.values()
        for scene in episode.scenes.values()
        for shot in scene.shots.values()
    )
