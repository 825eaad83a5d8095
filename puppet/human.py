"""A human in one pose, as parts from back to front.

Figure units: the base of the neck is the origin, y grows downwards, the crown is near y = -272 and the
soles stand at y = 840 (for a character of height 1).
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from puppet import clothes, eyes, face, hair, hats, limbs, plaits, props
from puppet.ages import as_drawn, head_growth
from puppet.expression import face_of, gaze_of
from puppet.layers import Matrix, Part, place
from puppet.rig import Placed, Pose, Style, Traits, stature

SOLES = 840.0
_HIP, _THIGH, _SHIN, _SOLE = 350.0, 226.0, 212.0, 52.0
_UPPER_ARM, _FOREARM = 112.0, 96.0
SEAT_DROP = 166.0  # hips to the height of the chair's seat

BOUNDS: dict[str, tuple[float, float, float, float]] = {
    "hair-back": (-230, -230, 460, 620), "ponytail": (-90, -50, 180, 500), "plait": (-50, -40, 100, 440),
    "face": (-120, -125, 250, 290),
    "eyes": (-95, -35, 215, 110), "mouth": (-55, 45, 170, 95), "hair": (-210, -200, 420, 560),
    "brows": (-140, -65, 280, 130), "glasses": (-135, -35, 280, 120), "hat": (-200, -215, 400, 420),
    "brimmed hat": (-290, -290, 580, 280), "apron": (-170, 230, 340, 370), "backpack": (-240, -40, 480, 400),
    "cloak": (-280, -20, 560, 700),
    "torso": (-160, -92, 320, 438), "skirt": (-240, 230, 480, 370), "scarf": (-84, -48, 168, 116),
    "scarf-tail": (-44, -24, 90, 186), "upper-arm": (-48, -52, 96, 214), "forearm": (-42, -48, 84, 182),
    "hand": (-36, -22, 72, 86), "palm": (-62, -24, 124, 100), "thigh": (-66, -70, 132, 350),
    "shin": (-52, -60, 104, 310), "boot": (-46, -48, 124, 112), "hips": (-102, -36, 204, 136),
    "chair": (-130, -330, 260, 620),
}


@dataclass(frozen=True)
class Figure:
    """A posed character: parts back to front, and where its feet are for the contact shadow."""

    parts: list[Part]
    feet: list[tuple[float, float]]  # soles in figure units
    ground: float  # the y on which it stands in figure units


def quantise(value: float, steps: int) -> float:
    """``value`` rounded to ``1 / steps``, so that layers repeat; never minus zero."""
    return round(value * steps) / steps + 0.0


def pose_human(placed: Placed) -> Figure:
    """All parts of a human in ``placed.pose``."""
    return _Human(placed.traits, placed.style, placed.pose).figure()


class _Human:
    def __init__(self, traits: Traits, style: Style, pose: Pose) -> None:
        traits = as_drawn(traits)
        self.traits, self.style, self.pose = traits, style, pose
        yaw = quantise(min(max(pose.yaw, -2.0), 2.0), 12)
        self.turn, self.facing = abs(yaw), -1 if yaw < 0 else 1
        body = quantise(min(max(pose.body_yaw, -1.0), 1.0), 4)
        self.body_turn = abs(body)
        self.body_facing = -1 if body < 0 else 1
        self.build = traits.build
        drop = pose.bob + (SEAT_DROP if pose.seated else 0.0)
        self.tall = stature(traits)
        self.height = place(0, SOLES * (1 - self.tall), 0, self.tall)  # grows from the soles
        self.stance = self.height @ place(0, drop) @ place(0, _HIP) @ place(0, 0, pose.lean) @ place(0, -_HIP)
        self.root = self.height @ place(0, drop)
        self.torso = self.stance @ place(0, 0, 0, self.body_facing * self.build, 1)
        self.chest = self.stance @ place(0, 0, 0, self.build, 1)

    def part(self, name: str, transform: Matrix, draw: object, *key: object) -> Part:
        return Part((name, self.style, *key), BOUNDS[name], draw, transform)  # type: ignore[arg-type]

    def figure(self) -> Figure:
        pose, outfit = self.pose, self.traits.outfit
        legs, feet = self.legs()
        arms = {side: self.arm(side) for side in (-1, 1)}
        far = self.body_facing if self.body_turn else 0
        behind: list[Part] = []
        over_body: list[Part] = []
        over_head: list[Part] = []
        for side in (-1, 1):
            parts, hand = arms[side]
            if self.raised(side, hand):
                over_head += parts
            elif side == far and not self.across(side, hand):
                behind += parts
            elif self.across(side, hand) or (self.body_turn and side != far):
                over_body += parts
            else:
                behind += parts
        tail_key = (outfit.scarf,)
        scarf: list[Part] = []
        if outfit.scarf is not None:
            colour, lift = outfit.scarf, self.body_facing * 8 * self.body_turn
            scarf = [
                self.part(
                    "scarf-tail",
                    self.stance @ place(46 + lift, 40, -6 + 7 * pose.sway),
                    lambda: limbs.draw_scarf_tail(colour, self.style),
                    *tail_key,
                ),
                self.part(
                    "scarf", self.stance @ place(lift, 2), lambda: limbs.draw_scarf(colour, self.style), *tail_key
                ),
            ]
        back, front = self.head()
        trunk = [
            self.part(
                "torso",
                self.torso,
                lambda: clothes.draw_torso(self.traits, self.style, self.body_turn),
                self.traits.skin,
                self.coverings(),
                self.body_turn,
            )
        ]
        long_hair = self.traits.hair_style in plaits.STYLES or (
            self.traits.hair_length > 0.62 and self.traits.hair_style in ("bob", "long")
        )
        skirt = [*self.skirt(), *self.apron()]
        lower = [*legs, self.hips(), *skirt]
        if pose.seated:
            lower = [*self.chair(), self.hips(), *skirt, *legs]
        parts = (
            [*back, *lower, *behind, *trunk, *scarf, *front, *over_body]
            if long_hair
            else [*back, *lower, *behind, *trunk, *scarf, *over_body, *front]
        )
        return Figure([*self.on_the_back(), *parts, *over_head], feet, SOLES)

    def coverings(self) -> tuple[object, ...]:
        o = self.traits.outfit
        bib = o.trousers if o.lower == "overalls" else None
        return o.jacket, o.jacket_cut, o.shirt, o.scarf is None, bib, o.apron, o.cloak, o.backpack

    # -------------------------------------------------------------------------------------- head

    def head(self) -> tuple[list[Part], list[Part]]:
        """The parts behind the body and those before it."""
        traits, style, pose, turn, flipped = self.traits, self.style, self.pose, self.turn, self.facing < 0
        expression = face_of(pose)
        gaze = gaze_of(pose)
        gaze = (gaze[0] * self.facing, gaze[1])
        neck = (
            self.stance
            @ place(self.body_facing * self.body_turn * 10, 4, pose.tilt)
            @ place(0, -134, 0, 1 / self.tall**0.6)
        )
        if traits.youth or traits.old_age:  # a child's head is large and sits low, an old one leans forward
            forward = 15 * traits.old_age * min(1.0, turn) * self.facing
            neck = neck @ place(forward, -6 * traits.youth + 10 * traits.old_age, 0, head_growth(traits))
        head = neck @ place(0, 0, 0, self.facing, 1)
        shape = (traits.face_width, traits.jaw, traits.nose)
        cut = (traits.hair, traits.hair_style, traits.hair_length, traits.face_width, traits.outfit.hat is None)
        flip_matters = flipped and traits.fringe == "swept"

        def part(name: str, draw: object, *key: object) -> Part:
            return self.part(name, head, draw, *key)

        back = [part("hair-back", lambda: hair.draw_back(traits, style, turn), turn, *cut)]
        if traits.hair_style == "ponytail":
            x, y = hair.ponytail_anchor(traits, style, turn)
            swing = head @ place(x, y, self.facing * 7 * pose.sway + 7 * min(1.0, turn), ponytail_width(turn), 1)
            back.append(
                self.part("ponytail", swing, lambda: hair.draw_ponytail(traits, style), traits.hair, traits.hair_length)
            )
        blush = quantise(expression.blush, 6)
        front = []
        for side in plaits.sides(traits, self.facing):
            x, y = plaits.anchor(traits, style, turn, side)
            hang = head @ place(x, y, self.facing * 6 * pose.sway - side * 3 - self.facing * pose.tilt * 0.7, side, 1)
            front.append(
                self.part(
                    "plait", hang, lambda: plaits.draw_plait(traits, style), traits.hair, traits.hair_style,
                    traits.hair_length,
                )
            )
        front += [
            part(
                "face",
                lambda: face.draw_face(traits, style, turn, blush),
                turn,
                traits.skin,
                shape,
                traits.freckles,
                traits.beard,
                traits.fringe == "none",
                traits.old_age and (traits.old_age, traits.fringe),
                blush,
                traits.eye_scale,
            ),
            part(
                "eyes",
                lambda: eyes.draw_eyes(traits, style, turn, expression, gaze),
                turn,
                traits.eyes,
                traits.skin,
                traits.hair,
                traits.eye_scale,
                shape,
                expression.opening,
                expression.lower_lid,
                gaze,
            ),
            part(
                "mouth",
                lambda: face.draw_mouth(traits, style, turn, expression),
                turn,
                traits.skin,
                traits.jaw,
                expression.mouth_open,
                expression.mouth_width,
                expression.mouth_curve,
            ),
            part(
                "hair", lambda: hair.draw_front(traits, style, turn, flipped), turn, *cut, traits.fringe, flip_matters
            ),
            part(
                "brows",
                lambda: face.draw_brows(traits, style, turn, expression),
                turn,
                traits.hair,
                traits.brows,
                traits.eye_scale,
                traits.face_width,
                expression.brow_y,
                expression.brow_angle,
            ),
        ]
        if traits.glasses is not None:
            front.append(
                part(
                    "glasses",
                    lambda: face.draw_glasses(traits, style, turn),
                    turn,
                    traits.glasses,
                    traits.glasses_shape,
                    traits.face_width,
                    face.hair_covers_ears(traits),
                )
            )
        if traits.outfit.hat is not None:
            brimmed = traits.outfit.hat_cut in hats.BRIMMED
            front.append(
                Part(
                    (
                        "hat",
                        style,
                        turn,
                        traits.outfit.hat,
                        traits.outfit.hat_cut,
                        *cut,
                        *((traits.outfit.hat_band,) if brimmed else ()),
                    ),
                    BOUNDS["brimmed hat" if brimmed else "hat"],
                    lambda: hats.draw_hat(traits, style, turn),
                    head,
                )
            )
        return back, front

    # -------------------------------------------------------------------------------------- arms

    def shoulder(self, side: int) -> tuple[float, float]:
        x = clothes.bend(side * self.body_facing * 106, self.body_turn) * self.body_facing
        return x, 66.0

    def arm(self, side: int) -> tuple[list[Part], np.ndarray]:
        """The parts of one arm, and its hand's place on the upright body (x, y)."""
        pose, outfit, skin = self.pose, self.traits.outfit, self.traits.skin
        upper, fore = pose.arms[:2] if side < 0 else pose.arms[2:]
        x, y = self.shoulder(side)
        thick = place(0, 0, 0, 0.5 + 0.5 * self.build, 1)
        shoulder = place(x * self.build, y, upper)
        elbow = shoulder @ place(0, _UPPER_ARM, fore)
        wrist = elbow @ place(0, _FOREARM, 0, 1 if side > 0 else -1, 1)
        holding = pose.holding is not None and side > 0
        palm = pose.palm and side > 0 and not holding
        sleeve = (limbs.sleeve_colour(outfit), outfit.jacket is not None and outfit.jacket_cut)
        hand = "palm" if palm else "hand"
        draw = (
            (lambda: limbs.draw_palm(skin, self.style))
            if palm
            else (lambda: limbs.draw_hand(skin, self.style, holding))
        )
        parts = [
            self.part(hand, self.stance @ wrist, draw, skin, holding),
            self.part(
                "forearm", self.stance @ elbow @ thick, lambda: limbs.draw_forearm(outfit, self.style), *sleeve
            ),
            self.part(
                "upper-arm",
                self.stance @ shoulder @ thick,
                lambda: limbs.draw_upper_arm(outfit, self.style),
                sleeve[0],
            ),
        ]
        if holding:
            prop = props.held(str(pose.holding), self.style, self.stance @ wrist)
            parts = [*parts, prop] if props.kind_of(str(pose.holding)) in props.IN_FRONT else [prop, *parts]
        return parts, (wrist @ np.array([0.0, 24.0, 1.0]))[:2]

    def raised(self, side: int, hand: np.ndarray) -> bool:
        """Before the head: the hand is above the collar, or shows its palm."""
        return bool(hand[1] < 40) or (self.pose.palm and side > 0)

    def across(self, side: int, hand: np.ndarray) -> bool:
        """Before the body: the hand is in front of the trunk, or shows something."""
        inside = abs(hand[0]) < 96 * self.build and hand[1] < 300
        return bool(inside) or (self.pose.holding is not None and side > 0)

    # -------------------------------------------------------------------------------------- legs

    def legs(self) -> tuple[list[Part], list[tuple[float, float]]]:
        """Both legs, the far one first, and their soles."""
        outfit, pose, build = self.traits.outfit, self.pose, self.build
        parts: list[Part] = []
        feet: list[tuple[float, float]] = []
        far = self.body_facing
        sitting = self.body_facing if self.body_turn else self.facing
        thick = place(0, 0, 0, 0.4 + 0.6 * build, 1)
        for side in (far, -far):
            thigh, shin = pose.legs[:2] if side < 0 else pose.legs[2:]
            shorten = 1.0
            hip_x = side * 44 * build * (1 - 0.2 * self.body_turn)
            if pose.seated:  # thighs point the way the body turns; a front view turns them a little to be read
                forward = 190 * max(self.body_turn, 0.5)
                angle = math.degrees(math.atan2(forward, 60))
                thigh, shin = -sitting * angle - side * 5, sitting * angle + side * 5
                shorten = math.hypot(forward, 60) / _THIGH
            hip = self.root @ place(hip_x, _HIP, thigh)
            knee = hip @ place(0, _THIGH * shorten, shin)
            ankle = knee @ place(0, _SHIN)
            toe = sitting if self.body_turn or pose.seated else side
            level = 0.7
            if pose.down and abs(thigh + shin) > 45:  # a shin on the ground: the foot lies stretched behind it
                level = 0.7 - 0.55 * pose.down
            foot = ankle @ place(0, 0, -(thigh + shin) * level, toe * (1 if self.body_turn else 0.72), 1)
            parts += [
                self.part("boot", foot, lambda: limbs.draw_boot(outfit, self.style), outfit.boots),
                self.part(
                    "shin",
                    knee @ thick,
                    lambda: limbs.draw_leg(self.traits, self.style, lower=True),
                    *limbs.leg_colours(self.traits),
                ),
                self.part(
                    "thigh",
                    hip @ thick @ place(0, 0, 0, 1, max(shorten, 0.3)),
                    lambda: limbs.draw_leg(self.traits, self.style, lower=False, seated=pose.seated),
                    *limbs.leg_colours(self.traits, pose.seated),
                ),
            ]
            sole = ankle @ np.array([8.0 * toe, _SOLE, 1.0])
            feet.append((float(sole[0]), float(sole[1])))
        return parts, feet

    def hips(self) -> Part:
        outfit = self.traits.outfit
        at = self.root @ place(
            self.body_facing * 10 * self.body_turn, 316, 0, self.build * (1 - 0.12 * self.body_turn), 1
        )
        return self.part("hips", at, lambda: limbs.draw_hips(outfit, self.style), outfit.trousers, outfit.lower)

    def skirt(self) -> list[Part]:
        """What hangs from the waist: a skirt, and over it the lower part of a long upper garment."""
        outfit, pose = self.traits.outfit, self.pose
        cuts = ["skirt"] if outfit.lower == "skirt" else []
        cuts += [outfit.jacket_cut] if outfit.jacket is not None and outfit.jacket_cut in clothes.LONG_CUTS else []
        spread = quantise(min(1.0, max(abs(pose.legs[0]), abs(pose.legs[2])) / 35), 4)
        return [
            self.part(
                "skirt",
                self.hanging(),
                lambda cut=cut: clothes.draw_skirt(  # type: ignore[misc]
                    self.traits, self.style, self.body_turn, spread, pose.seated, cut
                ),
                outfit.trousers if cut == "skirt" else outfit.jacket,
                cut,
                self.body_turn,
                spread,
                pose.seated,
            )
            for cut in cuts
        ]

    def hanging(self) -> Matrix:
        pose = self.pose
        return self.root @ place(0, 0, pose.lean * 0.4 - 1.5 * pose.sway, self.body_facing * self.build, 1)

    def apron(self) -> list[Part]:
        apron, seated = self.traits.outfit.apron, self.pose.seated
        if apron is None:
            return []
        return [
            self.part(
                "apron",
                self.hanging(),
                lambda: clothes.draw_apron(apron, self.style, self.body_turn, seated),
                apron,
                self.body_turn,
                seated,
            )
        ]

    def on_the_back(self) -> list[Part]:
        """A cloak and a backpack, behind all else."""
        outfit, parts = self.traits.outfit, []
        if (cloak := outfit.cloak) is not None:
            spread = quantise(min(1.0, abs(self.pose.sway)), 4)
            parts.append(
                self.part(
                    "cloak",
                    self.hanging(),
                    lambda: clothes.draw_cloak(cloak, self.style, self.body_turn, spread, self.pose.seated),
                    cloak,
                    self.body_turn,
                    spread,
                    self.pose.seated,
                )
            )
        if (pack := outfit.backpack) is not None:
            parts.append(
                self.part(
                    "backpack",
                    self.torso,
                    lambda: clothes.draw_backpack(pack, self.style, self.body_turn),
                    pack,
                    self.body_turn,
                )
            )
        return parts

    def chair(self) -> list[Part]:
        at = self.height @ place(-self.body_facing * 14 * self.body_turn, SOLES - 264, 0, self.body_facing, 1)
        return [self.part("chair", at, lambda: props.draw_chair(self.style))]


def ponytail_width(turn: float) -> float:
    """A ponytail is seen flat from the front and edge-on from the side."""
    return 1.25 - 0.2 * min(turn, 2.0)
