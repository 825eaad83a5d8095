"""The states of a job and the moves between them: one table, and a move that is not in it is an error.

A job is one submission to a service that charges. What a service calls its own states is translated by its adapter
(`continuity.providers.base.Phase`); these are what the ledger knows, and what decides whether money may be spent.
"""

from __future__ import annotations

from typing import Literal, get_args

from continuity.errors import LedgerMove

State = Literal[
    "making",  # on this machine, for nothing: free to repeat
    "planned",  # the price is reserved, nothing is sent
    "submitting",  # the request is on its way: from here on it may have been taken, and billed
    "submitted",  # the service has it, and its id is known
    "delivered",  # what it made has been fetched and kept as it came
    "done",  # decoded, found to be what was asked, in the store
    "failed",  # the service says that it made nothing, or took nothing
    "moderated",  # the service refuses these words or pictures; the same would be refused again
    "expired",  # it was made and is lost: the service no longer has it
    "cancelled",  # taken back before it was sent, or forgotten by a person
    "rejected",  # delivered, and not what was asked; a person may accept it
    "ambiguous",  # sent, and the answer was lost: it may have been taken or not
]

MOVES: dict[State, frozenset[State]] = {
    "making": frozenset({"done", "failed"}),
    "planned": frozenset({"submitting", "failed", "cancelled"}),
    # Back to planned: certainly not taken, as where nobody answered the call or the service said to come later.
    "submitting": frozenset({"submitted", "planned", "failed", "moderated", "ambiguous"}),
    "submitted": frozenset({"delivered", "failed", "moderated", "expired", "cancelled"}),
    "delivered": frozenset({"done", "rejected"}),
    # A result that is lost here is fetched again by its id, and not bought again.
    "done": frozenset({"submitted"}),
    # Some services report a failure and deliver all the same: asked again before anything is sent anew.
    "failed": frozenset({"submitted"}),
    "moderated": frozenset({"cancelled"}),
    "expired": frozenset({"cancelled", "submitted"}),
    "cancelled": frozenset(),
    "rejected": frozenset({"delivered", "cancelled"}),
    # Found at the service, or named by a person; certainly not there; or given up by a person.
    "ambiguous": frozenset({"submitted", "failed", "cancelled"}),
}

#: While a job is in one of these, nothing else is sent under its key.
HELD: frozenset[State] = frozenset(
    {"making", "planned", "submitting", "submitted", "delivered", "rejected", "expired", "moderated", "ambiguous"}
)
#: States that count at the price of the card until the service has said what it charged.
RESERVED: frozenset[State] = frozenset(
    {"planned", "submitting", "submitted", "delivered", "done", "rejected", "expired", "ambiguous"}
)

assert set(MOVES) == set(get_args(State))


def check_move(key: str, old: State, new: State) -> None:
    """Raises LedgerMove for a move that the table does not have."""
    if new not in MOVES[old]:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing"
        raise LedgerMove(f"job of {key[:12]}: {old} cannot become {new}, only {allowed}; this is a defect to report")
