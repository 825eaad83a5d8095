"""What the puppet will not do, said before anything is made: each objection names the value and the way out."""

from __future__ import annotations

from continuity.media.rates import called
from continuity.request import Request
from puppet import acting, pictures

MAX_SECONDS = 15.0
MAX_RESOLUTION = (1920, 1080)  # either way up
MAX_CHARACTERS = 3
_PARAMETERS = {"image": ("drift",), "video": ("drift",), "motion": ("drift",), "repair": ("residual",)}
_FRAMINGS = ("wide", "medium", "close-up")
_POSITIONS = ("left", "centre", "right")


def objections(request: Request) -> list[str]:
    """What cannot be done as asked, worst first."""
    if request.kind not in _PARAMETERS:
        kinds = ", ".join(_PARAMETERS)
        return [f"`puppet` makes {kinds}, not {request.kind}; choose another card under models.{request.kind}"]
    found = []
    for name, value in request.parameters.items():
        allowed = _PARAMETERS[request.kind]
        if name not in allowed:
            found.append(f"`puppet` takes no parameter `{name}` for {request.kind}, only {', '.join(allowed)}")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            found.append(f"parameter {name} is {value!r}; give a number from 0 to 1")
    return found + _form(request) + (_of_picture(request) if request.kind == "image" else _of_clip(request))


def _form(request: Request) -> list[str]:
    found = []
    moving = request.kind == "video"
    if request.resolution is not None:
        width, height = request.resolution
        if (
            min(width, height) < 32
            or max(width, height) > max(MAX_RESOLUTION)
            or min(width, height) > min(MAX_RESOLUTION)
        ):
            found.append(
                f"{width}x{height} cannot be drawn; `puppet` goes from 32x32 to {MAX_RESOLUTION[0]}x{MAX_RESOLUTION[1]}"
            )
        elif request.kind != "image" and (width % 2 or height % 2):
            found.append(f"{width}x{height} cannot be encoded; give even width and height")
    elif moving:
        found.append("a video request needs a resolution")
    if request.seconds is not None and not 0 < request.seconds <= MAX_SECONDS:
        found.append(f"{request.seconds:g} s cannot be made; `puppet` goes up to {MAX_SECONDS:g} s")
    elif moving and request.seconds is None:
        found.append("a video request needs its seconds")
    if request.fps is not None and not 1 <= request.fps <= 60:
        found.append(f"{called(request.fps)} frames per second cannot be made; give 1 to 60")
    elif moving and request.fps is None:
        found.append("a video request needs its frames per second")
    if moving and not found and round((request.seconds or 0) * (request.fps or 0)) < 1:
        found.append("the shot is shorter than one frame")
    return found


def _of_picture(request: Request) -> list[str]:
    step, trait = request.direction.get("step"), request.direction.get("trait")
    if step not in pictures.STEPS:
        return [f"`puppet` draws {', '.join(pictures.STEPS)}, not {step!r}"]
    needs = step if step in ("location", "prop") else "character"
    if not request.direction.get(needs):
        return [f"a picture of step {step} needs direction.{needs}"]
    if step == "angle":
        return _of_angle(str(trait))
    if step == "expression" and acting.read_expression(str(trait)) is None:
        return [_no_expression(str(trait))]
    return []


def _of_clip(request: Request) -> list[str]:
    direction = request.direction
    found = []
    members = direction.get("characters") or ()
    if len(members) > MAX_CHARACTERS:
        found.append(f"{len(members)} characters are cast; `puppet` draws at most {MAX_CHARACTERS} in a shot")
    for member in members:
        found += _of_angle(str(member.get("angle") or "front"))
        if acting.read_expression(str(member.get("expression") or "neutral")) is None:
            found.append(_no_expression(str(member["expression"])))
        if (position := member.get("position") or "centre") not in _POSITIONS:
            found.append(f"position {position!r} is none of {', '.join(_POSITIONS)}")
    for name, value, allowed in (
        ("camera", direction.get("camera") or "static", acting.CAMERAS),
        ("framing", direction.get("framing", "medium"), _FRAMINGS),
    ):
        if value not in allowed:
            found.append(f"{name} {value!r} is none of {', '.join(allowed)}")
    wanted = {"motion": "driving_clip", "repair": "failed_take"}.get(request.kind)
    if wanted and request.reference(wanted) is None:
        found.append(f"a {request.kind} request needs a reference of role {wanted}")
    if request.kind == "motion" and not (direction.get("transfer") or {}).get("character"):
        found.append("a motion request needs direction.transfer.character: who is drawn in the new look")
    return found


def _of_angle(angle: str) -> list[str]:
    if angle in acting.ANGLES:
        return []
    if angle == "back":
        return ["angle `back` cannot be drawn: the puppet has no back; choose front, three-quarter or profile"]
    return [f"angle {angle!r} is none of {', '.join(acting.ANGLES)}"]


def _no_expression(word: str) -> str:
    return f"expression {word!r} cannot be drawn; choose neutral, happy, surprised, sad, focused or angry"
