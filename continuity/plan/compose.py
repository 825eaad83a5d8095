"""``conf/`` and ``params.yaml`` to the plan: the first stage's work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.plan.cards import record_of
from continuity.plan.clips import looks_clips
from continuity.plan.conf_files import Files
from continuity.plan.config import Settings
from continuity.plan.estimate import estimate, price_of
from continuity.plan.fields import sources_of
from continuity.plan.languages import check_language, is_understood
from continuity.plan.library import character_record, library_items, voice_record
from continuity.plan.limits import check_amounts, check_limits, check_lines, check_repair, check_roles
from continuity.plan.lint import lint
from continuity.plan.loading import load
from continuity.plan.person import real_people
from continuity.plan.pictures import looks_pictures
from continuity.plan.problems import Problems
from continuity.plan.routes import check_routes
from continuity.plan.schema import (
    Assembly,
    Budget,
    Character,
    Episode,
    Executor,
    Location,
    ModelCard,
    Pick,
    Plan,
    Prop,
    Repair,
    Route,
    Scorer,
    SeriesInfo,
    Service,
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


def compose(root: Path, dials: Mapping[str, Any] | None = None) -> Plan:
    """The plan of the project at ``root``: the same configuration gives the same plan on any day.

    ``dials`` stand in the place of those in ``params.yaml``, as `dvc exp run -S` would set them. Raises ConfigError
    naming everything that is wrong, at most ten lines of it, and ProjectError when ``root`` has no
    ``conf/config.yaml``.
    """
    if not (root / "conf" / "config.yaml").is_file():
        raise ProjectError(f"{root} has no conf/config.yaml; is it a project? Restore the file with Git")
    loaded = load(root, dials)
    settings, sources = loaded.settings, loaded.sources
    problems = Problems()

    files = Files(root)
    cards = {
        id: record_of(id, config, files, problems, partial(_in_card, sources, id))
        for id, config in settings.cards.items()
    }
    _check_kinds(settings, cards, sources, problems)
    _check_characters(cards, sources, problems)
    _check_prices(settings, sources, problems)
    problems.raise_if_any()

    pictures = {id: looks_pictures(root, id, config, sources, problems) for id, config in settings.characters.items()}
    characters = {
        id: character_record(id, config, settings, pictures[id], looks_clips(root, config))
        for id, config in settings.characters.items()
    }
    locations = {id: Location(id=id, **config.model_dump()) for id, config in settings.locations.items()}
    props = {id: Prop(id=id, **config.model_dump()) for id, config in settings.props.items()}
    voices = _voices(settings, cards)
    _check_voices(settings, voices, cards, sources, problems)
    _check_series(settings, characters, sources, problems)
    library = library_items(
        settings, characters, locations, _times(settings, locations), props, voices, cards, pictures
    )
    check_roles(library, sources, problems)

    world = World(root, characters, locations, props, voices, cards, {item.role: item for item in library})
    builder = ShotBuilder(settings, world, sources, problems)
    for episode_id, episode in settings.series.episodes.items():
        for scene_id, scene in episode.scenes.items():
            for shot_id, shot in scene.shots.items():
                builder.build(shot_id, episode_id, scene_id, scene, shot)
    shots = builder.built
    info = _series_info(settings, sources, problems)
    problems.raise_if_any()
    check_amounts(shots, library, sources, problems)
    repair = _repair(settings, cards, sources, problems)
    check_limits(shots, library, cards, sources, problems)
    if repair.enabled and repair.routes:
        check_routes(repair.routes, shots, cards, sources, problems)
    elif repair.enabled:
        check_repair(shots, cards.get(repair.model), sources, problems)
    check_lines(shots, voices, cards, sources, problems)
    check_language(settings.series.language, shots, voices, cards, files, sources, problems)
    problems.raise_if_any()

    picks = {id: Pick(**pick.model_dump()) for id, pick in settings.picks.items()}
    scorer = Scorer(**settings.scorer.model_dump())
    if not is_understood(settings.series.language):  # what the recogniser hears in it says nothing
        scorer = scorer.model_copy(update={"words": False})
    return Plan(
        series=info,
        characters=characters,
        locations=locations,
        props=props,
        voices=voices,
        people=list(real_people(files, settings.characters, settings.voices)),
        models=cards,
        library=library,
        shots=shots,
        picks=picks,
        repair=repair,
        scorer=scorer,
        assembly=Assembly(
            loudness_lufs=settings.assembly.loudness_lufs, crf=settings.quality.crf, preset=settings.quality.preset
        ),
        executor=Executor(**settings.executor.model_dump()),
        conditioning=settings.conditioning,
        budget=Budget(**settings.budget.model_dump()),
        services={
            id: Service(name=id, rehearsed=settings.rehearsal, **config.model_dump())
            for id, config in settings.providers.items()
        },
        rehearsal=settings.rehearsal,
        lint=lint(shots.values(), characters, _proper(settings, locations, props)),
        estimate=estimate(library, shots, voices, cards, repair),
    )


def _proper(settings: Settings, locations: Mapping[str, Location], props: Mapping[str, Prop]) -> list[str] | None:
    """What the series calls by name beside its characters; None where it is not in English."""
    series = settings.series
    if not series.language.lower().startswith("en"):
        return None
    titles = [series.title, series.logline or "", *(episode.title for episode in series.episodes.values())]
    places = [text for one in locations.values() for text in (one.id, one.name, one.words, *one.times.values())]
    return [*titles, *places, *(text for prop in props.values() for text in (prop.id, prop.name, prop.words))]


def _in_card(sources: Sources, id: str, *path: str) -> str:
    return sources.where(("cards", id, *path))


def _check_kinds(settings: Settings, cards: Mapping[str, ModelCard], sources: Sources, problems: Problems) -> None:
    for place, kind, card in settings.models.cards():
        if cards[card].kind != kind:
            fitting = [id for id, other in cards.items() if other.kind == kind]
            hint = f"; {', '.join(fitting)} would do" if fitting else ""
            problems.add(sources.where(("models", *place)), f"card {card} makes {cards[card].kind}, not {kind}{hint}")


def _check_prices(settings: Settings, sources: Sources, problems: Problems) -> None:
    """What a service with a key makes is paid for, and no ceiling holds what has no price."""
    for id, card in settings.cards.items():
        service = settings.providers.get(card.provider)
        if service and service.key_env and "price" not in card.model_fields_set:
            problems.add(
                _in_card(sources, id, "price"),
                f"{card.provider} charges for what it makes, and the card says no price that budget.max_usd could "
                "hold; write `price: {usd: …, per: second}`, or per call, or 1000 characters",
            )


def _check_characters(cards: Mapping[str, ModelCard], sources: Sources, problems: Problems) -> None:
    for id, card in cards.items():
        if card.character is None:
            continue
        by = cards[card.character]
        if by.kind != "character" or by.provider != card.provider:
            problems.add(
                sources.where(("cards", id, "character")),
                f"card {by.id} makes {by.kind} at {by.provider}; it must make characters at {card.provider}",
            )


def _voices(settings: Settings, cards: Mapping[str, ModelCard]) -> dict[str, Voice]:
    """Voices that some model speaks; a line by any other is reported where it is written."""
    served = {id: config.model or settings.models.voice for id, config in settings.voices.items()}
    return {id: voice_record(id, settings.voices[id], cards[card]) for id, card in served.items() if card}


def _check_voices(
    settings: Settings,
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    sources: Sources,
    problems: Problems,
) -> None:
    """A voice is one of its model's own, or made from a recording: each needs what it is chosen by."""
    for id, voice in voices.items():
        card = cards[voice.model]
        if card.character and not voice.master:
            problems.add(
                sources.where(("voices", id, "master")),
                f"card {card.id} speaks in a voice made from a recording; name one under assets/masters/voices/",
            )
        if not card.character and settings.voices[id].preset is None:
            problems.add(sources.where(("voices", id, "preset")), f"name one of the voices of card {card.id}")


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
        drawn = [
            id
            for id, config in settings.characters.items()
            if not config.clip and not all(look.pictures for look in config.looks.values())
        ]
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


def _repair(settings: Settings, cards: Mapping[str, ModelCard], sources: Sources, problems: Problems) -> Repair:
    config = settings.repair
    card = cards[settings.models.repair] if settings.models.repair else None
    routes = [_route(settings, number, cards, sources, problems) for number in range(len(config.routes))]
    if card and not config.routes and "lines" in sources_of(card.fields):
        problems.add(
            sources.where(("models", "repair")),
            f"{card.id} moves the mouth of who speaks, and mends nothing else; name it in `repair.routes` as lip-sync",
        )
    # The control condition of `prompt-only` must not get its references back through a repair.
    able = card is not None or config.method == "remake" or routes  # a remake asks the shots' own models
    enabled = config.enabled and bool(able) and settings.conditioning == "references"
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
        routes=[route for route in routes if route is not None],
    )


def _route(
    settings: Settings, number: int, cards: Mapping[str, ModelCard], sources: Sources, problems: Problems
) -> Route | None:
    """A route as it is written, with its card; None for one whose problem ends the run."""
    config, where = settings.repair.routes[number], ("repair", "routes", number)
    if config in settings.repair.routes[:number]:
        problems.add(sources.where(where), f"{config.way} stands there twice; an attempt takes each route once")
        return None
    if config.way in ("another-take", "stronger-references"):
        if config.model:
            problems.add(sources.where((*where, "model")), f"{config.way} asks the shot's own model; take `model` out")
            return None
        if config.parameters and config.way == "another-take":
            problems.add(
                sources.where((*where, "parameters")),
                "another-take asks for what the shot asked for, with another seed; write them in stronger-references",
            )
            return None
        return Route(way=config.way, parameters=config.parameters)
    name = config.model or settings.models.repair
    if name is None:
        problems.add(
            sources.where(where), f"{config.way} needs a card of kind repair; name it by `model:`, or in conf/models/"
        )
        return None
    card = cards[name]
    if card.kind != "repair":
        problems.add(sources.where((*where, "model")), f"card {name} makes {card.kind}, not repair")
        return None
    if (config.way == "lip-sync") != ("lines" in sources_of(card.fields)):
        said = "has no field for `lines`" if config.way == "lip-sync" else "takes `lines`, and is for lip-sync"
        problems.add(sources.where(where), f"{config.way}: card {name} {said}; name another `model`")
        return None
    return Route(
        way=config.way, model=name, provider=card.provider, parameters={**card.parameters, **config.parameters}
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
