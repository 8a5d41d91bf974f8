"""A child process on asyncio: lines in, lines out, its end told at once; it ends when its parent ends.

Not asyncio's own subprocesses: those want a thread for each child or a watcher that later Pythons took away. A
pidfd says here that a child has ended, and all is done on the loop of the one thread that started it.
"""

import asyncio
import asyncio.subprocess
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final

PR_SET_PDEATHSIG: Final = 1
LOG_BYTES: Final = 1024 * 1024
READ_BYTES: Final = 64 * 1024
MAX_LINE: Final = 256 * 1024
_libc: Final = ctypes.CDLL(None, use_errno=True)
"""Loaded before any fork: between fork and exec nothing may be imported."""
_PARENT: Final = os.getpid()


def die_with_parent() -> None:
    """For `subprocess.Popen(preexec_fn=…)`: the kernel kills this process when the one that started it is gone.

    It is the *thread* that started it whose end counts: start children from the main thread.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != _PARENT:  # it died before we asked
        os._exit(1)


def kill(child: asyncio.subprocess.Process) -> None:
    """SIGKILL for a child that asyncio watches. Its own `kill` first looks whether the child has ended, which takes
    the exit code away from the thread that waits for it: "Unknown child process", it says then."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)


def _least_important() -> None:
    die_with_parent()
    os.nice(19)


class Child:
    """One process, from its start to its end; never started again."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        heard: Callable[[bytes], None],
        ended: Callable[[int], None],
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        least_important: bool = False,
    ) -> None:
        """Start it. `heard` gets each line, `ended` the exit code (negative: the signal), each on the loop."""
        self._heard, self._ended = heard, ended
        self._rest = b""
        with ExitStack() as ours, ExitStack() as its:
            errors = its.enter_context(_log(log))
            its_in, self._in = os.pipe()
            its_stdin = its.enter_context(os.fdopen(its_in, "rb"))
            ours.callback(os.close, self._in)
            self._out, its_out = os.pipe()
            its_stdout = its.enter_context(os.fdopen(its_out, "wb"))
            ours.callback(os.close, self._out)
            self._process = subprocess.Popen(
                list(argv),
                stdin=its_stdin,
                stdout=its_stdout,
                stderr=errors,
                env={**os.environ, **(environment or {})},
                pass_fds=tuple(pass_fds),
                start_new_session=True,
                preexec_fn=_least_important if least_important else die_with_parent,  # noqa: PLW1509 no lock is taken
            )
            ours.pop_all()  # they are closed with the child, not with this attempt
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._pidfd = os.pidfd_open(self._process.pid)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._out, self._read)
        self._loop.add_reader(self._pidfd, self._gone)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Its end has not been told yet."""
        return self._pidfd >= 0

    def say(self, line: bytes) -> None:
        """Write one line to it. A child that takes nothing in is found by its silence."""
        if self.running:
            with suppress(OSError):
                os.write(self._in, line + b"\n")

    def signal(self, number: int) -> None:
        """Send it, and all that it has started, a signal."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _read(self) -> None:
        try:
            found = os.read(self._out, READ_BYTES)
        except BlockingIOError:
            return
        if not found:
            self._loop.remove_reader(self._out)
            return
        *lines, self._rest = (self._rest + found).split(b"\n")
        self._rest = self._rest[-MAX_LINE:]
        for line in lines:
            self._heard(line)

    def _gone(self) -> None:
        self._loop.remove_reader(self._pidfd)
        self._loop.remove_reader(self._out)
        with suppress(OSError):
            while found := os.read(self._out, READ_BYTES):
                self._rest += found
        for line in self._rest.split(b"\n")[:-1]:
            self._heard(line)
        self.signal(signal.SIGKILL)  # what it may have left behind
        for end in (self._pidfd, self._in, self._out):
            os.close(end)
        self._pidfd = -1
        self._ended(self._process.wait())


def _log(path: Path) -> BinaryIO:
    """The end of the log; of one that has grown too long the second half is kept. A disk that refuses it a log is no
    reason for a child not to run."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        if path.stat().st_size > LOG_BYTES:
            path.write_bytes(path.read_bytes()[-LOG_BYTES // 2 :])
    try:
        return path.open("ab")
    except OSError:
        return Path(os.devnull).open("ab")
