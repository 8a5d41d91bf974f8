"""The board around the panel: pins, lines, flash and watchdog. The only file here that imports `machine`.

The loop sleeps until a byte comes or something is due, SAMPLE_MS at most: the buttons wake nobody. The watchdog is
fed at the end of a whole turn (buttons read, lines heard, lights set) and nowhere else, so whatever stops a turn
from ending, an error too, switches the panel off and on again. Its lights go out first: none may say *recorded*
while nobody is at home.
"""

import gc
import json
import os
import select
import sys
import time

import machine  # type: ignore[import-not-found] # MicroPython's own
import micropython  # type: ignore[import-not-found] # MicroPython's own

from firmware.panel import hall as halls
from firmware.panel import pins
from firmware.panel.frame import GONE, JOINED
from firmware.panel.hall import Hall
from firmware.panel.line import Line
from firmware.panel.panel import Panel

BAUD = 250_000
SAMPLE_MS = 5
WATCHDOG_MS = 4000
AT_ONCE = 64
TIDY_AFTER = 8
"""So many answers make some 20 KB of rubbish; cleared right after an answer, when nobody waits for this panel."""
OLDEST = (1, 25)
"""MicroPython before it let go of the line while the last byte was still on its way (`UART.flush` on this chip)."""
HALL_FILE = "hall.bin"
SETTINGS_FILE = "settings.json"
"""May be absent; `{"baud": 250000, "sample_ms": 5}`."""


class Rs485:
    """The bus: the chip's UART and the pin that lets the transceiver drive the line, for as long as a frame takes."""

    def __init__(self, baud: int) -> None:
        self._drive = machine.Pin(pins.DRIVE, machine.Pin.OUT, value=0)
        self.stream = machine.UART(
            pins.UART, baudrate=baud, tx=machine.Pin(pins.TX), rx=machine.Pin(pins.RX), rxbuf=512, timeout=0
        )

    def read(self) -> bytes:
        """What has come in."""
        count = self.stream.any()
        return (self.stream.read(count) or b"") if count else b""

    def write(self, data: bytes) -> None:
        """Say it, and let go of the line when the last bit is out."""
        self._drive.value(1)
        try:
            self.stream.write(data)
            self.stream.flush()
        finally:
            self._drive.value(0)


class Usb:
    """The same frames over the USB cable, for a hall of few panels."""

    def __init__(self) -> None:
        self.stream = sys.stdin
        self._ready = select.poll()
        self._ready.register(sys.stdin, select.POLLIN)

    def read(self) -> bytes:
        """What has come in, AT_ONCE bytes at most; byte by byte, since a longer read would wait."""
        heard = b""
        while len(heard) < AT_ONCE and self._ready.poll(0):
            byte = sys.stdin.buffer.read(1)
            if not byte:
                break
            heard += byte
        return heard

    def write(self, data: bytes) -> None:
        """Say it."""
        sys.stdout.buffer.write(data)


class Board:
    """The panel, plugged in. `run` does not return."""

    def __init__(self) -> None:
        if sys.implementation.version < OLDEST:
            raise RuntimeError("MicroPython 1.25 or newer")
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)
        settings = _settings()
        self._sample_ms = settings.get("sample_ms", SAMPLE_MS)
        self._ticks = time.ticks_ms()  # type: ignore[attr-defined]
        self._now = 0
        self._due = 0
        self._answers = 0
        self._buttons = [machine.Pin(pin, machine.Pin.IN, machine.Pin.PULL_UP) for pin in pins.BUTTONS]
        self._lights = [machine.Pin(pin, machine.Pin.OUT, value=0) for pin in pins.LIGHTS]
        self._buzzer = machine.Pin(pins.BUZZER, machine.Pin.OUT, value=0)
        self._down = self._read()
        self._lit = 0
        self._kept = load()
        serial = (machine.unique_id() + bytes(8))[:8]
        weak = machine.reset_cause() == machine.WDT_RESET
        self._panel = Panel(serial, self._kept, os.urandom, self._down, 0, weak)
        self._lines = ((Rs485(settings.get("baud", BAUD)), Line()), (Usb(), Line()))
        self._anything = select.poll()
        for port, _ in self._lines:
            self._anything.register(port.stream, select.POLLIN)

    def run(self) -> None:
        """Serve until the power goes."""
        micropython.kbd_intr(-1)  # a byte 3 in a frame is no Ctrl-C
        try:
            while True:
                self._turn()
        finally:
            self._show(0, sounds=False)

    def _turn(self) -> None:
        self._anything.poll(max(0, min(self._due - self._now, self._sample_ms)))
        self._tick()
        panel, now = self._panel, self._now
        down = self._read()
        moved = down != self._down
        if moved:
            self._down = down
            panel.buttons(down, now)
        if self._hear() or moved or now >= self._due:
            panel.later(now)
            self._show(panel.lights(now), panel.sounds(now))
            self._due = panel.due(now)
            self._keep()
        self._watchdog.feed()

    def _tick(self) -> None:
        """The chip's clock wraps round; `_now` only rises."""
        ticks = time.ticks_ms()  # type: ignore[attr-defined]
        self._now += time.ticks_diff(ticks, self._ticks)  # type: ignore[attr-defined]
        self._ticks = ticks

    def _read(self) -> int:
        down = 0
        for button, pin in enumerate(self._buttons):
            if not pin.value():
                down |= 1 << button
        return down

    def _hear(self) -> bool:
        """Of several frames that have waited the newest is answered: who asked the others has stopped listening."""
        moved = False
        for port, line in self._lines:
            data = port.read()
            if not data:
                continue
            answer = None
            for one in line.heard(data, self._panel.address, self._now):
                answer = self._panel.frame(one, self._now) or answer
                moved = True
            if answer:
                self._say(port, answer)
        return moved

    def _say(self, port: "Rs485 | Usb", answer: bytes) -> None:
        """What says that a hall was joined or left is said once that is in the flash; nothing else waits for it."""
        if answer[3] in {JOINED, GONE}:
            self._keep()
        port.write(answer)
        self._answers += 1
        if self._answers % TIDY_AFTER == 0:
            gc.collect()

    def _keep(self) -> None:
        if self._panel.hall is not self._kept:
            save(self._panel.hall)
            self._kept = self._panel.hall

    def _show(self, lit: int, sounds: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            for light, pin in enumerate(self._lights):
                pin.value(lit >> light & 1)
        self._buzzer.value(sounds)


def in_service() -> bool:
    """The service pin is bridged to ground: leave the board to whoever is at the USB cable."""
    return not machine.Pin(pins.SERVICE, machine.Pin.IN, machine.Pin.PULL_UP).value()


def load() -> "Hall | None":
    """The hall in the flash. What was written by half, or has rotted, is none."""
    try:
        with open(HALL_FILE, "rb") as file:
            return halls.unpack(file.read(halls.SIZE + 1))
    except OSError:
        return None


def save(hall: "Hall | None") -> None:
    """The hall is in the flash when this returns: the old file or the new one is there at any moment.

    Raises OSError when it cannot be read back; then the watchdog starts the panel with what it had before.
    """
    if hall is None:
        if HALL_FILE in os.listdir():
            os.remove(HALL_FILE)
        return
    data = hall.pack()
    new = HALL_FILE + ".new"
    with open(new, "wb") as file:
        file.write(data)
    with open(new, "rb") as file:
        if file.read() != data:
            raise OSError("the flash does not hold what was written")
    os.rename(new, HALL_FILE)


def _settings() -> "dict[str, int]":
    """What of the settings can be used; the rest is as if it were not there."""
    try:
        with open(SETTINGS_FILE) as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, int) and value > 0}
