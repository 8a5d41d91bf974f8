"""Where a take is cut, and which moment of the world each segment says it shows."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.archive.segmenter import Closing, Ended, Moment, Opening, Segmenter
from recordings.mpegts import PACKET, TICKS, Reader, contents, unwrapped
from recordings.senders import ALIVE_MS
from tests.recordings.footage import (
    DATAGRAM,
    FRAMES_PER_SECOND,
    begins,
    datagrams,
    decoded_pictures,
    footage,
    moved_to_the_end_of_the_clock,
    pictures,
)

UTC_OFFSET_MS = 1_700_000_000_000.0
CAMERA, ANOTHER = 40_001, 40_002


@dataclass
class Shelf:
    """Segments in memory; `refuses` makes it a disk that takes no more."""

    opened: list[Opening] = field(default_factory=list)
    files: dict[int, bytes] = field(default_factory=dict)
    closed: list[Closing] = field(default_factory=list)
    refuses: bool = False

    def open(self, opening: Opening) -> None:
        self._ask()
        self.opened.append(opening)
        self.files[opening.n] = b""

    def write(self, data: bytes) -> None:
        self._ask()
        self.files[self.opened[-1].n] += data

    def close(self, closing: Closing) -> None:
        self.files[closing.opening.n] = self.files[closing.opening.n][: closing.size]
        self.closed.append(closing)

    def abandon(self) -> None:
        del self.files[self.opened[-1].n]

    def _ask(self) -> None:
        if self.refuses:
            raise OSError(errno.ENOSPC, "no room")

    @property
    def all(self) -> bytes:
        return b"".join(self.files.values())


def fresh(seconds: float = 2, ended: Ended | None = None) -> tuple[Shelf, Segmenter]:
    shelf = Shelf()
    return shelf, Segmenter(shelf, "boot", seconds, FRAMES_PER_SECOND, ended=ended)


def at(uptime_ms: float, utc_offset_ms: float = UTC_OFFSET_MS) -> Moment:
    return Moment(uptime_ms, uptime_ms + utc_offset_ms)


def show(
    segmenter: Segmenter,
    data: bytes,
    begins_ms: float = 1_000_000.0,
    sender: int = CAMERA,
    late_ms: Callable[[int], float] = lambda _: 0.0,
    utc_offset_ms: float = UTC_OFFSET_MS,
    slowness: float = 1.0,
) -> float:
    """Send the stream at its own pace: a datagram comes when its last picture is shown, or later."""
    reader, first, now = Reader(), None, begins_ms
    for number, datagram in enumerate(datagrams(data)):
        for offset in range(0, len(datagram), PACKET):
            begin = reader.feed(datagram[offset : offset + PACKET])
            if begin is not None and begin.kind == "video":
                first = begin.ticks if first is None else first
                now = begins_ms + (unwrapped(begin.ticks, first) - first) / TICKS * 1000 * slowness
        segmenter.arrived(datagram, sender, at(now + late_ms(number), utc_offset_ms))
    return now


def key_position(data: bytes, number: int) -> int:
    return [position for position, begin in begins(data) if begin.key][number]


def test_every_picture_is_in_a_segment_that_begins_with_a_key_frame(tmp_path: Path) -> None:
    shelf, segmenter = fresh(seconds=2)
    show(segmenter, footage())
    segmenter.stop("paused")
    assert [(c.opening.n, c.opening.run, c.frames, c.lost_packets) for c in shelf.closed] == [
        (1, 1, 30, 0), (2, 1, 30, 0), (3, 1, 30, 0),
    ]  # fmt: skip
    assert [round(c.end - c.opening.start, 3) for c in shelf.closed] == [2, 2, 2]
    assert all(a.end == b.opening.start for a, b in pairwise(shelf.closed))
    paths = [tmp_path / f"{n}.ts" for n in shelf.files]
    for path, data in zip(paths, shelf.files.values(), strict=True):
        path.write_bytes(data)
        assert decoded_pictures(path) == 30
    assert decoded_pictures(*paths) == 90


def test_what_is_written_is_what_was_sent_but_for_the_tables() -> None:
    shelf, segmenter = fresh(seconds=2)
    data = footage()
    show(segmenter, data)
    sent = data[key_position(data, 0) :]
    bodies = [file[2 * PACKET :] for file in shelf.files.values()]
    assert b"".join(bodies) == sent


@given(st.lists(st.floats(0, 400), min_size=5, max_size=5))
def test_a_segment_says_the_moment_of_its_first_picture_however_late_it_came(delays: list[float]) -> None:
    """Load, a full buffer, a reader that was away: only the quickest datagrams tell the time."""
    shelf, segmenter = fresh(seconds=1)
    late = [0.0, *delays]
    show(segmenter, footage(), begins_ms=5_000.0, late_ms=lambda number: late[number // 3 % 6])
    for number, opening in enumerate(shelf.opened[1:], 1):
        assert opening.uptime_ms == pytest.approx(5_000 + 1_000 * number, abs=1)
        assert opening.utc == datetime.fromtimestamp((opening.uptime_ms + UTC_OFFSET_MS) / 1000, UTC)


def test_a_source_that_falls_behind_is_dated_by_when_its_pictures_come() -> None:
    """An overloaded machine encodes a second of picture in three."""
    shelf, segmenter = fresh(seconds=1)
    show(segmenter, footage(), slowness=3.0)
    uptimes = [o.uptime_ms for o in shelf.opened]
    assert [b - a for a, b in pairwise(uptimes[1:])] == pytest.approx([3_000] * 4, abs=250)
    assert uptimes[1] - uptimes[0] > 2_000


def test_a_stepped_wall_clock_moves_no_segment_on_the_clock_that_is_not_stepped() -> None:
    shelf, segmenter = fresh(seconds=1)
    data = footage()
    half = key_position(data, 3) // DATAGRAM * DATAGRAM
    ended = show(segmenter, data[:half])
    for datagram in datagrams(data[half:]):
        segmenter.arrived(datagram, CAMERA, at(ended + 10, UTC_OFFSET_MS + 7_000))
    uptimes = [o.uptime_ms for o in shelf.opened]
    assert uptimes[3] - uptimes[2] == pytest.approx(1_000, abs=70)
    assert (shelf.opened[3].utc - shelf.opened[2].utc).total_seconds() == pytest.approx(8, abs=0.1)
    assert {o.run for o in shelf.opened} == {1}


def test_a_source_that_was_started_anew_begins_a_run_and_the_gap_is_measured() -> None:
    shelf, segmenter = fresh(seconds=4)
    data = footage()
    ended = show(segmenter, data[: key_position(data, 3)])
    show(segmenter, data, begins_ms=ended + 2_500, sender=ANOTHER)
    segmenter.stop("paused")
    assert [(c.opening.n, c.opening.run) for c in shelf.closed] == [(1, 1), (2, 2), (3, 2)]
    assert sum(c.frames for c in shelf.closed) == 45 + 90
    assert all(c.lost_packets == 0 for c in shelf.closed), "what a new source counts anew is not lost"
    gap = shelf.closed[1].opening.gap
    assert gap is not None
    assert (gap.after, gap.reason) == (1, "source-lost")
    assert shelf.closed[1].opening.uptime_ms - gap.uptime_ms == pytest.approx(2_500 - 1_000 / 15, abs=2)


def test_late_datagrams_of_a_source_that_was_replaced_break_nothing() -> None:
    shelf, segmenter = fresh(seconds=4)
    data = footage()
    now = show(segmenter, data[: key_position(data, 2)]) + ALIVE_MS
    sent = datagrams(data)
    for number, datagram in enumerate(sent):
        segmenter.arrived(datagram, ANOTHER, at(now + number))
        segmenter.arrived(sent[-1], CAMERA, at(now + number))
    segmenter.stop("paused")
    assert {c.opening.run for c in shelf.closed} == {1, 2}
    assert sum(c.frames for c in shelf.closed) == 30 + 90


@pytest.mark.parametrize("noise", [b"", b"noise", b"G" * DATAGRAM, footage(1)[:DATAGRAM], footage(1)[DATAGRAM:]])
def test_what_a_stranger_sends_to_the_port_costs_no_picture(noise: bytes) -> None:
    shelf, segmenter = fresh(seconds=4)
    sent = datagrams(footage())
    for number, datagram in enumerate(sent):
        segmenter.arrived(datagram, CAMERA, at(20.0 * number))
        for piece in datagrams(noise) or [noise]:
            segmenter.arrived(piece, ANOTHER, at(20.0 * number))
    segmenter.stop("paused")
    assert [(c.opening.run, c.frames, c.lost_packets) for c in shelf.closed] == [(1, 60, 0), (1, 30, 0)]


def test_the_camera_is_followed_again_after_noise_that_came_while_it_was_away() -> None:
    shelf, segmenter = fresh(seconds=4)
    data = footage()
    ended = show(segmenter, data[: key_position(data, 2)])
    for wait in range(0, 2_000, 100):
        segmenter.arrived(b"G" * DATAGRAM, 7, at(ended + wait))
        segmenter.arrived(data[DATAGRAM : 2 * DATAGRAM], 8, at(ended + wait))
    show(segmenter, data, begins_ms=ended + 2_000, sender=ANOTHER)
    segmenter.stop("paused")
    assert [(c.opening.run, c.frames) for c in shelf.closed] == [(1, 30), (2, 60), (2, 30)]


@pytest.mark.parametrize("jump", [-20.0, 20.0])
def test_a_media_clock_that_jumps_begins_a_run(jump: float) -> None:
    shelf, segmenter = fresh(seconds=4)
    now = show(segmenter, footage(2, 30))
    show(segmenter, footage(2, 32 + jump), begins_ms=now + 1_000 / 15)
    segmenter.stop("paused")
    assert [(c.opening.run, c.frames) for c in shelf.closed] == [(1, 30), (2, 30)]
    assert shelf.closed[1].opening.gap is not None


def test_the_media_clock_goes_on_over_its_end_after_26_hours() -> None:
    shelf, segmenter = fresh(seconds=2)
    show(segmenter, moved_to_the_end_of_the_clock(footage(), before=3.0))
    segmenter.stop("paused")
    assert [(c.opening.run, c.frames, round(c.end - c.opening.start, 3)) for c in shelf.closed] == [
        (1, 30, 2), (1, 30, 2), (1, 30, 2),
    ]  # fmt: skip


@given(st.integers(30, 600), st.integers(1, 3))
def test_datagrams_that_are_missing_are_counted(first: int, count: int) -> None:
    shelf, segmenter = fresh(seconds=2)
    sent = datagrams(footage())
    first = min(first, len(sent) - 60)
    gone = [sent[number] for number in range(first, first + count)]
    numbered = sum(bool(g[at + 3] & 0x10) for g in gone for at in range(0, len(g), PACKET))
    for datagram in sent[:first] + sent[first + count :]:
        segmenter.arrived(datagram, CAMERA, at(1_000.0))
    segmenter.stop("paused")
    # The counters go to 16: of more than that in a row, of one kind, whole sixteens are not seen.
    assert (numbered - sum(c.lost_packets for c in shelf.closed)) % 16 == 0


@given(st.floats(0, 6_500))
def test_no_picture_from_after_the_moment_is_kept(private_after_ms: float) -> None:
    shelf, segmenter = fresh(seconds=2)
    show(segmenter, footage(), begins_ms=1_000.0)
    segmenter.stop("private", 1_000.0 + private_after_ms)
    open_segment_begins = 4_000.0
    if private_after_ms < open_segment_begins:
        assert 3 not in shelf.files, "the open segment is from after the moment"
        return
    kept = min(30, int((private_after_ms - open_segment_begins) / 1000 * 15 + 1e-6) + 1)
    assert shelf.closed[-1].frames == pytest.approx(kept, abs=1)
    assert pictures(shelf.files[3]) == shelf.closed[-1].frames
    last = contents(shelf.files[3]).pictures[-1].seconds - contents(shelf.files[3]).pictures[0].seconds
    assert last * 1000 <= private_after_ms - open_segment_begins + 1


def test_a_disk_that_takes_no_more_ends_the_run_and_the_next_one_tells_of_it() -> None:
    shelf, segmenter = fresh(seconds=2)
    data = footage()
    sent = datagrams(data)
    for number, datagram in enumerate(sent):
        shelf.refuses = len(sent) // 2 <= number < len(sent) // 2 + 20
        try:
            segmenter.arrived(datagram, CAMERA, at(number * 10.0))
        except OSError:
            segmenter.stop("disk-full")
    segmenter.stop("paused")
    gaps = [c.opening.gap for c in shelf.closed if c.opening.gap]
    assert [gap.reason for gap in gaps] == ["disk-full"]
    assert [c.opening.run for c in shelf.closed][-1] == 2
    assert sum(c.frames for c in shelf.closed) >= 90 - 15 - 10
    assert len({c.opening.n for c in shelf.closed}) == len(shelf.closed)


def test_a_full_disk_at_the_very_beginning_of_a_segment_is_a_gap_too() -> None:
    shelf, segmenter = fresh(seconds=1)
    data = footage()
    second = key_position(data, 1)
    for datagram in datagrams(data[:second]):
        segmenter.arrived(datagram, CAMERA, at(0.0))
    shelf.refuses = True
    with pytest.raises(OSError, match="no room"):
        segmenter.arrived(data[second : second + DATAGRAM], CAMERA, at(1_000.0))
    segmenter.stop("disk-full")
    shelf.refuses = False
    for datagram in datagrams(data[second + DATAGRAM :]):
        segmenter.arrived(datagram, CAMERA, at(2_000.0))
    assert shelf.closed[0].frames == 15
    gap = shelf.opened[1].gap
    assert gap is not None
    assert (gap.after, gap.reason, shelf.opened[1].run) == (1, "disk-full", 2)


def test_what_came_before_this_start_is_told_with_the_first_segment() -> None:
    ended = Ended(after=7, reason="private", boot="boot", uptime_ms=5, utc=datetime(2026, 1, 1, tzinfo=UTC))
    shelf, segmenter = fresh(ended=ended)
    segmenter.stop("disk-full")
    show(segmenter, footage())
    assert [o.gap for o in shelf.opened] == [ended, None, None], "the first reason stands"


def test_before_the_tables_and_a_key_frame_nothing_is_written() -> None:
    shelf, segmenter = fresh()
    data = footage()
    show(segmenter, data[key_position(data, 0) + 40 * PACKET :])
    assert shelf.opened[0].start == pytest.approx(contents(data).pictures[15].seconds)


def test_a_stream_of_nothing_but_rubbish_makes_no_segment() -> None:
    shelf, segmenter = fresh()
    for datagram in (b"", b"\x47", b"\0" * 1316, b"\x47" * 1316, b"\x47\x1f\xff\x10" + b"\xff" * 184):
        segmenter.arrived(datagram, CAMERA, at(0.0))
    segmenter.stop("paused")
    assert not shelf.files
