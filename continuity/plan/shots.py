"""From a shot as written to a shot as planned: inheritance, names, references, seeds, prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from continuity.errors import ConfigError, MediaError
from continuity.plan.casting import Casting
from continuity.plan.config import Settings
from continuity.plan.estimate import price_of
from continuity.plan.footage import seconds_from
from continuity.plan.library import shot_references
from continuity.plan.lines import Lines
from continuity.plan.problems import Problems
from continuity.plan.prompts import fill_names, placeholder_names, shot_prompt, transfer_prompt
from continuity.plan.schema import (
    CastMember,
    Character,
    Chosen,
    Footage,
    LibraryItem,
    Location,
    ModelCard,
    Prop,
    Shot,
    Transfer,
    Voice,
)
from continuity.plan.script import SceneConfig, ShotConfig
from continuity.plan.sections import MOST_SECONDS
from continuity.plan.seeds import shot_seed, transfer_seed
from continuity.plan.situations import Facts
from continuity.plan.sources import Place, Sources


@dataclass(frozen=True)
class World:
    """Everything a shot may name. ``root`` is the project's folder, where its footage lies."""

    root: Path
    characters: Mapping[str, Character]
    locations: Mapping[str, Location]
    props: Mapping[str, Prop]
    voices: Mapping[str, Voice]
    cards: Mapping[str, ModelCard]
    library: Mapping[str, LibraryItem]


class ShotBuilder:
    """Builds shots in story order and collects what is wrong with them."""

    def __init__(self, settings: Settings, world: World, sources: Sources, problems: Problems) -> None:
        self.settings = settings
        self.world = world
        self.sources = sources
        self.problems = problems
        self.casting = Casting(settings, world.characters, sources, problems)
        self.lines = Lines(settings, world.characters, world.voices, sources, problems)
        self.built: dict[str, Shot] = {}

    def build(self, id: str, episode: str, scene_id: str, scene: SceneConfig, written: ShotConfig) -> None:
        """Add one shot to ``built``; a shot with problems is left out, since its problems end the run."""
        where = self.sources.place("series", "episodes", episode, "scenes", scene_id, "shots", id)
        before = len(self.problems.lines)
        settings, world, defaults = self.settings, self.world, self.settings.series.every_shot
        shot = self.lines.off_screen(written)

        if id in self.built:
            self.problems.add(
                where, f"shot id '{id}' is taken by episode {self.built[id].episode}; ids are unique in a series"
            )
        location = shot.location or scene.location
        time = shot.time or scene.time or self._first_time(location)
        elsewhere = (location, time) != (scene.location, scene.time or self._first_time(scene.location))
        light = shot.light or (None if elsewhere else scene.light) or self._light(location, time)
        self._check_place(where, scene, shot, location, time)
        for prop in shot.props:
            if prop not in world.props:
                self.problems.unknown(where.at("props"), "a prop of this series", prop, world.props)
        cast = self.casting.cast(where, scene, shot)
        action = self._action(where, shot.action)
        footage = self._footage(where, shot)
        # Each piece of footage is as long as it is; what is planned for the shot holds the longest.
        said = shot.seconds or defaults.seconds
        lengths = [piece.seconds or said for piece in footage] or [said]
        seconds = max(lengths)
        lines = self.lines.read(where, written, min(lengths))
        self._check_start(where, shot)
        transfer_of = self.casting.transferred(where, shot, cast)
        facts = self._facts(shot, transfer_of is not None)
        card, chosen = self._card(where, shot, facts)
        if len(self.problems.lines) > before or card is None:
            return

        framing, camera = shot.framing or defaults.framing, shot.camera or defaults.camera
        described = settings.conditioning == "prompt-only"
        people = [(world.characters[member.character], member) for member in cast]
        references = [] if described else self._few(shot_references(people, location, time, shot.props, world.library))
        seed = shot.seed if shot.seed is not None else shot_seed(settings.seed, id)
        takes = shot.takes or settings.takes
        self.built[id] = Shot(
            id=id,
            episode=episode,
            scene=scene_id,
            order=len(self.built),
            action=action,
            prompt=shot_prompt(
                action=action,
                framing=framing,
                camera=camera,
                cast=cast,
                characters=world.characters,
                location=world.locations[location] if location else None,
                time=time,
                light=light,
                props=[world.props[prop] for prop in shot.props],
                lines=[line for line in lines if line.sound is None],  # else the clip is what it is
                described=described,
            ),
            negative_prompt=shot.negative_prompt
            if shot.negative_prompt is not None
            else settings.series.negative_prompt,
            framing=framing,
            camera=camera,
            location=location,
            time=time,
            light=light,
            props=list(dict.fromkeys(shot.props)),
            characters=cast,
            lines=lines,
            seed=seed,
            takes=len(footage) or takes.at_least,
            at_most=len(footage) or takes.at_most,
            model=card.id,
            provider=card.provider,
            references=references,
            seconds=seconds,
            resolution=settings.quality.resolution,
            fps=settings.quality.fps,
            start_from=shot.start_from,
            transfer=self._transfer(transfer_of, facts, seed, seconds) if transfer_of else None,
            footage=footage,
            parameters={**card.parameters, **shot.parameters},
            price_usd=price_of(card, seconds),
            chosen=chosen,
        )

    def _footage(self, where: Place, shot: ShotConfig) -> list[Footage]:
        """The pieces, each with its own length where neither it nor the shot says another."""
        pieces = []
        for number, piece in enumerate(shot.footage):
            here, seconds = where.at("footage", number), piece.seconds
            if seconds is None and shot.seconds is None:
                try:
                    seconds = seconds_from(self.world.root, piece.file, piece.start)
                except (ConfigError, MediaError) as error:
                    self.problems.add(here, str(error))
                    continue
            if seconds is not None and seconds > MOST_SECONDS:
                self.problems.add(
                    here,
                    f"{piece.file} plays {seconds:g} s from {piece.start:g} s, over a shot's most of {MOST_SECONDS} s; "
                    "say which `seconds` of it to take",
                )
            pieces.append(Footage(file=piece.file, start=piece.start, seconds=seconds))
        return pieces

    # ---- place -----------------------------------------------------------------------------

    def _first_time(self, location: str | None) -> str | None:
        place = self.world.locations.get(location or "")
        return next(iter(place.times)) if place else None

    def _light(self, location: str | None, time: str | None) -> str:
        place = self.world.locations.get(location or "")
        return place.times.get(time or "", "") if place else ""

    def _check_place(
        self, where: Place, scene: SceneConfig, shot: ShotConfig, location: str | None, time: str | None
    ) -> None:
        if location is None:
            return
        of_scene = where.above(2)  # what a scene says wrongly is told once, not for each shot
        if location not in self.world.locations:
            here = where if shot.location else of_scene
            self.problems.unknown(here.at("location"), "a location of this series", location, self.world.locations)
        elif time is not None and time not in (times := self.world.locations[location].times):
            here = where if shot.time or shot.location else of_scene
            self.problems.unknown(here.at("time"), f"a time of {location}", time, times)

    # ---- words -----------------------------------------------------------------------------

    def _action(self, where: Place, action: str) -> str:
        names = placeholder_names(self.world.characters, self.world.locations, self.world.props)
        try:
            return fill_names(action, names)
        except KeyError as error:
            self.problems.unknown(
                where.at("action"), "a placeholder", f"{{{error.args[0]}}}", [f"{{{name}}}" for name in names]
            )
            return action

    # ---- models ----------------------------------------------------------------------------

    def _check_start(self, where: Place, shot: ShotConfig) -> None:
        if shot.start_from and shot.start_from not in self.built:
            self.problems.unknown(where.at("start_from"), "an earlier shot", shot.start_from, self.built)

    def _facts(self, shot: ShotConfig, transferred: bool) -> Facts:
        return Facts(
            people=len(shot.characters),
            speaks=any(not line.off_screen for line in shot.lines),
            framing=shot.framing or self.settings.series.every_shot.framing,
            start_from=shot.start_from,
            transferred=transferred,
            declared=tuple(shot.situations),
        )

    def _card(self, where: Place, shot: ShotConfig, facts: Facts) -> tuple[ModelCard | None, Chosen | None]:
        models = self.settings.models
        chosen: Chosen | None = None
        if shot.model:
            name, chosen = shot.model, Chosen(by="model", reason="the shot names it")
        elif shot.footage:
            name = models.footage
        else:
            name, chosen = models.video.choose(facts)
        card = self.world.cards[name]
        if card.kind != "video":
            self.problems.add(where.at("model"), f"card {card.id} makes {card.kind}, not video; choose a video card")
        elif card.made_elsewhere and not shot.footage:
            self.problems.add(where, "footage makes its takes, but it names none; add `footage: <file>`")
        elif shot.footage and not card.made_elsewhere:
            self.problems.add(
                where, f"has `footage`, which card {card.id} does not read; take out `model` or `footage`"
            )
        elif shot.footage and shot.takes and shot.takes.at_most != len(shot.footage):
            self.problems.add(
                where.at("takes"),
                f"is {shot.takes.at_most}, but there are {len(shot.footage)} pieces of footage; take it out",
            )
        else:
            return card, chosen
        return None, None

    def _transfer(self, member: CastMember, facts: Facts, seed: int, seconds: float) -> Transfer:
        motion = self.settings.models.motion
        assert motion and self.settings.series.look.shown
        name, chosen = motion.choose(facts)
        card = self.world.cards[name]
        character = self.world.characters[member.character]
        shown = member.model_copy(update={"look": self.settings.series.look.shown})
        return Transfer(
            character=member.character,
            look=shown.look,
            wardrobe=member.wardrobe,
            model=card.id,
            provider=card.provider,
            prompt=transfer_prompt(character, character.looks[shown.look]),
            seed=transfer_seed(seed),
            references=self._few(shot_references([(character, shown)], None, None, (), self.world.library)),
            parameters=dict(card.parameters),
            price_usd=price_of(card, seconds),
            chosen=chosen,
        )

    def _few(self, references: list[str]) -> list[str]:
        """The most important ones, when ``references.at_most`` asks for that."""
        return references[: self.settings.references.at_most]
