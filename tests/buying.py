"""A program that buys eight pictures from a charging service: ``buying.py STORE``, ``VENDOR`` set.

The ceiling is what they cost together, so that nothing may be counted twice either.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import vendor

from continuity import guard
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store

PRICE = 0.05
WANTED = [vendor.picture(seed, PRICE) for seed in range(8)]
CEILING = PRICE * len(WANTED)


def main() -> None:
    vendor.install()
    terms = vendor.Vendor(url=os.environ["VENDOR"]).terms(CEILING, jobs_in_flight=3, poll_seconds=0.05)
    make_all(WANTED, Store(Path(sys.argv[1])), terms, made=lambda _: None, title="buying")


if __name__ == "__main__":
    guard.run(main)
