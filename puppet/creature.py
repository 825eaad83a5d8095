"""A small animal in one pose, as parts from back to front, in creature units (see `fur`)."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from puppet import fur_body, limbs, mannequin, props
from puppet.anatomy import ANATOMIES
from puppet.expression import face_of, gaze_of
from puppet.hats import BRIMMED
from puppet.human import Figure, quantise
from puppet.layers import Matrix, Part, place
from puppet.rig import Placed, Pose, Style, Traits
from puppet.svg import keyed

SOLES = 284.0
_UPPER, _FORE = 44.0, 58.0

BOUNDS: dict[str, tuple[float, float, float, float]] = {
    "creature-head": (-210, -140, 430, 290), "creature-ears": (-200, -350, 400, 400), "eyes": (-130, -40, 310, 120),
    "mouth": (-70, 50, 290, 80), "brows": (-130, -80, 300, 110), "glasses": (-130, -40, 320, 120),
    "creature-hat": (-110, -220, 220, 180), "brimmed hat": (-220, -270, 440, 230), "cloak": (-220, -20, 440, 300),
    "backpack": (-230, -10, 460, 240), "creature-tail": (-30, -190, 220, 260),
    "creature-body": (-150, -30, 300, 300), "creature-upper-arm": (-48, -40, 96, 130),
    "creature-forearm": (-48, -40, 96, 140), "creature-foot": (-60, -34, 150, 76), "scarf": (-84, -48, 168, 116),
    "scarf-tail": (-44, -24, 90, 186), "creature-label": (-98, -28, 196, 56), "creature-card": (-82, -34, 164, 150),
}
_OWN_BOUNDS: dict[tuple[str, str], tuple[float, float, float, float]] = {  # where a species needs more room
    ("bird", "mouth"): (-80, 10, 310, 130), ("bird", "creature-forearm"): (-64, -44, 160, 190),
    ("bird", "creature-tail"): (-40, -160, 230, 260), ("robot", "eyes"): (-150, -60, 310, 130),
    ("robot", "mouth"): (-70, 40, 290, 80), ("robot", "glasses"): (-150, -60, 340, 130),
    ("robot", "brows"): (-150, -110, 320, 130),
    **{(species, "creature-hat"): (-130, -250, 280, 240) for species in ("robot", "dog", "bird", "placeholder")},
    ("robot", "creature-foot"): (-60, -44, 150, 86),
    ("dog", "mouth"): (-70, 50, 290, 100), ("dog", "creature-tail"): (-30, -200, 220, 270),
}


def pose_creature(placed: Placed) -> Figure:
    """All parts of a creature in ``placed.pose``."""
    return _Creature(placed.traits, placed.style, placed.pose).figure()


class _Creature:
    def __init__(self, traits: Traits, style: Style, pose: Pose) -> None:
        self.traits, self.style, self.pose = traits, style, pose
        yaw = quantise(min(max(pose.yaw, -2.0), 2.0), 12)
        self.turn, self.facing = abs(yaw), -1 if yaw < 0 else 1
        body = quantise(min(max(pose.body_yaw, -1.0), 1.0), 4)
        self.body_turn, self.body_facing = abs(body), -1 if body < 0 else 1
        self.height = place(0, SOLES * (1 - traits.height), 0, traits.height)
        self.sink = 34.0 if pose.seated else 46.0 * pose.down
        drop = place(0, pose.bob * 0.5 + self.sink)
        self.root = self.height @ drop
        self.stance = self.root @ place(0, 240) @ place(0, 0, pose.lean) @ place(0, -240)
        self.drawn = ANATOMIES[traits.species]
        # what else of a species changes its pixels; every part's key holds all of it
        self.make = (traits.species,) if traits.species in ("fox", "cat", "bear", "rabbit") else (
            traits.species, traits.fur, traits.fur_light, traits.trim, traits.eyes, traits.nose, traits.ears,
            traits.eye_scale,
            traits.freckles, traits.head_shape, traits.antenna, traits.lamps, traits.ear_shape, traits.marked,
            traits.crest, traits.called,
        )
        self.narrow = traits.build * (1 - 0.12 * self.body_turn)

    def part(self, name: str, transform: Matrix, draw: object, *key: object) -> Part:
        bounds = _OWN_BOUNDS.get((self.traits.species, name), BOUNDS[name])
        return Part((name, self.style, *self.make, *key), bounds, draw, transform)  # type: ignore[arg-type]

    def figure(self) -> Figure:
        traits, style, pose, outfit = self.traits, self.style, self.pose, self.traits.outfit
        feet_parts, feet = self.feet()
        away = -self.body_facing if self.body_turn or self.pose.yaw else -1
        away = 1 if not self.body_turn else away  # the tail shows at the right, or trails behind a turned body
        size = traits.tail
        tail = self.part(
            "creature-tail",
            self.stance @ place(30 * away, 204, 8 * pose.sway * away, size * away, size),
            lambda: self.drawn.tail(traits, style),
            traits.species,
            traits.fur,
            traits.fur_light,
        )
        coat = (
            outfit.jacket, outfit.jacket_cut, outfit.apron, outfit.cloak, outfit.backpack, outfit.lower,
            outfit.trousers if outfit.lower != "trousers" else None,
        )  # fmt: skip
        body = self.part(
            "creature-body",
            self.stance @ place(0, 24, 0, self.body_facing * self.narrow, 1),
            lambda: self.drawn.body(traits, style, self.body_turn),
            traits.fur,
            traits.fur_light,
            coat,
            self.body_turn,
        )
        behind: list[Part] = []
        before: list[Part] = []
        over_head: list[Part] = []
        for side in (-1, 1):
            parts, hand = self.arm(side)
            far = self.body_turn > 0 and side == self.body_facing
            if hand[1] < 56 or (pose.palm and side > 0):
                over_head += parts
            elif far and abs(hand[0]) > 80:
                behind += parts
            else:
                before += parts
        scarf: list[Part] = []
        if outfit.scarf is not None:
            colour = outfit.scarf
            scarf = [
                self.part(
                    "scarf-tail",
                    self.stance @ place(40 if traits.species != "placeholder" else 82, 76, -6 + 8 * pose.sway, 0.7),
                    lambda: limbs.draw_scarf_tail(colour, style),
                    colour,
                ),
                self.part(
                    "scarf", self.stance @ place(0, 44, 0, 1.15, 0.9), lambda: limbs.draw_scarf(colour, style), colour
                ),
            ]
        label, card = self.labels()
        lower = [body, *feet_parts] if pose.seated or pose.down else [*feet_parts, body]
        behind = [*self.cloak(), tail, *self.backpack(), *behind]
        return Figure([*behind, *lower, *card, *before, *scarf, *self.head(), *label, *over_head], feet, SOLES)

    def cloak(self) -> list[Part]:
        cloak = self.traits.outfit.cloak
        return [] if cloak is None else [self.on_the_back("cloak", fur_body.draw_cloak, cloak)]

    def backpack(self) -> list[Part]:
        pack = self.traits.outfit.backpack
        return [] if pack is None else [self.on_the_back("backpack", fur_body.draw_backpack, pack)]

    def on_the_back(self, name: str, draw: Callable[[str, Style, float], str], colour: str) -> Part:
        at = self.stance @ place(0, 24, 0, self.body_facing * self.narrow, 1)
        return self.part(name, at, lambda: draw(colour, self.style, self.body_turn), colour, self.body_turn)

    def head(self) -> list[Part]:
        traits, style, pose, turn = self.traits, self.style, self.pose, self.turn
        face, gaze = face_of(pose), gaze_of(pose)
        gaze = (gaze[0] * self.facing, gaze[1])
        at = self.stance @ place(0, 40, pose.tilt) @ place(0, -100, 0, self.facing, 1)
        blush = quantise(face.blush, 6)

        def part(name: str, draw: object, *key: object) -> Part:
            return self.part(name, at, draw, traits.species, turn, traits.face_width, *key)

        parts = [
            part(
                "creature-ears", lambda: self.drawn.ears(traits, style, turn), traits.fur, traits.fur_light, traits.ears
            ),
            part(
                "creature-head",
                lambda: self.drawn.head(traits, style, turn, blush),
                traits.fur,
                traits.fur_light,
                traits.nose,
                blush,
            ),
            part(
                "eyes",
                lambda: self.drawn.eyes(traits, style, turn, face, gaze),
                traits.eyes,
                traits.fur,
                traits.eye_scale,
                face.opening,
                face.lower_lid,
                gaze,
            ),
            part(
                "mouth",
                lambda: self.drawn.mouth(traits, style, turn, face),
                face.mouth_open,
                face.mouth_width,
                face.mouth_curve,
            ),
            part(
                "brows",
                lambda: self.drawn.brows(traits, style, turn, face),
                traits.fur,
                traits.brows,
                face.brow_y,
                face.brow_angle,
            ),
        ]
        outfit = traits.outfit
        if traits.glasses is not None:
            parts.append(
                part("glasses", lambda: self.drawn.glasses(traits, style, turn), traits.glasses, traits.glasses_shape)
            )
        if outfit.hat is not None:
            hat = part("creature-hat", lambda: self.drawn.hat(traits, style, turn), outfit.hat, outfit.hat_cut)
            if outfit.hat_cut in BRIMMED:
                hat = replace(hat, key=(*hat.key, outfit.hat_band), bounds=BOUNDS["brimmed hat"])
            parts.append(hat)
        return parts

    def labels(self) -> tuple[list[Part], list[Part]]:
        """A placeholder's word on its forehead and on its chest; readable whichever way it looks."""
        traits, style = self.traits, self.style
        if traits.species != "placeholder":
            return [], []
        x, across = keyed([0, 34, 56], self.turn) * self.facing, keyed([1, 0.86, 0.58], self.turn)
        head = self.stance @ place(0, 40, self.pose.tilt) @ place(x * traits.face_width, -156, 0, across, 1)
        chest = self.stance @ place(24 * self.body_turn * self.body_facing, 84, 0, 1 - 0.12 * self.body_turn, 1)
        return (
            [self.part("creature-label", head, lambda: mannequin.draw_label(traits, style))],
            [self.part("creature-card", chest, lambda: mannequin.draw_card(traits, style))],
        )

    def arm(self, side: int) -> tuple[list[Part], np.ndarray]:
        """The parts of one arm, and its paw's place on the upright body."""
        traits, style, pose = self.traits, self.style, self.pose
        upper, fore = pose.arms[:2] if side < 0 else pose.arms[2:]
        rest = -6 * side  # short arms stand off a round body
        shoulder = place(side * 76 * self.narrow, 76, upper + rest)
        elbow = shoulder @ place(0, _UPPER, fore)
        wrist = elbow @ place(0, _FORE - 14)
        colour = fur_body.sleeve(traits)
        parts = [
            self.part(
                "creature-forearm",
                self.stance @ elbow @ (place(0, 0, 0, side, 1) if self.drawn.handed else place()),
                lambda: self.drawn.forearm(colour, traits, style),
                colour,
                traits.fur,
                traits.fur_light,
            ),
            self.part(
                "creature-upper-arm",
                self.stance @ shoulder,
                lambda: self.drawn.upper_arm(colour, traits, style),
                colour,
            ),
        ]
        if pose.holding is not None and side > 0:
            prop = props.held(pose.holding, style, self.stance @ wrist @ place(0, 0, 0, 0.85))
            parts = [*parts, prop] if props.kind_of(pose.holding) in props.IN_FRONT else [prop, *parts]
        return parts, (wrist @ np.array([0.0, 16.0, 1.0]))[:2]

    def feet(self) -> tuple[list[Part], list[tuple[float, float]]]:
        """Both feet, the far one first, and their soles."""
        pose = self.pose
        parts: list[Part] = []
        soles: list[tuple[float, float]] = []
        far = self.body_facing
        for side in (far, -far):
            thigh, shin = pose.legs[:2] if side < 0 else pose.legs[2:]
            swing = math.radians(thigh + 0.5 * shin)
            x = side * 46 * self.narrow - 70 * math.sin(swing)
            y = 254 - 22 * (1 - math.cos(swing)) - max(0.0, abs(shin) - 6) * 0.35
            toe = self.body_facing if self.body_turn else side
            at = self.root @ place(x, y - self.sink, 0, toe, 1)
            if pose.down and (pose.posture != "one knee" or side == -far):  # before the body, as it sinks
                at = self.root @ place(x + 26 * toe * pose.down, y - self.sink, 0, toe, 1 + 0.12 * pose.down)
            if pose.seated:
                at = self.root @ place(side * 66, 254 - self.sink - 4, 0, toe * 1.05, 1.2)
            parts.append(
                self.part(
                    "creature-foot",
                    at,
                    lambda: self.drawn.foot(self.traits, self.style),
                    self.traits.fur,
                    self.traits.species,
                )
            )
            sole = at @ np.array([6.0, 30.0, 1.0])
            soles.append((float(sole[0]), float(sole[1])))
        return parts, soles
