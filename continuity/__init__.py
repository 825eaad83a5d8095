"""Continuity: video series with AI characters who stay themselves."""

__version__ = "0.1.0"
