"""Makes fragments of a run: one ffmpeg a run, fed and read here. It copies; nothing is encoded again."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from recordings.adapters.child import die_with_parent, kill
from recordings.fragments import Fragment, Init, Malformed, Splitter

STUCK_BYTES: Final = 8 * 1024 * 1024
"""More than this not taken by ffmpeg: it hangs."""
LAST_WORDS_SECONDS: Final = 1.0
READ_BYTES: Final = 256 * 1024
_log = logging.getLogger(__name__)


class Packager:
    """One run through one ffmpeg. `made` is called with each product, in order, and after the last of the packager
    before it."""

    def __init__(
        self, command: Sequence[str], made: Callable[[Init | Fragment], None], after: "Packager | None" = None
    ) -> None:
        self._command = command
        self._made = made
        self._after = after
        self._waiting = bytearray()
        self._child: asyncio.subprocess.Process | None = None
        self._closed = False
        self.running = asyncio.ensure_future(self._run())

    def feed(self, data: bytes) -> None:
        """Bytes of the run. An ffmpeg that takes no more is killed: the next key frame begins a run with a new one."""
        if self._closed:
            return
        if self._child is None or self._child.stdin is None:
            self._waiting += data
            held = len(self._waiting)
        else:
            self._child.stdin.write(data)
            held = self._child.stdin.transport.get_write_buffer_size()
        if held > STUCK_BYTES:
            _log.error("the packager's ffmpeg takes no more bytes; it is killed")
            self.kill()

    def close(self) -> None:
        """The run is over; what is in it still comes out."""
        self._closed = True
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()

    def kill(self) -> None:
        """The run is over, and what has not come out yet must not."""
        self._closed = True
        self._made = lambda _: None
        if self._child is not None:
            kill(self._child)

    @property
    def alive(self) -> bool:
        """It can still be fed."""
        return not self._closed and not self.running.done()

    async def gone(self) -> None:
        """Until it has ended; it has a moment for what is in it."""
        await asyncio.wait([self.running], timeout=LAST_WORDS_SECONDS)
        self.kill()

    async def _run(self) -> None:
        if self._after is not None:
            await self._after.gone()
            self._after = None
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=READ_BYTES,
            preexec_fn=die_with_parent,
        )
        self._child = child
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("a child without pipes")
        child.stdin.write(bytes(self._waiting))
        self._waiting.clear()
        if self._closed:
            child.stdin.close()
        splitter = Splitter()
        try:
            while data := await child.stdout.read(READ_BYTES):
                for product in splitter.feed(data):
                    self._made(product)
        except Malformed as error:
            _log.error("the packager's ffmpeg wrote no fragments: %s", error)
        finally:
            self._closed = True
            kill(child)
            await child.wait()
