"""What a model card's ``fields`` may say: a service's field, and the part of a request that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from continuity.plan.ids import suggestion

#: The parts of a request, by the names that cards use; `continuity.providers.mapping` fills them.
SOURCES = (
    "prompt", "negative_prompt", "seed", "seconds", "fps", "width", "height", "aspect", "voice", "model", "pictures",
    "first_picture", "further_pictures", "scenery", "people", "characters", "name", "start_frame", "driving_clip",
    "failed_take", "failed_job", "clip", "heads", "known_voice", "sample", "lines",
)  # fmt: skip
KEYS = (
    "from", "else", "value", "items", "as", "of", "most", "each", "text", "number", "fps", "step", "plus", "without",
    "needed",
)  # fmt: skip
FORMS = ("text", "frames", "base64")
SHAPES = ("it", "first", "others", "all", "data", "mime")  # what `each` may hold of one thing, beside a fixed value
NUMBERED = ("pictures",)  # sources of which a field may hold one, by its number


def sources_of(fields: Mapping[str, Any]) -> set[str]:
    """The parts of a request that a card's ``fields`` may hold."""
    rules = [{"from": rule} if isinstance(rule, str) else rule for rule in fields.values()]
    return {str(rule[key]) for rule in rules for key in ("from", "else") if key in rule}


def problems_of(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, what is wrong there) of a card's ``fields``, whatever is asked of the model."""
    for name, rule in fields.items():
        rule = {"from": rule} if isinstance(rule, str) else rule
        if not isinstance(rule, Mapping):
            yield name, "must be the name of a source, or a mapping"
            continue
        unknown = [key for key in rule if key not in KEYS]
        if unknown:
            yield name, f"unknown key '{unknown[0]}'; {suggestion(str(unknown[0]), KEYS)}"
        elif len({"from", "value", "items"} & set(rule)) != 1:
            yield name, "must have either `from`, `value` or `items`"
        elif "items" in rule:
            parts = rule["items"]
            if not isinstance(parts, list) or not parts or len(rule) > 1:
                yield name, "`items` must be a list of what fills it, and stand alone"
            else:
                yield from problems_of({f"{name}.items[{n}]": part for n, part in enumerate(parts)})
        elif "of" in rule and not isinstance(rule["of"], (Mapping, list)):
            yield name, "`of` must be a list of what the model takes, or a mapping of what each value is called there"
        elif "from" in rule and rule["from"] not in SOURCES:
            yield name, f"there is no source '{rule['from']}'; {suggestion(str(rule['from']), SOURCES)}"
        else:
            yield from ((name, said) for said in _problems(rule))


def _problems(rule: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the rest of a rule."""
    if "else" in rule and rule["else"] not in SOURCES:
        yield f"else: there is no source '{rule['else']}'; {suggestion(str(rule['else']), SOURCES)}"
    if "as" in rule and rule["as"] not in FORMS:
        yield f"as: must be one of {', '.join(FORMS)}"
    for key in ("number", "step", "plus", "fps"):
        least = 0 if key == "plus" else 1
        if key in rule and (not isinstance(rule[key], int) or isinstance(rule[key], bool) or rule[key] < least):
            yield f"{key}: must be a whole number, {least} or more"
    if "number" in rule and rule.get("from") not in NUMBERED:
        yield f"number: is for {', '.join(NUMBERED)}, counted from 1"
    if rule.get("as") == "frames" and rule.get("from") != "seconds":
        yield "as: frames are counted from seconds"
    for key, needs in (("fps", "frames"), ("plus", "step")):
        if key in rule and needs not in (rule.get("as"), *rule):
            yield f"{key}: means nothing without {'`as: frames`' if key == 'fps' else '`step`'}"
    shape = rule.get("each", {})
    if not isinstance(shape, Mapping):
        yield "each: must be a mapping of names to what they hold"
    else:
        for name, kind in shape.items():
            if not (isinstance(kind, Mapping) and set(kind) == {"value"}) and kind not in SHAPES:
                yield f"each: {name} must be one of {', '.join(SHAPES)}, or a mapping with `value`"
    names = rule.get("without", [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        yield "without: must be a list of nodes"
