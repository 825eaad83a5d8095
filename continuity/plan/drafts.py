"""The first draft of a model's card, from the schema that its service publishes.

A draft maps what is known by its name, gives the limits that the schema states, and says in comments what a person
must decide. It has no price, so that nothing can be sent with it before somebody has looked one up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from continuity.plan.model_schema import Input, Published
from continuity.plan.schema import Kind

Rule = str | dict[str, Any]
MAKES: dict[str, Kind] = {"image": "image", "audio": "voice", "video": "video"}
ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "3:2", "2:3", "4:5", "5:4")
#: A request's parts, and what services call them, the likeliest first.
NAMES: dict[str, tuple[str, ...]] = {
    "prompt": ("prompt", "text", "text_prompt", "input_text", "script"),
    "negative_prompt": ("negative_prompt",),
    "seed": ("seed",),
    "seconds": ("duration", "duration_seconds", "seconds", "video_length", "length"),
    "frames": ("num_frames", "frames"),
    "fps": ("fps", "frames_per_second", "frame_rate"),
    "aspect": ("aspect_ratio", "ratio"),
    "voice": ("voice", "voice_id", "speaker"),
    "people": ("elements", "characters", "subjects"),
    "pictures": (
        "image_urls", "reference_image_urls", "reference_images", "input_images", "images", "image_input",
        "subject_images", "input_references",
    ),
    "picture": (
        "image_url", "image", "start_image_url", "first_frame_url", "first_frame_image", "start_image", "input_image",
        "face_image_url", "swap_image", "reference_image_url", "source_image",
    ),
    "lines": ("audio_url", "audio", "input_audio", "driving_audio"),
    "clip": ("video_url", "video", "input_video", "driving_video_url", "reference_video_url", "target_video"),
}  # fmt: skip
FALSE = ("generate_audio", "enable_prompt_expansion", "prompt_expansion", "prompt_optimizer", "enhance_prompt",
         "prompt_upsampling", "watermark")  # fmt: skip
NOT_TAKEN = {
    "prompt": "its schema has no prompt; the take that it is given says all",
    "seed": "its schema has no seed; every take is another",
    "negative_prompt": "its schema has none; say what there is instead",
    **dict.fromkeys(("pictures", "people", "scenery"), "its schema has no pictures; it works on what the take has"),
    "further_pictures": "one picture is taken, the most important",
    "seconds": "what is made is as long as the clip that it is given",
    "voice_sample": "its voices are its own; a recorded sample is what lines are held against, not what is followed",
}


@dataclass(frozen=True)
class Draft:
    """The file's text, and what is left to a person, in words."""

    text: str
    kind: Kind
    open: tuple[str, ...]


def kind_of(model: Published) -> Kind | None:
    """By what comes out and what goes in; None where the outputs do not say. A repair is known to people alone."""
    made = MAKES.get(model.makes)
    if made == "video" and _find(model, "clip"):
        return "motion"
    return made


def draft(provider: str, model_name: str, model: Published, kind: Kind, source: str, today: str) -> Draft:
    """A card of ``kind`` for a model.

    What is mapped: the prompt, what shall not be seen, seed, length, rate, size and shape, voices, pictures, clips.
    """
    fields: dict[str, Rule] = {}
    limits: dict[str, Any] = {}
    left = dict(NOT_TAKEN)
    for one, source_name in _mapped(model, kind):
        fields.update(_rules(one, source_name, kind))
        limits.update(_limits(one, source_name))
    used = {_head(name) for name in fields}
    for one in model.inputs:
        if one.name in FALSE and one.name not in used:
            fields[one.name] = {"value": False}
            used.add(one.name)
    sources = {rule if isinstance(rule, str) else str(rule.get("from")) for rule in fields.values()}
    left = {part: why for part, why in left.items() if _is_left_out(part, kind, sources)}
    rest = [one for one in model.inputs if one.name not in used]
    needed, offered = [one for one in rest if one.required], [one for one in rest if not one.required]
    opens = ["its price: `price: {usd: …, per: second}`, or per call, or 1000 characters; nothing is sent without one"]
    opens += [f"{one.name}, which the model needs and no part of a request fills: {_told(one)}" for one in needed]
    if not model.result:
        opens.append("where the result's address lies in the answer: `result`, as JMESPath")
    if kind != "voice" and "prompt" not in sources and kind != "repair":
        opens.append("the prompt: no input has a name that is known for it")
    if kind in ("image", "video") and sources & {"pictures", "people"}:
        opens.append("how its prompts say which picture shows whom: `mention`, `introduce` (docs/providers.md)")
    lines = [
        f"# {model_name} on {provider}: a first draft from its published schema; hold it against the model's own page.",
        *(f"# Left to you: {each}" for each in opens),
        f"provider: {provider}",
        f"kind: {kind}",
        f"title: {_yaml(f'{model_name} on {provider}')}",
        f"service_model: {_yaml(model_name)}",
        "fields:",
        *(f"  {_key(name)}: {_yaml(rule)}" for name, rule in fields.items()),
        *(f"  # {one.name}: {_told(one)}" for one in offered),
        *(["leaves_out:", *(f"  {part}: {_yaml(why)}" for part, why in left.items())] if left else []),
        *(["limits:", *(f"  {name}: {_yaml(value)}" for name, value in limits.items())] if limits else []),
        "# price: {usd: 0.00, per: second}",
        *([f"result: {_yaml(model.result)}"] if model.result else []),
        f"source: {_yaml(source)}",
        f'checked: "{today}"',
    ]
    return Draft("\n".join(lines) + "\n", kind, tuple(opens))


def _find(model: Published, part: str) -> Input | None:
    return next((model.names[name] for name in NAMES[part] if name in model.names), None)


def _mapped(model: Published, kind: Kind) -> Iterable[tuple[Input, str]]:
    """Inputs with the part of a request that each holds, in the order of `NAMES`."""
    parts: dict[str, Callable[[], bool]] = {
        "voice": lambda: kind == "voice",
        "people": lambda: kind == "video",
        "clip": lambda: kind in ("motion", "repair"),
        "lines": lambda: kind == "repair",
        "seconds": lambda: kind == "video",
        "frames": lambda: kind == "video" and _find(model, "seconds") is None,
        "picture": lambda: kind in ("video", "repair") or (kind != "voice" and _find(model, "pictures") is None),
        "pictures": lambda: kind != "voice",
    }
    for part in NAMES:
        if parts.get(part, lambda: True)() and (one := _find(model, part)) is not None:
            if part == "picture" and one.type == "array":
                part = "pictures"
            if part == "pictures" and one.type != "array":
                part = "picture"
            if part == "people" and not one.inside:
                continue
            yield one, part
    if kind in ("image", "video", "motion"):
        if "width" in model.names and "height" in model.names:
            yield model.names["width"], "width"
            yield model.names["height"], "height"
        elif (size := model.names.get("image_size")) is not None and {"width", "height"} <= {
            each.name for each in size.inside
        }:
            yield size, "size"


def _rules(one: Input, part: str, kind: Kind) -> dict[str, Rule]:
    """The card's fields for one input."""
    if part == "size":
        return {f"{one.name}.width": "width", f"{one.name}.height": "height"}
    if part == "seconds":
        return {one.name: _duration(one)}
    if part == "frames":
        return {one.name: {"from": "seconds", "as": "frames"}}
    if part == "voice":
        return {one.name: {"from": "voice", "of": list(one.choices)} if one.choices else "voice"}
    if part == "pictures":
        return {one.name: {"from": "pictures", "most": one.most_items} if one.most_items else "pictures"}
    if part == "people":
        inside = {each.name: each.type for each in one.inside}
        shape = {
            name: "others" if type == "array" else "first"
            for name, type in inside.items()
            if "image" in name or "picture" in name
        }
        return {one.name: {"from": "people", **({"most": one.most_items} if one.most_items else {}), "each": shape}}
    if part == "picture":
        start = any(word in one.name for word in ("start", "first_frame")) or (kind == "video" and one.type == "string")
        needed = {"needed": True} if one.required else {}
        if kind == "video" and start:
            rule: dict[str, Any] = {"from": "start_frame", **({"else": "first_picture"} if one.required else {})}
            return {one.name: rule if len(rule) > 1 else "start_frame"}
        return {one.name: {"from": "first_picture", **needed} if needed else "first_picture"}
    if part == "clip":
        role = "failed_take" if kind == "repair" else "driving_clip"
        return {one.name: {"from": role, "needed": True} if one.required else role}
    if part == "lines" and one.required:
        return {one.name: {"from": "lines", "needed": True}}
    return {one.name: part}


def _duration(one: Input) -> Rule:
    texts = [choice for choice in one.choices if isinstance(choice, str) and _seconds(choice) is not None]
    if texts and all(choice.endswith("s") for choice in texts):
        return {"from": "seconds", "text": "{}s"}
    return {"from": "seconds", "as": "text"} if texts or one.type == "string" else "seconds"


def _limits(one: Input, part: str) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if part == "seconds":
        lengths = sorted({length for choice in one.choices if (length := _seconds(choice)) is not None})
        if lengths:
            limits |= {"durations": lengths, "max_seconds": lengths[-1]}
        else:
            bounds = {"min_seconds": one.least, "max_seconds": one.most}
            limits |= {name: value for name, value in bounds.items() if value is not None}
    elif part == "aspect":
        if shapes := [choice for choice in one.choices if choice in ASPECTS]:
            limits["aspects"] = shapes
    elif part == "prompt" and one.longest:
        limits["max_prompt_characters"] = one.longest
    elif part == "pictures" and one.most_items:
        limits["max_references"] = one.most_items
    elif part == "people" and one.most_items:
        limits["max_characters"] = one.most_items
    return limits


def _seconds(choice: Any) -> float | None:
    try:
        value = float(str(choice).removesuffix("s"))
    except ValueError:
        return None  # as "auto"
    return int(value) if value.is_integer() else value


def _is_left_out(part: str, kind: Kind, sources: set[str]) -> bool:
    """Whether a request of the kind has the part, and no field holds it."""
    bare = kind == "repair" and not sources & {"pictures", "first_picture", "people"}
    applies: Mapping[str, bool] = {
        "prompt": kind == "repair",
        "pictures": bare,
        "people": bare,
        "scenery": bare,
        "seed": True,
        "negative_prompt": kind in ("image", "video", "motion"),
        "further_pictures": bare or (kind != "voice" and "first_picture" in sources),
        "seconds": kind in ("motion", "repair"),
        "voice_sample": kind == "voice",
    }
    return applies[part] and part not in sources


def _head(name: str) -> str:
    return name.partition(".")[0]


def _told(one: Input) -> str:
    kinds = f"{one.type or 'anything'}{f' of {one.items}' if one.items else ''}"
    choices = f", one of {', '.join(map(str, one.choices[:8]))}{' …' if len(one.choices) > 8 else ''}"
    default = f", {json.dumps(one.default, ensure_ascii=False)} where it is left out" if one.default is not None else ""
    says = f". {one.says[:80]}{'…' if len(one.says) > 80 else ''}" if one.says else ""
    return f"{kinds}{choices if one.choices else ''}{default}{says}"


def _key(name: str) -> str:
    return name if name.replace("_", "").replace(".", "").isalnum() else json.dumps(name)


def _yaml(value: Any) -> str:
    """A value on one line. JSON is YAML; plain words need no quotes."""
    if isinstance(value, str):
        plain = value and value[0].isalpha() and not set(value) & set(":#{}[],&*?|<>=!%@`'\"\\")
        said = value if plain and value not in ("true", "false", "null", "yes", "no") else ""
        return said or json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(str(name))}: {_yaml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_yaml(each) for each in value) + "]"
    return json.dumps(value)
