"""Who of the real people is in what: in a request, in a shot, in a take that lies here, in a cut.

Nothing of theirs is sent without their consent; that is held where things are sent (`continuity.jobs.consent`). Where
somebody no longer agrees, what shows them is neither made nor reused, selected or cut; it is named, and not deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from continuity.errors import ConsentMissing, ProjectError
from continuity.jobs.wanted import Wanted
from continuity.plan.consent import withdrawn
from continuity.plan.schema import Plan, RealPerson
from continuity.production.picked import picked_takes
from continuity.production.workspace import folders_on_disk
from continuity.records.cuts import read_cuts
from continuity.records.indexes import read_selects
from continuity.records.results import read_result

MOST_NAMED = 12  # takes in a message; `continuity takes list` has all

Who = set[tuple[str, str]]  # kind and id, as in RealPerson


def people_in(plan: Plan, item: Wanted) -> tuple[RealPerson, ...]:
    """The real people whom a request shows, describes or names, or whose voice it uses."""
    if not plan.people:
        return ()
    request = item.request
    who = _told(request.direction, [reference.role for reference in request.references])
    if request.kind == "voice":
        said = (request.provider, request.model, request.direction.get("voice"))
        who |= {
            ("voice", id)
            for id, one in plan.voices.items()
            if said == (one.provider, plan.models[one.model].called, one.preset)
        }
    else:
        who |= _in_shot(plan, item.shot) | _named(plan, request.prompt)
    kind, _, rest = request.subject.partition("/")
    if kind in ("characters", "voices"):
        who.add((kind.removesuffix("s"), rest.partition("/")[0]))
    return tuple(person for person in plan.people if (person.kind, person.id) in who)


def withdrawn_in(folder: Path, people: Iterable[RealPerson]) -> list[str]:
    """Those of ``people`` who no longer agree and are in a take, by its record: ids."""
    gone = [person for person in people if withdrawn(person, date.today())]
    who = _in_take(folder) if gone else set()
    return [person.id for person in gone if (person.kind, person.id) in who]


def check_reuse(items: Iterable[Wanted]) -> None:
    """Raise ConsentMissing where what is asked for shows somebody who no longer agrees, made before or not."""
    said: dict[str, list[str]] = {}
    for item in items:
        for person in item.people:
            if why := withdrawn(person, date.today()):
                said.setdefault(why, []).append(item.request.subject)
    if said:
        raise ConsentMissing(
            "\n".join(f"{why}: {_listed(subjects)} are not made or reused" for why, subjects in said.items())
        )


def check_withdrawn(root: Path, plan: Plan) -> None:
    """Raise ConsentMissing where the series, or a picked take, shows somebody who no longer agrees."""
    if said := withdrawals(root, plan):
        raise ConsentMissing("\n".join(said))


def withdrawals(root: Path, plan: Plan) -> list[str]:
    """A sentence for each person who no longer agrees and is in the series or in a picked take: who, since when, which
    takes and cuts show them, and the ways out."""
    said = []
    for person in plan.people:
        if not (why := withdrawn(person, date.today())):
            continue
        takes = list(_takes_with(root, plan, person))
        in_series = person.id in (plan.characters if person.kind == "character" else plan.voices)
        picked = {take.clip for take in picked_takes(root, plan).values()}
        chosen = [path for _, path in takes if f"{path}/clip.mp4" in picked]
        if in_series or chosen:
            said.append(_sentence(person, why, takes, _cuts_with(root, plan, person), in_series))
    return said


def _sentence(person: RealPerson, why: str, takes: list[tuple[str, str]], cuts: list[str], in_series: bool) -> str:
    named = [f"{shot} {path.rpartition('/')[2]}" for shot, path in takes]
    parts = [f"{why}, so nothing with them is sent, made, reused, selected or cut"]
    if named:
        parts.append(f"{len(named)} takes here show them, and stay as they are: {_listed(named, MOST_NAMED)}")
    if cuts:
        parts.append(f"these cuts show them, and stay as they are: {', '.join(cuts)}")
    way = f"take {person.id} out of the series, or give the part to another" if in_series else ""
    way = way or "take `selected` of those takes out of conf/picks/"
    return f"{'. '.join(parts)}. Go on: {way}; or agree anew, and write the new record"


def _takes_with(root: Path, plan: Plan, person: RealPerson) -> Iterator[tuple[str, str]]:
    """(shot, folder in the project) of every take that lies here and shows them: by its record, or as its shot does."""
    for _, shot, path in folders_on_disk(root):
        if (person.kind, person.id) in _in_take(path) | _if_current(plan, shot):
            yield shot, path.relative_to(root).as_posix()


def _if_current(plan: Plan, shot: str) -> Who:
    """Who is in a shot's takes though no record says it: by the frame that they start from, and by voice."""
    if shot not in plan.shots:
        return set()
    voices = {one for one in _in_shot(plan, shot) if one[0] == "voice"}
    return voices | _in_shot(plan, plan.shots[shot].start_from or "")


def _in_take(folder: Path) -> Who:
    with suppress(ProjectError):
        request = read_result(folder / "take.json", "dvc pull").request
        return _told(request.get("direction") or {}, [one["role"] for one in request.get("references") or ()])
    return set()


def _cuts_with(root: Path, plan: Plan, person: RealPerson) -> list[str]:
    """The cut episodes that show them, by the selects that they were cut from."""
    found = []
    with suppress(ProjectError):
        selects = read_selects(root / "shots" / "selects.json").shots
        for episode in read_cuts(root / "shots" / "cuts" / "cuts.json").episodes.values():
            for piece in episode.shots:
                shown = _in_shot(plan, piece.shot)
                if select := selects.get(piece.shot):
                    shown |= _in_take((root / select.clip).parent)
                if (person.kind, person.id) in shown:
                    found.append(episode.path)
                    break
    return found


def _told(direction: Mapping[str, Any], roles: Iterable[str]) -> Who:
    """Whom a request's own words and pictures show. A first word of a role that is nobody's id does no harm."""
    characters = {str(member["character"]) for member in direction.get("characters") or ()}
    characters |= {
        str(one[name])
        for part, name in (("transfer", "character"), ("character", "id"))
        if (one := direction.get(part))
    }
    who = {("character", id) for id in characters}
    for role in roles:
        parts = role.removeprefix("masters/").split("/")
        who.add(("voice", parts[1]) if parts[0] == "voices" and len(parts) > 1 else ("character", parts[0]))
    return who


def _in_shot(plan: Plan, id: str) -> Who:
    """The cast and the voices of a shot, and of those whose frames it starts from."""
    who: Who = set()
    while id in plan.shots:
        shot = plan.shots[id]
        who |= {("character", member.character) for member in shot.characters}
        who |= {("voice", line.voice) for line in shot.lines if line.voice is not None and line.is_spoken}
        id = shot.start_from or ""
    return who


def _named(plan: Plan, prompt: str) -> Who:
    """Characters whose name the prompt has, in the cast or not."""
    names = {id: character.name for id, character in plan.characters.items()}
    return {("character", id) for id, name in names.items() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", prompt)}


def _listed(names: list[str], most: int = 4) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
