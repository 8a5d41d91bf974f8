"""Where a take is cut, pure: datagrams in, segments out, and for each the moment of the world its first picture shows.

A picture's moment is its media time plus the smallest delay seen lately between media time and arrival: a datagram
can come late (a busy machine, a full buffer), never early. So the moment is neither shaken by load nor led astray
by a camera whose clock is slow.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Protocol

from msgspec import Struct

from recordings.mpegts import PACKET, TICKS, Begin, Reader, unwrapped, whole_packets
from recordings.segments import GapReason
from recordings.senders import Heard, Senders

LATELY_MS: Final = 1_000.0
"""The smallest delay is looked for among the pictures that came within so long. Longer would date pictures too early
when a source that cannot keep up falls behind; shorter would show each hiccup."""
JUMP_AHEAD: Final = 3.0
JUMP_BACK: Final = 0.5
"""Seconds by which the media clock may jump within a run; a decoder goes on over less."""


class Moment(NamedTuple):
    """The machine's two clocks, read together, in milliseconds."""

    uptime_ms: float
    utc_ms: float


class Ended(Struct, frozen=True, kw_only=True):
    """Where the pictures of a run ended, and why."""

    after: int
    reason: GapReason
    boot: str
    uptime_ms: int
    utc: datetime


class Opening(Struct, frozen=True, kw_only=True):
    """What is known of a segment at its first picture. It stands beside the open file, for a recovery."""

    n: int
    run: int
    start: float
    boot: str
    uptime_ms: int
    utc: datetime
    gap: Ended | None = None
    """What ended before this segment, if it begins a run."""


class Closing(Struct, frozen=True, kw_only=True):
    """What is known of a segment at its end; its size is where it is to be cut off if that is less than written."""

    opening: Opening
    end: float
    frames: int
    lost_packets: int
    size: int


class Shelf(Protocol):
    """Where segments are put. `open` and `write` raise OSError when the disk takes no more."""

    def open(self, opening: Opening) -> None:
        """A new file."""

    def write(self, data: bytes) -> None:
        """All of it, or OSError."""

    def close(self, closing: Closing) -> None:
        """No more is written to this file."""

    def abandon(self) -> None:
        """There is no picture in this file: take it away."""


class _Began(NamedTuple):
    position: int
    seconds: float
    uptime_ms: float
    picture: bool


@dataclass(slots=True)
class _Open:
    """The segment that is being written."""

    opening: Opening
    lost_before: int
    size: int = 0
    began: list[_Began] = field(default_factory=list)


class Segmenter:
    """Is fed every datagram in the order of arrival."""

    def __init__(
        self, shelf: Shelf, boot: str, seconds: float, frames_per_second: int, *, number: int = 1, run: int = 1,
        ended: Ended | None = None,
    ) -> None:  # fmt: skip
        """`number` and `run` are those of the next segment; `ended` is what came before it, if anything did."""
        self._shelf, self._boot, self._seconds, self._picture = shelf, boot, seconds, 1 / frames_per_second
        self._number, self._run, self._ended = number, run, ended
        self._last: Closing | None = None
        self._now: _Open | None = None
        self._reader = Reader()
        self._lost = 0
        self._senders = Senders()
        self._ticking, self._ticks = False, 0
        self._delays = deque[tuple[float, float]]()

    @property
    def open_bytes(self) -> int | None:
        """The size of the open segment; None while there is none."""
        return self._now.size if self._now else None

    def arrived(self, datagram: bytes, sender: int, moment: Moment) -> None:
        """Cut and write. OSError from the shelf comes through: `stop("disk-full")` is to be called then."""
        match self._senders.hear(datagram, sender, moment.uptime_ms):
            case Heard.NO:
                return
            case Heard.BEGINS:  # another sender is another start of the source
                self.stop("source-lost")
                self._reader = self._senders.reader
        unwritten = 0
        whole = whole_packets(datagram)
        for at in range(0, whole, PACKET):
            begin = self._reader.feed(datagram[at : at + PACKET])
            if begin is None:
                continue
            if begin.kind == "video" and (act := self._read_clock(begin, moment)) is not None:
                self._write(datagram[unwritten:at])
                unwritten = at
                act(moment)
            if self._now:
                self._remember(self._now, begin, at - unwritten)
        self._write(datagram[unwritten:whole])

    def stop(self, reason: GapReason, until_uptime_ms: float | None = None) -> None:
        """End the run; the next one tells of a gap for this reason. Nothing from after `until_uptime_ms` is kept."""
        self._close(until_uptime_ms)
        if self._ended is None and self._last is not None:
            self._ended = ended_at(self._last.opening, self._last.end, reason)
            self._run = self._last.opening.run + 1
        self._ticking = False
        self._delays.clear()
        self._reader.forget()

    def _read_clock(self, begin: Begin, moment: Moment) -> Callable[[Moment], None] | None:
        """Move the media clock on; gives what is to be done before this picture is written, if anything is."""
        ticks = unwrapped(begin.ticks, self._ticks) if self._ticking else begin.ticks
        step = (ticks - self._ticks) / TICKS if self._ticking else 0.0
        jumped = step > JUMP_AHEAD or step < -JUMP_BACK
        if jumped:
            self._delays.clear()
        else:
            self._lost = self._reader.lost
        self._ticking, self._ticks = True, begin.ticks if jumped else ticks
        seconds = self._ticks / TICKS
        self._delays.append((moment.uptime_ms, moment.uptime_ms - seconds * 1000))
        while self._delays[0][0] < moment.uptime_ms - LATELY_MS:
            self._delays.popleft()
        key = begin.key and self._reader.ready
        if jumped and self._now:
            return self._break_and_open if key else self._break
        if self._now is None:
            return self._open if key else None
        due = seconds - self._now.opening.start >= self._seconds - self._picture / 2
        return self._next if key and due else None

    def _break(self, _: Moment) -> None:
        ticks, delays = self._ticks, tuple(self._delays)
        self.stop("source-lost")
        self._ticking, self._ticks = True, ticks
        self._delays.extend(delays)

    def _break_and_open(self, moment: Moment) -> None:
        self._break(moment)
        self._open(moment)

    def _next(self, moment: Moment) -> None:
        self._close(None, self._ticks / TICKS)
        self._open(moment)

    def _open(self, moment: Moment) -> None:
        seconds = self._ticks / TICKS
        uptime = seconds * 1000 + self._smallest_delay()
        opening = Opening(
            n=self._number,
            run=self._run,
            start=seconds,
            boot=self._boot,
            uptime_ms=round(uptime),
            utc=datetime.fromtimestamp((moment.utc_ms - moment.uptime_ms + uptime) / 1000, UTC),
            gap=self._ended,
        )
        self._number += 1
        self._shelf.open(opening)
        self._now, self._ended, self._lost = _Open(opening, self._reader.lost), None, self._reader.lost
        self._write(self._reader.tables)

    def _smallest_delay(self) -> float:
        return min(delay for _, delay in self._delays)

    def _remember(self, now: _Open, begin: Begin, ahead: int) -> None:
        seconds = unwrapped(begin.ticks, self._ticks) / TICKS
        uptime = seconds * 1000 + self._smallest_delay()
        now.began.append(_Began(now.size + ahead, seconds, uptime, begin.kind == "video"))

    def _write(self, data: bytes) -> None:
        if self._now and data:
            self._shelf.write(data)
            self._now.size += len(data)

    def _close(self, until_ms: float | None = None, end: float | None = None) -> None:
        now, self._now = self._now, None
        if now is None:
            return
        # What the disk did not take is remembered as begun, but is not there.
        size, began = now.size, [b for b in now.began if b.position < now.size]
        later = next((b for b in began if until_ms is not None and b.uptime_ms > until_ms), None)
        if later is not None:
            size, began = later.position, began[: began.index(later)]
        pictures = [b.seconds for b in began if b.picture]
        if not pictures:
            self._ended = now.opening.gap
            self._shelf.abandon()
            return
        ends = max(pictures) + self._picture if end is None else end
        lost = self._lost - now.lost_before
        self._last = Closing(opening=now.opening, end=ends, frames=len(pictures), lost_packets=lost, size=size)
        self._shelf.close(self._last)


def ended_at(opening: Opening, end: float, reason: GapReason) -> Ended:
    """Where a run ended whose last segment began so."""
    shown = (end - opening.start) * 1000
    return Ended(
        after=opening.n,
        reason=reason,
        boot=opening.boot,
        uptime_ms=round(opening.uptime_ms + shown),
        utc=opening.utc + timedelta(milliseconds=shown),
    )
