"""What a service publishes of a model: its inputs and where its result lies, from an OpenAPI file or a JSON Schema.

Read are the three forms in which brokers publish a model: an OpenAPI file with the model's own path (fal, Comfy
Router), one whose schemas are called ``Input`` and ``Output`` (Replicate), and a bare JSON Schema of the inputs, alone
or beside that of the outputs (``{"input": …, "output": …}``). OpenAPI 3.1, spec.openapis.org; JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from continuity.errors import ConfigError

Schema = Mapping[str, Any]
DEEPEST = 12  # references within references; a schema may name itself
ADDRESSES = ("uri", "url", "file")  # where a result lies, by the name or format of a string


@dataclass(frozen=True)
class Input:
    """One input of a model. ``type`` is of JSON Schema, of an array's items ``items``; ``inside`` holds an object's."""

    name: str
    type: str
    required: bool = False
    choices: tuple[Any, ...] = ()
    default: Any = None
    least: float | None = None
    most: float | None = None  # of a number
    longest: int | None = None  # of a text
    most_items: int | None = None
    items: str = ""
    inside: tuple[Input, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Published:
    """``result`` is the JMESPath of the first address among the outputs, empty where there is none; ``makes`` the kind
    of file by that field's name: video, image or audio."""

    inputs: tuple[Input, ...]
    result: str = ""
    makes: str = ""
    names: Mapping[str, Input] = field(default_factory=dict)


def published(whole: Any, model: str, under: str = "") -> Published:
    """What ``whole``, a parsed JSON file, says of ``model``; the answer holds its outputs ``under`` that name.

    Raises ConfigError where it describes no inputs.
    """
    if not isinstance(whole, Mapping):
        raise ConfigError("is no schema: it must hold one JSON object")
    taken, given = _found(whole, model)
    if taken is None:
        raise ConfigError(
            f"describes no inputs of {model}: it must be the model's OpenAPI file, or the JSON Schema of its inputs"
        )
    inputs = tuple(_inputs(taken, whole))
    if not inputs:
        raise ConfigError(f"describes no inputs of {model}: its schema has no properties")
    result, makes = _result(given, whole, under) if given is not None else ("", "")
    return Published(inputs, result, makes, {one.name: one for one in inputs})


def _found(whole: Schema, model: str) -> tuple[Schema | None, Schema | None]:
    """The schemas of what is taken and of what is given."""
    if isinstance(paths := whole.get("paths"), Mapping):
        taken = given = None
        for path, verbs in paths.items():
            if not isinstance(verbs, Mapping):
                continue
            if taken is None and isinstance(post := verbs.get("post"), Mapping) and model.strip("/") in str(path):
                taken = _of_body(post.get("requestBody"), whole)
                given = given or _of_answers(post, whole)
            if isinstance(get := verbs.get("get"), Mapping) and str(path).rstrip("/").endswith("{request_id}"):
                given = _of_answers(get, whole) or given
        if taken is not None:
            return taken, given
    schemas = whole.get("components", {}).get("schemas", {}) if isinstance(whole.get("components"), Mapping) else {}
    if isinstance(schemas, Mapping) and "Input" in schemas:
        return _settled(schemas["Input"], whole), _settled(schemas.get("Output"), whole)
    if isinstance(whole.get("input"), Mapping):
        return _settled(whole["input"], whole), _settled(whole.get("output"), whole)
    return (_settled(whole, whole), None) if isinstance(whole.get("properties"), Mapping) else (None, None)


def _of_body(body: Any, whole: Schema) -> Schema | None:
    content = _settled(body, whole) or {}
    json = content.get("content", {}).get("application/json", {}) if isinstance(content.get("content"), Mapping) else {}
    return _settled(json.get("schema"), whole)


def _of_answers(verb: Schema, whole: Schema) -> Schema | None:
    answers = verb.get("responses")
    if not isinstance(answers, Mapping):
        return None
    for status in ("200", "201"):
        if (found := _of_body(answers.get(status), whole)) is not None and "request_id" not in found.get(
            "properties", {}
        ):
            return found
    return None


def _settled(schema: Any, whole: Schema, depth: int = 0) -> Schema | None:
    """A schema without references, and of several that may be, the first that is something."""
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return None
    if isinstance(named := schema.get("$ref"), str):
        found: Any = whole
        for part in named.removeprefix("#/").split("/"):
            found = found.get(part.replace("~1", "/")) if isinstance(found, Mapping) else None
        settled = _settled(found, whole, depth + 1)
        return {**settled, **{k: v for k, v in schema.items() if k != "$ref"}} if settled is not None else None
    for several in ("allOf", "anyOf", "oneOf"):
        if isinstance(of := schema.get(several), list) and of:
            rest = {k: v for k, v in schema.items() if k != several}
            kinds = [one for each in of if (one := _settled(each, whole, depth + 1)) and one.get("type") != "null"]
            if kinds:
                choices = [choice for one in kinds for choice in one.get("enum", ())]
                objects_last = sorted(kinds, key=lambda one: one.get("type") == "object" and several != "allOf")
                return {**objects_last[0], **rest, **({"enum": choices} if choices else {}), "_all": kinds}
    return schema


def _inputs(schema: Schema, whole: Schema, depth: int = 0) -> Iterator[Input]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or depth > 2:
        return
    order = [name for name in schema.get("x-fal-order-properties") or () if name in properties]
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    for name in dict.fromkeys([*order, *properties]):
        if (one := _settled(properties[name], whole)) is None:
            continue
        items = _settled(one.get("items"), whole) or {}
        shapes = [each for each in one.get("_all", (one,)) if isinstance(each.get("properties"), Mapping)]
        kind = one.get("type")
        yield Input(
            str(name),
            str(next((each for each in kind if each != "null"), "")) if isinstance(kind, list) else str(kind or ""),
            name in (required or ()) and "default" not in one,
            tuple(one["enum"]) if isinstance(one.get("enum"), list) else (),
            one.get("default"),
            _number(one.get("minimum")),
            _number(one.get("maximum")),
            _whole(one.get("maxLength")),
            _whole(one.get("maxItems")),
            str(items.get("type") or ""),
            tuple(_inputs(items or (shapes[0] if shapes else {}), whole, depth + 1)),
            " ".join(str(one.get("description") or "").split()),
        )


def _result(schema: Schema, whole: Schema, under: str) -> tuple[str, str]:
    """Where the result's address is, as JMESPath, and what kind of file it is by its names."""
    for path, kind in _addresses(schema, whole, under, 0):
        return path, kind
    return "", ""


def _addresses(schema: Schema, whole: Schema, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > 4:
        return
    kind = _kind(path)
    if schema.get("type") == "string":
        last = path.rpartition(".")[2]
        if schema.get("format") in ADDRESSES or any(word in last.lower() for word in ADDRESSES):
            yield path, kind
    elif schema.get("type") == "array" and (items := _settled(schema.get("items"), whole)) is not None:
        yield from _addresses(items, whole, f"{path}[0]", depth + 1)
    elif isinstance(properties := schema.get("properties"), Mapping):
        likely = sorted(properties, key=lambda name: not _kind(name))
        for name in likely:
            if (one := _settled(properties[name], whole)) is not None:
                yield from _addresses(one, whole, f"{path}.{name}" if path else str(name), depth + 1)


def _kind(path: str) -> str:
    return next((kind for kind in ("video", "image", "audio") if kind in path.lower()), "")


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
