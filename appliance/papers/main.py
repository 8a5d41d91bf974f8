"""The papers process: takes the oldest job from the spool, has it prepared, writes how it ended; one at a time.

    python -m appliance papers --config FILE

Killed at any moment it goes on where it was, at the cost of the paper it was at. Exit codes: 0 stopped by a signal; 75
another papers process has the folder.
"""

import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

import msgspec
from msgspec.structs import replace

from appliance.core.refusals import Code
from appliance.papers import sandbox
from appliance.papers.preparing import prepare
from appliance.services.paper_spool import (
    ALIVE,
    ALIVE_SECONDS,
    JOB,
    MADE,
    PROGRESS,
    SOURCE,
    SPOOL,
    VOTING,
    WORK,
    Alive,
    Job,
    Made,
    Progress,
    Sandbox,
)

LOOK_SECONDS: Final = 0.5
TRIES: Final = 3
TAKEN: Final = 75
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Papers:
    """`run` serves until `stop` is set."""

    folder: Path
    kind: Sandbox
    stop: Event
    eager: bool = False
    alive: Callable[[], None] = lambda: None
    """Told whenever there is a moment, also while a paper is being prepared."""
    _said: float = -1e9
    _told: float = -1e9

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Raises OSError when the folder cannot be used."""
        for place in (self.folder, self.folder / SPOOL):
            place.mkdir(parents=True, exist_ok=True)
        self._alive()
        ready()
        while not self.stop.is_set():
            self._alive()
            path = self._oldest()
            if path is None:
                self.stop.wait(LOOK_SECONDS)
                continue
            self._do(path)

    def _oldest(self) -> Path | None:
        jobs = [(path.stat().st_mtime_ns, path) for path in (self.folder / SPOOL).glob(f"*{JOB}") if path.exists()]
        return min(jobs)[1] if jobs else None

    def _do(self, path: Path) -> None:
        try:
            job = msgspec.json.decode(path.read_bytes(), type=Job)
        except (OSError, msgspec.MsgspecError) as why:
            log.error("a job that cannot be read: %s: %s", path.name, why)
            path.unlink(missing_ok=True)
            return
        paper = self.folder / job.sha256
        if not (paper / SOURCE).exists():
            log.warning("%s: its file is gone", job.sha256[:12])
        elif job.begun >= TRIES:
            log.error("%s: given up after %s tries", job.sha256[:12], TRIES)
            self._end(job, Made(problem=Code.PAPER_DAMAGED.value))
        else:
            # Its time stays: a paper that was begun again is still the oldest.
            times = path.stat()
            _write(path, replace(job, begun=job.begun + 1))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
            made = self._prepared(job)
            if made is None:
                _write(path, job)
                return
            self._end(job, made)
        path.unlink(missing_ok=True)
        self._progress_file(job).unlink(missing_ok=True)

    def _prepared(self, job: Job) -> Made | None:
        began = time.monotonic()
        made = prepare(
            job,
            self.folder / job.sha256,
            self.folder / WORK,
            self.kind,
            lambda progress: self._tell(job, progress),
            self._stopping,
            eager=self.eager,
            mark=self.folder / SPOOL / VOTING,
        )
        if made is not None:
            what = made.problem or f"{made.pages} pages"
            log.info("%s: %s, %.1f s", job.sha256[:12], what, time.monotonic() - began)
        return made

    def _end(self, job: Job, made: Made) -> None:
        paper = self.folder / job.sha256
        if made.problem == Code.SECRET_PAPER:
            # It must not stay on this machine. What a flash card keeps of it is beyond us; SECURITY.md says so.
            _erase(paper / SOURCE)
        _write(paper / MADE, made)

    def _stopping(self) -> bool:
        self._alive()
        return self.stop.is_set()

    def _tell(self, job: Job, progress: Progress) -> None:
        """Four times a second at most, and whenever it is the last page."""
        now = time.monotonic()
        if now - self._told >= 0.25 or progress.done == progress.total:
            self._told = now
            _write(self._progress_file(job), progress, sync=False)

    def _alive(self) -> None:
        self.alive()
        now = time.monotonic()
        if now - self._said >= ALIVE_SECONDS:
            self._said = now
            _write(self.folder / SPOOL / ALIVE, Alive(int(now * 1000), self.kind), sync=False)

    def _progress_file(self, job: Job) -> Path:
        return self.folder / SPOOL / f"{job.sha256}{PROGRESS}"


def run(
    folder: Path,
    ready: Callable[[], None] = lambda: None,
    alive: Callable[[], None] = lambda: None,
    *,
    eager: bool = False,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. `eager`: also while the machine is busy; `alive` is told often."""
    os.umask(0o007)
    spool = folder / SPOOL
    spool.mkdir(parents=True, exist_ok=True)
    with (spool / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log.critical("another papers process has %s", folder)
            return TAKEN
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        os.nice(10)
        kind = sandbox.found()
        if kind != "bubblewrap":
            log.warning("no bubblewrap that works: papers are read with limits alone")
        Papers(folder, kind, stop, eager, alive).run(ready)
        with suppress(OSError):
            (spool / ALIVE).unlink()
    return 0


def _write(path: Path, what: msgspec.Struct, *, sync: bool = True) -> None:
    """Beside its place, then moved there."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(msgspec.json.encode(what))
        if sync:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def _erase(path: Path) -> None:
    """Overwritten once, then gone."""
    try:
        with path.open("r+b") as file:
            size = path.stat().st_size
            while file.tell() < size:
                file.write(b"\0" * min(1 << 20, size - file.tell()))
            file.flush()
            os.fsync(file.fileno())
    except OSError as why:
        log.error("a secret paper goes without having been overwritten: %s", why)
    path.unlink(missing_ok=True)
