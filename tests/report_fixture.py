"""A small project folder with everything a report can show: drawn pictures, scored takes, one real cut.

The numbers are made up by a seeded generator, as no encoder has to run to test a page.
"""

from __future__ import annotations

import hashlib
import math
import random
import wave
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from continuity.files import write_json, write_text
from continuity.media.video import VideoWriter
from continuity.plan.schema import (
    Assembly,
    Budget,
    CastMember,
    Character,
    Episode,
    Estimate,
    Executor,
    LibraryItem,
    Line,
    Location,
    Look,
    ModelCard,
    Plan,
    Prop,
    Repair,
    Scorer,
    SeriesInfo,
    Shot,
    Transfer,
    Voice,
)
from continuity.request import Reference, Request

STAND_IN = "a local parametric renderer, not a generative model"
WIDTH, HEIGHT = 640, 360
HAIR = {"anime": (178, 156, 226), "realistic": (140, 118, 176)}
SKIN = {"anime": (252, 226, 208), "realistic": (214, 170, 142)}
ORANGE = (224, 124, 58)
LIGHT = {"morning": ((250, 232, 200), (214, 186, 150)), "dusk": ((92, 84, 130), (214, 140, 110))}
SAID = "Kit! You will not believe what came today."
ACTIONS = [
    ("Ami walks in and waves to Kit.", ["ami", "kit"], "cafe", "morning"),
    ("Ami reads the letter, then looks up.", ["ami"], "cafe", "morning"),
    ("Kit hops onto the chair and laughs.", ["kit"], "cafe", "morning"),
    ("Ami turns around and raises the lantern.", ["ami", "kit"], "rooftop", "dusk"),
]


def make_project(root: Path, *, title: str = "The Lantern Letter", logline: str | None = None, **words: str) -> Path:
    """Write the project and return its folder. ``words`` may hold ``prompt`` and ``action`` for the first shot."""
    plan = _plan(title, logline, words)
    write_json(root / "plan.json", plan.model_dump(mode="json"))
    _library(root, plan)
    takes = _takes(root, plan)
    _cut(root, plan)
    selects = {
        shot: {
            **{name: take[name] for name in ("key", "folder", "clip", "sha256", "seconds")},
            "reason": "is on model in every frame; its worst moment, 0.871, beats 0.803 of the other take",
        }
        for shot in plan.shots
        for take in takes
        if take["shot"] == shot and take["selected"]
    }
    write_json(root / "shots/selects.json", {"shots": selects})
    draw = random.Random(5)
    calibration = {
        name: {
            "floor": 0.52,
            "ceiling": 0.95,
            "floors": {"96": 0.5, "224": 0.52},
            "ceilings": {"96": 0.93, "224": 0.95},
            "threshold": 0.6,
            "found": 0.4,
            "error": 0.02,
            "same": [draw.gauss(0.91, 0.09) for _ in range(90)],
            "different": [draw.gauss(0.19, 0.19) for _ in range(140)],
            "calibrated_on": "90 pairs of its references, 140 pairs with lookalikes and other characters",
            "judge": "look",
            **_account(name),
        }
        for name in ("ami/anime", "ami/realistic", "kit")
    }
    repaired = [t for t in takes if t["folder"] == "repaired"]
    evidence = {
        "encoder": "efficientnet-lite2/stages+moments",
        "calibration": calibration,
        "takes": takes,
        "repairs": [
            {
                "shot": t["shot"],
                "before": next(b["key"] for b in takes if b["shot"] == t["shot"] and b["folder"] == "generated"),
                "after": t["key"],
                "route": "another-take",
                "price_usd": 0.42,
                "before_score": 0.702,
                "after_score": 0.904,
                "gain": 0.202,
                "noise": 0.061,
                "kept": True,
            }
            for t in repaired
        ],
        "distinctiveness": {"ami": {"kit": 0.41}, "kit": {"ami": 0.41}},
        "cost_usd": 0.0,
    }
    write_json(root / "reports/evidence/evidence.json", evidence)
    each = {
        "identity": 0.913,
        "identity_z": 0.902,
        "identity_p05": 0.862,
        "coverage": 0.97,
        "margin": 0.284,
        "self_consistency": 0.931,
    }
    series = {**each, "consistency_rate": 0.88, "consistency_rate_low": 0.64, "consistency_rate_high": 0.97}
    heard = {"voice_across": 0.712, "voice_across_others": 0.094, "voice_across_pairs": 3}
    series |= {"voice": 0.84, "words": 0.04, "motion": None, "takes": 9, **heard}
    each |= {"drift_slope": -0.0012, "drift_slope_p": 0.41}
    characters = {"ami": each | heard, "kit": each | {"identity": 0.941}}
    write_json(
        root / "reports/metrics.json",
        {"series": series, "characters": characters, "cost": {"usd": 0.0}},
    )
    write_text(root / "reports/scores.csv", "shot,take,identity\n")
    return root


def _account(name: str) -> dict[str, Any]:
    """What a calibration says of itself; that of Kit is as an earlier version wrote it."""
    if name == "kit":
        return {}
    roles = ("headshot", "angle-front", "angle-three-quarter", "angle-profile", "expression-happy", "expression-sad")
    used = [{"role": f"{name}/{role}", "use": "staged", "how": "backdrop"} for role in roles]
    used[1] |= {"use": "left out", "how": "shows the same as a picture before it"}
    staged = [("ami", "itself", 5, 90), ("kit", "character", 6, 100), ("lookalike-1", "lookalike", 1, 20),
              ("lookalike-2", "lookalike", 1, 20)]  # fmt: skip
    wrong = [("itself", 90, 5, 0.1), ("character", 100, 1, 0.0), ("lookalike", 40, 2, 0.5)]
    return {
        "references": used,
        "staged": [dict(zip(("name", "kind", "pictures", "takes"), row, strict=True)) for row in staged],
        "candidates": [{"judge": "look", "encoder": "embedded", "told_apart": 4.1, "staged_found": 1.0}],
        "sureness": {"rate": 0.02, "low": 0.01, "high": 0.41},
        "mistakes": [
            {**dict(zip(("kind", "takes", "n", "share"), row, strict=True)), "low": 0.0, "high": 0.9} for row in wrong
        ],
    }


def _plan(title: str, logline: str | None, words: dict[str, str]) -> Plan:
    shots = {}
    for number, (action, cast, location, time) in enumerate(ACTIONS):
        id = f"e01s0{number + 1}"
        action = words.get("action", action) if number == 0 else action
        prompt = f"Medium shot. {action} {location.capitalize()}, {time} light. Static camera."
        transfer = None
        if id == "e01s02":
            transfer = Transfer(
                character="ami", look="realistic", model="puppet-motion", provider="puppet",
                prompt="Ami, realistic", seed=9, references=["ami/realistic/headshot"],
            )  # fmt: skip
        shots[id] = Shot(
            id=id, episode="e01", scene="s1", order=number, action=action,
            prompt=words.get("prompt", prompt) if number == 0 else prompt,
            negative_prompt="blurry, extra fingers", framing="medium", location=location, time=time,
            light="long soft shadows", props=["letter"] if number == 1 else [],
            camera="push-in" if number == 3 else "static",
            characters=[
                CastMember(character=c, look="anime" if c == "ami" else "plain", wardrobe="everyday",
                           expression="happy", angle="three-quarter", position="left" if c == "ami" else "right")
                for c in cast
            ],
            lines=[Line(character="ami", voice="ami", text=SAID, at=0.2, seed=3)] if number == 0 else [],
            seed=7000 + number, takes=2, at_most=2, model="puppet-video", provider="puppet",
            references=["ami/anime/headshot"], seconds=1.0, resolution=(WIDTH, HEIGHT), fps=12, transfer=transfer,
        )  # fmt: skip
    items = []
    for folder, subject, look in (("ami/anime", "ami", "anime"), ("ami/realistic", "ami", "realistic"),
                                  ("kit", "kit", "plain")):  # fmt: skip
        made = [("headshot", None), ("angle", "front"), ("angle", "three-quarter"), ("angle", "profile"),
                ("wardrobe", "everyday"), ("wardrobe", "raincoat"), ("expression", "happy"), ("expression", "sad"),
                ("lookalike", "1"), ("lookalike", "2")]  # fmt: skip
        for step, trait in made:
            role = f"{folder}/{step}" + (f"-{trait}" if trait else "")
            items.append(
                LibraryItem(role=role, kind="image", step=step, subject=subject, look=look, trait=trait,  # type: ignore[arg-type]
                            prompt=f"{subject}, {trait or step}", seed=1, model="puppet-image", provider="puppet",
                            parents=[] if step in ("headshot", "lookalike") else [f"{folder}/headshot"])
            )  # fmt: skip
    for role, step, subject, trait in (("locations/cafe-morning", "location", "cafe", "morning"),
                                       ("locations/rooftop-dusk", "location", "rooftop", "dusk"),
                                       ("props/letter", "prop", "letter", None)):  # fmt: skip
        items.append(
            LibraryItem(role=role, kind="image", step=step, subject=subject, trait=trait, prompt=subject,  # type: ignore[arg-type]
                        seed=1, model="puppet-image", provider="puppet", parents=[])
        )  # fmt: skip
    items.append(
        LibraryItem(role="voices/ami", kind="voice", step="voice", subject="ami", prompt="Hello, I am Ami.", seed=1,
                    model="speech", provider="speech", parents=[])
    )  # fmt: skip
    default = "A girl and a small fox carry a letter that must be delivered before the lanterns go out."
    return Plan(
        series=SeriesInfo(
            id="demo", title=title, logline=default if logline is None else logline,
            episodes=[Episode(id="e01", title="A letter at breakfast", shots=list(shots))],
        ),
        characters={
            "ami": Character(
                id="ami", name="Ami", kind="human", pronouns="she",
                bible={"hair": "jaw-length lavender hair with a straight fringe", "eyes": "large teal eyes",
                       "glasses": "round dark glasses"},
                looks={"anime": Look(id="anime", style="anime, cel-shaded", folder="ami/anime"),
                       "realistic": Look(id="realistic", style="realistic, painterly", folder="ami/realistic")},
                wardrobes={"everyday": "cream blouse, red scarf", "raincoat": "yellow raincoat"}, voice="ami",
            ),
            "kit": Character(
                id="kit", name="Kit", kind="creature", bible={"fur": "orange fur, cream muzzle"},
                looks={"plain": Look(id="plain", style="storybook", folder="kit")},
            ),
        },
        locations={
            "cafe": Location(id="cafe", name="The café", words="a corner café", times={"morning": "warm light"}),
            "rooftop": Location(id="rooftop", name="The rooftop", words="a roof", times={"dusk": "violet sky"}),
        },
        props={"letter": Prop(id="letter", name="The letter", words="a cream envelope")},
        voices={"ami": Voice(id="ami", preset="hibari", provider="speech", model="speech", sample="Hello, I am Ami.")},
        models={
            "puppet-video": ModelCard(id="puppet-video", provider="puppet", kind="video", stand_in=STAND_IN),
            "speech": ModelCard(id="speech", provider="speech", kind="voice"),
        },
        library=items, shots=shots, repair=Repair(model="puppet-repair", provider="puppet"),
        scorer=Scorer(encoder="embedded"), assembly=Assembly(), executor=Executor(),
        conditioning="references", budget=Budget(max_usd=5.0), estimate=Estimate(),
    )  # fmt: skip


def _library(root: Path, plan: Plan) -> None:
    library = root / "assets/library"
    items: dict[str, Any] = {}
    for item in plan.library:
        path = library / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if item.kind == "voice":
            tone = (np.sin(np.arange(16000) * 2 * math.pi * 220 / 16000) * 9000).astype("<i2")
            with wave.open(str(path), "wb") as sound:
                sound.setparams((1, 2, 16000, 0, "NONE", ""))
                sound.writeframes(tone.tobytes())
        elif item.step == "location":
            _backdrop(item.trait or "morning").save(path)
        elif item.step == "prop":
            image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
            ImageDraw.Draw(image).rectangle((40, 80, 216, 190), fill=(246, 236, 210), outline=(160, 120, 80), width=4)
            image.save(path)
        else:
            image = Image.new("RGB", (384, 384), (232, 228, 220))
            _head(ImageDraw.Draw(image), item.subject, item.look or "", 192, 200, 130, shift=0)
            image.save(path)
        request = Request(item.kind, item.provider, item.model, item.prompt, item.seed, subject=item.role)
        items[item.role] = {
            "path": f"assets/library/{item.path}", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "key": request.key, "parents": item.parents, "step": item.step, "subject": item.subject, "look": item.look,
            "trait": item.trait, "prompt": item.prompt, "provider": item.provider, "model": item.model, "cost_usd": 0.0,
            "request": request.canonical(),
        }  # fmt: skip
    write_json(library / "library.json", {"items": items})


def _takes(root: Path, plan: Plan) -> list[dict[str, Any]]:
    draw = random.Random(3)
    takes: list[dict[str, Any]] = []
    indexes: dict[str, dict[str, Any]] = {folder: {} for folder in ("generated", "transferred", "repaired")}
    for number, shot in enumerate(plan.shots.values()):
        variants = [("generated", "anime", 0), ("generated", "anime", 1)]
        variants += [("transferred", "realistic", 2)] if shot.transfer else []
        variants += [("repaired", "anime", 2)] if shot.id == "e01s04" else []
        driving = ""
        for folder, look, variant in variants:
            references = [Reference("ami/anime/headshot", root, "a" * 64)]
            if folder == "transferred":
                references.append(Reference("driving_clip", root, driving))
            request = Request(
                "video", "puppet", shot.model, shot.prompt, shot.seed + variant, subject=shot.id,
                resolution=(WIDTH, HEIGHT), seconds=1.0, fps=12, negative_prompt=shot.negative_prompt,
                references=tuple(references),
            )  # fmt: skip
            key = request.key
            off = variant == 0 and shot.id == "e01s04"
            pictures, characters = _pictures(root, shot, key, look, draw, off)
            directory = root / "shots" / folder / shot.id / key[:12]
            directory.mkdir(parents=True)
            (directory / "clip.mp4").write_bytes(key.encode())
            sha = hashlib.sha256(key.encode()).hexdigest()
            driving, before = driving or sha, takes[-1]["key"] if folder != "generated" else None
            index = indexes[folder].setdefault(shot.id, {"takes": []})
            place = {"shot": shot.id, "folder": folder, "key": key, "sha256": sha, "seconds": 1.0}
            place["clip"] = f"shots/{folder}/{shot.id}/{key[:12]}/clip.mp4"
            index["takes"].append({**place, "of": before})
            write_json(
                directory / "take.json",
                {"key": key, "request": request.canonical(),
                 "provider": "puppet", "model": shot.model, "job_id": "1", "cost_usd": 0.0,
                 "created_at": f"2026-11-{18 + number}T10:00:00Z", "sha256": sha, "seconds": 1.0,
                 "resolution": [WIDTH, HEIGHT], "fps": 12},
            )  # fmt: skip
            takes.append(
                {**place, "selected": variant == len(variants) - 1, "encoder": "efficientnet-lite2/stages+moments",
                 "characters": characters, "times": [(n + 0.5) / 8 for n in range(8)], "phashes": ["0" * 16] * 8,
                 **dict.fromkeys(("cast", "location", "prop", "motion_offset_ms", "voice_min", "prompt")),
                 "movement": 0.1, "words_by_line": [0.0] if shot.lines else [],
                 "voice": 0.84 if shot.lines else None, "words": 0.0 if shot.lines else None,
                 "heard": ["Kit you will not believe what came today"] if shot.lines else [],
                 "voices": [0.84] if shot.lines else [], "flicker": 0.991,
                 "motion": 0.93 if folder == "transferred" else None, "pictures": pictures}
            )  # fmt: skip
            if shot.id == "e01s02":  # the others are as earlier versions wrote them
                takes[-1]["scene"] = _scene()
    for folder, shots in indexes.items():
        write_json(root / f"shots/{folder}.json", {"shots": shots})
    return takes


def _scene() -> dict[str, Any]:
    """A letter that changes, a place that is another, and a wardrobe that is worn."""
    seen = [
        {"t": (n + 0.5) / 8, "found": n < 4, "z": 0.21 if n < 4 else None, "box": [0.7, 0.6, 0.8, 0.75]}
        for n in range(8)
    ]
    scores = {"identity": 0.71, "identity_p05": 0.7, "z": 0.21, "z_p05": 0.18}
    place = {"location": "locations/cafe-morning", **scores, "coverage": 0.62, "margin": -0.05, "time_margin": None}
    return {
        "props": [{"prop": "props/letter", **scores, "coverage": 0.5, "verdict": "changed", "frames": seen}],
        "place": {**place, "nearest": "locations/rooftop-dusk", "verdict": "elsewhere", "frames": []},
        "wardrobes": {
            "ami": {"wardrobe": "everyday", "identity": 0.9, "margin": 0.12, "nearest": "everyday", "verdict": "kept"}
        },
    }


def _pictures(
    root: Path, shot: Shot, key: str, look: str, draw: random.Random, off: bool
) -> tuple[list[str], dict[str, Any]]:
    pictures: list[str] = []
    frames: dict[str, list[dict[str, Any]]] = {member.character: [] for member in shot.characters}
    for index in range(8):
        image = _backdrop(shot.time or "morning")
        for member in shot.characters:
            x = {"left": 200, "right": 440, "centre": 320}[member.position] + index * 8
            y, radius = 190, 70 if member.character == "ami" else 54
            _head(ImageDraw.Draw(image), member.character, look, x, y, radius, shift=90 if off else 0)
            covered = index == 4 and shot.id == "e01s01" and member.character == "kit"  # Ami walks in front of Kit
            found = not covered and not (index == 7 and shot.id == "e01s03")
            identity = (0.72 if off else 0.92) + draw.gauss(0, 0.02)
            box = [(x - radius) / WIDTH, (y - radius * 1.25) / HEIGHT, (x + radius) / WIDTH, (y + radius) / HEIGHT]
            frames[member.character].append(
                {"t": (index + 0.5) / 8, "found": found, "identity": identity if found else None,
                 "z": (identity - 0.52) / 0.43 if found else None, "margin": 0.3 if found else None,
                 "box": box if found or covered else None, "covered": covered}
            )  # fmt: skip
        name = f"reports/evidence/{shot.id}/{key[:12]}-{index}.jpg"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        image.resize((320, 180)).save(root / name, quality=85)
        pictures.append(name)
    characters = {}
    for character, seen in frames.items():
        values = [frame["identity"] for frame in seen if frame["found"]]
        scaled = [frame["z"] for frame in seen if frame["found"]]
        characters[character] = {
            "identity": sum(values) / len(values), "identity_p05": min(values), "coverage": len(values) / 8,
            "margin": 0.1 if off else 0.3, "z": sum(scaled) / len(scaled), "z_p05": min(scaled),
            "passed": not off, "frames": seen, "subject": f"ami/{look}" if character == "ami" else character,
            "drift_curve": [], "vector": None,
            **dict.fromkeys(("wardrobe", "copy_paste", "drift_slope_per_second")),
        }  # fmt: skip
    return pictures, characters


def _cut(root: Path, plan: Plan) -> None:
    folder = root / "shots/cuts"
    folder.mkdir(parents=True)
    with VideoWriter(folder / "e01.mp4", WIDTH, HEIGHT, 12) as writer:
        for shot in plan.shots.values():
            image = np.asarray(_backdrop(shot.time or "morning"))
            for _ in range(12):
                writer.write(image)
    _backdrop("dusk").save(folder / "e01-poster.png")
    write_text(folder / "e01.srt", "1\n00:00:00,200 --> 00:00:01,400\n" + SAID + "\n")
    shots = [{"shot": s, "start": float(n), "seconds": 1.0, "copied": True} for n, s in enumerate(plan.shots)]
    write_json(
        folder / "cuts.json",
        {"episodes": {"e01": {"title": "A letter at breakfast", "path": "shots/cuts/e01.mp4",
                              "poster": "shots/cuts/e01-poster.png", "srt": "shots/cuts/e01.srt", "seconds": 4.0,
                              "loudness_lufs": -16.2, "shots": shots}}},
    )  # fmt: skip


def _backdrop(time: str) -> Image.Image:
    top, bottom = (np.array(colour, float) for colour in LIGHT[time])
    ramp = np.linspace(0, 1, HEIGHT)[:, None, None]
    image = Image.fromarray(np.broadcast_to(top + (bottom - top) * ramp, (HEIGHT, WIDTH, 3)).astype(np.uint8))
    ImageDraw.Draw(image).rectangle((0, 290, WIDTH, HEIGHT), fill=(120, 96, 80))
    return image


def _head(draw: ImageDraw.ImageDraw, character: str, look: str, x: float, y: float, r: float, shift: int) -> None:
    def disc(cx: float, cy: float, size: float, fill: tuple[int, int, int]) -> None:
        draw.ellipse((cx - size, cy - size, cx + size, cy + size), fill=fill)

    if character == "kit":
        for side in (-1, 1):
            draw.polygon(
                [(x + side * r * 0.9, y - r * 1.3), (x + side * r * 0.9, y - r * 0.2), (x, y - r * 0.7)], ORANGE
            )
        disc(x, y, r, ORANGE)
        disc(x, y + r * 0.45, r * 0.5, (250, 236, 214))
    else:
        red, green, blue = HAIR.get(look, HAIR["anime"])
        disc(x, y - r * 0.1, r * 1.15, (red, max(green - shift, 0), max(blue - shift, 0)))
        disc(x, y + r * 0.15, r * 0.85, SKIN.get(look, SKIN["anime"]))
    for side in (-1, 1):
        disc(x + side * r * 0.35, y + r * 0.1, r * 0.13, (40, 70, 80))
