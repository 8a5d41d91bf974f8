"""The server's sign of life: no answer from the ledger's writer, no sign."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from appliance.server.heartbeat import WRITER_SECONDS, Heartbeat


@dataclass
class House:
    """A writer that answers when the test says so, a clock that stands still, and who hears the signs."""

    now: float = 0.0
    asked: list[Callable[[], None]] = field(default_factory=list)
    signs: int = 0

    def sign(self) -> None:
        """One was given."""
        self.signs += 1

    def heartbeat(self) -> Heartbeat:
        """With a beat every five seconds."""
        return Heartbeat(self.asked.append, self.sign, 5.0, lambda: self.now)

    def beats(self, heartbeat: Heartbeat, seconds: float) -> int:
        """How many signs were given in the next so many seconds."""
        before = self.signs
        for _ in range(int(seconds // 5)):
            self.now += 5
            heartbeat.beat()
        return self.signs - before


def test_signs_go_on_while_the_writer_answers() -> None:
    house = House()
    heartbeat = house.heartbeat()
    for _ in range(100):
        assert house.beats(heartbeat, 5) == 1
        house.asked.pop()()
        assert house.asked == [], "one question at a time"


def test_a_slow_disk_is_no_reason_and_a_writer_that_hangs_is_one(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    heartbeat = house.heartbeat()
    heartbeat.beat()
    assert house.beats(heartbeat, WRITER_SECONDS) == WRITER_SECONDS // 5, "it may be slow"
    house.beats(heartbeat, 10)
    with caplog.at_level(logging.CRITICAL):
        assert house.beats(heartbeat, 600) == 0
    assert len(house.asked) == 1, "a queue that nobody empties does not grow"
    house.asked[0]()
    assert house.beats(heartbeat, 5) == 1, "it came back by itself"


def test_it_is_said_once_in_the_log_that_the_writer_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.beats(house.heartbeat(), 600)
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
