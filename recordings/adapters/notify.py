"""What systemd is told (sd_notify(3)): ready, alive, and in one line what is being done. No systemd, nothing told."""

import os
import socket
from contextlib import suppress


class Notify:
    """The notification socket of a unit with Type=notify."""

    def __init__(self, address: str, watchdog_seconds: float | None) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = watchdog_seconds
        """Systemd kills the unit if it hears nothing for so long; None: it does not watch."""

    @classmethod
    def from_environment(cls) -> "Notify":
        """As systemd has set it; taken out of the environment, so that no child speaks for us."""
        address = os.environ.pop("NOTIFY_SOCKET", "")
        microseconds = os.environ.pop("WATCHDOG_USEC", "")
        for_us = os.environ.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        return cls(address, int(microseconds) / 1e6 if microseconds and for_us else None)

    def tell(self, *lines: str) -> None:
        """Send them. An init system that does not listen is no reason to stop recording."""
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
                one.setblocking(False)
                one.sendto("\n".join(lines).encode(), self._address)
