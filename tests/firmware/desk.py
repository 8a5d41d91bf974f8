"""A master of a few lines for boards: the appliance's sessions over a real port, one question after the other."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from serial import Serial

from appliance.panels.bus.reader import Heard, Reader
from appliance.panels.bus.session import PressHeard, Session, Told
from firmware.panel import shows
from firmware.panel.frame import RECORDED
from tests.firmware.bus import SECONDS

ANSWER_SECONDS = 0.3
WAITING = Told(pattern=shows.WAITING, tag=1)


@dataclass
class Desk:
    """`poll` asks everybody once; `until` goes on asking. Presses are recorded at once unless `records` is False."""

    port: Path
    keys: Mapping[int, bytes]
    """By address."""
    told: Told = WAITING
    records: bool = True
    presses: list[tuple[int, PressHeard]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.line = Serial(str(self.port), 250_000, timeout=ANSWER_SECONDS)
        self._reader = Reader()
        self.start_again()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.line.close()

    def start_again(self) -> None:
        """With nothing but the keys."""
        self.sessions = {address: Session(address, key, os.urandom) for address, key in self.keys.items()}
        self._told: dict[int, Told] = {}

    def exchange(self, data: bytes, pleases: Callable[[Heard], bool], seconds: float | None = None) -> bool:
        """Send a frame; whether an answer pleased in time."""
        self.line.write(data)
        until = time.monotonic() + (seconds or ANSWER_SECONDS)
        while time.monotonic() < until:
            for heard in self._reader.feed(self.line.read(self.line.in_waiting or 1)):
                self.heard.append(heard)
                if pleases(heard):
                    return True
        return False

    def poll(self) -> None:
        """Everybody once."""
        for address, session in self.sessions.items():
            asked = session.asked(self._told.get(address, self.told), int(time.monotonic() * 10) % shows.CYCLE)
            if not self.exchange(asked, lambda heard, at=session: at.heard(heard, time.monotonic())):  # type: ignore[misc]
                session.missed()
                continue
            press = session.press()
            if press is not None:
                self.presses.append((address, press))
                if self.records:
                    lit = shows.RECORDED + press.button
                    self._told[address] = Told(lit, self.told.tag, press.number, RECORDED)

    def until(self, there: Callable[[], bool], what: str) -> None:
        """Ask until it is so."""
        deadline = time.monotonic() + SECONDS
        while not there():
            assert time.monotonic() < deadline, f"never came: {what}"
            self.poll()

    def answered(self, address: int) -> bool:
        """A POLL of the session was answered, and nothing was missed since."""
        session = self.sessions[address]
        return session.live(time.monotonic()) and session._counter > 0 and session._misses == 0
