"""A stream process's line to the main process: Words come in on standard input, Reports go out on standard output."""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Awaitable, Callable

import msgspec

from recordings.reports import BEAT_SECONDS, Report, Show, Word


class Told:
    """The line. `showing` is called in the loop with each new word on who may watch; `ended` is set when it is over."""

    def __init__(self, showing: Callable[[Show], None]) -> None:
        self._showing = showing
        self._loop = asyncio.get_running_loop()
        self.ended = asyncio.Event()

    def tell(self, report: Report) -> None:
        """Say it to the main process; if that is gone, this process is over too."""
        try:
            sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
            sys.stdout.buffer.flush()
        except (BrokenPipeError, ValueError):
            self.ended.set()

    async def listen(self) -> None:
        """Until the input ends or SIGTERM or SIGINT comes; beats meanwhile."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self.ended.set)
        # A thread, since what stands at the input may be a pipe, a file or a terminal.
        threading.Thread(target=self._read, daemon=True).start()
        while not self.ended.is_set():
            self.tell(Report(beat=1))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), BEAT_SECONDS)

    def _read(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed
            # Unbuffered: a lock that this thread still held would kill the interpreter at its end.
            for line in open(0, "rb", buffering=0, closefd=False):  # noqa: SIM115
                with contextlib.suppress(msgspec.DecodeError):
                    word = msgspec.json.decode(line, type=Word)
                    if word.show is not None:
                        self._loop.call_soon_threadsafe(self._showing, word.show)
            self._loop.call_soon_threadsafe(self.ended.set)


async def until_ended(told: Told, *work: Awaitable[None]) -> None:
    """Work until the line ends; work that ends by itself is a fault, and takes the process with it."""
    tasks = [asyncio.ensure_future(one) for one in work]
    line = asyncio.create_task(told.listen())
    done, _ = await asyncio.wait([line, *tasks], return_when=asyncio.FIRST_COMPLETED)
    told.ended.set()
    for task in [line, *tasks]:
        task.cancel()
    await asyncio.gather(line, *tasks, return_exceptions=True)
    for task in done:
        task.result()
