"""How long the disk lasts, who stops first, and which takes may never go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.disk import Duty, Room, TakeOnDisk, is_low, may_go, may_write, planned_rate, seconds_left

MEGA = 1024 * 1024
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def room(free: int, rate: float | None = 350_000) -> Room:
    return Room(free_bytes=free * MEGA, reserve_bytes=512 * MEGA, bytes_per_second=rate)


def test_what_can_still_be_recorded_is_what_is_free_above_the_reserve() -> None:
    assert seconds_left(Room(free_bytes=4_000_000, reserve_bytes=500_000, bytes_per_second=350_000)) == 10
    assert seconds_left(room(100)) == 0
    assert seconds_left(room(100, None)) is None


def test_an_hour_at_720p_is_planned_as_it_was_measured() -> None:
    assert planned_rate(2500) * 3600 == pytest.approx(1.25e9, rel=0.02)


def test_the_chair_is_told_before_the_room_is_gone() -> None:
    assert is_low(room(4000), warn_hours=4)
    assert not is_low(room(20_000), warn_hours=4)
    assert is_low(room(512, None), warn_hours=0)


def test_files_are_refused_if_they_would_leave_too_little() -> None:
    assert may_write(Duty.FILES, room(20_000), warn_hours=4, needed_bytes=1000 * MEGA)
    assert not may_write(Duty.FILES, room(20_000), warn_hours=4, needed_bytes=15_500 * MEGA)


@given(st.integers(0, 30_000), st.floats(0, 12), st.integers(0, 5000))
def test_the_least_duty_always_stops_first(free: int, warn_hours: float, needed: int) -> None:
    may = {duty: may_write(duty, room(free), warn_hours=warn_hours) for duty in Duty}
    files = may_write(Duty.FILES, room(free), warn_hours=max(1.0, warn_hours), needed_bytes=needed * MEGA)
    assert not (files and not may[Duty.LIVE])
    assert not (may[Duty.LIVE] and not may[Duty.ARCHIVE])
    assert may[Duty.ARCHIVE] == (free > 512)


hashes = st.sampled_from([None, "a", "b"])


@given(
    st.lists(
        st.builds(
            TakeOnDisk,
            take=st.uuids().map(str),
            ended=st.none() | st.integers(0, 4000).map(lambda days: NOW - timedelta(days=days)),
            manifest=hashes,
            verified=hashes,
            published=hashes,
        ),
        max_size=8,
    ),
    st.integers(1, 3000),
)
def test_only_what_is_verified_and_published_as_it_is_and_old_enough_may_go(
    takes: list[TakeOnDisk], keep_days: int
) -> None:
    named = may_go(takes, NOW, keep_days)
    for take in takes:
        proved = take.manifest is not None and take.manifest == take.verified == take.published
        old = take.ended is not None and NOW - take.ended >= timedelta(days=keep_days)
        assert (take.take in named) == (proved and old)


def test_the_oldest_goes_first() -> None:
    takes = [
        TakeOnDisk(take=str(days), ended=NOW - timedelta(days=days), manifest="a", verified="a", published="a")
        for days in (10, 30, 20)
    ]
    assert may_go(takes, NOW, 5) == ("30", "20", "10")
