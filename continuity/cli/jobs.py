"""``continuity jobs``: what is open at services, and what a person does about it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from continuity.errors import ProjectError
from continuity.jobs import minding
from continuity.jobs.store import Store
from continuity.plan.compose import project_root
from continuity.records.plan import load_plan
from continuity.rehearsal import played

SHORT = 12
WHAT_TO_DO = {
    "ambiguous": "look it up there, then `continuity jobs adopt {key} JOB_ID` or `continuity jobs forget {key} --yes`",
    "rejected": "`continuity jobs accept {key}` takes it as it is, `continuity jobs forget {key} --yes` pays again",
    "moderated": "change its words; `continuity jobs forget {key} --yes` tries the same again",
    "expired": "`continuity jobs forget {key} --yes` lets the next run pay again",
    "submitting": "the next run asks what became of it",
    "planned": "the next run gives its money back",
    "submitted": "`continuity jobs fetch`, or the next run, collects it",
    "delivered": "the next run puts it in its place",
}


def run(args: argparse.Namespace) -> None:
    root = project_root()
    store = Store(project=root)
    if args.verb is None:
        _list(store, args.json)
    elif args.verb == "adopt":
        entry = minding.adopt(store, args.key, args.job)
        print(f"{entry.subject}: job {args.job} at {entry.provider}; `dvc repro` or `continuity jobs fetch` fetches it")
    elif args.verb == "accept":
        entry = minding.accept(store, args.key)
        print(f"{entry.subject}: accepted as it came; `dvc repro` puts it in its place")
    elif args.verb == "forget":
        _forget(store, args.key, args.yes)
    else:
        _fetch(root, store)


def _list(store: Store, as_json: bool) -> None:
    entries = minding.open_jobs(store)
    if as_json:
        names = (
            "key",
            "subject",
            "provider",
            "model",
            "state",
            "job_id",
            "price_usd",
            "cost_usd",
            "message",
            "created_at",
        )
        print(json.dumps([{name: getattr(entry, name) for name in names} for entry in entries], indent=1))
        return
    if not entries:
        print("nothing is open at any service")
        return
    print(f"{'key':{SHORT}} {'state':10} {'provider':10} {'price':>7}  {'since':20} what")
    for entry in entries:
        since, rehearsed = entry.created_at[:19], "  (rehearsed)" if entry.rehearsed else ""
        print(
            f"{entry.key[:SHORT]} {entry.state:10} {entry.provider:10} {entry.price_usd:>6.2f}$  {since:20} "
            f"{entry.subject}{rehearsed}"
        )
        if entry.message:
            print(f"  {entry.message}")
        print(f"  {WHAT_TO_DO[entry.state].format(key=entry.key[:SHORT])}")


def _forget(store: Store, key: str, yes: bool) -> None:
    found = [entry for entry in minding.open_jobs(store) if entry.key.startswith(key.lower())]
    if len(found) == 1 and not yes:
        (entry,) = found
        raise ProjectError(
            f"{entry.subject} is {entry.state} at {entry.provider}, for ${entry.price_usd:.2f}: forgotten, the next "
            "run sends it again and pays again. Say --yes to do it"
        )
    entry = minding.forget(store, key)
    print(f"{entry.subject}: given up; the next run sends it again, for ${entry.price_usd:.2f}")


def _fetch(root: Path, store: Store) -> None:
    plan = load_plan(root)
    with played(plan, store.root) as plan:
        found = minding.collect(store, plan.services)
    for entry, said in found:
        print(f"{entry.subject} ({entry.key[:SHORT]}): {said}")
    if not found:
        print("no job is waited for")
