"""The library in making order: what each picture and voice sample is called, and what it is made from.

Headshot first, then what leans on it (angles, wardrobes, expressions), then lookalikes, places, props
and voices. An item's parents always come earlier, so making them in order never waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from continuity.plan.bible import CharacterConfig, VoiceConfig
from continuity.plan.clips import file_of
from continuity.plan.config import Settings
from continuity.plan.estimate import price_of, price_of_line
from continuity.plan.footage import PACKAGE
from continuity.plan.pictures import Pictures
from continuity.plan.prompts import location_prompt, portrait_prompt, prop_prompt
from continuity.plan.schema import (
    CastMember,
    Character,
    LibraryItem,
    Location,
    Look,
    ModelCard,
    Prop,
    ShownClip,
    Step,
    Voice,
)
from continuity.plan.seeds import library_seed

LONGEST_SIDE = 1536  # pixels of a picture that was brought: services take no larger ones in numbers

# ---- records ----------------------------------------------------------------------------------


def character_record(
    id: str,
    config: CharacterConfig,
    settings: Settings,
    pictures: Mapping[str, Pictures],
    clips: Mapping[str, ShownClip],
) -> Character:
    """The bible entry, narrowed to the pictures that the series wants (``series.library``). ``pictures``, ``clips``: by
    look."""
    choice = settings.series.library

    stills = config.clip.stills if config.clip else {}

    def shown(step: str) -> list[str]:
        """What the frames of a reference clip, or a look's own pictures, show need not be listed again."""
        own = [trait for each in pictures.values() for trait in each.traits(step)]
        return [name.removeprefix(f"{step}-") for name in stills if name.startswith(f"{step}-")] + own

    def kept(names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
        return [name for name in dict.fromkeys(names) if wanted is None or name in wanted]

    single = len(config.looks) == 1
    return Character(
        id=id,
        name=config.name,
        kind=config.kind,
        pronouns=config.pronouns,
        bible=config.bible,
        looks={
            name: Look(
                id=name,
                style=look.style,
                master=f"masters/{look.master}" if look.master else None,
                folder=id if single else f"{id}/{name}",
                clip=clips.get(name),
            )
            for name, look in config.looks.items()
        },
        wardrobes={name: config.wardrobes[name] for name in kept(list(config.wardrobes), choice.wardrobes)},
        expressions=kept([*config.expressions, *shown("expression")], choice.expressions),
        angles=kept([*config.angles, *shown("angle")], choice.angles),
        voice=config.voice,
    )


def voice_record(id: str, config: VoiceConfig, card: ModelCard) -> Voice:
    return Voice(
        id=id,
        preset=config.preset or id,
        provider=card.provider,
        model=card.id,
        sample=config.sample,
        master=f"masters/voices/{config.master}" if config.master else None,
        parameters={**card.parameters, **config.parameters},
    )


# ---- roles ------------------------------------------------------------------------------------


def picture_role(look: Look, step: str, trait: str | None = None) -> str:
    """``ami/anime/angle-profile``."""
    return f"{look.folder}/{step}" + (f"-{trait}" if trait else "")


def shot_references(
    cast: Sequence[tuple[Character, CastMember]],
    location: str | None,
    time: str | None,
    props: Sequence[str],
    made: Mapping[str, LibraryItem],
) -> list[str]:
    """Roles for a shot, most important first: everyone's headshot, angle, wardrobe, expression; place; props.

    Only roles in ``made`` are named: a front view, a neutral face and a place without a time need no
    picture beyond the headshot.
    """
    steps = (("headshot", None), ("angle", "angle"), ("wardrobe", "wardrobe"), ("expression", "expression"))
    roles = [
        picture_role(character.looks[member.look], step, getattr(member, field) if field else None)
        for step, field in steps
        for character, member in cast
    ]
    roles += [f"locations/{location}-{time}", *(f"props/{prop}" for prop in props)]
    return [role for role in dict.fromkeys(roles) if role in made]


# ---- items ------------------------------------------------------------------------------------


def library_items(
    settings: Settings,
    characters: Mapping[str, Character],
    locations: Mapping[str, Location],
    times: Mapping[str, Sequence[str]],
    props: Mapping[str, Prop],
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    pictures: Mapping[str, Mapping[str, Pictures]],
) -> list[LibraryItem]:
    """Everything the design stage makes. ``times``: location id -> the times that shots use; ``pictures``: by
    character and look."""
    image = cards[settings.models.image] if settings.models.image else None
    items: list[LibraryItem] = []
    for id, character in characters.items():
        config = settings.characters[id]
        for look in character.looks.values():
            if config.clip:
                items += _stills(config, character, look)
            elif own := pictures[id].get(look.id):
                items += _own_pictures(own, character, look)
            elif image:
                items += _portraits(settings, config, character, look, image)
    if image:
        for id, location in locations.items():
            items += [_location(location, time, settings, image) for time in times.get(id, ())]
        items += [_prop(prop, settings, image) for prop in props.values()]
    items += [_voice(voice, cards[voice.model]) for voice in voices.values()]
    return items


def _portraits(
    settings: Settings, config: CharacterConfig, character: Character, look: Look, card: ModelCard
) -> list[LibraryItem]:
    default_wardrobe = next(iter(character.wardrobes.values()), None)
    side = settings.quality.portrait

    def item(step: Step, trait: str | None, parents: list[str], wardrobe: str | None = default_wardrobe) -> LibraryItem:
        role = picture_role(look, step, trait)
        return LibraryItem(
            role=role,
            kind="image",
            step=step,
            subject=character.id,
            look=look.id,
            trait=trait,
            prompt=portrait_prompt(character, look, step, trait, wardrobe),
            direction={
                "step": step,
                "trait": trait,
                "look_style": look.style,
                "character": {
                    "id": character.id,
                    "name": character.name,
                    "kind": character.kind,
                    "bible": dict(character.bible),
                    "wardrobe_words": wardrobe,
                },
            },
            seed=library_seed(character.id, role, config.seed),
            model=card.id,
            provider=card.provider,
            parents=parents,
            # A wardrobe picture shows the whole figure, so it stands upright.
            resolution=(side, side // 3 * 4 // 2 * 2) if step == "wardrobe" else (side, side),
            parameters=dict(card.parameters),
            price_usd=price_of(card, seconds=0, pictures=len(parents)),
        )

    headshot = picture_role(look, "headshot")
    front = [picture_role(look, "angle", "front")] if "front" in character.angles else []
    return [
        item("headshot", None, [look.master] if look.master else []),
        *(item("angle", angle, [headshot]) for angle in character.angles),
        *(item("wardrobe", id, [headshot, *front], words) for id, words in character.wardrobes.items()),
        # The headshot is the neutral expression.
        *(item("expression", name, [headshot]) for name in character.expressions if name != "neutral"),
        *(item("lookalike", str(n + 1), []) for n in range(settings.series.library.lookalikes)),
    ]


def _stills(config: CharacterConfig, character: Character, look: Look) -> list[LibraryItem]:
    assert config.clip
    file = file_of(config.clip)
    packaged = file.startswith(PACKAGE)
    clip = {"file": file, "start": config.clip.start, "seconds": config.clip.seconds}
    parents = [] if packaged else [file.removeprefix("assets/")]
    items = []
    for name, still in sorted(config.clip.stills.items(), key=lambda entry: entry[0] != "headshot"):
        step, _, trait = name.partition("-")
        if trait and trait not in (*character.angles, *character.expressions, *character.wardrobes):
            continue  # left out by series.library
        role = picture_role(look, step, trait or None)
        items.append(
            LibraryItem(
                role=role,
                kind="image",
                step="still",
                subject=character.id,
                look=look.id,
                trait=trait or None,
                prompt=f"{character.name}, {step} {trait}".rstrip() + f": a still at {still.at:g} s",
                direction={"clip": clip, "still": {"at": still.at, "box": list(still.box) if still.box else None}},
                seed=0,
                model="still",
                provider="still",
                parents=parents,
            )
        )
    return items


def _own_pictures(pictures: Pictures, character: Character, look: Look) -> list[LibraryItem]:
    items = []
    for name, file in pictures.files.items():
        step, _, trait = name.partition("-")
        if trait and trait not in (*character.angles, *character.expressions, *character.wardrobes):
            continue  # left out by series.library
        items.append(
            LibraryItem(
                role=picture_role(look, step, trait or None),
                kind="image",
                step=cast(Step, step),
                subject=character.id,
                look=look.id,
                trait=trait or None,
                prompt=f"{character.name}, {step} {trait}".rstrip() + ": a picture of their own",
                direction={"picture": {"longest": LONGEST_SIDE}},
                seed=0,
                model="still",
                provider="still",
                parents=[f"masters/{file}"],
            )
        )
    return items


def _picture(step: Step, role: str, subject: str, settings: Settings, card: ModelCard, **rest: Any) -> LibraryItem:
    return LibraryItem(
        role=role,
        kind="image",
        step=step,
        subject=subject,
        model=card.id,
        provider=card.provider,
        parents=[],
        parameters=dict(card.parameters),
        price_usd=price_of(card, seconds=0),
        **rest,
    )


def _location(location: Location, time: str, settings: Settings, card: ModelCard) -> LibraryItem:
    return _picture(
        "location",
        f"locations/{location.id}-{time}",
        location.id,
        settings,
        card,
        trait=time,
        prompt=location_prompt(location, time, settings.series.style),
        direction={
            "step": "location",
            "location": {"id": location.id, "name": location.name, "words": location.words},
            "time": time,
            "time_words": location.times[time],
        },
        seed=library_seed(location.id, f"locations/{location.id}"),  # one place at every time
        resolution=settings.quality.resolution,
    )


def _prop(prop: Prop, settings: Settings, card: ModelCard) -> LibraryItem:
    return _picture(
        "prop",
        f"props/{prop.id}",
        prop.id,
        settings,
        card,
        prompt=prop_prompt(prop, settings.series.style),
        direction={"step": "prop", "prop": {"id": prop.id, "name": prop.name, "words": prop.words}},
        seed=library_seed(prop.id, f"props/{prop.id}"),
        resolution=(settings.quality.portrait, settings.quality.portrait),
    )


def _voice(voice: Voice, card: ModelCard) -> LibraryItem:
    role = f"voices/{voice.id}"
    return LibraryItem(
        role=role,
        kind="voice",
        step="voice",
        subject=voice.id,
        prompt=voice.sample,
        direction={"step": "voice", "voice": voice.preset},
        seed=library_seed(voice.id, role),
        model=card.id,
        provider=card.provider,
        parents=[voice.master] if voice.master else [],
        parameters=dict(voice.parameters),
        price_usd=price_of_line(card, voice.sample),
    )
