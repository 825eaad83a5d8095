"""Stage `compose`: ``conf/`` + ``params.yaml`` → ``plan.json``, ``compared.json``."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from continuity.files import write_json
from continuity.guard import run
from continuity.jobs.store import Store
from continuity.media.rates import told
from continuity.plan.compared import compared
from continuity.plan.compose import compose, project_root
from continuity.plan.consent import consent_remarks
from continuity.plan.picks import picks_file
from continuity.plan.sunset import sunset_remarks
from continuity.production.consent import check_withdrawn
from continuity.production.refusals import check_refusals
from continuity.production.undrawn import noted, sentence


def main() -> None:
    root = project_root()
    plan = noted(compose(root))
    check_refusals(plan)
    check_withdrawn(root, plan)
    if any(pick.selected for pick in plan.picks.values()):
        from continuity.production.survey import check_picks  # loads what scores, in a second

        check_picks(root, plan, Store(project=root))
    write_json(root / "plan.json", plan.model_dump(mode="json"))
    write_json(root / "compared.json", compared(plan).model_dump(mode="json"))

    takes = sum(shot.takes for shot in plan.shots.values())
    episodes, shots, items = len(plan.series.episodes), len(plan.shots), len(plan.library)
    print(f"{plan.series.title}: {episodes} episodes, {shots} shots, {takes} takes, {items} library items")
    for rate in sorted({shot.fps for shot in plan.shots.values() if isinstance(shot.fps, Fraction)}):
        print(f"  {told(rate)}")
    for note in plan.lint:
        print(f"  {note.shot}: {note.message}")
    for remark in plan.not_drawn:
        print(f"  {sentence(remark)}")
    for shot in sorted(set(plan.picks) - set(plan.shots)):
        print(f"  {picks_file(plan.series.id)}: {shot} is no shot of this series; its picks decide nothing")
    for warning in (*sunset_remarks(plan.models, date.today()), *consent_remarks(plan.people, date.today())):
        print(f"  {warning}")
    cost = plan.estimate
    print(
        f"At most ${cost.total:.2f} if nothing were reused: design ${cost.design:.2f}, generate ${cost.generate:.2f}, "
        f"motion transfer ${cost.motion_transfer:.2f}, repair ${cost.repair_at_most:.2f}; "
        f"the ceiling is ${plan.budget.max_usd:.2f}"
    )


if __name__ == "__main__":
    run(main)
