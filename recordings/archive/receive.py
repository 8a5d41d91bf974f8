"""The receive thread: datagrams off the socket with the moment they came, and nothing else."""

import logging
import queue
import socket
import struct
import threading
import time
from collections import deque
from typing import Final, NamedTuple

from recordings.archive.segmenter import Moment

_log: Final = logging.getLogger(__name__)
MOST_WAITING: Final = 50_000
"""Datagrams that may wait for the write thread: 65 MB, at 2.5 Mbit/s three minutes of a disk that does not answer."""
_SO_TIMESTAMPNS: Final = 35
_LARGEST: Final = 65_536
_TIMESPEC: Final = struct.Struct("@ll")
LONGEST_WAIT_MS: Final = 600_000.0
STEP_MS: Final = 100.0
"""By so much the wall clock has been stepped; less is slewing."""
_STEPS_KEPT: Final = 8


class Datagram(NamedTuple):
    """As it came."""

    data: bytes
    sender: int
    moment: Moment


class Ending(NamedTuple):
    """Nothing comes after this. What lies after `until_uptime_ms` is not to be kept."""

    until_uptime_ms: float | None


Came = Datagram | Ending
Inbox = queue.SimpleQueue[Came]


class Receiver:
    """Reads until `end`, then what the kernel still holds, then says Ending."""

    def __init__(self, bus: socket.socket, inbox: Inbox) -> None:
        self._bus, self._inbox = bus, inbox
        self._ending: Ending | None = None
        self._waiting = Waiting(Moment(time.monotonic_ns() / 1e6, time.time_ns() / 1e6))
        self._dropped = 0
        bus.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        bus.settimeout(0.1)
        self.thread = threading.Thread(target=self._run, name="receive")

    def end(self, until_uptime_ms: float | None = None) -> None:
        """From any thread. The earlier of two moments counts."""
        known = self._ending.until_uptime_ms if self._ending else None
        moments = [moment for moment in (known, until_uptime_ms) if moment is not None]
        self._ending = Ending(min(moments, default=None))

    def _run(self) -> None:
        while self._ending is None:
            self._take()
        self._bus.setblocking(False)
        while self._take():
            pass
        self._inbox.put(self._ending)

    def _take(self) -> bool:
        try:
            data, extra, _, address = self._bus.recvmsg(_LARGEST, 64)
        except (TimeoutError, BlockingIOError):
            return False
        if self._inbox.qsize() >= MOST_WAITING:
            self._dropped += 1
            if self._dropped & (self._dropped - 1) == 0:
                _log.error("the disk does not keep up: %d datagrams lost", self._dropped)
            return True
        self._inbox.put(Datagram(data, address[1], self._came(extra)))
        return True

    def _came(self, extra: list[tuple[int, int, bytes]]) -> Moment:
        now = Moment(time.monotonic_ns() / 1e6, time.time_ns() / 1e6)
        stamps = (data for level, kind, data in extra if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS))
        stamp = next(stamps, b"")
        if len(stamp) != _TIMESPEC.size:
            return now
        seconds, nanoseconds = _TIMESPEC.unpack(stamp)
        return self._waiting.came(seconds * 1e3 + nanoseconds / 1e6, now)


class Waiting:
    """When a datagram came that waited in the kernel while nobody read. The kernel tells by the wall clock, so a step
    of that clock meanwhile must not be taken for waiting."""

    def __init__(self, now: Moment) -> None:
        self._offsets = deque([now.utc_ms - now.uptime_ms], maxlen=_STEPS_KEPT)

    def came(self, stamp_ms: float, now: Moment) -> Moment:
        """`stamp_ms` is the wall clock when it came, as the clock stood then."""
        offset = now.utc_ms - now.uptime_ms
        if abs(offset - self._offsets[-1]) < STEP_MS:
            self._offsets.pop()
        self._offsets.append(offset)
        # Reading two clocks takes time too: a wait may seem to be a little less than none.
        waits = (now.uptime_ms + known - stamp_ms for known in self._offsets)
        waited = min((wait for wait in waits if -STEP_MS / 4 < wait < LONGEST_WAIT_MS), default=0.0)
        waited = max(0.0, waited)
        return Moment(now.uptime_ms - waited, now.utc_ms - waited)
