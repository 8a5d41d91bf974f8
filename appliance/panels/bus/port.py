"""The dongle: a serial port that may be pulled out and put back, into the same socket or another.

A bus names its port by a path, best one below /dev/serial/by-id, which is the same in whichever socket the dongle is;
or by a pattern (`/dev/ttyUSB*`) where dongles bear no number of their own. Of a pattern's ports a bus keeps the one on
which panels of its own answer (`master`).
"""

import contextlib
import glob
import os
import select
import threading
from collections.abc import Collection
from typing import Final, Protocol

import serial


class PortLostError(OSError):
    """Raised when the port has gone away, or cannot be opened; `why` is a word for the screens."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why


ABSENT: Final = "absent"
"""There is no such port: the dongle is not plugged in."""
BUSY: Final = "busy"
"""Another program holds it."""
DENIED: Final = "denied"
"""This process may not open it."""


class Line(Protocol):
    """An open line, half duplex."""

    @property
    def name(self) -> str: ...
    def write(self, data: bytes) -> None: ...
    def read(self, most: int, seconds: float) -> bytes: ...
    def close(self) -> None: ...


class SerialLine:
    """A serial port through pyserial. Raises PortLostError, also when it is opened."""

    def __init__(self, path: str, baud: int) -> None:
        self.name = path
        try:
            self._port = serial.Serial(path, baud, timeout=0, write_timeout=1.0, exclusive=True)
        except (OSError, ValueError) as error:
            raise PortLostError(_why(path, error), str(error)) from error
        with contextlib.suppress(OSError, ValueError):  # a pty has no such thing, nor have some drivers
            self._port.set_low_latency_mode(True)

    def write(self, data: bytes) -> None:
        """All of it, to the driver."""
        try:
            self._port.write(data)
        except OSError as error:
            raise PortLostError(ABSENT, str(error)) from error

    def read(self, most: int, seconds: float) -> bytes:
        """At most so many bytes, as soon as any are there; none when the time is over."""
        # pyserial sets the whole port up anew for each new timeout.
        try:
            number = self._port.fileno()
            if not select.select([number], [], [], seconds)[0]:
                return b""
            found = os.read(number, most)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise PortLostError(ABSENT, str(error)) from error
        if not found:
            raise PortLostError(ABSENT, "the device has gone")
        return found

    def close(self) -> None:
        """Give it back."""
        with contextlib.suppress(OSError):
            self._port.close()


class Ports:
    """Which ports there are for whom. Shared by all masters: each takes those that no other has."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[str, str] = {}

    def take(self, pattern: str, bus: str, avoided: Collection[str] = ()) -> str | None:
        """A port that fits the pattern, that no other bus has, and that is not to be avoided."""
        with self._lock:
            for path in _fitting(pattern):
                real = os.path.realpath(path)
                if path not in avoided and self._taken.get(real, bus) == bus:
                    self._taken[real] = bus
                    return path
        return None

    def choice(self, pattern: str) -> bool:
        """Whether more than one port fits, whoever has it: dongles may have changed places."""
        return len(_fitting(pattern)) > 1

    def give_back(self, bus: str) -> None:
        """This bus has no port any more."""
        with self._lock:
            self._taken = {path: holder for path, holder in self._taken.items() if holder != bus}


def _fitting(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern)) or ([pattern] if os.path.exists(pattern) else [])  # noqa: PTH110, PTH207


def _why(path: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if isinstance(error, serial.SerialException) and "lock" in str(error):
        return BUSY
    if number in {13, 1} or (not os.access(path, os.R_OK | os.W_OK) and os.path.exists(path)):  # noqa: PTH110
        return DENIED
    return ABSENT
