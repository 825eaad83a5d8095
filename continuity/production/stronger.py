"""Stronger references: a shot that shows its model more of the characters who have drifted, and that first.

First comes the headshot, then the pictures that are most like what the failing take shows (the angle and the expression
it was seen in), then what the shot showed anyway. A model that takes only so many pictures is shown fewer more of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from continuity.plan.schema import CastMember, Plan, Shot

MORE = 3  # pictures of a character beyond its headshot that are shown first


def stronger(
    plan: Plan, shot: Shot, nearest: Mapping[str, Sequence[str]], parameters: Mapping[str, Any], more: int = MORE
) -> Shot:
    """The shot with ``nearest`` in front: by character, the names of its look's pictures, the likest first.

    ``parameters`` go over the shot's own: a model's weight of its references, where it has one.
    """
    people = {member.character: member for member in shot.characters}
    first = [role for id in nearest for role in _of(plan, people[id], nearest[id], more)]
    references = _within(plan, shot.model, first, shot.references)
    transfer = shot.transfer
    if transfer is not None and transfer.character in nearest:
        shown = people[transfer.character].model_copy(update={"look": transfer.look})
        closer = _of(plan, shown, nearest[transfer.character], more)
        transfer = transfer.model_copy(
            update={"references": _within(plan, transfer.model, closer, transfer.references)}
        )
    return shot.model_copy(
        update={"references": references, "transfer": transfer, "parameters": {**shot.parameters, **parameters}}
    )


def _of(plan: Plan, member: CastMember, names: Sequence[str], more: int) -> list[str]:
    """Roles of one look: the headshot, and the first ``more`` others that the library has."""
    folder = plan.characters[member.character].looks[member.look].folder
    made = {item.role for item in plan.library}
    others = [role for name in names if name != "headshot" and (role := f"{folder}/{name}") in made]
    return [role for role in (f"{folder}/headshot",) if role in made] + others[:more]


def _within(plan: Plan, model: str, first: Sequence[str], others: Sequence[str]) -> list[str]:
    """``first``, then the others; where a card takes fewer, what was not shown before is left out, the last first."""
    roles = list(dict.fromkeys([*first, *others]))
    most = plan.models[model].limits.max_references
    new = [role for role in first if role not in others]
    while most is not None and len(roles) > most and new:
        roles.remove(new.pop())
    return roles
