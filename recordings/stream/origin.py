"""The LL-HLS origin: the playlist that waits for the next part, and the parts. What the web server passes on.

It also gives the files of the live folder, so that the stream can be watched without a web server before it.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from recordings.live_playlist import Senseless, answered, hinted, low_latency, question
from recordings.reports import Show
from recordings.stream.window import Window

WAIT_SECONDS: Final = 5.0
MOST_WAITING: Final = 500
"""More than these wait already: the next one is sent to plain HLS (503)."""
_NOW: Final = {"Cache-Control": "no-store"}
_TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".json": "application/json",
}


class Origin:
    """Answers from the window, while `shown` says live (or unknown: then nothing new comes)."""

    def __init__(self, window: Window, folder: Path, shown: Callable[[], Show]) -> None:
        self._window = window
        self._folder = folder
        self._shown = shown
        self._waiting = 0

    def app(self) -> web.Application:
        """The web application."""
        app = web.Application()
        app.router.add_get("/live/ll.m3u8", self._playlist)
        app.router.add_get("/live/parts/{name}", self._part)
        app.router.add_get("/live/{name}", self._file)
        return app

    async def _playlist(self, request: web.Request) -> web.Response:
        self._allowed()
        window = self._window
        try:
            asked = question(request.query.get("_HLS_msn"), request.query.get("_HLS_part"), window.pieces)
        except Senseless as error:
            raise web.HTTPBadRequest(text=str(error), headers=_NOW) from error
        there = await self._until(lambda: answered(asked, window.pieces) if asked else bool(window.pieces))
        if not there:
            raise _in_vain()
        text = low_latency(window.pieces, window.breaks_before)
        return web.Response(text=text, content_type=_TYPES[".m3u8"], headers=_NOW)

    async def _part(self, request: web.Request) -> web.Response:
        self._allowed()
        window, name = self._window, f"parts/{request.match_info['name']}"
        expected = bool(window.pieces) and hinted(window.pieces[-1]) == name

        def settled() -> bool:
            still = bool(window.pieces) and hinted(window.pieces[-1]) == name
            return window.part(name) is not None or not still

        if expected and not await self._until(settled):
            raise _in_vain()
        data = window.part(name)
        if data is None:
            raise web.HTTPNotFound(headers=_NOW)
        return web.Response(body=data, content_type=_TYPES[".m4s"], headers=_NOW)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        kind = _TYPES.get(Path(name).suffix)
        if kind is None or name.startswith("."):
            raise web.HTTPNotFound(headers=_NOW)
        if kind != _TYPES[".json"]:
            self._allowed()
        try:
            data = (self._folder / name).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a name that no file can bear
            raise web.HTTPNotFound(headers=_NOW) from error
        return web.Response(body=data, content_type=kind, headers=_NOW)

    async def _until(self, settled: Callable[[], bool]) -> bool:
        """Wait for it; False when the wait is in vain or too many wait. Raises HTTPForbidden when all is withdrawn."""
        if settled():
            return True
        if self._waiting >= MOST_WAITING:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not settled():
                    await self._window.changed()
                    self._allowed()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True

    def _allowed(self) -> None:
        state = self._shown()
        if state in {"private", "off"}:
            text = f'{{"state": "{state}"}}'
            raise web.HTTPForbidden(text=text, content_type=_TYPES[".json"], headers=_NOW)


def _in_vain() -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(headers=_NOW | {"Retry-After": "1"})
