"""A series whose voices a service makes from recordings, rehearsed; everything else is made on this machine."""

from __future__ import annotations

import json

import pytest
from conftest import PLAIN_SCORES, Project

from rehearsal.accounts import jobs


def test_a_voice_is_made_from_its_sample_once_and_speaks_all_its_lines(new_project: Project) -> None:
    """By ElevenLabs: Ami's and Kit's masters are handed over before their first line, and never again."""
    project = new_project
    project.params(rehearsal=True, overrides=[*PLAIN_SCORES, "models.voice=elevenlabs-cloned"])
    announced = json.loads(project.run("continuity", "plan", "--json"))["rows"]
    assert [row["new"] for row in announced if row["model"] == "elevenlabs-voice"] == [1, 1]
    project.repro("generate")
    made, spoken = ([job for job in jobs(project) if (job.model == "voices/add") == adds] for adds in (True, False))
    assert {job.body["name"] for job in made} == {"ami", "kit"} and len(made) == 2
    listed = json.loads(project.run("continuity", "models", "characters", "--json"))
    ids = {row["character"]: row["id"] for row in listed}
    assert ids.keys() == {"voices/ami", "voices/kit"}
    assert len(spoken) == 3, "a sample of each, and the line"
    (line,) = [job for job in spoken if job.body["text"] == "Hello, Kit."]
    assert line.body["voice"] == ids["voices/ami"]
    (price,) = [row["price_usd"] for row in announced if row["what"] == "lines of ami"]
    assert price == pytest.approx(line.usd, abs=1e-4)

    project.replace("conf/series/tiny.yaml", "Hello, Kit.", "Hello, fox.")
    project.repro("generate")
    again = jobs(project)[len(made) + len(spoken) :]
    assert [(job.body["voice"], job.body["text"]) for job in again] == [(ids["voices/ami"], "Hello, fox.")]
