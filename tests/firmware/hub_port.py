"""The dongle that the appliance opens: a pty behind a name that outlives it."""

import os
import tty
from pathlib import Path

_FULL = (BlockingIOError, OSError)


class Port:
    """A link in the hub's folder leads to the pty, as one under /dev/serial/by-id does to a tty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link: Path | None = None
        self._slave = -1
        self.fd: int | None = None

    def plug(self, name: str) -> Path:
        """Into a port of this name (empty: the one before); the path to open."""
        self.unplug()
        self.fd, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.fd, False)
        self._link = self._folder / name if name else self._link or self._folder / "dongle"
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(self._slave))
        return self._link

    def unplug(self) -> Path | None:
        """Who has it open gets a hang-up, and the name is gone."""
        if self.fd is not None:
            os.close(self.fd)
            os.close(self._slave)
            self.fd = None
            if self._link is not None:
                self._link.unlink(missing_ok=True)
        return self._link

    def read(self) -> bytes:
        """What the appliance has said."""
        try:
            return os.read(self.fd, 4096) if self.fd is not None else b""
        except _FULL:
            return b""

    def write(self, data: bytes) -> None:
        """Bytes for the appliance; where nobody reads, they are lost."""
        try:
            if self.fd is not None:
                os.write(self.fd, data)
        except _FULL:
            pass
