"""Library pictures: headshot, angles, wardrobes, expressions, lookalikes, places and props."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from continuity.plan.seeds import derive_seed
from continuity.request import Request
from puppet import casting, identity, words
from puppet.acting import ANGLES, read_expression
from puppet.identity import Kept, stray
from puppet.rig import Pose, Style

STEPS = ("headshot", "angle", "wardrobe", "expression", "lookalike", "location", "prop")
# A picture is looked at before it becomes a reference, so it strays little and never grossly.
DEFAULT_DRIFT = 0.05
_DEFAULT_RESOLUTION = (768, 768)


def draw_picture(request: Request, path: Path) -> None:
    """Make one library picture at ``path``, with what it shows written into it."""
    from puppet.draw import backdrop, prop_picture

    step = request.direction["step"]
    width, height = request.resolution or _DEFAULT_RESOLUTION
    if step == "location":
        stage = replace(casting.stage(request, _style(request)), framing="wide")
        identity.write_picture(path, backdrop(stage, width, height), Kept(stage.location, seed=stage.seed))
    elif step == "prop":
        prop: dict[str, Any] = dict(request.direction["prop"])
        picture = prop_picture(str(prop["id"]), str(prop.get("words") or prop["id"]), _style(request), width, height)
        identity.write_picture(path, picture, Kept(str(prop["id"]), seed=request.seed))
    else:
        _draw_character(request, path, step, width, height)


def _style(request: Request) -> Style:
    """A place or a thing has no look of its own: the series' words in the prompt speak for it."""
    return words.style_of(str(request.direction.get("look_style") or request.prompt))


def _draw_character(request: Request, path: Path, step: str, width: int, height: int) -> None:
    from puppet.draw import portrait

    trait = str(request.direction.get("trait") or "")
    member = {"look_style": request.direction.get("look_style", ""), **request.direction["character"]}
    wardrobe = trait if step == "wardrobe" else member.get("wardrobe")
    figure = casting.figure(request, member, wardrobe)
    if figure.from_pictures:
        drift = float(request.parameters.get("drift", DEFAULT_DRIFT))
        traits = stray(figure.traits, drift, derive_seed(request.seed, "picture"), gross=False, steps=1)[0][1]
    else:
        traits = figure.traits  # words leave enough open
    pose, crop = Pose(), "head"
    if step == "angle":
        yaw = ANGLES[trait]
        pose = replace(pose, yaw=yaw, body_yaw=max(-1.0, min(1.0, yaw * 0.8)))
    elif step == "expression":
        pose = replace(pose, expression=read_expression(trait) or "neutral")
    elif step == "wardrobe":
        crop = "full"
    framed: Literal["head", "full"] = "full" if crop == "full" else "head"
    picture = portrait(traits, figure.style, pose, width, height, framed)
    identity.write_picture(path, picture, Kept(figure.actor.id, traits, figure.style, wardrobe))
