"""A panel made from the frames' page alone, for the master's tests: it has no lights' patterns and no debounce.

The firmware itself is tried in `tests/firmware`, and with the whole process in `test_a_whole_poll_on_the_bus.py`.
"""

import random

from firmware.panel import frame as f

PHASES = 240


class SmallPanel:
    """One panel. `hears` a frame's bytes and answers bytes or nothing."""

    def __init__(self, serial: str, seed: int = 0) -> None:
        self.serial = bytes.fromhex(serial)
        self.address = 0
        self.key: f.Key | None = None
        self.random = random.Random(f"{serial} {seed}")
        self.told: list[f.Poll] = []
        self.jammed = False
        self.down = 0
        self.switch_on()

    def has(self, address: int, key: str) -> "SmallPanel":
        """It was paired before."""
        self.address, self.key = address, f.Key(bytes.fromhex(key))
        return self

    def switch_on(self) -> None:
        """Power comes: a new boot, no session, no press."""
        self.boot = self.random.randbytes(4)
        self.session: f.Key | None = None
        self.candidate: f.Key | None = None
        self.counter = 0
        self.pending: f.Polled | None = None
        self.number = 0
        self.verdicts: dict[int, int] = {}
        self.touched = False
        self._called = 0
        self._halves = b""

    def press(self, button: int, age: int = 0) -> int:
        """A button; the press's number."""
        self.number, self.touched = self.number + 1, True
        tag = self.told[-1].tag if self.told else 0
        self.pending = f.Polled(press=self.number, button=button, age=age, tag=tag)
        return self.number

    @property
    def pattern(self) -> int | None:
        """What its lights were told last."""
        return self.told[-1].pattern if self.told else None

    def hears(self, data: bytes) -> bytes | None:
        """Its answer."""
        try:
            frame = f.unpack(data)
        except f.Refused:
            return None
        if self.key is None:
            return self._without_a_hall(frame)
        if frame.address != self.address:
            return None
        if frame.kind in {f.POLL, f.ABOUT}:
            return self._poll(frame, data)
        if not self.key.made(data):
            return None
        if frame.kind == f.OPEN:
            body = self.boot + self.random.randbytes(4)
            self.candidate = self.key.session(frame.body, body)
            return f.Frame(self.address, f.OPENED, frame.counter, body).pack(self.key)
        if frame.kind == f.FORGET and frame.body == self.serial:
            answer = f.Frame(self.address, f.GONE, frame.counter, self.serial).pack(self.key)
            self.key, self.address = None, 0
            return answer
        return None

    def _poll(self, frame: f.Frame, data: bytes) -> bytes | None:
        if self.candidate is not None and self.candidate.made(data):
            self.session, self.candidate, self.counter = self.candidate, None, 0
        if self.session is None or not self.session.made(data) or frame.counter <= self.counter:
            return None
        self.counter = frame.counter
        if frame.kind == f.ABOUT:
            return f.Frame(self.address, f.MADE_AS, frame.counter, bytes((1, 2, 3, 0, 0, 0, 0, 0))).pack(self.session)
        poll = f.poll_of(frame.body)
        self.told.append(poll)
        if self.pending and poll.press == self.pending.press and poll.verdict in {f.RECORDED, f.REFUSED}:
            self.verdicts[poll.press] = poll.verdict
            self.pending = None
        said = self.pending or f.Polled()
        said.state, said.down = (f.JAMMED if self.jammed else 0), self.down
        return f.Frame(self.address, f.POLLED, frame.counter, said.body()).pack(self.session)

    def _without_a_hall(self, frame: f.Frame) -> bytes | None:
        if frame.kind == f.WHO and self.touched:
            return f.Frame(0, f.I_AM, frame.counter, self.serial).pack()
        if frame.kind == f.CALL and frame.body == self.serial:
            self._called, self._halves = frame.counter, b""
        if frame.kind == f.KEY and self._called:
            self._halves = frame.body if frame.counter == 0 else self._halves + frame.body
            if frame.counter == 1 and len(self._halves) == f.KEY_SIZE:
                self.has(self._called, self._halves.hex())
                assert self.key is not None
                return f.Frame(0, f.JOINED, 1, self.serial).pack(self.key)
        return None
