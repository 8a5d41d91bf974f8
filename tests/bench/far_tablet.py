"""A tablet at the far end of a line: TLS, its page, its WebSocket, and what the screen's own program does with them.

It behaves as `web/src/live/live.svelte.ts` and `ballot.svelte.ts` do: an answer that does not come within six seconds,
or a ping that does not come in time, is a dead line; a new one is opened after a random wait; what had no answer is
given again under the same id.
"""

import asyncio
import json
import random
import re
import ssl
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

Json = dict[str, Any]
ANSWER_WITHIN_SECONDS: Final = 6.0
CONNECT_WITHIN_SECONDS: Final = 5.0
FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 1.0
_LINKED: Final = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
_GONE: Final = (aiohttp.ClientError, OSError, TimeoutError)


class LineLostError(Exception):
    """Error raised when a command has no answer yet: it goes on the next line."""


@dataclass
class FarTablet:
    """`live` keeps the line up; `give` is a person's touch; `view` is what the screen shows."""

    name: str
    base: str
    cookie: str
    trust: ssl.SSLContext
    address: str
    chance: random.Random
    now: Callable[[], float] = time.perf_counter
    view: Json = field(default_factory=dict)
    online: bool = False
    lines: int = 0
    """How many it has opened."""
    received: int = 0
    """Octets of its messages."""
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _answers: dict[int, asyncio.Future[Json]] = field(default_factory=dict)
    _given: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _ledger: str = ""
    _seq: int = 0

    def session(self) -> aiohttp.ClientSession:
        """What keeps its live line."""
        connector = aiohttp.TCPConnector(ssl=self.trust, local_addr=(self.address, 0))
        return aiohttp.ClientSession(connector=connector, headers={"Cookie": self.cookie, "Accept-Language": "vi"})

    async def load_page(self) -> tuple[float, int]:
        """The page with all that it links to, from nothing: seconds, and octets of the bodies.

        One connection, all files asked for at once, as over HTTP/2 (which `ssl` alone does not speak: here they are
        pipelined). Raises ConnectionError.
        """
        began = self.now()
        address = self.base.removeprefix("https://")
        reader, writer = await asyncio.open_connection(address, 443, ssl=self.trust, local_addr=(self.address, 0))
        try:
            page = await self._fetched(reader, writer, address, ["/"])
            wanted = list(dict.fromkeys(_LINKED.findall(page[0].decode())))
            bodies = await self._fetched(reader, writer, address, wanted)
        except asyncio.IncompleteReadError as error:
            raise ConnectionError(f"{self.name}: the page broke off") from error
        finally:
            writer.transport.abort()
        return self.now() - began, sum(map(len, page + bodies))

    async def _fetched(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, paths: list[str]
    ) -> list[bytes]:
        head = f"Host: {host}\r\nCookie: {self.cookie}\r\nAccept-Encoding: gzip, br\r\nAccept-Language: vi\r\n\r\n"
        writer.write("".join(f"GET {path} HTTP/1.1\r\n{head}" for path in paths).encode())
        bodies = []
        for path in paths:
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = re.search(r"^content-length: (\d+)", answer, re.MULTILINE)
            if " 200 " not in answer.splitlines()[0] or length is None:
                raise RuntimeError(f"{path}: {answer}")
            bodies.append(await reader.readexactly(int(length[1])))
        return bodies

    async def live(self) -> None:
        """Keep a line open, until it is cancelled."""
        wait = FIRST_WAIT_SECONDS
        while True:
            async with self.session() as browser:
                try:
                    with suppress(*_GONE):
                        await self._one_line(browser)
                finally:
                    if browser.connector is not None:  # who is gone says no goodbye
                        await browser.connector.close(abort_ssl=True)
            if self.online:
                wait = FIRST_WAIT_SECONDS
            self._lost()
            await asyncio.sleep(self.chance.uniform(0, 2 * wait))
            wait = min(LONGEST_WAIT_SECONDS, 2 * wait)

    async def _one_line(self, browser: aiohttp.ClientSession) -> None:
        async with asyncio.timeout(CONNECT_WITHIN_SECONDS):
            address = f"{self.base}/socket.io/?EIO=4&transport=websocket"
            socket = await browser.ws_connect(address, headers={"Origin": self.base}, max_msg_size=1 << 24)
            hello = json.loads((await socket.receive_str())[1:])
            await socket.send_str("40")
        self.lines += 1
        self._socket = socket
        silence = 2 * hello["pingInterval"] / 1000
        try:
            while True:
                async with asyncio.timeout(silence):
                    text = await socket.receive_str()
                self.received += len(text)
                await self._take(socket, text)
        except TypeError:  # not a text: the line was closed
            return
        finally:
            with suppress(*_GONE):
                await asyncio.wait_for(socket.close(), 0.1)

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        if text == "2":
            await socket.send_str("3")
        elif text.startswith("42"):
            await self._event(*json.loads(text[2:]))
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            answer = self._answers.pop(int(number), None)
            if answer is not None and not answer.done():
                answer.set_result(json.loads(f"[{rest}")[0])
        elif text.startswith(("41", "44")):
            raise RuntimeError(f"{self.name} was turned away: {text}")

    async def _event(self, name: str, told: Json) -> None:
        if name == "snapshot":
            self._has(told)
        elif name == "push":
            if told["ledger"] != self._ledger or told["prev"] > self._seq:
                await self._fetch_anew()
            elif told["seq"] >= self._seq:
                self._seq = told["seq"]
                self.view.update(told["changed"])
        elif name == "mine":
            self.view["mine"] = told["mine"]
        self._tell()

    def _has(self, snapshot: Json) -> None:
        self._ledger, self._seq = snapshot["ledger"], snapshot["seq"]
        self.view, self.online = dict(snapshot["view"]), True

    async def _fetch_anew(self) -> None:
        """A push of another ledger, or one that tells of a push that never came."""
        async with self.session() as browser, browser.get(f"{self.base}/api/snapshot") as answer:
            self._has(await answer.json())

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _lost(self) -> None:
        self.online, self._socket = False, None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(LineLostError(self.name))
        self._answers.clear()
        self._tell()

    async def until(self, there: Callable[[Json], object], seconds: float = 60.0) -> float:
        """Wait until it is online and shows this; the moment. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (self.online and there(self.view)):
                await self._news.wait()
        return self.now()

    async def give(self, kind: str, **fields: object) -> Json:
        """A command, given again on each new line until it is answered; the answer."""
        command = {"type": kind, "id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), **fields}
        while True:
            while not self.online:
                await self._news.wait()
            with suppress(LineLostError, *_GONE):
                return await self._ask(command)

    async def did(self, kind: str, **fields: object) -> Json:
        """A command that must be accepted."""
        answer = await self.give(kind, **fields)
        if not answer["accepted"]:
            raise RuntimeError(f"{kind} was refused: {answer}")
        return answer

    async def _ask(self, command: Json) -> Json:
        socket = self._socket
        if socket is None:
            raise LineLostError(self.name)
        self._given += 1
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[self._given] = answer
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                await socket.send_str(f"42{self._given}" + json.dumps(["command", command], ensure_ascii=False))
                return await answer
        except TimeoutError:
            with suppress(*_GONE):
                await asyncio.wait_for(socket.close(), 0.1)
            raise


def trusting(certificate: str) -> ssl.SSLContext:
    """What believes the hall's authority and nobody else."""
    return ssl.create_default_context(cafile=certificate)
