"""This machine: its two cores, its clocks, what a process has used, and a disk made slow from outside."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER_CORE = 0
CLIENT_CORE = 1
SLOW_FSYNC_MS = 30


def line(over: str = "loopback, no TLS") -> str:
    """What was measured on, and over what, in one line."""
    cores = os.cpu_count() or 1
    kernel = platform.release()
    model = Path("/proc/device-tree/model")
    board = model.read_text().strip("\0 ") if model.exists() else f"{platform.machine()}, not a Pi"
    return f"{board}; {cores} cores; Linux {kernel}; Python {platform.python_version()}; {over}"


def pin(core: int, pid: int = 0) -> None:
    """Keep a process on one core; with a single core there is nothing to choose."""
    allowed = sorted(os.sched_getaffinity(0)) if pid == 0 else sorted(os.sched_getaffinity(pid))
    if core in allowed:
        os.sched_setaffinity(pid, {core})


def cpu_ns(pid: int) -> int:
    """CPU time of all threads of a process so far, in nanoseconds (its own CPU clock, not 10 ms ticks)."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def settled(pid: int, seconds: float = 10) -> None:
    """Wait until a process has nothing more to do: under 3 ms of CPU in 60 ms."""
    deadline, before = time.monotonic() + seconds, cpu_ns(pid)
    while time.monotonic() < deadline:
        time.sleep(0.06)
        now = cpu_ns(pid)
        if now - before < 3_000_000:
            return
        before = now


def pss_kib(pid: int) -> int:
    """Memory that is this process's alone plus its share of the rest."""
    for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if row.startswith("Pss:"):
            return int(row.split()[1])
    raise ValueError(f"no Pss of {pid}")


def can_slow_fsync() -> bool:
    """Whether `strace` is there: it delays the system call itself, so nothing in the server is changed."""
    return shutil.which("strace") is not None


def slow_fsync(command: Sequence[str]) -> list[str]:
    """The command with each fsync and fdatasync returning 30 ms late.

    With --seccomp-bpf only these two calls stop for the tracer; all others run at full speed.
    """
    delay = f"inject=fsync,fdatasync:delay_exit={SLOW_FSYNC_MS * 1000}"
    quiet = ["strace", "--seccomp-bpf", "-f", "-qq", "-o", "/dev/null"]
    return [*quiet, "-e", "trace=fsync,fdatasync", "-e", delay, *command]


def _with_us(command: Sequence[str]) -> list[str]:
    """The command so that it ends when its parent does, even when that is killed."""
    return ["setpriv", "--pdeathsig", "TERM", *command]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def child_of(pid: int, program: str) -> int:
    """The child that runs `program`: strace has others for a moment, with which it tries what the kernel can."""
    deadline = time.monotonic() + 10
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while time.monotonic() < deadline:
        for child in children.read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):
                if Path(f"/proc/{child}/cmdline").read_text().split("\0", 1)[0] == program:
                    return int(child)
        time.sleep(0.01)
    raise TimeoutError(f"strace did not start {program}")


@contextmanager
def running(
    command: Sequence[str], *, core: int, slow: bool = False, **more: object
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process on its own core; gives it and the pid to measure, and always ends it and its children."""
    whole = _with_us(slow_fsync(_with_us(command)) if slow else command)
    process = subprocess.Popen(  # type: ignore[call-overload]
        whole, start_new_session=True, **more
    )
    try:
        pid = child_of(process.pid, command[0]) if slow else process.pid
        pin(core, pid)
        yield process, pid
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process (group) to end; insist after five seconds."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
            break
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
