"""What each gesture of the script does to a body: moves on its channels, and cycles laid over them.

A gesture that lasts (turned, seated, raised) leaves its channels where they are; others come back.
"""

from __future__ import annotations

from collections.abc import Callable

from puppet.gestures import hands, heads, postures, travel
from puppet.gestures.part import Part
from puppet.script import Beat

__all__ = ["GESTURES", "Play"]

Play = Callable[[Part, Beat, float, float], None]

# gesture of the script -> (what it does, natural length in seconds)
GESTURES: dict[str, tuple[Play, float]] = {
    "walk": (travel.walk, 1.9),
    "run": (travel.run, 1.4),
    "enter": (travel.enter, 1.8),
    "run in": (travel.run_in, 1.3),
    "leave": (travel.leave, 1.8),
    "stop": (travel.stop, 0.6),
    "wave": (hands.wave, 1.8),
    "talk": (hands.talk, 1.7),
    "nod": (heads.nod, 0.95),
    "shake head": (heads.shake_head, 1.1),
    "turn": (postures.turn, 0.85),
    "look": (heads.look, 1.1),
    "jump": (postures.jump, 0.9),
    "hop": (postures.hop, 1.1),
    "dance": (postures.dance, 2.8),
    "sit": (postures.sit, 1.0),
    "stand": (postures.stand, 0.9),
    "raise": (hands.raise_hand, 1.2),
    "hold": (hands.hold, 0.8),
    "give": (hands.give, 1.4),
    "put": (hands.put, 1.1),
    "read": (hands.read, 2.0),
    "drink": (hands.drink, 1.8),
    "point": (hands.point, 1.3),
    "bow": (postures.bow, 1.3),
    "kneel": (postures.kneel, 1.2),
    "crouch": (postures.crouch, 0.9),
    "pick up": (hands.pick_up, 1.9),
    "open": (hands.open_, 1.5),
    "close": (hands.close, 1.5),
    "knock": (hands.knock, 1.5),
    "close eyes": (heads.close_eyes, 0.7),
    "open eyes": (heads.open_eyes, 0.7),
    "think": (heads.think, 1.8),
    "laugh": (heads.laugh, 1.4),
    "smile": (heads.smile, 0.8),
    "frown": (heads.frown, 0.8),
    "gasp": (heads.gasp, 0.9),
    "cry": (heads.cry, 2.0),
    "sigh": (heads.sigh, 1.4),
    "shiver": (heads.shiver, 1.6),
    "hug": (heads.hug, 1.8),
    "hug oneself": (heads.hug_oneself, 1.6),
    "lean": (postures.lean, 1.3),
    "spin": (postures.spin, 1.2),
    "stretch": (postures.stretch, 1.6),
    "cheer": (postures.cheer, 1.4),
    "clap": (hands.clap, 1.3),
    "shrug": (hands.shrug, 1.0),
    "blink": (heads.blink, 0.4),
    "idle": (heads.idle, 0.8),
}
