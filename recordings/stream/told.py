"""A stream process's line to the main process: Words come in on standard input, Reports go out on standard output.

It also looks at the standing file itself, ten times a second: when that says *private* nothing is shown, whatever the
main process said last. That one may hang, and then what it said last is *live*.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

from recordings.adapters.standing_file import StandingFile
from recordings.reports import BEAT_SECONDS, Report, Show, Word

LOOK_SECONDS: Final = 0.1


class Told:
    """The line. `showing` is called in the loop with each new word on who may watch, which is then told back: so the
    main process knows that it was done. `ended` is set when it is over."""

    def __init__(self, showing: Callable[[Show], None], standing: Path) -> None:
        self._showing = showing
        self._file = StandingFile(standing)
        self._shut = False
        self._last_part: int | None = None
        self._word: Show | None = None
        self._shown: Show | None = None
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
        beat_at = self._loop.time()
        while not self.ended.is_set():
            if self._loop.time() >= beat_at:
                beat_at = self._loop.time() + BEAT_SECONDS
                self.tell(Report(beat=1))
            if self._look():
                self._obey()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), LOOK_SECONDS)

    def _hear(self, word: Show) -> None:
        self._word = word
        self._look()
        self._obey()
        if self._shown is not None:
            self.tell(Report(shown=self._shown))

    def _look(self) -> bool:
        """Whether the file says something new. One that has gone was taken away since no word could be put into it."""
        was_there = self._file.standing is not None
        if not self._file.look():
            return False
        now = self._file.standing
        self._shut = now.private if now is not None else was_there or self._shut
        last = max((part.seq for part in now.parts), default=0) if now is not None else self._last_part or 0
        if self._last_part is not None and last > self._last_part and self._word == "live":
            self._show("private")  # it may be over already: what it left behind is gone all the same
        self._last_part = last
        return True

    def _obey(self) -> None:
        if self._word is not None:
            self._show("private" if self._shut and self._word != "off" else self._word)

    def _show(self, state: Show) -> None:
        if state != self._shown:
            self._shown = state
            self._showing(state)

    def _read(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed
            # Unbuffered: a lock that this thread still held would kill the interpreter at its end.
            for line in open(0, "rb", buffering=0, closefd=False):  # noqa: SIM115
                with contextlib.suppress(msgspec.DecodeError):
                    word = msgspec.json.decode(line, type=Word)
                    if word.show is not None:
                        self._loop.call_soon_threadsafe(self._hear, word.show)
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
