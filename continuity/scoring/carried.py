"""Weights that installed packages carry: the one way in which scoring reads them.

A *carrier* is a package that is wanted for a data file only. It is never imported: its file is found through the
package's metadata, and is what its SHA-256 says, or is not used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from continuity.errors import ScorerUnavailable

CARRIERS_LOCK = "requirements-carriers.lock"


@dataclass(frozen=True)
class Carried:
    """One file of one package. ``ending`` is how its path ends, ``purpose`` what it is for, as a message says it."""

    package: str
    ending: str
    sha256: str
    purpose: str
    lock: str = CARRIERS_LOCK  # the file that pins the package

    @property
    def tag(self) -> str:
        """Eight hex digits that stand for the file in an encoder's id."""
        return self.sha256[:8]

    def read(self) -> bytes:
        """The file's content. Raises ScorerUnavailable where it is missing or another."""
        path = self._path()
        try:
            data = path.read_bytes() if path else None
        except OSError:
            data = None
        if data is None:
            raise ScorerUnavailable(
                f"{self.purpose}: {self.ending} of {self.package} is not installed; {self._way_out}"
            )
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ScorerUnavailable(
                f"{self.purpose}: {path} is not the published file; uninstall {self.package}, then {self._way_out}"
            )
        return data

    def _path(self) -> Path | None:
        try:
            files = distribution(self.package).files or []
        except PackageNotFoundError:
            return None
        return next((Path(str(file.locate())) for file in files if file.as_posix().endswith(self.ending)), None)

    @property
    def _way_out(self) -> str:
        return f"run `make setup`, or `pip install --no-deps -r {self.lock}`"
