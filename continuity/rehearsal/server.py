"""The stand-in services on loopback: one HTTP server for all of them, a path for each, in a thread of the stage."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from continuity.errors import StoreError
from continuity.plan.schema import Plan, Service
from continuity.rehearsal.bfl import BlackForestLabs
from continuity.rehearsal.books import Books
from continuity.rehearsal.comfy_router import ComfyRouter
from continuity.rehearsal.comfyui import ComfyUI
from continuity.rehearsal.dashscope import DashScope
from continuity.rehearsal.drawing import Studio
from continuity.rehearsal.eachlabs import EachLabs
from continuity.rehearsal.elevenlabs import ElevenLabs
from continuity.rehearsal.fal import Fal
from continuity.rehearsal.faults import Script
from continuity.rehearsal.gemini import Gemini
from continuity.rehearsal.kling import Kling
from continuity.rehearsal.modelark import ModelArk
from continuity.rehearsal.openai import OpenAI
from continuity.rehearsal.openai_videos import OpenAIVideos
from continuity.rehearsal.playing import KEY, SPEED, Stage
from continuity.rehearsal.replicate import Replicate
from continuity.rehearsal.runware import Runware
from continuity.rehearsal.runway import Runway
from continuity.rehearsal.stand_in import StandIn

START_SECONDS = 20.0
MOST_BODY_BYTES = 512 * 2**20
STAND_INS: dict[str, type[StandIn]] = {
    one.name: one
    for one in (
        BlackForestLabs,
        ComfyRouter,
        ComfyUI,
        DashScope,
        EachLabs,
        ElevenLabs,
        Fal,
        Gemini,
        Kling,
        ModelArk,
        OpenAI,
        OpenAIVideos,
        Replicate,
        Runware,
        Runway,
    )
}


class Server:
    """Runs until it is closed. The port is kept from run to run where it is free, as addresses are remembered."""

    def __init__(self, folder: Path, speed: float = SPEED, script: Script | None = None, key: str = KEY) -> None:
        self._folder = folder
        self.stage = Stage(
            Books(folder / "books.sqlite"), Studio(folder / "drawn"), script or Script.from_environment(), speed, key
        )
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="rehearsal", daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._error:
            raise StoreError(f"the rehearsal's servers cannot start ({self._error}); run again") from self._error
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self.stage.studio.close()
        self.stage.books.close()

    @property
    def url(self) -> str:
        return self.stage.url

    def service(self, service: Service) -> Service:
        """The same service, played by this server: at its path, with its clocks as much faster as this one's."""
        speed = self.stage.speed
        faster = {
            "base_url": f"{self.url}/{service.name}",
            "poll_seconds": max(0.05, service.poll_seconds / speed),
            "requests_per_minute": service.requests_per_minute * speed if service.requests_per_minute else None,
            "uploads_url": service.uploads_url and f"{self.url}/{service.name}-rest",
        }
        return service.model_copy(update=faster)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._start())
        except BaseException as error:
            self._error = error
            return
        finally:
            self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._runner.cleanup())
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _start(self) -> None:
        app = web.Application(client_max_size=MOST_BODY_BYTES)
        for stand_in in STAND_INS.values():
            stand_in(self.stage).add(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        remembered = self._folder / "port"
        ports = [0]
        if remembered.exists():
            ports = [int(remembered.read_text()), 0]
        for port in ports:
            site = web.TCPSite(self._runner, "127.0.0.1", port)
            try:
                await site.start()
                break
            except OSError:
                continue
        number = self._runner.addresses[0][1]
        remembered.write_text(str(number))
        self.stage.url = f"http://127.0.0.1:{number}"


@contextmanager
def rehearsing(plan: Plan, store: Path) -> Iterator[Plan]:
    """The plan with every service played by this machine, where the plan says so; else the plan as it is."""
    if not (plan.rehearsal and plan.services):
        yield plan
        return
    unplayed = sorted(set(plan.services) - set(STAND_INS))
    if unplayed:
        raise StoreError(f"there is no stand-in for {', '.join(unplayed)} yet: set rehearsal: false for these")
    with Server(store / "rehearsal") as server:
        for service in plan.services.values():
            if service.key_env:
                os.environ[service.key_env] = KEY
        played = {name: server.service(service) for name, service in plan.services.items()}
        yield plan.model_copy(update={"services": played})
