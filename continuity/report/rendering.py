"""Templates to HTML: what every page of this project shares.

A page needs no server and no network. Its content security policy allows no request but to the page's own media and
runs no script but its own, by hash; so a title that smuggles in markup stays a title even if an escape were forgotten.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from continuity.report.explain import written, written_metric

SHARED = "continuity.report"


def render(template: str, *packages: str, script: str = "", style: str = "", **shown: Any) -> str:
    """The HTML of ``template``, found in ``packages`` or among the report's. ``style`` comes after the shared one."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, SHARED)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(written=written, written_metric=written_metric, clock=_clock, code=_code)
    return environment.get_template(template).render(
        style=Markup(asset("page.css") + style), script=Markup(script), policy=_policy(script), **shown
    )


def asset(name: str, package: str = SHARED) -> str:
    """A file that lies among a package's templates."""
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    runs = f"'sha256-{digest}'" if script else "'none'"
    return (
        f"default-src 'none'; script-src {runs}; style-src 'unsafe-inline'; "
        "img-src data:; media-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'"
    )


def _code(words: str) -> Markup:
    """A text whose parts in backquotes are code."""
    parts = [escape(part) for part in words.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))


def _clock(seconds: float) -> str:
    """``1:05`` for 65 seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
