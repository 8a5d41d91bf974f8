"""A moment of the meeting is found on its video whatever the camera's rate, the wall clock and the recorder did."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.segments import Gap, Segment
from recordings.timeline import NO_PICTURE, PRIVATE, Place, Timeline, build, publishable

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@dataclass
class World:
    """A hall with true time in seconds; a machine that is started anew, whose clocks and camera are wrong."""

    rate: float = 1.0
    true: float = 0.0
    booted: float = -600.0
    boot: int = 1
    wrong: float = 0.0
    run: int = 0
    media: float = 1.4
    timeline: float = 0.0
    segments: list[Segment] = field(default_factory=list)
    shown: list[tuple[float, float, float]] = field(default_factory=list)
    """(true time from, to, where the first picture lies on the video)."""
    clocks: list[tuple[float, datetime, int]] = field(default_factory=list)
    """What an entry of the ledger reads at some true times: (true time, UTC, uptime)."""

    def read(self) -> tuple[datetime, int]:
        return START + timedelta(seconds=self.true + self.wrong), round((self.true - self.booted) * 1000)

    def mark(self) -> tuple[datetime, int]:
        found = self.read()
        self.clocks.append((self.true, *found))
        return found

    def restart_source(self) -> None:
        self.run += 1
        self.media = 1.4

    def record(self, seconds: float, jitter: float = 0.0) -> None:
        utc, uptime = self.read()
        pictured = seconds * self.rate
        self.segments.append(
            Segment(
                n=len(self.segments) + 1, file=f"s{len(self.segments) + 1:06d}.ts", size=188, sha256="", run=self.run,
                start=self.media, end=self.media + pictured, frames=round(30 * pictured), boot=f"boot-{self.boot}",
                uptime_ms=uptime + round(jitter * 1000), utc=utc, prev="",
            )
        )  # fmt: skip
        self.shown.append((self.true, self.true + seconds, self.timeline))
        self.media += pictured
        self.timeline += pictured
        half = seconds / 2
        self.true += half
        self.mark()
        self.true += half

    def place(self, true: float) -> Place:
        """Where a picture of this true time really is."""
        for since, until, start in self.shown:
            if since <= true < until:
                return Place(start + (true - since) * self.rate, shown=True)
            if true < since:
                return Place(start, shown=False)
        return Place(self.timeline, shown=False)


@st.composite
def worlds(draw: st.DrawFn, *, steps: bool = True, boots: bool = True) -> World:
    world = World(rate=draw(st.floats(0.9, 1.1)), wrong=draw(st.floats(-5, 5)) if steps else 0.0)
    world.mark()
    for _ in range(draw(st.integers(1, 4))):
        world.true += draw(st.floats(0, 200))
        world.mark()
        world.restart_source()
        for _ in range(draw(st.integers(1, 6))):
            if steps and draw(st.booleans()):
                world.wrong += draw(st.sampled_from([-7.0, 7.0, 3600.0, -90.0, 0.4]))
            world.record(draw(st.floats(0.5, 6.0)), draw(st.floats(-0.1, 0.1)))
        if boots and draw(st.booleans()):
            world.true += 30
            world.boot, world.booted = world.boot + 1, world.true - draw(st.floats(1, 9))
    world.true += draw(st.floats(0.5, 100))
    world.mark()
    return world


def timeline_of(world: World) -> Timeline:
    return build([("take", world.segments)])


@given(worlds(boots=False))
def test_a_moment_is_found_within_a_second_whatever_the_camera_and_the_wall_clock_do(world: World) -> None:
    timeline = timeline_of(world)
    for true, utc, uptime_ms in world.clocks:
        assert timeline.find(utc, uptime_ms).seconds == pytest.approx(world.place(true).seconds, abs=1.0)


@given(worlds(steps=False))
def test_a_moment_is_found_within_a_second_though_the_machine_was_started_anew(world: World) -> None:
    timeline = timeline_of(world)
    for true, utc, uptime_ms in world.clocks:
        assert timeline.find(utc, uptime_ms).seconds == pytest.approx(world.place(true).seconds, abs=1.0)


@given(worlds())
def test_later_moments_of_one_boot_never_lie_earlier_on_the_video(world: World) -> None:
    timeline = timeline_of(world)
    for boot in {segment.boot for segment in world.segments}:
        places = [timeline.at_uptime(boot, uptime).seconds for uptime in range(0, 900_000, 1700)]
        assert all(before <= after for before, after in pairwise(places))
        assert all(0 <= place <= timeline.seconds for place in places)


@given(worlds(steps=False))
def test_later_wall_clock_times_never_lie_earlier_on_the_video(world: World) -> None:
    timeline = timeline_of(world)
    places = [timeline.at_utc(START + timedelta(seconds=second)).seconds for second in range(-10, 900, 3)]
    assert all(before <= after for before, after in pairwise(places))


@given(worlds())
def test_the_video_is_exactly_as_long_as_its_pictures(world: World) -> None:
    timeline = timeline_of(world)
    assert timeline.seconds == pytest.approx(world.timeline, abs=0.001)
    assert all(before.end == after.start for before, after in pairwise(timeline.pieces))


def test_a_clock_that_was_set_right_by_years_in_mid_take_moves_nothing() -> None:
    world = World(wrong=-56 * 365 * 86400.0)
    world.restart_source()
    world.record(4)
    world.wrong = 0.0
    world.record(4)
    timeline = timeline_of(world)
    for true, utc, uptime_ms in world.clocks:
        assert timeline.find(utc, uptime_ms).seconds == pytest.approx(true, abs=0.01)


def test_a_clock_that_was_put_back_seven_seconds_moves_nothing() -> None:
    world = World()
    world.restart_source()
    for step in (0.0, -7.0, 0.0):
        world.wrong += step
        world.record(4)
    timeline = timeline_of(world)
    assert [round(timeline.find(utc, uptime).seconds, 3) for _, utc, uptime in world.clocks] == [2.0, 6.0, 10.0]


def test_a_moment_without_pictures_is_where_the_next_picture_begins() -> None:
    world = World()
    world.restart_source()
    world.record(4)
    world.true += 60
    private = world.mark()
    world.true += 60
    world.restart_source()
    world.record(4)
    world.true += 60
    after = world.mark()
    assert timeline_of(world).find(*private) == Place(4.0, shown=False)
    assert timeline_of(world).find(*after) == Place(8.0, shown=False)


def test_a_mark_of_a_boot_of_which_there_is_no_picture_is_not_taken_for_another_boot() -> None:
    world = World(booted=-1000.0)
    world.restart_source()
    for _ in range(10):
        world.record(60)
    world.true += 120
    world.booted, world.boot = world.true - 5, 2
    world.true += 1300  # an uptime which the first boot had pictures of
    unseen = world.mark()
    assert timeline_of(world).find(*unseen) == Place(600.0, shown=False)


def test_takes_are_played_in_the_order_in_which_they_were_made_though_the_clock_was_put_back_between() -> None:
    first, second = World(), World(true=100.0, wrong=-86400.0)
    for world in (first, second):
        world.restart_source()
        world.record(4)
    timeline = build([("later", second.segments), ("earlier", first.segments)])
    assert [piece.take for piece in timeline.pieces] == ["earlier", "later"]


def test_a_segment_that_is_missing_ends_a_piece() -> None:
    world = World()
    world.restart_source()
    for _ in range(4):
        world.record(4)
    del world.segments[1]
    timeline = build([("take", world.segments)])
    assert [(round(piece.start, 6), round(piece.seconds, 6)) for piece in timeline.pieces] == [(0.0, 4.0), (4.0, 8.0)]
    assert timeline.find(*world.clocks[1][1:]) == Place(4.0, shown=False)


def lines(world: World, reason: str) -> Iterator[Segment | Gap]:
    first, second = world.segments
    yield first
    yield Gap(after=1, reason=reason, boot="boot-1", uptime_ms=601_000, utc=START, seconds=9.0, prev="")  # type: ignore[arg-type]
    yield second


def test_a_picture_of_a_private_time_is_never_published_even_if_the_archive_has_it() -> None:
    world = World()
    world.restart_source()
    world.record(4)
    world.true += 20
    world.record(4)
    shown, left_out = publishable(lines(world, "private"))
    assert [segment.n for segment in shown] == [2]
    assert left_out == {"s000001.ts": PRIVATE}
    assert publishable(lines(world, "source-lost"))[1] == {}


def test_a_segment_without_a_picture_is_left_out() -> None:
    world = World()
    world.restart_source()
    world.record(0.001)
    world.record(4)
    assert publishable(world.segments)[1] == {"s000001.ts": NO_PICTURE}


def test_without_a_picture_every_moment_lies_at_the_beginning() -> None:
    assert build([("take", [])]).find(START, 5) == Place(0.0, shown=False)
