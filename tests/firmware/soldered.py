"""One panel as the hub holds it: its process, its end of the socket, what its pins do."""

import os
import signal
import socket
import time
import tty
from collections import deque
from contextlib import suppress
from pathlib import Path

from firmware.panel.frame import SIZE, Refused, unpack
from tests.firmware import micropython

PWRON_RESET, WDT_RESET = 1, 3
HISTORY = 400
RECORD = 64
"""As in `fake/machine.py`."""


class Soldered:
    """Switched `on` and `off`; `fileno` is for select. Buttons stay as they are held while it is off."""

    def __init__(self, flash: Path, serial: bytes, usb: bool) -> None:
        self.usb = usb
        self.powered = self.cut = self.wrong_baud = self.in_service = False
        self.starts = 0
        self.lit = self.buzzes = 0
        self.lit_at = self.fed_at = 0.0
        self.history: deque[tuple[float, int]] = deque(maxlen=HISTORY)
        self._flash = flash
        self._serial = serial
        self._down = 0
        self._address: int | None = None
        self._pid = 0

    def on(self, *, bitten: bool = False) -> None:
        """Power; `bitten`: by its watchdog."""
        if self.powered:
            return
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.setblocking(False)
        self._ours.setblocking(False)
        self.powered = True
        self._send(b"d", bytes([self._down]))
        self.cable, mouth, ear = self._plug()
        cause = WDT_RESET if bitten else PWRON_RESET
        environment = {"PANEL_SERIAL": self._serial.hex(), "PANEL_CAUSE": str(cause)}
        environment["PANEL_SERVICE"] = "1" if self.in_service else "0"
        self._pid = micropython.start(self._flash, theirs.fileno(), mouth, ear, environment)
        theirs.close()
        self.starts += 1
        self.fed_at = time.monotonic()

    def off(self) -> None:
        """As when the cable is pulled: everything at once."""
        if self.powered:
            self.powered = False
            with suppress(ProcessLookupError):  # in service, or dead
                os.kill(self._pid, signal.SIGKILL)
            self._ours.close()
            for fd in self._opened:
                os.close(fd)
            self._note(0)

    def hold(self, down: int) -> None:
        """These buttons (bits) are down from now on."""
        self._down = down
        self._send(b"d", bytes([down]))

    def hang(self) -> None:
        """Its program stands still."""
        self._send(b"h", b"")

    def fileno(self) -> int:
        """To wait for it."""
        return self._ours.fileno()

    def take(self) -> list[bytes]:
        """What it has said on the line; what its pins did is noted."""
        said: list[bytes] = []
        while True:
            try:
                record = self._ours.recv(4096)
            except BlockingIOError:
                return said
            except ConnectionError:
                record = b""
            if not record:  # the program has ended: the watchdog will notice
                self._ours.close()
                self._ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                return said
            match record[:1]:
                case b"b":
                    self._learn(record[1:])
                    said.append(record[1:])
                case b"l":
                    self._note(record[1])
                case b"z":
                    self.buzzes += record[1]
                case b"w":
                    self.fed_at = time.monotonic()

    def listens(self, data: bytes, everyone_hears: bool) -> bool:
        """Whether these bytes are to be given to it; see `Bus` for what is spared when not everyone hears."""
        if self.usb or not self.powered or self.cut:
            return False
        if everyone_hears or self._address is None or len(data) != SIZE:
            return True
        try:
            frame = unpack(data)
        except Refused:
            return True
        return frame.address in {0, self._address} and frame.kind < 0x80

    def hear(self, data: bytes) -> None:
        """Bytes from the line."""
        for at in range(0, len(data), RECORD - 2):
            self._send(b"b", data[at : at + RECORD - 2])

    def steady(self, lit: set[int], seconds: float, now: float) -> bool:
        """Its lights are one of these (bits) and have been so for that long."""
        return self.powered and self.lit in lit and now - self.lit_at >= seconds

    def _send(self, kind: bytes, data: bytes) -> None:
        if self.powered:
            with suppress(BlockingIOError, ConnectionError):  # nobody is at home
                self._ours.send((kind + bytes([len(data)]) + data).ljust(RECORD, b"\0"))

    def _note(self, lit: int) -> None:
        now = time.monotonic()
        if lit != self.lit or not self.history:
            self.lit, self.lit_at = lit, now
            self.history.append((now, lit))

    def _learn(self, data: bytes) -> None:
        try:
            self._address = unpack(data).address or None
        except Refused:
            self._address = None

    def _plug(self) -> tuple[Path | None, int, int]:
        """Its USB cable: a pty where it has one, whose name stands in its folder; else a pipe that says nothing."""
        if not self.usb:
            mouth, silent = os.pipe()
            self._opened = [mouth, silent]
            return None, mouth, silent
        board, appliance = os.openpty()
        tty.setraw(appliance)
        os.set_blocking(board, False)
        link = self._flash / "usb"
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(appliance))
        self._opened = [board, appliance]
        return link, board, board
