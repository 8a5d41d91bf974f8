"""`python -m recordings house`: the picture under half a second, for the screens in the building (WHEP).

aiortc, since it passes H.264 on unencoded, is Python like the rest, and is on PyPI for every machine; Janus takes half
of its work for a viewer, but it is a second server to configure and has no WHEP of its own. `house_viewers` bounds it.
"""

import argparse
import asyncio
import logging
import secrets
from typing import Final

from aiohttp import web

from recordings.config import Config
from recordings.reports import Report, Show
from recordings.stream.bus import open_bus
from recordings.stream.told import Told, until_ended
from recordings.stream.transport import Gatherer
from recordings.stream.whep import Viewer

CANNOT: Final = 69
LONGEST_OFFER: Final = 64 * 1024
_SDP: Final = "application/sdp"
_NOW: Final = {"Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class House:
    """The viewers, and what they are shown."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._gatherer = Gatherer()
        self._viewers = dict[str, Viewer]()
        self._closing = set[asyncio.Task[None]]()
        self.shown: Show = "unknown"
        self.changed = asyncio.Event()

    @property
    def viewers(self) -> int:
        """How many are connected."""
        return sum(viewer.connected for viewer in self._viewers.values())

    def app(self) -> web.Application:
        """The web application."""
        app = web.Application(client_max_size=LONGEST_OFFER)
        app.router.add_post("/house/whep", self._offer)
        app.router.add_delete("/house/whep/{id}", self._end)
        return app

    def show(self, state: Show) -> None:
        """Live, or nothing: for the house too, what is unknown is not shown."""
        self.shown = state
        if state != "live":
            self._gatherer = Gatherer()  # the next picture shown is a key frame of then
            for viewer in list(self._viewers.values()):
                self._close(viewer)

    def take(self, datagram: bytes, _: int) -> None:
        """A datagram from the bus."""
        if self.shown != "live":
            return
        for picture in self._gatherer.feed(datagram):
            for viewer in self._viewers.values():
                if viewer.connected:
                    viewer.pictures.show(picture)

    async def watch(self, told: Told) -> None:
        """Tell how many watch, when it changes."""
        last = -1
        while True:
            if self.viewers != last:
                last = self.viewers
                told.tell(Report(viewers=last))
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        """End them all."""
        self.show("off")
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _offer(self, request: web.Request) -> web.Response:
        if self.shown != "live":
            raise web.HTTPForbidden(text=f'{{"state": "{self.shown}"}}', content_type="application/json", headers=_NOW)
        if request.content_type != _SDP:
            raise web.HTTPUnsupportedMediaType(headers=_NOW)
        if len(self._viewers) >= self._config.house_viewers:
            raise web.HTTPServiceUnavailable(headers=_NOW | {"Retry-After": "5"})
        name = secrets.token_urlsafe(16)
        viewer = self._viewers[name] = Viewer(lambda _: self._forget(name))
        try:
            answer = await viewer.answer(await request.text(), self._config.house_addresses)
        except (ValueError, UnicodeDecodeError) as error:
            await viewer.close()
            raise web.HTTPBadRequest(text=str(error), headers=_NOW) from error
        except BaseException:
            await viewer.close()
            raise
        headers = _NOW | {"Location": f"/house/whep/{name}"}
        return web.Response(status=201, text=answer, content_type=_SDP, headers=headers)

    async def _end(self, request: web.Request) -> web.Response:
        viewer = self._viewers.get(request.match_info["id"])
        if viewer is None:
            raise web.HTTPNotFound(headers=_NOW)
        await viewer.close()
        return web.Response(headers=_NOW)

    def _forget(self, name: str) -> None:
        self._viewers.pop(name, None)

    def _close(self, viewer: Viewer) -> None:
        viewer.connected = False
        task = asyncio.ensure_future(viewer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def serve(config: Config) -> int:
    """Until told to end."""
    house = House(config)
    told = Told(house.show, config.standing)
    runner = web.AppRunner(house.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", config.house_port, shutdown_timeout=0.5).start()
    bus = await open_bus(config.ports.house, house.take)
    try:
        await until_ended(told, house.watch(told))
    finally:
        bus.close()
        await house.close()
        await runner.cleanup()
    return 0


def run(config: Config, _: argparse.Namespace) -> int:
    """The command."""
    try:
        return asyncio.run(serve(config))
    except OSError as error:
        _log.error("the house's screens cannot be served: %s", error)
        return CANNOT
