"""``continuity masters list`` and ``continuity masters accept``."""

from __future__ import annotations

import argparse

from continuity import masters
from continuity.plan.compose import project_root


def run(args: argparse.Namespace) -> None:
    root = project_root()
    if args.verb == "accept":
        accepted = masters.accept(root, [masters.role_of(name) for name in args.masters])
        print(
            "\n".join(f"accepted {role}" for role in accepted) or "nothing to accept: every master is as it was locked"
        )
        return
    on_disk, lock = masters.masters_on_disk(root), masters.locked(root)
    for role in sorted({*on_disk, *lock}):
        if role not in on_disk:
            state = "missing"
        elif role not in lock:
            state = "new, not accepted"
        else:
            state = "locked" if on_disk[role] == lock[role] else "CHANGED since it was accepted"
        print(f"{role if role.isprintable() else ascii(role):40} {state}")
