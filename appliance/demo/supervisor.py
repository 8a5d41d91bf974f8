"""Looks after the demo's processes as systemd does on a real machine: what dies is started again at once.

One thread waits for everything: each child by its pidfd, signals by the wakeup descriptor. Children die
with the supervisor, also when it is killed.
"""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

QUICK_SECONDS: Final = 2.0
"""A child that lives no longer than this did not really start."""
MAX_QUICK: Final = 5
PATIENCE_SECONDS: Final = 10.0
"""How long a child may take to end when it is asked to."""
_PR_SET_PDEATHSIG: Final = 1
_GAVE_UP: Final = 70

_libc: Final = ctypes.CDLL(None)


@dataclass(slots=True)
class Child:
    """One process that is always running."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    pidfd: int = -1
    started: float = 0.0
    quick: int = 0

    def start(self) -> None:
        """Start it, or start it again."""
        # No thread has been started in this process, so it is safe to run code between fork and exec.
        self.process = subprocess.Popen(self.command, preexec_fn=_die_with_parent)  # noqa: PLW1509
        self.pidfd = os.pidfd_open(self.process.pid)
        self.started = monotonic()

    def ended(self) -> int:
        """Take in that it is gone; the exit code."""
        os.close(self.pidfd)
        self.quick = self.quick + 1 if monotonic() - self.started < QUICK_SECONDS else 0
        return self.process.wait() if self.process is not None else 0


@dataclass(slots=True)
class Supervisor:
    """`run` starts the named commands and returns when a signal has ended them all."""

    commands: Mapping[str, Sequence[str]]
    may_stay_away: frozenset[str] = frozenset()
    """Parts without which the others go on, should they never stay alive on this machine."""
    _children: list[Child] = field(default_factory=list)
    _selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM; 0 then. 70 when a child never stays alive."""
        wake, woken = socket.socketpair()
        for end in (wake, woken):
            end.setblocking(False)
        before = signal.set_wakeup_fd(wake.fileno())
        handlers = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
        self._selector.register(woken, selectors.EVENT_READ)
        try:
            for name, command in self.commands.items():
                child = Child(name, command)
                self._children.append(child)
                self._start(child)
            return self._watch()
        finally:
            self._end()
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            self._selector.close()
            wake.close()
            woken.close()

    def _watch(self) -> int:
        while True:
            for key, _ in self._selector.select():
                child = key.data
                if child is None:
                    return 0
                self._selector.unregister(child.pidfd)
                code = child.ended()
                if child.quick >= MAX_QUICK:
                    print(f"{child.name} ends as soon as it starts (exit code {code}); giving up", file=sys.stderr)
                    self._children.remove(child)
                    if child.name in self.may_stay_away:
                        continue
                    return _GAVE_UP
                print(f"{child.name} has ended (exit code {code}); starting it again", file=sys.stderr, flush=True)
                self._start(child)

    def _start(self, child: Child) -> None:
        child.start()
        self._selector.register(child.pidfd, selectors.EVENT_READ, child)

    def _end(self) -> None:
        for child in self._children:
            if child.process is not None:
                child.process.terminate()
        for child in self._children:
            if child.process is None:
                continue
            try:
                child.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            os.close(child.pidfd)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
