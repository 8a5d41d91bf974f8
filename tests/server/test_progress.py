"""Coalescing: seldom enough, and never without the last change."""

import pytest

from appliance.adapters.memory import ManualClock, ManualTimers
from appliance.server.live.progress import LONGEST_SECONDS, Coalescer


class Bell:
    """Counts the flushes of a coalescer on a clock that stands still until told."""

    def __init__(self, clients: int = 27) -> None:
        self.clock, self.timers, self.flushes = ManualClock(), ManualTimers(), 0
        self.coalescer = Coalescer(self.clock, self.timers, self.flush, lambda: clients)

    def flush(self) -> None:
        self.flushes += 1

    def live(self, seconds: float, nudges: int = 0) -> None:
        """Time passes; nudges come evenly; timers ring when they are due."""
        step = seconds / max(nudges, 1)
        for _ in range(max(nudges, 1)):
            if nudges:
                self.coalescer.nudge()
            self.clock.advance(step)
            self.timers.due = [(left - step, call) for left, call in self.timers.due]
            if any(left <= 1e-9 for left, _ in self.timers.due):
                self.timers.ring()


def test_a_storm_is_told_ten_times_a_second_at_most() -> None:
    bell = Bell()
    bell.live(2, nudges=2000)
    assert 18 <= bell.flushes <= 20


@pytest.mark.parametrize(("clients", "a_second"), [(27, 10), (200, 10), (500, 4), (1000, 2), (5000, 2)])
def test_the_more_clients_the_seldomer(clients: int, a_second: int) -> None:
    bell = Bell(clients)
    bell.live(4, nudges=4000)
    assert 4 * a_second - 2 <= bell.flushes <= 4 * a_second


def test_the_last_change_is_told() -> None:
    bell = Bell()
    bell.live(0.3, nudges=300)
    told = bell.flushes
    bell.coalescer.nudge()
    bell.live(LONGEST_SECONDS)
    assert bell.flushes == told + 1
    bell.live(LONGEST_SECONDS)
    assert bell.flushes == told + 1


def test_a_flush_for_another_reason_makes_the_waiting_one_needless() -> None:
    bell = Bell()
    bell.coalescer.nudge()
    bell.coalescer.flushed()
    bell.live(LONGEST_SECONDS)
    assert bell.flushes == 0
    bell.coalescer.nudge()
    bell.live(LONGEST_SECONDS)
    assert bell.flushes == 1
