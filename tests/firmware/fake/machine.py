"""MicroPython's `machine` for a panel that is a process: the one double that the firmware runs on.

One socket of records (SOCK_SEQPACKET, file descriptor PANEL_FD) stands for all that is soldered to the board.
Those to the board are RECORD bytes: kind, length, so many bytes, nothing; MicroPython would read shorter ones as one.

    to the board:    b + bytes      came in on the line         d + 1 byte   buttons that are down, as bits
                     h              hang: no turn ends any more
    from the board:  b + bytes      said on the line            l + 1 byte   lights that are on, as bits
                     z + 1 byte     the buzzer                  w            the watchdog was fed (seldom)

One record is taken a turn when it moves a button, so that no press is too short to be seen. The pins of
`firmware.panel.pins` are wired; bytes that are said while the transceiver's pin is low are heard by nobody.
"""

import io
import os
import time
from binascii import unhexlify

from firmware.panel import pins

PWRON_RESET, WDT_RESET = 1, 3
FED_MS = 200
RECORD = 64
_fd = int(os.getenv("PANEL_FD") or 0)
_wire = open(_fd, "r+b")  # noqa: SIM115 - for as long as the board has power
_buffer = bytearray(RECORD)
_incoming = bytearray()
_levels: "dict[int, int]" = {pins.SERVICE: 0 if os.getenv("PANEL_SERVICE") == "1" else 1}
_said: "dict[str, int]" = {}
_read: "list[int]" = []


def unique_id() -> bytes:
    """Eight bytes, as the chip's."""
    return unhexlify(os.getenv("PANEL_SERIAL") or "")


def reset_cause() -> int:
    """PWRON_RESET or WDT_RESET."""
    return int(os.getenv("PANEL_CAUSE", "1"))


def _pump() -> None:
    while True:
        count = _wire.readinto(_buffer)
        if count is None:
            return
        if count == 0:
            raise SystemExit  # whoever held the other end has gone
        kind = _buffer[0]
        if kind == 0x62:
            _incoming.extend(memoryview(_buffer)[2 : 2 + _buffer[1]])
        elif kind == 0x64:
            for button, pin in enumerate(pins.BUTTONS):
                _levels[pin] = 0 if _buffer[2] >> button & 1 else 1
            return
        elif kind == 0x68:
            while True:
                time.sleep(60)


def _tell(kind: str, value: int) -> None:
    if _said.get(kind) != value:
        _said[kind] = value
        _wire.write(kind.encode() + bytes([value]))


class Pin:
    """A pin by its GPIO number. Inputs are pulled up; they are looked at anew whenever one is read again."""

    IN, OUT, PULL_UP = 0, 1, 2

    def __init__(self, number: int, mode: int = -1, pull: int = -1, value: "int | None" = None) -> None:
        self._number = number
        self._input = mode == Pin.IN
        if value is not None or number not in _levels:
            _levels[number] = 1 if value is None else int(value)

    def value(self, level: "int | None" = None) -> int:
        """Its level; set, where one is given."""
        if level is not None:
            _levels[self._number] = int(level)
        elif self._input:
            if self._number in _read:
                _read.clear()
            if not _read:
                _pump()
            _read.append(self._number)
        return _levels[self._number]


class UART(io.IOBase):
    """The line. Polling waits for the whole socket, so a button wakes the board as well."""

    def __init__(self, number: int, baudrate: int, tx: Pin, rx: Pin, rxbuf: int, timeout: int) -> None:
        self._limit = rxbuf

    def any(self) -> int:
        """How many bytes have come in. What does not fit is lost, as it is in the chip."""
        return min(len(_incoming), self._limit)

    def read(self, count: int) -> bytes:
        """Take them."""
        global _incoming  # noqa: PLW0603
        taken = bytes(_incoming[:count])
        _incoming = bytearray(_incoming[count : self._limit])
        return taken

    def write(self, data: bytes) -> int:
        """Say them."""
        if _levels[pins.DRIVE]:
            _wire.write(b"b" + data)
        return len(data)

    def flush(self) -> None:
        """They are out."""

    def ioctl(self, request: int, argument: int) -> int:
        """For select.poll: MP_STREAM_GET_FILENO is 10."""
        return _fd if request == 10 else 0


class WDT:
    """The watchdog, which sits on the other side of the socket."""

    def __init__(self, timeout: int) -> None:
        self._at = time.ticks_ms()  # type: ignore[attr-defined]
        _wire.write(b"w")

    def feed(self) -> None:
        """A turn is over: tell what the pins have become."""
        lit = 0
        for light, pin in enumerate(pins.LIGHTS):
            lit |= _levels[pin] << light
        _tell("l", lit)
        _tell("z", _levels[pins.BUZZER])
        now = time.ticks_ms()  # type: ignore[attr-defined]
        if time.ticks_diff(now, self._at) >= FED_MS:  # type: ignore[attr-defined]
            self._at = now
            _wire.write(b"w")
