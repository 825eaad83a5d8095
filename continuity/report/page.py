"""The report page: one HTML file that needs no server and no network."""

from __future__ import annotations

from continuity.report.data import ReportData
from continuity.report.explain import MEANINGS
from continuity.report.rendering import asset, render

SECTIONS = [
    ("numbers", "Numbers"),
    ("episodes", "Episodes"),
    ("characters", "Characters"),
    ("shots", "Shots"),
    ("drift", "Drift"),
    ("thresholds", "Thresholds"),
    ("library", "Library"),
    ("method", "Method"),
    ("files", "Files"),
]


def build_page(data: ReportData) -> str:
    """The whole page as HTML text."""
    return render("page.html", script=asset("page.js"), data=data, sections=SECTIONS, meanings=MEANINGS)
