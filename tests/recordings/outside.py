"""An outside server, a bad line to it, and somebody who counts what the archive gets meanwhile."""

import asyncio
import contextlib
import socket
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from recordings.mpegts import PACKET, Reader

Mode = Literal["pass", "stall", "reset", "refuse"]


class Listener:
    """An RTMP or SRT server of one visitor at a time; what it gets goes into files."""

    def __init__(self, scheme: str, port: int, folder: Path) -> None:
        tail = "/live" if scheme == "rtmp" else "?mode=listener&latency=50000"
        self._listen = ["-listen", "1"] if scheme == "rtmp" else []
        self._address = f"{scheme}://127.0.0.1:{port}{tail}"
        self._folder = folder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def received(self) -> int:
        """Bytes, of all visits."""
        return sum(path.stat().st_size for path in self._folder.glob("outside-*.ts"))

    def _run(self) -> None:
        visit = 0
        while not self._stop.is_set():
            visit += 1
            # Its own port may still be held by the visit before: then it ends at once and is started again.
            to = str(self._folder / f"outside-{visit:04d}.ts")
            quick = ["-probesize", "100000", "-analyzeduration", "500000"]
            where = [*self._listen, *quick, "-i", self._address]
            command = ["ffmpeg", "-nostdin", "-v", "quiet", "-y", *where, "-c", "copy", "-f", "mpegts"]
            process = subprocess.Popen([*command, "-flush_packets", "1", to])
            while process.poll() is None and not self._stop.wait(0.05):
                pass
            process.kill()
            process.wait()
            self._stop.wait(0.1)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()


class Proxy:
    """A TCP line that can be made bad: `mode` may be set at any time."""

    def __init__(self, far: int) -> None:
        self._far = far
        self._loop = asyncio.new_event_loop()
        self._mode: Mode = "pass"
        self._writers = set[asyncio.StreamWriter]()
        self._flows = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.refused = 0
        self.port = 0

    @property
    def mode(self) -> Mode:
        """How the line is."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._loop.call_soon_threadsafe(self._set, mode)

    def _set(self, mode: Mode) -> None:
        self._mode = mode
        if mode in {"reset", "refuse"}:
            for writer in list(self._writers):
                writer.transport.abort()
        (self._flows.clear if mode == "stall" else self._flows.set)()

    async def _serve(self) -> None:
        listening = socket.socket()
        # Small, so that a stalled line is felt at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self._flows.set()
        self._server = await asyncio.start_server(self._visit, sock=listening, limit=32 * 1024)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode in {"refuse", "reset"}:
            self.refused += 1
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(16_384):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        async def end() -> None:
            self._server.close()
            self._flows.set()
            for writer in list(self._writers):
                writer.transport.abort()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Counter:
    """Stands at a port of the bus as the archive does, and counts pictures and packets that never came."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.1)
        self._reader = Reader()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.pictures = 0

    @property
    def lost(self) -> int:
        """Packets."""
        return self._reader.lost

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                data = self._socket.recv(65536)
                for at in range(0, len(data), PACKET):
                    begin = self._reader.feed(data[at : at + PACKET])
                    self.pictures += begin is not None and begin.kind == "video"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()
