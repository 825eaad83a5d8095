"""``continuity compare [A] B``: which shots drifted between two runs, by how much, and whether that is noise."""

from __future__ import annotations

import argparse
import json
import sys

from continuity.comparison import words
from continuity.comparison.compared import Comparison, Row, compared
from continuity.comparison.sides import side
from continuity.files import shown
from continuity.plan.compose import project_root

EXPLAINED = """\
z, identity: change of scaled and of plain identity against the references; noise: what two takes of such a shot differ
by in 95 of 100 cases, either way; medoid: 1 − cosine of the typical pictures; phash: share of differing bits of aligned
frames; on model: whether the select passes"""


def run(args: argparse.Namespace) -> None:
    root = project_root()
    if args.page is not None:
        from continuity.comparison.page import check_free

        check_free(args.page)
    now, before = side(root, args.a), side(root, args.b)
    found = compared(now, before)
    print(json.dumps(found.to_json(), indent=1) if args.json else told(found))
    if args.page is not None:
        from continuity.comparison.page import write_page

        write_page(args.page, now, before, found)
        print(f"page: {shown(args.page)}", file=sys.stderr)


def told(found: Comparison) -> str:
    """The comparison as a table and sentences."""
    head = (
        f"{'shot':12} {'character':12} {'verdict':12} {'z':>7} {'noise':>6} {'identity':>9} {'medoid':>7} "
        f"{'phash':>6} {'take':>6}  on model"
    )
    lines = [head, *map(_line, found.rows), "", words.counted(found), words.whole(found)]
    lines += [
        f"  {id}: {words.signed(one.difference)} ({words.interval(one)}){words.verdict(one)}"
        for id, one in found.characters.items()
    ]
    lines += [f"{shot:12} only {words.of_run(found.now)}" for shot in found.only_now]
    lines += [f"{shot:12} only {words.of_run(found.before)}" for shot in found.only_before]
    reasons = dict.fromkeys(row.reason for row in found.rows if row.reason)
    lines += [
        f"not known in {', '.join(row.shot for row in found.rows if row.reason == reason)}: {reason}"
        for reason in reasons
    ]
    same = [words.same(found), ""] if found.same else []
    return "\n".join([*same, *lines, "", EXPLAINED])


def _line(row: Row) -> str:
    shown = ["-" if value is None else f"{value:.3f}" for value in (row.medoid, row.phash)]
    noise = "-" if row.noise is None else f"{row.noise:.3f}"
    return (
        f"{row.shot:12} {row.character:12} {row.verdict:12} {words.signed(row.z):>7} {noise:>6} "
        f"{words.signed(row.identity):>9} {shown[0]:>7} {shown[1]:>6} {row.take:>6}  {words.on_model(row)}"
    )
