"""Which languages can be spoken and understood: what the series' ``language`` is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from continuity.plan.conf_files import Files
from continuity.plan.problems import Problems
from continuity.plan.schema import ModelCard, Shot, Voice
from continuity.plan.sources import Sources

UNDERSTOOD = ("en",)  # by the recogniser that scores words: continuity.scoring.voices.words
LOCAL = {"speech": ("en",)}  # by provider, what is spoken on this machine, whatever a card says


def is_understood(language: str) -> bool:
    """Whether the recogniser knows the words of a series in that language."""
    return _base(language) in UNDERSTOOD


def spoken_by(provider: str, languages: Iterable[str] | None) -> tuple[str, ...] | None:
    """What a voice card speaks; None: any language, as far as is known."""
    if provider in LOCAL:
        return LOCAL[provider]
    return tuple(languages) if languages is not None else None


def check_language(
    language: str,
    shots: Mapping[str, Shot],
    voices: Mapping[str, Voice],
    cards: Mapping[str, ModelCard],
    files: Files,
    sources: Sources,
    problems: Problems,
) -> None:
    """Every voice that speaks a line must speak the series' language; a series without lines may be in any."""
    lines = [line for shot in shots.values() for line in shot.lines if line.is_spoken]
    by_card: dict[str, list[str]] = {}
    for voice in dict.fromkeys(line.voice for line in lines if line.voice):
        by_card.setdefault(voices[voice].model, []).append(voice)
    for card, several in by_card.items():
        known = spoken_by(cards[card].provider, cards[card].languages)
        if known is None or _speaks(known, language):
            continue
        others = _cards_for(language, files)
        choose = f"one that does ({', '.join(others)})" if others else "one that does; no card of conf/model/ does yet"
        here = "local " if cards[card].provider in LOCAL else ""
        problems.add(
            sources.where(("series", "language")),
            f"no {here}voice of card {card} speaks '{language}': it speaks {', '.join(known)}. As `model:` of "
            f"conf/voice/{several[0]}.yaml name {choose}, or let footage hold the words (`sound:`)",
        )


def _cards_for(language: str, files: Files) -> list[str]:
    """The voice cards of the project that may speak it."""
    found = []
    for id in files.options("model"):
        card = files.conf(f"model/{id}")
        if card.get("kind") == "voice":
            known = spoken_by(str(card.get("provider")), card.get("languages"))
            if known is None or _speaks(known, language):
                found.append(id)
    return found


def _speaks(known: Iterable[str], language: str) -> bool:
    return _base(language) in {_base(one) for one in known}


def _base(language: str) -> str:
    """``en`` of ``en-GB``: regions understand one another."""
    return language.partition("-")[0]
