"""Services that files are handed over to beforehand: each is uploaded once, and named by what the service calls it."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Wire
from continuity.request import Reference, Request


class UploadingProvider(PolledProvider):
    """Without ``uploads_url`` in conf/provider/, files go along with each request as data URIs."""

    @abstractmethod
    async def upload(self, reference: Reference, wire: Wire) -> str:
        """Hand a file over, free to repeat; returns what requests call it. Raises NotTaken and RequestRefused."""

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        if wire.uploads is None:
            return await super().prepare(request, wire)
        return {r.sha256: await wire.uploads.once(r.sha256, partial(self.upload, r, wire)) for r in request.references}
