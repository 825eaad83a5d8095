"""The report page: one HTML file that needs no server and no network.

Its content security policy allows no request but to the page's own media and runs no script but its
own, by hash; so a title that smuggles in markup stays a title even if an escape were forgotten.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from continuity.report.data import ReportData
from continuity.report.explain import MEANINGS, written, written_metric

SECTIONS = [
    ("numbers", "Numbers"),
    ("episodes", "Episodes"),
    ("characters", "Characters"),
    ("shots", "Shots"),
    ("drift", "Drift"),
    ("library", "Library"),
    ("method", "Method"),
    ("files", "Files"),
]


def build_page(data: ReportData) -> str:
    """The whole page as HTML text."""
    style, script = _asset("page.css"), _asset("page.js")
    environment = Environment(
        loader=PackageLoader("continuity.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(written=written, written_metric=written_metric, clock=_clock)
    return environment.get_template("page.html").render(
        data=data,
        sections=SECTIONS,
        meanings=MEANINGS,
        style=Markup(style),
        script=Markup(script),
        policy=_policy(script),
    )


def _asset(name: str) -> str:
    return (files("continuity.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; media-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'"
    )


def _clock(seconds: float) -> str:
    """``1:05`` for 65 seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
