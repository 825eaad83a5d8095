"""Hostile and damaged input: right result or one clear message, never a traceback, never a hang.

Seeds are fixed. ``make test`` runs the short forms, ``make soak`` the long ones.
"""

from __future__ import annotations

import os


def rounds(short: int, soak: int) -> range:
    """How many seeds a test tries: ``short`` in ``make test``, ``soak`` in ``make soak``."""
    return range(soak if os.environ.get("CONTINUITY_SOAK") else short)
