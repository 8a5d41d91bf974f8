"""When a datagram came: also when it waited, and also when the wall clock was stepped while it did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.archive.receive import LONGEST_WAIT_MS, STEP_MS, Waiting
from recordings.archive.segmenter import Moment

BOOT_MS = 1_700_000_000_000.0


def moment(uptime_ms: float, step_ms: float = 0.0) -> Moment:
    return Moment(uptime_ms, BOOT_MS + uptime_ms + step_ms)


@given(st.floats(0, LONGEST_WAIT_MS - 1))
def test_a_datagram_that_waited_is_dated_by_when_it_came(waited: float) -> None:
    came = Waiting(moment(0)).came(BOOT_MS + 1e6, moment(1e6 + waited))
    assert came.uptime_ms == pytest.approx(1e6, abs=0.01)
    assert came.utc_ms == pytest.approx(BOOT_MS + 1e6, abs=0.01)


@given(st.one_of(st.floats(-1e7, -2 * STEP_MS), st.floats(2 * STEP_MS, 1e7)), st.floats(0, STEP_MS))
def test_a_step_of_the_wall_clock_is_not_taken_for_waiting(step: float, waited: float) -> None:
    waiting = Waiting(moment(0))
    before = BOOT_MS + 1e6
    assert waiting.came(before, moment(1e6 + waited, step)).uptime_ms == pytest.approx(1e6, abs=0.01)
    after = BOOT_MS + 2e6 + step
    assert waiting.came(after, moment(2e6 + waited, step)).uptime_ms == pytest.approx(2e6, abs=0.01)
    assert waiting.came(before, moment(1e6 + 2 * waited, step)).uptime_ms == pytest.approx(1e6, abs=0.01)


@pytest.mark.parametrize("stamp", [0.0, BOOT_MS + 9e9, -1.0])
def test_a_stamp_that_cannot_be_is_not_believed(stamp: float) -> None:
    assert Waiting(moment(0)).came(stamp, moment(1e6)) == moment(1e6)
