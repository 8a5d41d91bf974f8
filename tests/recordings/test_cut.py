"""Where a private part begins in what is already closed, also when the source could not keep up."""

from datetime import UTC, datetime

import msgspec
import pytest

from recordings.archive.cut import media_time
from recordings.manifest import NO_LINE
from recordings.segments import Segment

FIRST = Segment(
    n=1, file="s000001.ts", size=188, sha256="", start=10.0, end=14.0, frames=60, boot="b", uptime_ms=100_000,
    utc=datetime(2026, 12, 18, tzinfo=UTC), prev=NO_LINE,
)  # fmt: skip


def take(*uptimes: int, runs: tuple[int, ...] = (1, 1, 1)) -> list[Segment]:
    """Segments of four seconds of picture each that began at these moments."""
    found = []
    for number, (uptime_ms, run) in enumerate(zip(uptimes, runs, strict=False)):
        start = 10.0 + 4 * number
        one = msgspec.structs.replace(FIRST, n=number + 1, start=start, end=start + 4, uptime_ms=uptime_ms, run=run)
        found.append(one)
    return found


def test_in_real_time_a_second_is_a_second() -> None:
    assert media_time(take(100_000, 104_000), 0, 101_500) == pytest.approx(11.5)
    assert media_time(take(100_000), 0, 101_500) == pytest.approx(11.5)


def test_of_a_source_three_times_too_slow_no_later_picture_is_kept() -> None:
    segments = take(100_000, 112_000, 124_000)
    assert media_time(segments, 0, 106_000) == pytest.approx(12.0)
    assert media_time(segments, 2, 130_000) == pytest.approx(20.0), "the last one goes on as it was before"


def test_a_pause_before_the_next_run_is_no_slowness() -> None:
    assert media_time(take(100_000, 160_000, runs=(1, 2)), 0, 102_000) == pytest.approx(12.0)
