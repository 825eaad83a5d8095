"""Which drawings make up each species of creature: one place to add another to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from puppet import bird, dog, fur, fur_body, mannequin, robot
from puppet.expression import Face
from puppet.rig import Style, Traits


@dataclass(frozen=True)
class Anatomy:
    """Parts as SVG fragments about their pivots (see `fur`). Heads turn 0..2, bodies 0..1.

    ``upper_arm`` and ``forearm`` are also told the colour of the sleeve, which is the coat's where none is worn;
    ``handed`` says that forearms are drawn for the right side and mirrored for the left.
    """

    ears: Callable[[Traits, Style, float], str]
    head: Callable[[Traits, Style, float, float], str]
    eyes: Callable[[Traits, Style, float, Face, tuple[float, float]], str]
    mouth: Callable[[Traits, Style, float, Face], str]
    brows: Callable[[Traits, Style, float, Face], str]
    glasses: Callable[[Traits, Style, float], str]
    hat: Callable[[Traits, Style, float], str]
    tail: Callable[[Traits, Style], str]
    body: Callable[[Traits, Style, float], str]
    upper_arm: Callable[[str, Traits, Style], str]
    forearm: Callable[[str, Traits, Style], str]
    foot: Callable[[Traits, Style], str]
    handed: bool = False


_FURRY = Anatomy(
    fur.draw_ears, fur.draw_head, fur.draw_eyes, fur.draw_mouth, fur.draw_brows, fur.draw_glasses, fur.draw_hat,
    fur_body.draw_tail, fur_body.draw_body,
    lambda colour, traits, style: fur_body.draw_upper_arm(colour, style),
    lambda colour, traits, style: fur_body.draw_forearm(colour, traits.fur, traits.fur_light, style),
    fur_body.draw_foot,
)  # fmt: skip
ANATOMIES: dict[str, Anatomy] = {
    "fox": _FURRY, "cat": _FURRY, "bear": _FURRY, "rabbit": _FURRY,
    "dog": replace(_FURRY, ears=dog.draw_ears, head=dog.draw_head, mouth=dog.draw_mouth, tail=dog.draw_tail),
    "bird": replace(
        _FURRY, ears=bird.draw_ears, head=bird.draw_head, mouth=bird.draw_mouth, tail=bird.draw_tail,
        body=bird.draw_body, foot=bird.draw_foot, handed=True,
        upper_arm=lambda colour, traits, style: bird.draw_upper_arm(colour, traits.fur, style),
        forearm=lambda colour, traits, style: bird.draw_forearm(colour, traits.fur, style),
    ),
    "robot": Anatomy(
        robot.draw_ears, robot.draw_head, robot.draw_eyes, robot.draw_mouth, robot.draw_brows, robot.draw_glasses,
        robot.draw_hat, robot.draw_tail, robot.draw_body,
        lambda colour, traits, style: robot.draw_upper_arm(colour, traits.fur, style),
        lambda colour, traits, style: robot.draw_forearm(colour, traits.fur, traits.trim, style),
        robot.draw_foot,
    ),
    "placeholder": replace(
        _FURRY, ears=mannequin.draw_ears, head=mannequin.draw_head, eyes=mannequin.draw_eyes,
        mouth=mannequin.draw_mouth, brows=mannequin.draw_brows, tail=mannequin.draw_tail, body=mannequin.draw_body,
        upper_arm=lambda colour, traits, style: mannequin.draw_upper_arm(colour, traits.fur, style),
        forearm=lambda colour, traits, style: mannequin.draw_forearm(colour, traits.fur, style),
        foot=mannequin.draw_foot,
    ),
}  # fmt: skip
