"""While a vote is open, whoever prepares a paper is stopped where it is, and goes on afterwards."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

LONGEST_SECONDS: Final = 900.0
"""A mark as old as this was left by a server that is gone: no vote is open for so long without a new one."""


def voting(mark: Path) -> bool:
    """Whether the mark that a vote is open is there, and not left over."""
    with suppress(OSError):
        return time.time() - mark.stat().st_mtime < LONGEST_SECONDS
    return False


class Resting:
    """One worker with all that it has started. `look` often; a worker that rests may be killed like any other."""

    def __init__(self, pid: int, mark: Path) -> None:
        self._pid, self._mark = pid, mark
        self._stopped: list[int] = []

    def look(self) -> bool:
        """Stop it or let it go on, as the mark says; whether it rests now."""
        if voting(self._mark):
            self._stop(self._pid)
        else:
            for pid in reversed(self._stopped):
                _signal(pid, signal.SIGCONT)
            self._stopped = []
        return bool(self._stopped)

    def _stop(self, pid: int) -> None:
        """From above, and at every look anew: a stop arrives a moment later; by then somebody may be started."""
        if pid not in self._stopped:
            _signal(pid, signal.SIGSTOP)
            self._stopped.append(pid)
        with suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
                self._stop(int(child))


def _signal(pid: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, which)
