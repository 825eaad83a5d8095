"""``python -m benchmarks [NAME …]``: all measurements, or those named (sampling, scoring, assembly,
pipeline, jobs, services)."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("sampling", "scoring", "assembly", "pipeline", "jobs", "services")


def main(names: list[str]) -> None:
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"unknown benchmark {sorted(unknown)[0]!r}; there are {', '.join(NAMES)}")
    for name in names or NAMES:
        print(f"── {name}", flush=True)
        for line in import_module(f"benchmarks.{name}").measure():
            print(f"   {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
