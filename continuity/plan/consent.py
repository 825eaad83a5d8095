"""Consent of real people: what may be sent of somebody, to whom, until when, and what stands against it today.

No plan depends on the day: what a record means is said beside the plan, and held where something would be sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from continuity.errors import MediaError, ProjectError
from continuity.files import inside, sha256_file
from continuity.plan.schema import Consent, Kind, RealPerson
from continuity.plan.sunset import SOON


def withdrawn(person: RealPerson, today: date) -> str:
    """That somebody agreed and no longer does, and since when; empty while the record holds, or where there is none."""
    consent = person.consent
    if consent is None:
        return ""
    if consent.revoked is not None and date.fromisoformat(consent.revoked) <= today:
        return f"{consent.who} has revoked the consent to {person.id} on {consent.revoked} ({person.file})"
    if date.fromisoformat(consent.until) < today:
        return f"the consent of {consent.who} to {person.id} ended on {consent.until} ({person.file})"
    return ""


def objection(person: RealPerson, root: Path, use: Kind, service: str, series: str, today: date) -> str:
    """Why nothing of ``person`` may be sent for ``use`` to ``service``, with the way out; empty where it may.

    ``root`` is the project, where the evidence lies: it is hashed each time.
    """
    consent = person.consent
    if consent is None:
        return (
            f"{person.id} is a real person ({person.file}), and nothing says that they agreed; write `consent:` "
            "there (docs/consent.md)"
        )
    if said := withdrawn(person, today):
        return f"{said}; a new agreement is a new record, with its own evidence"
    for what, value, allowed in (
        ("the series", series, consent.scope.series),
        ("the service", service, consent.scope.services),
        ("the use", use, consent.scope.uses),
    ):
        if allowed != "any" and value not in allowed:
            return (
                f"the consent of {consent.who} to {person.id} is for {', '.join(allowed)}, and not for {what} {value} "
                f"({person.file}); choose another, or ask them and write it under `scope`"
            )
    return _unproved(person, consent, root)


def _unproved(person: RealPerson, consent: Consent, root: Path) -> str:
    """What is wrong with the file that proves it."""
    there = f"the evidence of {consent.who}'s consent to {person.id}, {consent.evidence}"
    try:
        path = inside(root, consent.evidence)
        if not path.is_file():
            return (
                f"{there}, is missing; restore it (`git checkout -- {consent.evidence}` or `dvc pull`), or correct "
                f"its path in {person.file}"
            )
        if sha256_file(path) != consent.sha256:
            return (
                f"{there}, is not the file whose sha256 {person.file} has; restore it, or look at it and write the new "
                "hash there"
            )
    except (MediaError, ProjectError) as error:
        return f"{there}: {error}"
    return ""


def consent_remarks(people: Iterable[RealPerson], today: date) -> Iterator[str]:
    """Records that hold, and will not for long."""
    for person in people:
        consent = person.consent
        if consent is None or withdrawn(person, today):
            continue
        last = min(filter(None, (consent.until, consent.revoked)))
        if date.fromisoformat(last) <= today + SOON:
            yield f"the consent of {consent.who} to {person.id} ends on {last} ({person.file}): renew it, or cut before"
