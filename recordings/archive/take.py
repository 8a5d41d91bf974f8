"""One take in the hands of one archive: recovered, gone on with, sealed, signed."""

import fcntl
import logging
import os
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from recordings.adapters.clock import boot
from recordings.adapters.keys import RecorderKey
from recordings.archive.cut import cut_from, this_boots
from recordings.archive.manifest_file import ManifestFile
from recordings.archive.receive import Ending, Inbox
from recordings.archive.recover import ended_before, next_number, next_run, recover, take_note
from recordings.archive.sealer import NO_ROOM, SealerThread
from recordings.archive.segmenter import Moment, Segmenter
from recordings.archive.shelf import FileShelf
from recordings.config import Config
from recordings.layout import Layout, TakeFolder
from recordings.reports import Report
from recordings.segments import GapReason, TakeNote

_log: Final = logging.getLogger(__name__)
HOLD_SECONDS: Final = 3.0
"""An archive that was killed lets go at once; one that is ending gets so long."""
Say = Callable[[Report], None]


class Busy(RuntimeError):
    """Error raised when another archive holds the take."""


@contextmanager
def held(folder: TakeFolder) -> Iterator[None]:
    """Two archives never work on one take. Raises Busy."""
    descriptor = os.open(folder.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + HOLD_SECONDS
        while not _locked(descriptor):
            if time.monotonic() > deadline:
                raise Busy(f"another archive holds {folder.path.name}")
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def recovered(config: Config, take: str, say: Say) -> Iterator[tuple[TakeFolder, TakeNote, ManifestFile]]:
    """The take, held and made whole. Raises Busy, NoTake, KeyFault, OSError."""
    layout = Layout(config.data, config.public)
    folder = layout.take(take)
    note = take_note(folder)
    with held(folder):
        file = ManifestFile(folder, note.ledger, RecorderKey(layout.key), sync=bool(config.fsync_seconds))
        try:
            for line in recover(folder, file, note):
                say(Report(line=line))
            yield folder, note, file
        finally:
            file.close()


def cut_take(config: Config, take: str, uptime_ms: int, say: Say) -> None:
    """`--cut-from`."""
    with recovered(config, take, say) as (folder, _, file):
        cut_from(folder, file, this_boots(uptime_ms))
        say(Report(head=file.sign()))


class Recording:
    """The write thread's work, from the first datagram to the Ending."""

    def __init__(self, config: Config, take: str, reason: GapReason | None, inbox: Inbox, say: Say) -> None:
        self._config, self._take, self._reason, self._inbox, self._say = config, take, reason, inbox, say
        self._segmenter: Segmenter | None = None

    @property
    def open_bytes(self) -> int:
        """Of the open segment, for whoever watches it grow."""
        return (self._segmenter.open_bytes or 0) if self._segmenter else 0

    def run(self) -> None:
        """Recover, record, seal, cut, sign. Raises Busy, NoTake, KeyFault, OSError."""
        with ExitStack() as stack:
            found = self._recovered(stack)
            if found is None:
                return
            folder, note, file = found
            sealer = SealerThread(
                folder,
                file,
                self._say,
                fsync_seconds=self._config.fsync_seconds,
                reserve_bytes=self._config.reserve_megabytes << 20,
            )
            sealer.sign()
            sealer.thread.start()
            try:
                until = self._record(FileShelf(folder, sealer), sealer, note, folder, file)
            finally:
                sealer.end()
                sealer.thread.join()
            if sealer.left_out is not None:  # what has no line has not been looked at for what must go
                raise sealer.left_out
            if until is not None:
                cut_from(folder, file, this_boots(int(until)))
            sealer.sign()

    def _recovered(self, stack: ExitStack) -> tuple[TakeFolder, TakeNote, ManifestFile] | None:
        """The take, when there is room to write what its recovery has to say; None: told to end before."""
        full = False
        while True:
            try:
                found = stack.enter_context(recovered(self._config, self._take, self._say))
                if full:
                    self._say(Report(disk_full=False))
                return found
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                full = True
                self._say(Report(disk_full=full))
                ending = self._discard(1.0)
                if ending is not None and ending.until_uptime_ms is not None:
                    raise  # there may be something to be cut, and it was not: this must not look done
            if ending is not None:
                return None

    def _discard(self, seconds: float) -> Ending | None:
        """Keep nothing for so long; an Ending ends it."""
        again = time.monotonic() + seconds
        while (left := again - time.monotonic()) > 0:
            with suppress(queue.Empty):
                came = self._inbox.get(timeout=left)
                if isinstance(came, Ending):
                    return came
        return None

    def _record(
        self, shelf: FileShelf, sealer: SealerThread, note: TakeNote, folder: TakeFolder, file: ManifestFile
    ) -> float | None:
        now = Moment(time.monotonic_ns() / 1e6, time.time_ns() / 1e6)
        segmenter = self._segmenter = Segmenter(
            shelf,
            boot(),
            self._config.segment_seconds,
            note.frames_per_second,
            number=next_number(folder, file),
            run=next_run(file),
            ended=ended_before(file, note, self._reason, boot(), now),
        )
        while not isinstance(came := self._inbox.get(), Ending):
            if not sealer.room:
                segmenter.stop("disk-full")
                continue
            try:
                segmenter.arrived(came.data, came.sender, came.moment)
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                _log.error("the disk takes no more: %s", error.strerror)
                sealer.refused()
                segmenter.stop("disk-full")
        segmenter.stop("paused", came.until_uptime_ms)
        return came.until_uptime_ms
