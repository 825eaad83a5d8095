"""Providers by name. An entry here and a model card in ``conf/model`` make a provider usable."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from continuity.errors import RequestRefused
from continuity.providers.base import Provider

_CLASSES = {
    "puppet": "puppet.provider:Puppet",
    "speech": "continuity.providers.speech.provider:Speech",
    "footage": "continuity.providers.footage:FootageProvider",
    "comfyui": "continuity.providers.comfyui:ComfyUI",
    "eachlabs": "continuity.providers.eachlabs:EachLabs",
    "kling": "continuity.providers.kling:Kling",
    "gemini": "continuity.providers.gemini:Gemini",
    "fal": "continuity.providers.fal:Fal",
    "still": "continuity.providers.still:Still",
}


@cache
def provider_named(name: str) -> Provider:
    """The provider, imported on first use. Raises RequestRefused for an unknown name."""
    if name not in _CLASSES:
        raise RequestRefused(
            f"there is no provider {name!r}; the model card may name one of: {', '.join(sorted(_CLASSES))}"
        )
    module, _, attribute = _CLASSES[name].partition(":")
    provider: Provider = getattr(import_module(module), attribute)()
    return provider
