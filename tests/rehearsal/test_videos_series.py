"""A series at a host of the Videos protocol: characters from clips of their looks, carried over to another look."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import PLAIN_SCORES, bare

from rehearsal.accounts import jobs
from rehearsal.test_openai_videos import film

CLIPS = {"ami": ("anime", "ami/anime.png"), "kit": ("storybook", "kit/kit.png")}


def test_who_is_known_by_a_clip_is_made_from_it_once_and_named_by_every_take(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.params(series="tiny", quality="tiny", takes=1, models="openai", rehearsal=True, overrides=PLAIN_SCORES)
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")  # motion's least
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")
    said = project.run("continuity", "plan")
    assert "will stop: characters/ami/anime: video-character needs clip" in said and "`clip` in conf/character/" in said

    for id, (_, master) in CLIPS.items():
        film(project.root / "assets" / "masters" / id / "clip.mp4")
        project.replace(
            f"conf/character/{id}.yaml", f"master: {master}", f"master: {master}\n    clip: {{file: {id}/clip.mp4}}"
        )
    assert "masters/ami/clip.mp4 is new and not accepted" in project.run("continuity", "plan")
    project.run("continuity", "masters", "accept")
    announced = json.loads(project.run("continuity", "plan", "--json"))
    assert [row["new"] for row in announced["rows"] if row["model"] == "videos-host-character"] == [1, 1]

    project.repro("motion-transfer")
    made = jobs(project, "openai-videos")
    people, takes = ([job for job in made if ("video" in job.body) == shown] for shown in (True, False))
    ids = {job.body["name"]: {"id": job.id} for job in people}
    named = {job.request["subject"]: job.body["characters"] for job in takes}
    assert named == {"t01": [ids["Ami"]], "t02": [ids["Ami"], ids["Kit"]], "t03": [ids["Kit"]]}
    assert all(job.body["seconds"] == "4" for job in takes)
    assert len(jobs(project, "fal")) == 1 and len(jobs(project, "openai")) > 4, "motion, and the library's pictures"
    listed = json.loads(project.run("continuity", "models", "characters", "--json"))
    assert {row["id"] for row in listed} == {one["id"] for one in ids.values()}
