"""One child kept running while it is wanted: started again when it ends or hangs, ended when it is not wanted."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from recordings.adapters.child import Child
from recordings.process.launcher import Launcher
from recordings.recorder import backoff_seconds
from recordings.reports import SILENCE_SECONDS, Report, Word

HEALTHY_SECONDS: Final = 10.0
"""A child that has run for so long failed of something new."""
FIRST_WORD_SECONDS: Final = 20.0
"""So long may loading its libraries take on a busy Pi."""
log = logging.getLogger("recorder")
_decode: Final = msgspec.json.Decoder(Report).decode
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Call:
    """With what a child is started."""

    options: Sequence[str] = ()
    first: Word | None = None
    """Said to it before anything else."""
    environment: Mapping[str, str] | None = None
    pass_fds: Sequence[int] = ()


@dataclass(slots=True)
class Keeper:
    """`keep` and `leave` may be called as often as one likes: they say what is wanted, not what to do."""

    name: str
    launcher: Launcher
    call: Callable[[], Call]
    heard: Callable[[Report], None]
    ended: Callable[[int], None] = lambda code: None
    read: Callable[[bytes], Report | None] = _decode
    silence_seconds: float = SILENCE_SECONDS
    wanted: bool = False
    failures: int = 0
    """Ends in a row that nobody asked for."""
    _child: Child | None = None
    _again: asyncio.TimerHandle | None = None
    _last_step: asyncio.TimerHandle | None = None
    _started: float = 0.0
    _heard_at: float = 0.0
    _spoken: bool = False
    _said: list[str] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """There is a process, wanted or on its way out."""
        return self._child is not None

    def keep(self) -> None:
        """Want it."""
        self.wanted = True
        if self._child is None and self._again is None:
            self._start()

    def leave(self, grace_seconds: float = 5.0, word: Word | None = None) -> None:
        """Do not want it: asked by `word` or SIGTERM, and after the grace by SIGKILL. With no grace, at once."""
        was_wanted, self.wanted = self.wanted, False
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self._child is None:
            self.failures = 0
            return
        if grace_seconds <= 0:
            self._child.signal(signal.SIGKILL)
            return
        if word is not None:
            self.say(word)
        elif was_wanted:
            self._child.signal(signal.SIGTERM)
        if self._last_step is None:
            self._last_step = asyncio.get_running_loop().call_later(grace_seconds, self._kill)

    def restart(self, why: str) -> None:
        """Kill it; if it is wanted it is started again."""
        log.warning("%s is killed: %s", self.name, why)
        self._kill()

    def say(self, word: Word) -> None:
        """Tell it something, if it is there."""
        if self._child is not None:
            self._child.say(_encode(word))

    def look(self, now: float) -> None:
        """Kill it if it has been silent for too long."""
        limit = self.silence_seconds if self._spoken else max(self.silence_seconds, FIRST_WORD_SECONDS)
        if self._child is not None and self.silence_seconds and now - self._heard_at > limit:
            self.restart(f"not a word for {limit:.0f} s")
            self._heard_at = now

    def excuse(self, now: float) -> None:
        """It was we who did not listen: the machine slept, or the recorder was stopped."""
        self._heard_at = now

    def _start(self) -> None:
        self._again = None
        call = self.call()
        now = asyncio.get_running_loop().time()
        self._started = self._heard_at = now
        self._spoken = False
        try:
            self._child = self.launcher.start(
                self.name, call.options, self._line, self._gone, environment=call.environment, pass_fds=call.pass_fds
            )
        except OSError as error:
            log.error("%s does not start: %s", self.name, error)
            self._later()
            return
        if call.first is not None:
            self.say(call.first)

    def _line(self, line: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        self._spoken = True
        try:
            report = self.read(line)
        except (msgspec.DecodeError, ValueError):
            log.warning("%s says something that is no report", self.name)
            return
        if report is not None:
            self.heard(report)

    def _gone(self, code: int) -> None:
        self._child = None
        if self._last_step is not None:
            self._last_step.cancel()
            self._last_step = None
        if self.wanted:
            log.warning("%s has ended (%d) and is started again", self.name, code)
            if asyncio.get_running_loop().time() - self._started > HEALTHY_SECONDS:
                self.failures = 0
            self._later()
        else:
            self.failures = 0
        self.ended(code)

    def _later(self) -> None:
        self.failures += 1
        self._again = asyncio.get_running_loop().call_later(backoff_seconds(self.failures), self._start)

    def _kill(self) -> None:
        self._last_step = None
        if self._child is not None:
            self._child.signal(signal.SIGKILL)
