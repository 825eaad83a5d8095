"""Real people at services: nothing of theirs is sent, uploaded or introduced that they have not agreed to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from continuity.errors import ConsentMissing
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.consent import withdrawn
from continuity.plan.schema import Consent, RealPerson, Scope
from continuity.rehearsal.server import Server
from rehearsal.scene import COMFYUI, FAL, GEMINI, SCENES, Scene

PAST, FUTURE = "2020-02-01", "2999-02-01"
EVIDENCE = b"I agree. Mia Example"
HOLDS = Consent(
    who="Mia Example", scope=Scope(series=["test"], services="any", uses=["image", "video", "voice"]), until=FUTURE,
    evidence="assets/consent/mia.txt", sha256=hashlib.sha256(EVIDENCE).hexdigest(),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    root = tmp_path / "project"
    (root / "assets/consent").mkdir(parents=True)
    (root / "assets/consent/mia.txt").write_bytes(EVIDENCE)
    return Store(tmp_path / "store", root)


def of_mia(scene: Scene, consent: Consent | None) -> list[Wanted]:
    return [replace(scene.asked(), people=(RealPerson(kind="character", id="mia", name="Mia", consent=consent),))]


def asked(server: Server, scene: Scene) -> int:
    """Requests of any kind that came to the service."""
    return sum(count for (service, _), count in server.stage.books.requests().items() if service == scene.name)


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.name != "comfyui"], ids=lambda scene: scene.model)
def test_nobody_is_asked_anything_about_a_person_who_has_not_agreed(scene: Scene, server: Server, store: Store) -> None:
    with pytest.raises(ConsentMissing, match=r"(?s)mia is a real person .*conf/character/mia.yaml.*Nothing was sent"):
        scene.make(server, store, of_mia(scene, None))
    assert scene.submissions(server) == 0 and asked(server, scene) == 0
    made = scene.make(server, store, of_mia(scene, HOLDS))
    assert len(made) == 1 and scene.submissions(server) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": PAST}, f"the consent of Mia Example to mia ended on {PAST}"),
        ({"revoked": PAST}, f"Mia Example has revoked the consent to mia on {PAST}"),
        ({"scope": Scope(series=["other"], services="any", uses="any")}, "is for other, and not for the series test"),
        ({"scope": Scope(series="any", services=["kling"], uses="any")}, "is for kling, and not for the service fal"),
        ({"scope": Scope(series="any", services="any", uses=["voice"])}, "is for voice, and not for the use image"),
        ({"evidence": "assets/consent/lost.pdf"}, "assets/consent/lost.pdf, is missing; restore it"),
        ({"sha256": "0" * 64}, "is not the file whose sha256 conf/character/mia.yaml has"),
    ],
)
def test_a_record_holds_for_what_it_says_alone(
    changes: dict[str, Any], said: str, server: Server, store: Store
) -> None:
    with pytest.raises(ConsentMissing) as caught:
        FAL.make(server, store, of_mia(FAL, HOLDS.model_copy(update=changes)))
    assert said in str(caught.value)
    assert asked(server, FAL) == 0


@pytest.mark.parametrize(
    ("changes", "day", "holds"),
    [
        ({"until": "2026-06-30"}, "2026-06-30", True),
        ({"until": "2026-06-30"}, "2026-07-01", False),
        ({"revoked": "2026-03-01"}, "2026-02-28", True),
        ({"revoked": "2026-03-01"}, "2026-03-01", False),
    ],
)
def test_a_record_holds_through_its_last_day_and_until_the_day_of_its_revocation(
    changes: dict[str, str], day: str, holds: bool
) -> None:
    mia = RealPerson(kind="character", id="mia", name="Mia", consent=HOLDS.model_copy(update=changes))
    assert (withdrawn(mia, date.fromisoformat(day)) == "") == holds


def test_consent_that_ends_while_a_job_waits_its_turn_stops_it(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate before the run finds the evidence; it is gone when the job's turn comes, and its money is given back."""
    assert store.project is not None
    evidence = store.project / "assets/consent/mia.txt"

    def started(jobs: Any) -> None:
        evidence.unlink()
        begin(jobs)

    from continuity.jobs.hosted import HostedJobs

    begin = HostedJobs.start
    monkeypatch.setattr(HostedJobs, "start", started)
    with pytest.raises(ConsentMissing, match="is missing"):
        FAL.make(server, store, of_mia(FAL, HOLDS))
    assert asked(server, FAL) == 0
    assert Ledger(store.root / "ledger.sqlite").spent("test", rehearsed=True) == 0


def test_a_server_on_this_machine_may_be_shown_anybody(server: Server, store: Store) -> None:
    COMFYUI.make(server, store, of_mia(COMFYUI, None))
    assert COMFYUI.submissions(server) == 1


def test_people_are_in_no_key() -> None:
    assert of_mia(GEMINI, HOLDS)[0].request.key == GEMINI.asked().request.key
