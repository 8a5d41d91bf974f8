"""What is done after a take, one thing at a time and with the least right to the machine: `finish` and `clip`."""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from recordings.adapters.child import Child
from recordings.process.launcher import Launcher
from recordings.reports import Report

SILENCE_SECONDS: Final = 120.0
AGAIN_SECONDS: Final = 60.0
ATTEMPTS: Final = 3
log = logging.getLogger("recorder")
_decode: Final = msgspec.json.Decoder(Report).decode

Job = tuple[str, tuple[str, ...]]
"""Name and options of the child."""


@dataclass(slots=True)
class Finishing:
    """The queue of what is to be made. What fails is tried again later, then given up and said in the log."""

    launcher: Launcher
    published: Callable[[str], None]
    done: Callable[[Job], None]
    """Also of what was given up: it would fail again."""
    working_on: str = ""
    progress: float = 0.0
    _queue: list[Job] = field(default_factory=list)
    _child: Child | None = None
    _failed: dict[Job, int] = field(default_factory=dict)
    _heard_at: float = 0.0
    _timers: dict[Job, asyncio.TimerHandle] = field(default_factory=dict)

    def want(self, job: Job, after_seconds: float = 0.0) -> None:
        """Make it, once, some time soon; asked again before it has begun, it is made once."""
        if timer := self._timers.pop(job, None):
            timer.cancel()
        if after_seconds > 0:
            self._timers[job] = asyncio.get_running_loop().call_later(after_seconds, self.want, job)
            return
        if job not in self._queue:
            self._queue.append(job)
        self._next()

    def look(self, now: float) -> None:
        """Kill what hangs."""
        if self._child is not None and now - self._heard_at > SILENCE_SECONDS:
            log.warning("%s is killed: silent", self._child.pid)
            self._child.signal(signal.SIGKILL)

    def stop(self) -> None:
        """End what is running; it begins anew next time."""
        self._queue.clear()
        for timer in self._timers.values():
            timer.cancel()
        if self._child is not None:
            self._child.signal(signal.SIGKILL)

    def _next(self) -> None:
        if self._child is not None or not self._queue:
            return
        job = self._queue.pop(0)
        self._heard_at = asyncio.get_running_loop().time()
        self.working_on, self.progress = ("video" if job[0] == "finish" else "files"), 0.0
        try:
            self._child = self.launcher.start(
                job[0], job[1], self._line, lambda code: self._ended(job, code), least_important=True
            )
        except OSError as error:
            log.error("%s does not start: %s", job[0], error)
            self._ended(job, 69)

    def _line(self, line: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        try:
            report = _decode(line)
        except msgspec.DecodeError:
            log.warning("finishing says something that is no report")
            return
        if report.progress is not None:
            self.working_on, self.progress = report.progress
        if report.finished is not None:
            self.published(report.finished)

    def _ended(self, job: Job, code: int) -> None:
        self._child, self.working_on, self.progress = None, "", 0.0
        failed = self._failed.pop(job, 0) + 1
        if code == 0 or failed >= ATTEMPTS:
            if code:
                log.error("%s is given up (%d)", " ".join((job[0], *job[1])), code)
            self.done(job)
        else:
            self._failed[job] = failed
            self.want(job, AGAIN_SECONDS * failed)
        asyncio.get_running_loop().call_soon(self._next)
