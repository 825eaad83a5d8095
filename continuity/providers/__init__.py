"""Providers by name: those that come with Continuity, and those of installed packages.

A package registers its own under the entry point group ``continuity.providers`` (docs/write-a-provider.md). Ours stand
in a table: a clone that was updated has them all without being installed again.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from continuity.errors import RequestRefused
from continuity.providers.base import HostedProvider, LocalProvider, Provider

GROUP = "continuity.providers"
OURS = "Continuity itself"

_CLASSES = {
    "puppet": "puppet.provider:Puppet",
    "speech": "continuity.providers.speech.provider:Speech",
    "footage": "continuity.providers.footage:FootageProvider",
    "bfl": "continuity.providers.bfl:BlackForestLabs",
    "comfy-router": "continuity.providers.comfy_router:ComfyRouter",
    "comfyui": "continuity.providers.comfyui:ComfyUI",
    "dashscope": "continuity.providers.dashscope:DashScope",
    "diffusers": "continuity.providers.diffusers.provider:Diffusers",
    "elevenlabs": "continuity.providers.elevenlabs:ElevenLabs",
    "eachlabs": "continuity.providers.eachlabs:EachLabs",
    "kling": "continuity.providers.kling:Kling",
    "modelark": "continuity.providers.modelark:ModelArk",
    "gemini": "continuity.providers.gemini:Gemini",
    "fal": "continuity.providers.fal:Fal",
    "runway": "continuity.providers.runway:Runway",
    "openai": "continuity.providers.openai:OpenAI",
    "openai-videos": "continuity.providers.openai_videos:OpenAIVideos",
    "replicate": "continuity.providers.replicate:Replicate",
    "runware": "continuity.providers.runware:Runware",
    "still": "continuity.providers.still:Still",
}


@cache
def provider_named(name: str) -> Provider:
    """The provider, imported on first use.

    Raises RequestRefused for a name that nobody gives or several do, and for a package's provider that cannot be used.
    """
    installed = [point for point in entry_points(group=GROUP) if point.name == name]
    givers = [*([OURS] if name in _CLASSES else []), *sorted({_package(point) for point in installed})]
    if len(givers) > 1:
        raise RequestRefused(
            f"the provider {name!r} is given by {' and by '.join(givers)}, and which is meant is not known; uninstall "
            "one, or give the other a name of its own"
        )
    if installed:
        return _of_package(installed[0])
    if name not in _CLASSES:
        known = sorted({*_CLASSES, *(point.name for point in entry_points(group=GROUP))})
        raise RequestRefused(f"there is no provider {name!r}; the model card may name one of: {', '.join(known)}")
    module, _, attribute = _CLASSES[name].partition(":")
    provider: Provider = getattr(import_module(module), attribute)()
    return provider


def _package(point: EntryPoint) -> str:
    return f"the package {point.dist.name}" if point.dist else "a package"


def _of_package(point: EntryPoint) -> Provider:
    """Made from a class that we do not know: whatever it does, the message names whose it is."""
    whose = f"the provider {point.name!r} of {_package(point)}"
    try:
        provider = point.load()()
    except Exception as error:
        why = " ".join(str(error).split()) or "no reason given"
        raise RequestRefused(
            f"{whose} cannot be loaded from {point.value} ({type(error).__name__}: {why}); mend or update the package, "
            "or name another provider in the model card"
        ) from error
    if not isinstance(provider, (LocalProvider, HostedProvider)):
        raise RequestRefused(
            f"{whose} is a {type(provider).__name__}, and neither a LocalProvider nor a HostedProvider of "
            "continuity.providers.base; mend the package"
        )
    if getattr(provider, "name", None) != point.name:
        raise RequestRefused(
            f"{whose} calls itself {getattr(provider, 'name', None)!r}; its `name` is part of every key and must be "
            "that of its entry point: mend the package"
        )
    return provider
