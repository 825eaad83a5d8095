"""Keys of services: from the environment, or a ``.env`` beside ``dvc.yaml`` that Git ignores."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from continuity.errors import ConfigError
from continuity.plan.schema import Service

TRUSTED = "CONTINUITY_KEY_HOSTS"  # further hosts to which keys may go
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def key_of(service: Service) -> str:
    """The service's key. Raises ConfigError naming the variable that lacks it."""
    key = optional_key(service.key_env)
    if not key:
        raise ConfigError(
            f"{service.name} needs a key: set {service.key_env} in the environment, or in a file .env beside dvc.yaml "
            "(Git ignores it). `rehearsal: true` in params.yaml runs everything without one; nothing was sent"
        )
    return key


def optional_key(variable: str) -> str:
    """What the variable holds, or nothing."""
    return (os.environ.get(variable) or _from_file(Path.cwd()).get(variable, "")).strip()


def check_hosts(service: Service, hosts: Sequence[str]) -> None:
    """Raise ConfigError where the key would go to a host that is none of the service's.

    A project may come from anybody, and with it ``conf/provider/``; whose key it is says whom to trust, in
    ``CONTINUITY_KEY_HOSTS``.
    """
    if not optional_key(service.key_env):
        return
    trusted = [*hosts, *optional_key(TRUSTED).replace(",", " ").split()]
    for name, address in (("base_url", service.base_url), ("uploads_url", service.uploads_url)):
        host = urlsplit(address or "").hostname or ""
        if host and host not in LOOPBACK and not any(host == one or host.endswith(f".{one}") for one in trusted):
            own = ", ".join(hosts) or "it has none of its own"
            raise ConfigError(
                f"providers.{service.name}.{name}: {host} is no host of {service.name}'s ({own}), so "
                f"{service.key_env} is not sent there. If you trust it, set {TRUSTED}={host} in the environment or in "
                ".env; nothing was sent"
            )


@cache
def _from_file(folder: Path) -> dict[str, str]:
    from dotenv import dotenv_values

    path = folder / ".env"
    return {name: value for name, value in dotenv_values(path).items() if value} if path.is_file() else {}
