"""From the neutral request to a service's own fields, as a model card says it.

A card's ``fields`` name the service's fields (``input.prompt`` is one inside another, ``contents[].parts`` one inside
the only entry of a list) and what each of them holds:

    fields:
      prompt: prompt                                  # a source, see `SOURCES`
      duration: {from: seconds, as: text}             # "5" instead of 5
      resolution: {from: height, of: {720: 720p, 1080: 1080p}}
      image_urls: {from: pictures, most: 4}
      voice: {from: voice, of: [Kore, Puck]}          # nothing else is sent
      image: {from: start_frame, needed: true}        # nothing is sent without one
      generate_audio: {value: false}
      length: {from: seconds, as: frames, fps: 16, step: 4, plus: 1}    # the next number of frames of the form 4n + 1
      image_2: {from: pictures, number: 2}
      first_frame: {from: start_frame, else: first_picture}
      input_image: {from: first_picture, as: base64}                    # without the head of a data URI
      content:                                        # one list of several sources, each thing in the service's shape
        items:
          - {from: prompt, each: {type: {value: text}, text: it}}
          - {from: pictures, each: {type: {value: image_url}, image_url.url: it}}

What a request has and the card has no field for is refused, unless the card says under ``leaves_out`` why it may be
left out. The frame rate and the exact size are not asked for: what comes is brought to the series' form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from continuity.errors import RequestRefused
from continuity.plan import fields
from continuity.request import Reference, Request

Inputs = Mapping[str, str]  # SHA-256 -> how the service names the file

_ROUNDING = 1e-6  # 1.1 seconds at 30 frames a second are 33 frames, not 34
# roles of references that are no pictures of the library
SPECIAL = ("start_frame", "driving_clip", "failed_take", "clip", "lines")
_WAYS = {  # what to do where a model lacks what it needs
    "clip": "give the look that is to be known there a `clip` in conf/character/, two to four seconds of it",
    "failed_job": "it mends takes that were made by the same service, and this one was not; choose another card",
}
SAMPLES = ("voices/", "masters/voices/")  # beginnings of the roles of what is heard


def pictures(request: Request) -> list[Reference]:
    """The library's pictures among the references, most important first; a voice has samples there, and none."""
    return [r for r in request.references if "/" in r.role and not r.role.startswith(SAMPLES)]


def people(request: Request) -> list[list[Reference]]:
    """The pictures of each character, in the order of the cast; of those who have any."""
    return [pictures for _, pictures in _cast(request)]


def _cast(request: Request) -> list[tuple[str, list[Reference]]]:
    """Names and pictures."""
    cast = [(member["character"], member.get("name", "")) for member in request.direction.get("characters") or ()]
    if not cast and (carried := request.direction.get("transfer")):
        cast = [(carried["character"], str((request.card.get("names") or {}).get(carried["character"], "")))]
    return [(name, of) for id, name in cast if (of := [r for r in pictures(request) if r.role.split("/")[0] == id])]


def scenery(request: Request) -> list[Reference]:
    """The pictures that show nobody: locations and props."""
    return [r for r in pictures(request) if r.role.split("/")[0] in ("locations", "props")]


def prompt_of(request: Request) -> str:
    """The prompt, and in the service's own words which of its pictures shows whom.

    A card's ``mention`` says what stands in place of a name, wherever the prompt has it outside of what is spoken:
    ``@Element{n}``. Its ``introduce`` has a sentence for ``people`` and one for ``scenery``, for whom no mention has
    named. ``{name}`` is theirs, ``{n}`` their number among their like, ``{pictures}`` all their pictures, each as
    ``picture`` says it, by its number among all.
    """
    said, mention = request.form.get("introduce") or {}, request.form.get("mention") or {}
    numbers = {id(reference): n for n, reference in enumerate(pictures(request), 1)}
    shown = [("people", name, n, of) for n, (name, of) in enumerate(_cast(request), 1)]
    shown += [("scenery", _named(request, one), n, [one]) for n, one in enumerate(scenery(request), 1)]

    def written(words: str, name: str, n: int, of: list[Reference]) -> str:
        pictured = ", ".join(str(said.get("picture", "")).format(n=numbers[id(reference)]) for reference in of)
        return words.format(name=name, n=n, pictures=pictured)

    marks = {name: written(mention[kind], name, n, of) for kind, name, n, of in shown if kind in mention and name}
    prompt, mentioned = _marked(request.prompt, marks)
    introduced = [
        written(said[kind], name, n, of) for kind, name, n, of in shown if kind in said and name not in mentioned
    ]
    return " ".join([prompt, *introduced])


def _marked(prompt: str, marks: Mapping[str, str]) -> tuple[str, set[str]]:
    """The prompt with marks in place of names, and the names that were met. What is in quotes is spoken, and stays."""
    if not marks:
        return prompt, set()
    names = "|".join(re.escape(name) for name in sorted(marks, key=len, reverse=True))
    met: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        if (name := match["name"]) is None:
            return match[0]
        met.add(name)
        return marks[name]

    text = re.sub(rf"\"[^\"]*\"|“[^”]*”|(?<!\w)(?P<name>{names})(?!\w)", mark, prompt)
    return text, met


def _named(request: Request, reference: Reference) -> str:
    """What a picture of a place or a thing is called in the shot's words."""
    kind, _, name = reference.role.partition("/")
    if kind == "locations":
        return str((request.direction.get("location") or {}).get("name") or name)
    words = {prop["id"]: prop["words"] for prop in request.direction.get("props") or ()}
    return str(words.get(name, name))


def model_of(request: Request) -> str:
    """The service's model for this request."""
    bare = request.form.get("without_pictures")
    return str(bare) if bare and not pictures(request) else request.model


def _aspect(request: Request) -> str | None:
    if request.resolution is None:
        return None
    wide, high = request.resolution
    for across, down in ((16, 9), (9, 16), (4, 3), (3, 4), (1, 1), (21, 9), (3, 2), (2, 3)):
        if abs(wide / high / (across / down) - 1) < 0.01:  # 854x480 is called 16:9
            return f"{across}:{down}"
    common = math.gcd(wide, high)
    return f"{wide // common}:{high // common}"


def billed_seconds(request: Request) -> float | int | None:
    """The length to ask for: the shot's, or the next longer that the model offers."""
    seconds = request.seconds
    if seconds is None:
        return None
    longer = min((d for d in request.form.get("durations") or () if d >= seconds - 1e-6), default=seconds)
    return int(longer) if float(longer).is_integer() else longer


def _characters(request: Request) -> list[Any] | None:
    """By what the service knows each of the cast who has pictures, in order; empty before it has been shown them."""
    ids = request.card.get("characters") or {}
    cast = [member["character"] for member in request.direction.get("characters") or ()]
    shown = {reference.role.split("/")[0] for reference in pictures(request)}
    return [ids.get(id, "") for id in cast if id in shown] or None


def _sample(request: Request) -> Reference | None:
    """The recording that a voice is made from."""
    return next((r for r in request.references if r.role.startswith(SAMPLES)), None)


def _one(role: str) -> Callable[[Request, Inputs], str | None]:
    def of(request: Request, inputs: Inputs) -> str | None:
        reference = request.reference(role)
        return inputs[reference.sha256] if reference else None

    return of


#: What a field may hold: each gives a value, or None where the request has no such thing.
SOURCES: dict[str, Callable[[Request, Inputs], Any]] = {
    "prompt": lambda request, _: prompt_of(request),
    "negative_prompt": lambda request, _: request.negative_prompt or None,
    "seed": lambda request, _: request.seed,
    "seconds": lambda request, _: billed_seconds(request),
    "fps": lambda request, _: float(request.fps) if isinstance(request.fps, Fraction) else request.fps,
    "width": lambda request, _: request.resolution[0] if request.resolution else None,
    "height": lambda request, _: request.resolution[1] if request.resolution else None,
    "aspect": lambda request, _: _aspect(request),
    "voice": lambda request, _: request.direction.get("voice"),
    "known_voice": lambda request, _: request.card.get("known_voice", "") if request.kind == "voice" else None,
    "sample": lambda request, inputs: inputs[sample.sha256] if (sample := _sample(request)) else None,
    "model": lambda request, _: request.model,
    "pictures": lambda request, inputs: [inputs[r.sha256] for r in pictures(request)] or None,
    "first_picture": lambda request, inputs: next((inputs[r.sha256] for r in pictures(request)), None),
    "further_pictures": lambda request, inputs: [inputs[r.sha256] for r in pictures(request)[1:]] or None,
    "name": lambda request, _: request.direction.get("name"),
    "heads": lambda request, _: request.direction.get("heads"),
    "characters": lambda request, _: _characters(request),
    "scenery": lambda request, inputs: [inputs[r.sha256] for r in scenery(request)] or None,
    "people": lambda request, inputs: [[inputs[r.sha256] for r in of] for of in people(request)] or None,
    "failed_job": lambda request, _: request.card.get("failed_job"),
    **{role: _one(role) for role in SPECIAL},
}


assert set(SOURCES) == set(fields.SOURCES)


def missing(request: Request) -> list[str]:
    """What the request has and its card neither maps nor leaves out with a reason."""
    rules = [rule for whole in request.form.get("fields", {}).values() for rule in _parts(whole)]
    left = set(request.card.get("leaves_out") or ())
    shown = pictures(request)
    used = {_source(request, rule) for rule in rules if "number" not in rule}
    numbers = {rule["number"] for rule in rules if "number" in rule}
    if numbers >= set(range(1, len(shown) + 1)):
        used.add("pictures")  # one by one
    elif 1 in numbers:
        used.add("first_picture")
    has = {
        "prompt": bool(request.prompt),
        "negative_prompt": bool(request.negative_prompt),
        "seed": True,
        "seconds": request.seconds is not None,
        "people": bool(people(request)),
        "scenery": bool(scenery(request)),
        "pictures": bool(shown),
        "further_pictures": len(shown) > 1,
        **{role: request.reference(role) is not None for role in SPECIAL},
        "voice": request.kind == "voice",
        "voice_sample": request.kind == "voice" and bool(request.references),
        "sample": request.kind == "character" and _sample(request) is not None,
    }
    also = {  # what stands for what, where the request has it
        "people": {"pictures", "first_picture", "characters"},
        "scenery": {"pictures", "first_picture"},
        "pictures": {"people", "scenery", "first_picture", "characters"},
        "further_pictures": {"pictures", "people", "scenery", "characters"},
        "failed_take": {"failed_job"},
        "voice": {"known_voice"},
        "voice_sample": {"known_voice"},
    }
    return [
        name for name, there in has.items() if there and name not in left and not used & {name, *also.get(name, ())}
    ]


def check(request: Request) -> None:
    """Raise RequestRefused for anything that would be lost between the request and the model's fields."""
    if lacking := missing(request):
        raise RequestRefused(
            f"{request.subject}: the card of {request.model} has no field for {', '.join(lacking)}; map it under "
            "`fields`, or say under `leaves_out` why it may be left out"
        )
    most, prompt = request.card.get("most_prompt"), prompt_of(request)
    if most is not None and len(prompt) > most:
        raise RequestRefused(
            f"{request.subject}: the prompt has {len(prompt)} characters as {request.model} is told it, over its most "
            f"of {most}; shorten the words"
        )
    body_of(request, {reference.sha256: "" for reference in request.references})


def body_of(request: Request, inputs: Inputs) -> dict[str, Any]:
    """The body of a request, as the service's model takes it. Raises RequestRefused for what it cannot say."""
    body: dict[str, Any] = {}
    for name, value in values_of(request, inputs).items():
        if value is not None:
            _put(body, name, value)
    return body


def values_of(request: Request, inputs: Inputs) -> dict[str, Any]:
    """The value of each field and parameter; None where the request has no such thing. Raises RequestRefused."""
    fields = request.form["fields"]
    for name in request.parameters:
        if name in fields:
            raise RequestRefused(
                f"{request.subject}: parameter {name} is filled by the card of {request.model}; take it out"
            )
    values = {name: _value(request, inputs, name, _rule(rule)) for name, rule in fields.items()}
    return {**values, **request.parameters}


def _rule(rule: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {"from": rule} if isinstance(rule, str) else rule


def _parts(rule: str | Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rules that a field is filled by: several where it is a list of ``items``."""
    whole = _rule(rule)
    return [_rule(part) for part in whole["items"]] if "items" in whole else [whole]


def _source(request: Request, rule: Mapping[str, Any]) -> str | None:
    """The source that a rule takes for this request: where there is no such thing, the one that stands in for it."""
    source: str | None = rule.get("from")
    if source and "else" in rule and SOURCES[source](request, _ANY) is None:
        return str(rule["else"])
    return source


class _Any(dict[str, str]):
    """Inputs of which only the presence is asked."""

    def __missing__(self, sha256: str) -> str:
        return ""


_ANY = _Any()


def _value(request: Request, inputs: Inputs, name: str, rule: Mapping[str, Any]) -> Any:
    if "items" in rule:
        made = [_value(request, inputs, name, part) for part in _parts(rule)]
        return [one for some in made if some is not None for one in (some if isinstance(some, list) else [some])]
    if "value" in rule:
        return rule["value"]
    source = _source(request, rule)
    value: Any = SOURCES[source](request, inputs) if source else None
    if (number := rule.get("number")) is not None:
        value = value[number - 1] if value and number <= len(value) else None
    if value is None:
        if rule.get("needed"):
            way = _WAYS.get(rule["from"], "choose another card")
            raise RequestRefused(f"{request.subject}: {request.model} needs {rule['from']}, and there is none; {way}")
        return None
    if isinstance(value, list) and (most := rule.get("most")) is not None and len(value) > most:
        raise RequestRefused(
            f"{request.subject}: {len(value)} {rule['from']} are over the most of {most} that {request.model} takes as "
            f"{name}; show fewer, or set references.at_most"
        )
    if rule.get("as") == "base64":
        value = [_base64(of) for of in value] if isinstance(value, list) else _base64(value)
    if (each := rule.get("each")) is not None:
        value = [_each(of, each) for of in value] if isinstance(value, list) else _each(value, each)
    if (of := rule.get("of")) is not None:
        pairs = of.items() if isinstance(of, Mapping) else ((chosen, chosen) for chosen in of)
        choices = {str(key): chosen for key, chosen in pairs}
        if str(value) not in choices:
            way = "name one of these as the voice's `preset`" if rule["from"] == "voice" else "choose another quality"
            raise RequestRefused(
                f"{request.subject}: {request.model} takes {rule['from']} of {', '.join(choices)}, not {value}; {way}"
            )
        value = choices[str(value)]
    if rule.get("as") == "frames":
        value = math.ceil(value * (rule.get("fps") or request.fps or 0) - _ROUNDING)
    if (step := rule.get("step")) is not None:
        plus = rule.get("plus", 0)
        value = math.ceil(max(0, value - plus) / step - _ROUNDING) * step + plus
    if (text := rule.get("text")) is not None:
        return str(text).replace("{}", str(value))
    return str(value) if rule.get("as") == "text" else value


def _each(files: Any, shape: Mapping[str, Any]) -> dict[str, Any]:
    """A thing in a service's own shape: of one character ``first``, ``others`` or ``all``; ``it`` is a single one.

    ``data`` and ``mime`` are the two halves of a single one's data URI. A mapping ``{value: …}`` stands for itself.
    """
    of = files if isinstance(files, list) else [files]
    made: dict[str, Any] = {}
    for name, kind in shape.items():
        _put(made, name, kind["value"] if isinstance(kind, Mapping) else _shapes[kind](of))
    return made


def _base64(uri: str) -> str:
    return uri.rpartition(";base64,")[2]


_shapes: dict[str, Callable[[list[Any]], Any]] = {
    "it": lambda files: files[0],
    "first": lambda files: files[0],
    "others": lambda files: files[1:] or files[:1],
    "all": lambda files: files,
    "data": lambda files: _base64(files[0]),
    "mime": lambda files: files[0].partition(";")[0].removeprefix("data:"),
}


assert set(_shapes) == set(fields.SHAPES)


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    """``a.b`` is one field inside another, ``a[].b`` one inside the only entry of a list."""
    *outer, last = name.split(".")
    for part in outer:
        body = body.setdefault(part[:-2], [{}])[0] if part.endswith("[]") else body.setdefault(part, {})
    body[last] = value
