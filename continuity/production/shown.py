"""What each card would send for a shot, word for word: requests as the stages build them, taken down and not sent.

What is not made yet (a library picture, a line, the clip that is carried over) is stood in for by a file of its kind,
and shown, as all files are, by its role.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from continuity.errors import ContinuityError, ProjectError, RequestRefused
from continuity.files import sha256_file
from continuity.jobs.consent import unallowed
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.cards import all_cards
from continuity.plan.estimate import spoken_seconds
from continuity.plan.schema import Line, ModelCard, Plan, Route, Service, Shot
from continuity.production import wanted
from continuity.production.consent import people_in
from continuity.production.library import Library, folder_of
from continuity.production.offers import offers
from continuity.production.workspace import SpokenLine, Take, read_index, read_lines
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.providers.recording import Sent, recorded


@dataclass(frozen=True)
class Shown:
    """One card: what it would send, or what it ``refuses``, or that it makes things here, by ``prompt``.

    ``absent``: the roles of what is not made yet, which stands in.
    """

    card: str
    provider: str
    prompt: str
    sent: Sent | None = None
    refuses: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def shown(
    root: Path, plan: Plan, store: Store, shot: Shot, cards: Sequence[ModelCard], services: Mapping[str, Service]
) -> list[Shown]:
    """What each of ``cards`` would send for the first take of ``shot``; nothing is sent, and no key is needed."""
    known = all_cards(root)
    makers = {card.character: known[card.character] for card in cards if card.character}  # of those whom services know
    models = {**makers, **plan.models, **{card.id: card for card in cards}}
    whole = plan.model_copy(update={"models": models, "services": {**services, **plan.services}})
    with _placeholders() as files:
        return [_of_card(root, whole, store, shot, card, files) for card in cards]


def _of_card(root: Path, plan: Plan, store: Store, shot: Shot, card: ModelCard, files: _Placeholders) -> Shown:
    provider = provider_named(card.provider)
    (offer,) = offers(plan, {card.id: card}, shot)
    prompt = shot.transfer.prompt if card.kind == "motion" and shot.transfer else shot.prompt
    bare = Shown(card.id, card.provider, prompt, refuses=offer.refusals)
    if card.kind == "motion" and shot.transfer is None:
        bare = replace(bare, refuses=[*bare.refuses, "the shot has no transfer"])
    if bare.refuses or not isinstance(provider, HostedProvider):
        return bare
    service = plan.services.get(card.provider)
    if service is None:
        return replace(bare, refuses=[f"no file conf/provider/{card.provider}.yaml says where it is"])
    absent: list[str] = []
    try:
        item = _Asked(root, plan, files, absent).item(shot, card)
        item = replace(item, people=people_in(plan, item))
        if said := unallowed(item, store, service, plan.series.id):
            return replace(bare, refuses=[said])
        sent = asyncio.run(recorded(provider, item.request, service))
    except RequestRefused as error:
        return replace(bare, refuses=[str(error).removeprefix(f"{shot.id}: ")])
    except ContinuityError as error:
        return replace(bare, refuses=[f"cannot be shown: {error}"])
    return replace(bare, sent=sent, absent=list(dict.fromkeys(absent)))


@dataclass
class _Placeholders:
    """Files that stand in, each with bytes of its own, in a folder that goes when they are shown."""

    folder: Path
    _made: dict[tuple[str, str], Path] = field(default_factory=dict)

    def file(self, role: str, shot: Shot, ending: str = "png") -> Path:
        if (role, ending) not in self._made:
            number = len(self._made)
            path = self._made[role, ending] = self.folder / f"{number}.{ending}"
            {"png": _picture, "wav": _sound, "mp4": _clip}[ending](path, number, shot)
        return self._made[role, ending]


@contextmanager
def _placeholders() -> Iterator[_Placeholders]:
    with tempfile.TemporaryDirectory(prefix="continuity-shown-") as folder:
        yield _Placeholders(Path(folder))


@dataclass
class _Asked:
    """Builds a request by a card as the stage would that asks for it; notes in ``absent`` what stands in."""

    root: Path
    plan: Plan
    files: _Placeholders
    absent: list[str]

    def item(self, shot: Shot, card: ModelCard) -> Wanted:
        shot = _by(self.plan, shot, card)
        library = self._library(shot)
        if card.kind == "motion":
            return wanted.for_transfer(library, self.plan, shot, self._take(shot, "driving_clip"))
        if card.kind == "repair":
            route = Route(way="restore", model=card.id, provider=card.provider, parameters=card.parameters)
            return wanted.for_repair(library, self.plan, shot, self._take(shot, "failed_take"), 0, route)
        if card.character:
            for member in shot.characters:
                key = (card.id, member.character, member.look)
                library.characters[key] = f"<{member.character} as {card.provider} knows them>"
        return wanted.for_take(library, self.plan, shot, 0, self._lines(shot), self._start(shot))

    def _library(self, shot: Shot) -> Library:
        roles = {*shot.references, *(shot.transfer.references if shot.transfer else ())}
        made: dict[str, Path | None] = {}
        for item in self.plan.library:
            if item.role in roles:
                file = folder_of(self.root) / item.path
                made[item.role] = file if file.is_file() else self._stand_in(item.role, shot)
        return Library(self.root, self.plan, made)

    def _stand_in(self, role: str, shot: Shot, ending: str = "png") -> Path:
        self.absent.append(role)
        return self.files.file(role, shot, ending)

    def _take(self, shot: Shot, role: str) -> Take:
        """The first take that there is, of the folder that such a card is given; else one that stands in."""
        if (there := self._current(shot.id)) is not None and (self.root / there.clip).is_file():
            return there
        clip = self._stand_in(role, shot, "mp4")
        sha256 = sha256_file(clip)
        return Take(shot.id, "generated", sha256, sha256, shot.seconds, str(clip))

    def _current(self, shot: str) -> Take | None:
        with suppress(ProjectError):
            return next(iter(read_index(self.root, "generated").get(shot, [])), None)
        return None

    def _start(self, shot: Shot) -> Path | None:
        if shot.start_from is None:
            return None
        before = self._current(shot.start_from)
        if before is None or not (self.root / before.clip).is_file():
            return self._stand_in("start_frame", shot)
        from continuity.media.video import last_frame

        frame = self.files.folder / f"{before.short}.png"
        last_frame(self.root / before.clip, frame)
        return frame

    def _lines(self, shot: Shot) -> list[SpokenLine]:
        with suppress(ProjectError):
            spoken = read_lines(self.root).get(shot.id, [])
            there = all((self.root / line.path).is_file() for line in spoken if line.path)  # not before `dvc pull`
            if there and [line.text for line in spoken] == [line.text for line in shot.lines]:
                return spoken
        return [self._line(shot, number, line) for number, line in enumerate(shot.lines, 1)]

    def _line(self, shot: Shot, number: int, line: Line) -> SpokenLine:
        end = line.at + (line.seconds or spoken_seconds(line.text))
        if not (line.is_spoken and line.voice):
            return SpokenLine(line.character, line.voice, line.text, line.at, end, line.off_screen, sound=line.sound)
        sound = self._stand_in(f"line-{number}", shot, "wav")
        return SpokenLine(
            line.character, line.voice, line.text, line.at, end, line.off_screen, str(sound), sha256_file(sound),
            line.sound,
        )  # fmt: skip


def _by(plan: Plan, shot: Shot, card: ModelCard) -> Shot:
    """The shot as it would be planned with that card: with the card's parameters, and those of its own."""
    if card.kind == "motion" and shot.transfer and shot.transfer.model != card.id:
        changes = {"model": card.id, "provider": card.provider, "parameters": dict(card.parameters)}
        return shot.model_copy(update={"transfer": shot.transfer.model_copy(update=changes)})
    if card.kind != "video" or card.id == shot.model:
        return shot
    planned = plan.models[shot.model].parameters
    own = {name: value for name, value in shot.parameters.items() if planned.get(name, ...) != value}
    changes = {"model": card.id, "provider": card.provider, "parameters": {**card.parameters, **own}}
    return shot.model_copy(update=changes)


def _picture(path: Path, number: int, shot: Shot) -> None:
    import numpy as np

    from continuity.media.pictures import png_bytes

    path.write_bytes(png_bytes(np.full((64, 64, 3), number % 256, np.uint8)))


def _sound(path: Path, number: int, shot: Shot) -> None:
    import numpy as np

    from continuity.media.audio import write_wav
    from continuity.media.writing import AUDIO_RATE

    write_wav(path, np.full(AUDIO_RATE // 10 + number, 0.0, np.float32), AUDIO_RATE)


def _clip(path: Path, number: int, shot: Shot) -> None:
    import numpy as np

    from continuity.media.video import VideoWriter

    wide, high = shot.resolution
    with VideoWriter(path, wide, high, shot.fps) as writer:
        for _ in range(max(1, round(shot.seconds * shot.fps))):
            writer.write(np.full((high, wide, 3), number % 256, np.uint8))
