"""How the archive hears and tells: lines of Word and Report (`recordings/reports.py`) on standard input and output."""

import logging
import queue
import sys
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from recordings.reports import Report, Word

_log: Final = logging.getLogger(__name__)


class Teller:
    """`say` never waits; a thread of its own writes, and calls `gone` when nobody reads any more."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone
        self._inbox = queue.SimpleQueue[Report | None]()
        self.thread = threading.Thread(target=self._run, name="tell", daemon=True)
        self.thread.start()

    def say(self, report: Report) -> None:
        """In order."""
        self._inbox.put(report)

    def end(self) -> None:
        """Write what has been said; a reader that does not read is not waited for."""
        self._inbox.put(None)
        self.thread.join(timeout=1.0)

    def _run(self) -> None:
        while (report := self._inbox.get()) is not None:
            try:
                sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
                sys.stdout.buffer.flush()
            except OSError:
                self._gone()
                return


def listen(end: Callable[[float | None], None]) -> None:
    """Hear words in a thread of its own: `end(moment)` for an end from that moment, `end(None)` for the end of all."""

    def run() -> None:
        # Unbuffered: a lock that this thread still held would kill the interpreter at its end.
        for line in open(0, "rb", buffering=0, closefd=False):  # noqa: SIM115
            try:
                word = msgspec.json.decode(line, type=Word)
            except msgspec.MsgspecError:
                _log.error("a malformed word of %d bytes", len(line))
                continue
            if word.end_at_uptime_ms is not None:
                end(word.end_at_uptime_ms)
        end(None)

    threading.Thread(target=run, name="listen", daemon=True).start()
