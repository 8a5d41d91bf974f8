"""What the finishing tells the main process: a beat each second, how far it is, and that a meeting is written."""

import sys
import threading
from types import TracebackType
from typing import Self

import msgspec

from recordings.reports import BEAT_SECONDS, Report


class Say:
    """Reports on standard output; the beats come from a thread, for the work itself may wait for the disk."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._count = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, what: str, share: float) -> None:
        """`what` is being made and is done to this share."""
        self._write(Report(progress=(what, round(min(1.0, max(0.0, share)), 3))))

    def finished(self, ledger: str) -> None:
        """The meeting's video is there, or there anew."""
        self._write(Report(finished=ledger))

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS if self._count else 0):
            self._count += 1
            self._write(Report(beat=self._count))

    def _write(self, report: Report) -> None:
        with self._lock:
            sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
            sys.stdout.flush()
