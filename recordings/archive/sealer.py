"""The seal thread: what was written is brought to the disk, closed segments get their lines, the end is signed.

It alone may wait for the disk. A disk that is full makes it wait and try again; any other failure of the disk ends
the process, for after a failed fsync nobody can say what is there.
"""

import errno
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from recordings.adapters.durable import sync_folder
from recordings.adapters.folder import free_bytes
from recordings.archive.manifest_file import ManifestFile
from recordings.archive.recover import cut_off, lines_of, seconds_of
from recordings.archive.shelf import Abandoned, Closed, Opened, note_of
from recordings.layout import TakeFolder
from recordings.reports import Report
from recordings.segments import Line

_log: Final = logging.getLogger(__name__)
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the disk says when it takes no more."""
SIGN_SECONDS: Final = 300.0
LOOK_SECONDS: Final = 1.0
"""How often free space is looked at, and a full disk tried again."""
AGAIN_MEGABYTES: Final = 16
"""So much above the reserve there must be before the archive goes on: otherwise it would stop again at once."""
REFUSED_SECONDS: Final = 5.0
"""A disk that refused though it had room (a quota, inodes) is given so long."""
AHEAD: Final = 0.9
"""Of `fsync_seconds`: the rest is for a thread that is woken late."""
_END: Final = None


class SealerThread:
    """`put` and `refused` are called by the write thread, `room` is read by it."""

    def __init__(
        self, folder: TakeFolder, file: ManifestFile, say: Callable[[Report], None], *, fsync_seconds: float,
        reserve_bytes: int,
    ) -> None:  # fmt: skip
        self._folder, self._file, self._say = folder, file, say
        self._every, self._reserve = fsync_seconds, reserve_bytes
        self._inbox = queue.SimpleQueue[Opened | Closed | Abandoned | None]()
        self._open: Opened | None = None
        self._cost = 0.0
        self._refused_until = 0.0
        self._ending = threading.Event()
        self._told_full = False
        self.left_out: OSError | None = None
        """Why a segment stayed without its line, if one did: the next recovery adds it."""
        self.room = True
        self._look()
        self.thread = threading.Thread(target=self._run, name="seal")

    def put(self, what: Opened | Closed | Abandoned) -> None:
        """Never waits."""
        self._inbox.put(what)

    def refused(self) -> None:
        """The disk took no more."""
        self._refused_until = time.monotonic() + REFUSED_SECONDS
        self.room = False

    def end(self) -> None:
        """Seal what has been put, then let the thread end."""
        self._ending.set()
        self._inbox.put(_END)

    def _run(self) -> None:
        sync_at = look_at = time.monotonic()
        sign_at = look_at + SIGN_SECONDS
        while True:
            try:
                what = self._inbox.get(timeout=max(0.0, min(sync_at, look_at) - time.monotonic()))
                if what is _END:
                    return
                self._seal(what)
            except queue.Empty:
                pass
            now = time.monotonic()
            if now >= sync_at:
                sync_at = self._sync_and_plan(now)
            if now >= look_at:
                look_at = now + LOOK_SECONDS
                self._look()
            if now >= sign_at:
                sign_at = now + SIGN_SECONDS
                self.sign()

    def _sync_and_plan(self, now: float) -> float:
        """Begin the next sync so early that no picture is older than `fsync_seconds` when it is on the disk."""
        if not self._every:
            return now + LOOK_SECONDS
        if self._open:
            os.fsync(self._open.descriptor)
        self._cost = max(time.monotonic() - now, self._cost * 0.8)
        return now + max(self._every / 4, self._every * AHEAD - self._cost)

    def _seal(self, what: Opened | Closed | Abandoned) -> None:
        if isinstance(what, Opened):
            self._open = what
            self._sync_names(self._folder.segment(what.opening.n))
            if what.opening.gap is not None:
                self._say(Report(gap_seconds=seconds_of(what.opening.gap, what.opening)))
            self._say(Report(opened=what.opening.n))
            return
        self._open = None
        if isinstance(what, Abandoned):
            os.close(what.descriptor)
            self._folder.segment(what.n).unlink(missing_ok=True)
            note_of(self._folder.segment(what.n)).unlink(missing_ok=True)
        else:
            self._close(what)

    def _close(self, what: Closed) -> None:
        path = self._folder.segment(what.closing.opening.n)
        sha256 = what.sha256 or cut_off(path, what.closing.size)
        if self._every:
            os.fsync(what.descriptor)
        os.close(what.descriptor)
        lines = self._append(what, sha256)
        if lines is not None:
            for line in lines:
                self._say(Report(line=line))
            note_of(path).unlink(missing_ok=True)

    def _append(self, what: Closed, sha256: str) -> tuple[Line, ...] | None:
        """Wait until there is room for the lines. None: told to end before there was."""
        while True:
            try:
                return self._file.append(*lines_of(what.closing, sha256))
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                self.refused()
                self._look()
                if self._ending.wait(LOOK_SECONDS):
                    self.left_out = error
                    _log.warning("segment %d stays without its line: %s", what.closing.opening.n, error.strerror)
                    return None

    def sign(self) -> None:
        """Sign the manifest's end, if there is room for it."""
        try:
            self._say(Report(head=self._file.sign()))
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            _log.warning("the manifest's end is not signed: %s", error.strerror)

    def _sync_names(self, path: Path) -> None:
        """The file's note and both names."""
        if not self._every:
            return
        descriptor = os.open(note_of(path), os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self._folder.path)

    def _look(self) -> None:
        """Is there room? Told when that changes."""
        free = free_bytes(self._folder.path)
        margin = 0 if self.room and not self._told_full else AGAIN_MEGABYTES << 20
        self.room = time.monotonic() >= self._refused_until and free >= self._reserve + margin
        if self.room == self._told_full:
            self._told_full = not self.room
            (_log.warning if self._told_full else _log.info)("room to record: %s (%d MB free)", self.room, free >> 20)
            self._say(Report(disk_full=self._told_full))
