"""The open take: its archive's process, the socket that it reads from, and how much of it is on disk."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import msgspec

from recordings import manifest
from recordings.adapters import bus, clock
from recordings.adapters.durable import replace_file
from recordings.adapters.read_json import read_json, set_aside
from recordings.layout import TakeFolder
from recordings.process.keeper import Call, Keeper
from recordings.process.launcher import Launcher
from recordings.reports import Report, Word
from recordings.segments import Gap, GapReason, Line, Segment, TakeNote

GROWS_WITHIN_SECONDS: Final = 2.5
"""An archive to which pictures come and whose newest file does not grow for so long hangs."""
FIRST_SECONDS: Final = 5.0
"""So long it may take to mend what is there, and to wait for a key frame."""
GIVEN_UP_AFTER: Final = 3
"""An archive that has ended so often in a row without being asked will not come by itself: it is told."""
PRIVATE_SECONDS: Final = 2.0
CLOSE_SECONDS: Final = 10.0
ATTEMPTS: Final = 6
"""After so many failures to close a take it is left as it is: `finish` and `verify` will name what is wrong. Never one
in which something private may be: that is tried until it is cut out, and nothing is recorded before."""
log = logging.getLogger("recorder")


@dataclass(slots=True)
class Tally:
    """What is on disk of a take."""

    seconds: float = 0.0
    gaps: int = 0
    gap_seconds: float = 0.0
    lost_packets: int = 0
    media_bytes: int = 0
    gap_before: float | None = None
    """Of the open segment, until the manifest has its line."""

    def add(self, line: Line) -> None:
        """One line more in the manifest."""
        if isinstance(line, Segment):
            self.seconds += line.end - line.start
            self.lost_packets += line.lost_packets
            self.media_bytes += line.size
        elif isinstance(line, Gap):
            self.gaps += 1
            self.gap_seconds += line.seconds
            self.gap_before = None

    @property
    def all_gaps(self) -> tuple[int, float]:
        """How many, and their seconds, with that before the open segment: nobody is to wait for its end."""
        if self.gap_before is None:
            return self.gaps, self.gap_seconds
        return self.gaps + 1, self.gap_seconds + self.gap_before


@dataclass(slots=True)
class OpenTake:
    """`record` and `close` say what is wanted; `closed` says that nothing is open and nothing too much is there."""

    note: TakeNote
    folder: TakeFolder
    port: int
    launcher: Launcher
    heard: Callable[[Report], None]
    reason: GapReason | None = None
    """Why the next run of the archive comes after a gap."""
    tally: Tally = field(default_factory=Tally)
    writing: bool = False
    """The archive has a segment open."""
    stalled: bool = False
    disk_full: bool = False
    lost_at: float | None = None
    """When packets were last found missing, on the loop's clock."""
    keeper: Keeper = field(init=False)
    _recording: bool = False
    _end_at: int | None = None
    _asked: int | None = None
    """Where the archive that closes, or has closed, was told to cut."""
    _closed_at: int | None = None
    _closed: bool = False
    _attempts: int = 0
    _bus: socket.socket | None = None
    _grown_at: float = 0.0
    _size: int = -1
    _opened_at: float = 0.0
    _waited_from: float = 0.0

    def __post_init__(self) -> None:
        self.keeper = Keeper("archive", self.launcher, self._call, self._report, self._ended)

    def count_again(self) -> None:
        """Read the manifest anew: an archive has cut it, or the recorder has been started again."""
        found = Tally()
        try:
            for line in manifest.read(self.folder.manifest.read_bytes()).now:
                found.add(line)
        except FileNotFoundError:
            pass
        except OSError as error:  # the archive sets it aside
            log.error("the manifest of %s cannot be read: %s", self.note.take, error)
        self.tally = found

    @property
    def seconds(self) -> float:
        """Of picture, with those of the open segment as far as they are known."""
        return self.tally.seconds + (max(0.0, self._grown_at - self._opened_at) if self.writing else 0.0)

    def record(self) -> None:
        """Want pictures on disk."""
        if self._recording:
            self.keeper.keep()
            return
        if self._owes_a_cut():
            self.close(self._end_at, "private")
            return
        if self.keeper.running:
            return  # the one that closes goes first
        if self._bus is None:
            try:
                self._bus = bus.bind(self.port)
            except OSError as error:
                if not self.stalled:
                    log.error("the archive's port %d: %s", self.port, error)
                self.stalled = True
                return
        self._recording, self._closed, self._attempts = True, False, 0
        self.keeper.keep()

    def close(self, end_at: int | None, reason: GapReason) -> None:
        """Want it closed, with no picture from `end_at` (None: with all that has come)."""
        self._end_at = end_at
        if self._recording:
            self._recording, self.writing, self.stalled = False, False, False
            self.reason, self._asked = reason, end_at
            self._let_go()
            word = None if end_at is None else Word(end_at_uptime_ms=end_at)
            self.keeper.leave(CLOSE_SECONDS if word is None else PRIVATE_SECONDS, word)
        elif not self.closed and not self.keeper.running:
            self.keeper.keep()

    def _owes_a_cut(self) -> bool:
        return not self._recording and self._end_at is not None and not self.closed

    @property
    def recording(self) -> bool:
        """Pictures are wanted on disk, and nothing stands in their way."""
        return self._recording

    @property
    def closed(self) -> bool:
        """An archive has ended well, and has cut where it was to cut."""
        return self._closed and (self._end_at is None or self._closed_at == self._end_at)

    def look(self, now: float, pictures_come: bool) -> None:
        """Kill an archive that says nothing, or to which pictures come and that writes none."""
        self.keeper.look(now)
        if not self._recording or not pictures_come or self.disk_full:
            self._grown_at = max(self._grown_at, now) if self.writing and not pictures_come else self._grown_at
            self._waited_from = now
            return
        limit = GROWS_WITHIN_SECONDS if self.writing else FIRST_SECONDS
        if self.keeper.running and now - max(self._grown_at, self._waited_from) > limit:
            self.stalled, self.writing = True, False
            self._waited_from = now
            self.keeper.restart("the newest file does not grow")

    def excuse(self, now: float) -> None:
        """It was we who did not look."""
        self.keeper.excuse(now)
        self._waited_from = now

    def _keep_note(self) -> None:
        """Without its note no archive knows the take; whoever has taken it away, or the whole folder, gets it back."""
        if read_json(self.folder.note, TakeNote) is None:
            log.error("take %s has lost its note", self.note.take)
            with suppress(OSError):
                set_aside(self.folder.note)
                replace_file(self.folder.note, msgspec.json.encode(self.note))

    def _call(self) -> Call:
        self._keep_note()
        self._waited_from = asyncio.get_running_loop().time()
        options = ["--take", self.note.take]
        if not self._recording:
            # It must also be said when nothing is to be cut: it is the way to have what was left open closed.
            self._asked = self._end_at
            return Call([*options, "--cut-from", str(clock.uptime_ms() if self._end_at is None else self._end_at)])
        if self.reason is not None:
            options += ["--reason", self.reason]
        self.reason = "archive-restarted"
        if self._bus is None:
            return Call(options)
        number = self._bus.fileno()
        return Call(options, environment={"RECORDINGS_BUS_FD": str(number)}, pass_fds=[number])

    def _report(self, report: Report) -> None:
        now = asyncio.get_running_loop().time()
        if report.gap_seconds is not None:
            self.tally.gap_before = report.gap_seconds
        elif report.opened is not None:
            self.writing, self.stalled = True, False
            self._opened_at = self._grown_at = now
        elif report.bytes_written is not None and report.bytes_written != self._size:
            self._size, self._grown_at, self.stalled = report.bytes_written, now, False
        elif report.disk_full is not None:
            self.disk_full = report.disk_full
        elif report.line is not None:
            self.tally.add(report.line)
            self._opened_at = now
            if isinstance(report.line, Segment) and report.line.lost_packets:
                self.lost_at = now
        self.heard(report)

    def _ended(self, code: int) -> None:
        self.writing, self.tally.gap_before = False, None
        if self._recording:
            self.stalled = self.stalled or self.keeper.failures >= GIVEN_UP_AFTER
            return
        self._attempts += code != 0
        given_up = code != 0 and self._attempts >= ATTEMPTS
        if given_up and self._asked is not None:
            self.stalled = True
        elif code == 0 or given_up:
            if code != 0:
                log.error("take %s cannot be closed", self.note.take)
            self._closed, self._closed_at, self.stalled = True, self._asked, False
            self.keeper.leave()
            self.count_again()

    def _let_go(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None
