"""Draw a drift ladder and keep it, so that many scorers can climb the same one.

    python training/rungs.py FOLDER SPLIT SEED KIND [STYLE]

SPLIT is ``tune`` (even seeds, colours that the reader was trained on) or ``held`` (odd seeds). Writes
FOLDER/SPLIT-SEED-KIND.pkl: the references, and takes as (trait, share, framing, pixels that the trait covers, frames as
JPEG, heads). Unchanged takes have the trait "" and the share 0.
"""

from __future__ import annotations

import pickle
import random
import sys
from pathlib import Path

import cv2
import numpy as np

from puppet import ladder
from puppet.rig import Traits

FRAMES = 4
UNCHANGED = 5  # takes per framing
PARTS = {
    "hair": ("hair", "hair-back", "ponytail"), "eye": ("eyes",), "nose": ("face", "creature-head"), "skin": ("face",),
    "face": ("face", "creature-head"), "age": ("face",), "glasses": ("glasses",),
    "headwear": ("hair", "hat", "creature-head"),
    "scarf": ("scarf", "scarf-tail"), "jacket": ("torso", "upper-arm", "creature-body"), "fur": ("creature-head",),
    "ears": ("creature-ears",),
}  # fmt: skip


def packed(picture: np.ndarray, quality: int = 97) -> bytes:
    return cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def draw(traits: Traits, style: str, seed: int) -> dict:
    camera, rungs = ladder.Camera(), []

    def film(trait: str, share: float, framing: str, take_seed: int, of: Traits, like: Traits) -> None:
        chance = random.Random(f"rung {take_seed} {framing}")
        steady = ladder.view(framing, chance)
        shown, covered = [], 10**9
        for index in range(FRAMES):
            seen = ladder.view(framing, chance, steady)
            shown.append(camera.frame(of, style, seen, like))
            if trait and index == FRAMES // 2:
                names, front = camera.parts(like, style, seen)
                wanted = PARTS[trait.split()[0]]
                covered = int(np.isin(front, [i for i, name in enumerate(names) if name in wanted]).sum())
        rungs.append((trait, share, framing, covered, [packed(s.picture) for s in shown], [s.head for s in shown]))

    number = seed * 100_000
    bases: dict[Traits, list] = {}
    for trait in ladder.traits_of(traits.kind):
        base = ladder.wearing(traits, trait)
        bases.setdefault(base, []).append(trait)
    result = []
    for base, own in bases.items():
        rungs = []
        for framing in ladder.FRAMINGS:
            for _ in range(UNCHANGED if len(own) > 3 else 2):
                number += 1
                film("", 0.0, framing, number, base, base)
            for trait in own:
                for share in ladder.STEPS[1:]:
                    if trait in ladder.WHOLE and share < 1:
                        continue
                    number += 1
                    film(trait, share, framing, number, ladder.stepped(base, trait, share, seed), base)
        shown = ladder.references(base, style)
        result.append({"references": [(packed(s.picture), s.head) for s in shown], "takes": rungs})
    return {"traits": traits.to_json(), "style": style, "looks": result}


def main() -> None:
    folder, split, seed, kind = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    style = sys.argv[5] if len(sys.argv) > 5 else ("anime", "painterly")[seed // 2 % 2]
    folder.mkdir(parents=True, exist_ok=True)
    number = seed if split == "held" else 1_000_000 + seed
    assert (number % 2 == 1) == (split == "held"), "odd seeds are held out"
    with (folder / f"{split}-{seed}-{kind}.pkl").open("wb") as file:
        pickle.dump(draw(ladder.character(number, kind), style, seed), file)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
