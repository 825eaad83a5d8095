"""Words that add up along a chain: each shot that starts from another's last frame says them of that frame.

"Darker" makes the first shot dark and the fourth black; "younger", said four times, makes a child of a woman. One
"darker" is a direction; the second one of a chain is remarked on. English alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from continuity.plan.schema import LintNote, Shot
from continuity.plan.strangers import QUOTED

# fmt: off
STATES = frozenset("""angry bald big bright broad calm clean clear cold cool damp dark deep dense dim dirty dry dull
    fair faint fat fierce foggy full grim happy hard heavy high hot huge lean light long loose loud low narrow near neat
    old pale plump pretty proud quiet rich ripe rough round sad sharp short shy sick sleepy slim slow small smooth soft
    strong sweet tall tame thick thin tight tired tiny ugly warm weak wet white wide wild young""".split())  # noqa: SIM905
OTHERS = {  # what is no regular form of its state
    "farther": "far", "further": "far", "better": "good", "worse": "bad", "elder": "old", "redder": "red",
    "aging": "old", "ageing": "old", "ages": "old", "aged": "old",
}  # fmt: skip
MAKES = {  # verbs of change
    "blacken": "black", "brighten": "bright", "broaden": "broad", "calm": "calm", "clear": "clear", "cool": "cool",
    "dampen": "damp", "darken": "dark", "deepen": "deep", "dim": "dim", "fade": "faint", "fatten": "fat",
    "flatten": "flat", "harden": "hard", "lengthen": "long", "lighten": "light", "loosen": "loose",
    "narrow": "narrow", "redden": "red", "ripen": "ripe", "roughen": "rough", "sadden": "sad", "sharpen": "sharp",
    "shorten": "short", "shrink": "small", "sicken": "sick", "smooth": "smooth", "soften": "soft",
    "strengthen": "strong", "sweeten": "sweet", "thicken": "thick", "thin": "thin", "tighten": "tight", "warm": "warm",
    "weaken": "weak", "whiten": "white", "widen": "wide", "wilt": "wilted", "wither": "withered",
}  # fmt: skip
# fmt: on
BECOMES = r"(?:gets?|getting|grows?|growing|becomes?|becoming|turns?|turning|goes|going)"
SAID = re.compile(
    rf"\b(?P<becomes>{BECOMES})\s+(?:(?:ever|even|still|slowly|a little|more and)\s+)*(?P<state>[a-z]+)\b"
    r"|\b(?:(?P<degree>more|less)\s+(?P<of>[a-z]+)|(?P<word>[a-z]+))\b",
    re.I,
)
NO_STATE = frozenset({"than", "and", "of", "or", "about", "time", "once", "to", "the", "a", "an", "in", "on"})


@dataclass(frozen=True)
class Change:
    """A change of state as it is written, and the state that it leads to."""

    words: str
    state: str


def compounding(shots: Mapping[str, Shot]) -> Iterator[LintNote]:
    """A note for each change that a shot says again which the chain before it has said."""
    said = {id: list(changes(shot.action)) for id, shot in shots.items()}
    for id, shot in shots.items():
        before = _first_said(shots, said, shot)
        for change in {change.state: change for change in reversed(said[id])}.values():
            if change.state in before:
                other, words = before[change.state]
                yield LintNote(
                    shot=id,
                    message=f"“{change.words}” is said of the frame it starts from, and {other}, earlier in that "
                    f"chain, has said “{words}”: along a chain this adds up. Say how it is in the end "
                    f"({change.state}), and in one shot alone",
                    delete=[change.words],
                )


def changes(action: str) -> Iterator[Change]:
    """What ``action`` says to become otherwise than it is. What is spoken changes nothing."""
    text = QUOTED.sub(lambda quoted: " " * len(quoted[0]), action)
    place = 0
    while found := SAID.search(text, place):
        place = found.end()
        if (state := found["state"]) and not (known := _state(state) or (state.lower() in STATES and state.lower())):
            place = found.end("becomes")  # it turns, and something else follows
            continue
        if state:
            yield Change(found[0], str(known))
        elif (degree := found["degree"]) and found["of"].lower() not in NO_STATE:
            of = found["of"].lower()
            yield Change(found[0], of if degree.lower() == "more" else f"less {of}")
        elif (word := found["word"]) and (state := _state(word)):
            yield Change(word, state)


def _first_said(shots: Mapping[str, Shot], said: Mapping[str, list[Change]], shot: Shot) -> dict[str, tuple[str, str]]:
    """By state, the shot of the chain before that says it, the first one, and its words."""
    first: dict[str, tuple[str, str]] = {}
    while (shot_before := shots.get(shot.start_from or "")) is not None:
        shot = shot_before
        first |= {change.state: (shot.id, change.words) for change in said[shot.id]}
    return first


def _state(word: str) -> str:
    """The state that a comparative or a verb of change leads to; empty for any other word."""
    word = word.lower()
    return OTHERS.get(word) or _COMPARATIVES.get(word) or _VERBS.get(word) or ""


def _comparative(state: str) -> str:
    if state.endswith("e"):
        return f"{state}r"
    if state.endswith("y"):
        return f"{state[:-1]}ier"
    doubled = re.fullmatch(r".*[^aeiou][aeiou][bdgmnt]", state)
    return f"{state}{state[-1]}er" if doubled else f"{state}er"


def _forms(verb: str) -> list[str]:
    stem = verb.removesuffix("e")
    last = verb[-1] if re.fullmatch(r"[^aeiou]+[aeiou][mn]", verb) else ""
    return [f"{verb}s", f"{stem}{last}ing", f"{stem}{last}ed"]


_COMPARATIVES = {_comparative(state): state for state in STATES}
_VERBS = {form: state for verb, state in MAKES.items() for form in _forms(verb)}
