"""Draw the pictures that the reader of traits is trained on: characters of even seeds, one sample each.

    python training/draw_traits.py FOLDER FIRST COUNT

writes FOLDER/<first>.npz: crops as `continuity.scoring.traits.windows` cuts them, which part of the character is seen
where, and the traits. Every fourth sample is a library picture, the others are frames. The arguments decide all.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import cv2
import numpy as np

from continuity.scoring.traits.windows import figure_seen, head_seen
from puppet import ladder
from puppet.draw import portrait_view, posed
from puppet.layers import LayerCache
from puppet.rig import Pose

# What is in front, by the name of the puppet's part; 0 is anything else.
CLASSES = {
    "hair": 1, "hair-back": 1, "ponytail": 1, "creature-head": 1, "creature-ears": 1,
    "face": 2, "eyes": 3, "glasses": 4, "hat": 5, "creature-hat": 5, "scarf": 6, "scarf-tail": 6,
    "torso": 7, "upper-arm": 7, "forearm": 7, "skirt": 7, "creature-body": 7, "creature-upper-arm": 7,
}  # fmt: skip
SHIFT, GROW = 0.07, 0.09  # how far a located window may be off, in shares of its extent


def misplaced(box: ladder.Box, chance: random.Random) -> ladder.Box:
    x0, y0, x1, y1 = box
    grow = 1 + chance.uniform(-GROW, GROW)
    wide, high = x1 - x0, y1 - y0
    x = (x0 + x1) / 2 + chance.uniform(-SHIFT, SHIFT) * wide
    y = (y0 + y1) / 2 + chance.uniform(-SHIFT, SHIFT) * high
    return x - wide * grow / 2, y - high * grow / 2, x + wide * grow / 2, y + high * grow / 2


def classes(names: list[str], front: np.ndarray) -> np.ndarray:
    table = np.array([*(CLASSES.get(name, 0) for name in names), 0], np.uint8)
    return table[front]  # -1 is the last


def cut_classes(labels: np.ndarray, box: ladder.Box) -> tuple[np.ndarray, np.ndarray]:
    """The classes where the crops' pixels are, of the head's every second one, of the figure's as well."""
    parts = []
    for cut in (head_seen, figure_seen):
        rgb = np.dstack([labels] * 3)
        seen = _nearest(cut, rgb, box)
        parts.append(seen[1::2, 1::2])
    return parts[0], parts[1]


def _nearest(cut, labels: np.ndarray, box: ladder.Box) -> np.ndarray:
    one_hot = [cut(((labels == k) * 255).astype(np.uint8), box).picture[..., 0] for k in range(1, 8)]
    stack = np.stack([np.full_like(one_hot[0], 100), *one_hot])
    inside = cut(labels, box).inside
    return np.where(inside, stack.argmax(axis=0), 0).astype(np.uint8)


def main(folder: Path, first: int, count: int) -> None:
    rows: dict[str, list] = {
        name: [] for name in ("head", "head_in", "figure", "figure_in", "head_class", "figure_class", "scale")
    }
    truths = []
    number = first
    camera = ladder.Camera()
    while number < first + count:
        group = random.Random(f"draw {number}")
        framing = group.choices(ladder.FRAMINGS, (0.45, 0.4, 0.15))[0]
        steady = ladder.view(framing, group)
        for _ in range(20):
            if number >= first + count:
                break
            chance = random.Random(f"sample {number}")
            traits = ladder.character(2 * number, "human" if chance.random() < 0.72 else "creature")
            style = chance.choice(("anime", "painterly"))
            if number % 4 == 3:
                yaw = chance.choice((0.0, 0.0, 1.0, -1.0, 2.0, -2.0))
                pose = Pose(yaw=yaw, body_yaw=max(-1, min(1, yaw * 0.8)), expression=chance.choice(ladder.EXPRESSIONS))
                crop = "full" if chance.random() < 0.3 else "head"
                shown = ladder.reference(traits, style, pose, crop, 384)
                figure = posed(traits, style, pose)
                view = portrait_view(traits, 384, 384, crop)
                front = LayerCache(style).seen(figure.parts, view, float(view[0, 0]), 384, 384)
                labels = classes([str(part.key[0]) for part in figure.parts], front)
                if chance.random() < 0.5:
                    shown = ladder.Shown(ladder.compressed(shown.picture, chance.randrange(60, 95)), shown.head)
            else:
                seen = ladder.view(framing, chance, steady)
                pose = seen.pose
                shown = camera.frame(traits, style, seen)
                labels = classes(*camera.parts(traits, style, seen))
            box = misplaced(shown.head, chance)
            head, figure_crop = head_seen(shown.picture, box), figure_seen(shown.picture, box)
            head_class, figure_class = cut_classes(labels, box)
            rows["head"].append(head.picture)
            rows["head_in"].append(head.inside[::8, ::8])
            rows["figure"].append(figure_crop.picture)
            rows["figure_in"].append(figure_crop.inside[::4, ::4])
            rows["head_class"].append(head_class)
            rows["figure_class"].append(figure_class)
            rows["scale"].append(head.scale)
            truths.append({**traits.to_json(), "style": style, "yaw": pose.yaw, "blink": pose.blink})
            number += 1
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.stack(values) for name, values in rows.items()}
    np.savez(folder / f"{first:06d}.npz", truths=np.frombuffer(json.dumps(truths).encode(), np.uint8), **arrays)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
