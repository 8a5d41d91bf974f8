"""What systemd is told (sd_notify(3)): that this process is ready, alive, or about to end. No systemd, nothing told.

The variables stay in the environment: a server that begins anew (`fitted.start_anew`) is the same process and goes on
telling. A child of ours that inherits them is not believed, since the units say `NotifyAccess=main`.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

UNWATCHED_SECONDS: Final = 10.0
"""How often `alive` is wanted where nobody watches."""


class Notify:
    """The notification socket of a unit with Type=notify; without an address everything is done and nothing said."""

    def __init__(
        self,
        address: str = "",
        watchdog_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._watchdog = watchdog_seconds
        self._clock = clock
        self._said: float | None = None

    @classmethod
    def from_environment(cls) -> "Notify":
        """As systemd has set it for this process."""
        microseconds = os.environ.get("WATCHDOG_USEC", "")
        for_us = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watched = for_us and microseconds.isdecimal() and int(microseconds) > 0
        return cls(os.environ.get("NOTIFY_SOCKET", ""), int(microseconds) / 1e6 if watched else None)

    @property
    def every(self) -> float:
        """Seconds between two words of `alive`: three of them, and one may be lost, before systemd ends us."""
        return self._watchdog / 3 if self._watchdog is not None else UNWATCHED_SECONDS

    def alive(self) -> None:
        """This process does its work. The first call also says that it is ready; a call too soon says nothing."""
        now = self._clock()
        if self._said is None:
            # Its own measure again: before it began anew it may have asked for more time.
            self._tell("READY=1", *self._measure(self._watchdog), "WATCHDOG=1")
        elif now - self._said >= self.every:
            self._tell("WATCHDOG=1")
        else:
            return
        self._said = now

    def begins_anew(self, seconds: float) -> None:
        """It will be silent for up to `seconds`, and then call itself alive again."""
        self._tell(*self._measure(seconds if self._watchdog is not None else None), "WATCHDOG=1")

    def stopping(self) -> None:
        """It is on its way out and need not call itself alive any more."""
        self._tell("STOPPING=1")

    @staticmethod
    def _measure(seconds: float | None) -> list[str]:
        return [f"WATCHDOG_USEC={int(seconds * 1e6)}"] if seconds is not None else []

    def _tell(self, *lines: str) -> None:
        """Send them. An init system that does not listen is no reason to stop."""
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
                one.setblocking(False)
                one.sendto("\n".join(lines).encode(), self._address)
