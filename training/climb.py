"""Climb drawn ladders with a scorer, and say per trait how it does.

    python training/climb.py SCORER RUNGS.pkl...

SCORER: ``lines`` (trait lines), ``located`` (their verdicts, with the locator's windows), ``identity`` (today's head
vector), ``patches`` (local patches). Prints per trait the mean over looks of Spearman(share, drift), the AUC of full
strength against unchanged takes, and how often takes of each share, and unchanged ones, are called changed.
"""

from __future__ import annotations

import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import patches
from rungs import FRAMES
from scipy import stats

from continuity.scoring.encoders.embedded import EmbeddedEncoder
from continuity.scoring.encoders.traits import WEIGHTS
from continuity.scoring.heads.bank import bank_of, embed_crops
from continuity.scoring.heads.bank import side_of as bank_side
from continuity.scoring.heads.locate import Locator, Maps, Statistics, Window, crop
from continuity.scoring.staging import scaled_plate
from continuity.scoring.traits import lines, takes
from continuity.scoring.traits.calibration import calibrated
from continuity.scoring.traits.reading import SIDES, Shown, at_side, nearest_side, read
from puppet.draw import backdrop
from puppet.rig import Stage

FOUND = 0.4  # locator score
LINE = {  # ladder's trait -> line
    "hair hue": "hair hue", "hair lightness": "hair lightness", "hair length": "hair length", "hair form": "hair form",
    "skin": "skin", "jacket cut": "clothes kind", "eye colour": "eye colour", "eye size": "eye size", "nose": "nose",
    "glasses lost": "glasses", "glasses colour": "glasses colour", "headwear": "headwear", "scarf lost": "scarf",
    "scarf hue": "scarf colour", "jacket colour": "clothes colour", "fur": "hair hue", "ears": "ears",
    "face": "face width", "age": "any",
}  # fmt: skip


def unpacked(data: bytes) -> np.ndarray:
    return np.ascontiguousarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1])


def readings(path: Path, located: bool = False) -> list[dict]:
    """Everything read once, kept beside the rungs under the weights' size and time.

    ``located``: unchanged takes and those of full share alone, with the heads where the locator finds them.
    """
    mark = f"{WEIGHTS.stat().st_size}-{WEIGHTS.stat().st_mtime_ns}"
    kept = path.with_suffix(".located" if located else ".read")
    if kept.exists():
        stored = pickle.loads(kept.read_bytes())
        if stored["mark"] == mark:
            return stored["looks"]
    result = []
    for look in pickle.loads(path.read_bytes())["looks"]:
        anchor = calibrated([Shown(unpacked(data), box) for data, box in look["references"]], plates(), FRAMES)
        own = anchor.look
        filmed = []
        search = _search([Shown(unpacked(data), box) for data, box in look["references"]]) if located else None
        for trait, share, framing, covered, frames, boxes in look["takes"]:
            if located and share not in (0, 1):
                continue
            shown = [Shown(unpacked(data), box) for data, box in zip(frames, boxes, strict=True)]
            if search is not None and not (shown := [found for one in shown if (found := search(one)) is not None]):
                continue
            filmed.append((trait, share, framing, covered, nearest_side(shown[0]), read(shown, own.colours)))
        result.append({"anchor": anchor, "takes": filmed})
    kept.write_bytes(pickle.dumps({"mark": mark, "looks": result}))
    return result


def _search(references: list[Shown]) -> Callable[[Shown], Shown | None]:
    """Finds the head as scoring does, among all that a frame shows."""
    heads = [crop(one.picture, Window(one.box, 0.0)) for one in references[:-1]]
    statistics = Statistics.of([references[0].picture, *plates(), *plates()])
    locator = Locator.of({"": heads}, statistics)

    def found(shown: Shown) -> Shown | None:
        windows = locator.search(Maps.of(shown.picture, statistics), most=1)[""]
        return Shown(shown.picture, windows[0].box) if windows and windows[0].score > FOUND else None

    return found


@cache
def plates() -> list[np.ndarray]:
    """Places before which references are staged; none of them is one of `ladder.PLACES`."""
    places = (("kitchen", "a kitchen", "day"), ("park", "a park", "dusk"), ("market", "a market", "morning"))
    drawn = [backdrop(Stage(id, words, time, "painterly", "wide"), 960, 540) for id, words, time in places]
    return [scaled_plate(plate) for plate in drawn]


def climbed(paths: list[Path], measure, load=readings) -> None:
    """``measure(look, take) -> {line: drift}``, of the looks that ``load`` gives."""
    by_trait = defaultdict(lambda: {"rho": [], "auc": [], "n": 0, "seen": 0})
    for path in paths:
        for look in load(path):
            drifts = [(take, measure(look["anchor"], take)) for take in look["takes"]]
            traits = dict.fromkeys(take[0] for take, _ in drifts if take[0])
            for trait in traits:
                line = LINE[trait]
                rows = [
                    (take[1], found[line], take[2]) for take, found in drifts
                    if take[0] in ("", trait) and (take[3] >= 12) and found.get(line) is not None
                ]  # fmt: skip
                all_rows = sum(take[0] == trait and take[3] >= 12 for take, _ in drifts)
                entry = by_trait[trait]
                entry["n"] += all_rows
                entry["seen"] += sum(share > 0 for share, _, _ in rows)
                zero = [v for share, v, _ in rows if share == 0]
                full = [v for share, v, _ in rows if share == 1]
                if zero and full:
                    entry["auc"].append(np.mean([(f > z) + 0.5 * (f == z) for f in full for z in zero]))
                if len({share for share, _, _ in rows}) > 2:
                    # As many unchanged as of every step, so that the steps weigh alike.
                    keep, counts = [], defaultdict(int)
                    for row in rows:
                        counts[row[0], row[2]] += 1
                        if row[0] > 0 or counts[row[0], row[2]] <= 1:
                            keep.append(row)
                    entry["rho"].append(stats.spearmanr([r[0] for r in keep], [r[1] for r in keep]).statistic)
    print(f"{'trait':16} {'Spearman':>9} {'AUC':>6} {'looks':>6} {'seen':>6}")
    for trait, entry in sorted(by_trait.items()):
        rho = f"{np.mean(entry['rho']):9.3f}" if entry["rho"] else " " * 9
        auc, shown = np.mean(entry["auc"]), entry["seen"] / max(1, entry["n"])
        print(f"{trait:16} {rho} {auc:6.3f} {len(entry['auc']):6d} {shown:6.2f}")


def judged(paths: list[Path], located: bool = False) -> None:
    """Verdicts: false alarms on unchanged takes by line, and misses at each share."""
    alarms, unchanged, shares = Counter(), 0, defaultdict(lambda: defaultdict(list))
    with_alarm = 0
    for path in paths:
        for look in readings(path, located):
            for trait, share, _, covered, side, frames in look["takes"]:
                lines_found = {
                    line.name: line for line in takes.lines_of([(side, one) for one in frames], look["anchor"])
                }
                changed = {name for name, line in lines_found.items() if line.verdict == "changed"}
                if not trait:
                    unchanged += 1
                    with_alarm += bool(changed)
                    alarms.update(changed)
                elif covered >= 12:
                    line = lines_found.get(LINE[trait]) or max(lines_found.values(), key=lambda one: one.beyond or 0)
                    shares[trait][share].append((bool(changed), line.verdict))
    print(f"unchanged takes with an alarm: {with_alarm} of {unchanged}; {dict(alarms)}")
    print(f"{'trait':16} share: any line changed, its line changed, its line not visible (of takes)")
    for trait, by_share in sorted(shares.items()):
        words = []
        for share, found in sorted(by_share.items()):
            own = Counter(verdict for _, verdict in found)
            words.append(
                f"{share:.2f}: {np.mean([any_ for any_, _ in found]):.2f} {own['changed'] / len(found):.2f} "
                f"{own['not visible'] / len(found):.2f} ({len(found)})"
            )
        print(f"{trait:16} {'; '.join(words)}")


def by_lines(anchor, take) -> dict[str, float | None]:
    """Of each line how far it lies beyond noise, or where it is not judged nothing."""
    return _with_any({line.name: line.beyond for line in takes.lines_of([(take[4], one) for one in take[5]], anchor)})


def by_drift(anchor, take) -> dict[str, float | None]:
    """Of each line its drift in its own unit, whatever the noise."""
    own = anchor.look.readings[take[4]]
    found = {
        trait.name: lines.drift([lines.difference(trait, frame, own) for frame in take[5]]) for trait in lines.TRAITS
    }
    in_units = {name: None if value is None else value / lines.BY_NAME[name].unit for name, value in found.items()}
    return _with_any(in_units)


def _with_any(found: dict[str, float | None]) -> dict[str, float | None]:
    """And what a change of several traits at once is seen by: the largest of all."""
    return {**found, "any": max((value for value in found.values() if value is not None), default=None)}


def others(path: Path, scorer: str) -> list[dict]:
    """Drifts by today's head vector (``identity``) or by local patches, as `readings` keeps them."""
    kept = path.with_suffix(f".{scorer}")
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    encoder = EmbeddedEncoder()
    result = []
    for look in pickle.loads(path.read_bytes())["looks"]:
        shown = [Shown(unpacked(data), box) for data, box in look["references"]]
        bank = bank_of([crop(one.picture, Window(one.box, 0.0)) for one in shown[:-1]], encoder)
        cells = {side: patches.cells_of([at_side(one, side) for one in shown[:-1]], None) for side in SIDES}
        filmed = []
        for trait, share, framing, covered, frames, boxes in look["takes"]:
            if trait and share not in (0.5, 1.0):
                continue
            pictures = [Shown(unpacked(data), box) for data, box in zip(frames, boxes, strict=True)][:2]
            if scorer == "identity":
                crops = [crop(one.picture, Window(one.box, 0.0)) for one in pictures]
                vectors = embed_crops(encoder, crops, bank)
                value = 1 - np.mean([bank.likeness(v, bank_side(c)) for v, c in zip(vectors, crops, strict=True)])
            else:
                own = cells[nearest_side(pictures[0])]
                seen = patches.cells_of(pictures, bank.colours)
                value = np.mean([patches.bands_apart(one, own) for one in seen], axis=0)
            filmed.append((trait, share, framing, covered, 0, value))
        result.append({"anchor": None, "takes": filmed})
    kept.write_bytes(pickle.dumps(result))
    return result


if __name__ == "__main__":
    paths = [Path(arg) for arg in sys.argv[2:]]
    if sys.argv[1] == "lines":
        print("drift in the trait's unit")
        climbed(paths, by_drift)
        print("beyond noise")
        climbed(paths, by_lines)
        judged(paths)
    elif sys.argv[1] == "located":
        judged(paths, located=True)
    else:
        climbed(
            paths, lambda look, take: dict.fromkeys(LINE.values(), float(np.sum(take[5]))),
            lambda path: others(path, sys.argv[1]),
        )  # fmt: skip
