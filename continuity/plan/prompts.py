"""The words a model is sent: written around the character.

A shot's prompt says who does what, where and how it is filmed. With ``conditioning: references`` it
never says what a character looks like, since the references do and a second description pulls against
them; a wardrobe is called by its name. With ``prompt-only`` the bible's words stand in for the
references, so that the two conditions differ in nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from continuity.plan.schema import CastMember, Character, Line, Location, Look, Prop

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

FRAMINGS = {"wide": "Wide shot", "medium": "Medium shot", "close-up": "Close-up"}
CAMERAS = {
    "static": "The camera does not move.",
    "push-in": "The camera slowly pushes in.",
    "pan-left": "The camera pans to the left.",
    "pan-right": "The camera pans to the right.",
}


def fill_names(text: str, names: Mapping[str, str]) -> str:
    """``{ami}`` and ``{character:ami}`` become names; ``names`` maps what may stand in the braces.

    Raises KeyError with the placeholder's inside when it is unknown.
    """
    return PLACEHOLDER.sub(lambda match: names[match[1].strip()], text)


def placeholder_names(
    characters: Mapping[str, Character], locations: Mapping[str, Location], props: Mapping[str, Prop]
) -> dict[str, str]:
    """What may stand in braces: ``ami``, ``character:ami``, ``location:cafe``, ``prop:letter``."""
    return {
        **{id: one.name for id, one in characters.items()},
        **{f"character:{id}": one.name for id, one in characters.items()},
        **{f"location:{id}": one.name for id, one in locations.items()},
        **{f"prop:{id}": one.name for id, one in props.items()},
    }


def shot_prompt(
    *,
    action: str,
    framing: str,
    camera: str,
    cast: Sequence[CastMember],
    characters: Mapping[str, Character],
    location: Location | None,
    time: str | None,
    light: str,
    props: Sequence[Prop],
    lines: Sequence[Line],
    described: bool,
) -> str:
    """One paragraph. ``described`` adds the bible's words for each character (prompt-only)."""
    sentences = [f"{FRAMINGS[framing]}{_of(cast, characters)}."]
    sentences += [_presence(member, characters[member.character], alone=len(cast) == 1) for member in cast]
    if described:
        sentences += [_appearance(member, characters[member.character]) for member in cast]
    sentences.append(_sentence(action))
    if location:
        sentences.append(_sentence(", ".join(filter(None, (location.name, time, light)))))
        if described:
            sentences.append(_sentence(location.words))
    elif light:
        sentences.append(_sentence(light))
    if props:
        in_view = ", ".join(f"{prop.name} ({prop.words})" if described else prop.name for prop in props)
        sentences.append(f"In view: {in_view}.")
    sentences += [f'{characters[line.character].name} says: "{line.text}"' for line in lines if not line.off_screen]
    sentences.append(CAMERAS[camera])
    return " ".join([*sentences, *_styles(cast, characters)])


def transfer_prompt(character: Character, look: Look) -> str:
    return f"{character.name} performs exactly what the driving clip shows. Rendered as {look.style}."


def portrait_prompt(character: Character, look: Look, step: str, trait: str | None, wardrobe: str | None) -> str:
    """Words for one library picture of a character. Only the headshot and lookalikes describe the bible."""
    described = bible_words(character, wardrobe)
    again = f"The same character as in the reference: {character.name}"
    match step:
        case "headshot":
            words = f"Headshot of {character.name}: {described}. Neutral, facing the viewer"
        case "lookalike":
            words = f"Headshot: {described}. Neutral, facing the viewer"
        case "angle":
            words = f"{again}, {angle_words(trait or 'front')}, head and shoulders"
        case "wardrobe":
            words = f"{again}, full figure, wearing {wardrobe}"
        case "expression":
            words = f"{again}, headshot, {trait} expression"
        case _:
            raise ValueError(f"no such step: {step}")
    kept = " Keep the identity of the reference." if step == "headshot" and look.master else ""
    return f"{words}, plain background. Rendered as {look.style}.{kept}"


def location_prompt(location: Location, time: str, style: str) -> str:
    return " ".join(
        filter(None, (f"{location.name}: {location.words}. {_sentence(location.times[time])} Nobody in view.", style))
    )


def prop_prompt(prop: Prop, style: str) -> str:
    return " ".join(filter(None, (f"{prop.name}: {prop.words}. Alone, plain background.", style)))


def bible_words(character: Character, wardrobe: str | None) -> str:
    """``"jaw-length lavender hair, large teal eyes, …, wearing a red scarf"``."""
    traits = ", ".join(character.bible.values())
    return f"{traits}, wearing {wardrobe}" if wardrobe else traits


def angle_words(angle: str) -> str:
    """``"three-quarter-left"`` as ``"three-quarter left view"``; ``front`` faces the camera."""
    if angle == "front":
        return "facing the camera"
    view, _, side = angle.rpartition("-") if angle.endswith(("-left", "-right")) else (angle, "", "")
    return f"{view} view{' to the ' + side if side else ''}"


def _of(cast: Sequence[CastMember], characters: Mapping[str, Character]) -> str:
    names = [characters[member.character].name for member in cast]
    if not names:
        return ""
    return " of " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")


def _presence(member: CastMember, character: Character, alone: bool) -> str:
    """How a character is there: outfit by name, expression, angle, and place where there is a choice."""
    parts = [
        f"in the {member.wardrobe} outfit" if member.wardrobe else "",
        member.expression,
        angle_words(member.angle),
        _place(member.position, alone),
    ]
    return f"{character.name} is {', '.join(filter(None, parts))}."


def _place(position: str, alone: bool) -> str:
    if position == "centre":
        return "" if alone else "in the centre"
    return f"on the {position}"


def _styles(cast: Sequence[CastMember], characters: Mapping[str, Character]) -> list[str]:
    """How the picture is rendered, or each character where they differ."""
    styles = {characters[m.character].name: characters[m.character].looks[m.look].style for m in cast}
    if len(set(styles.values())) == 1:
        return [f"Rendered as {next(iter(styles.values()))}."]
    return [f"{name} is rendered as {style}." for name, style in styles.items()]


def _appearance(member: CastMember, character: Character) -> str:
    wardrobe = character.wardrobes.get(member.wardrobe) if member.wardrobe else None
    return f"{character.name} has {bible_words(character, wardrobe)}."


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", '"')) else text + "."
