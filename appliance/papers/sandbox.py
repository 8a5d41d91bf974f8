"""Where the worker runs: in a bubblewrap of its own if this machine can, otherwise with limits alone.

In the bubblewrap it sees the system's programs, its source and its own folder, no network, no other process, no data of
the appliance. Either way it has limits on memory, time and the size of files, is in a session of its own, and ends
when the papers process does.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from appliance.services.paper_spool import MAX_PAGES, WIDTHS, Sandbox

WORKER: Final = Path(__file__).resolve().with_name("worker.py")
MEMORY: Final = 1536 << 20
CPU_SECONDS: Final = 3600
_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS: Final = ("/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/etc/libreoffice", "/var/cache/fontconfig")
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None)


def found() -> Sandbox:
    """Which of the two this machine can: bubblewrap is tried, not only looked for."""
    if shutil.which("bwrap") is None:
        return "limits"
    try:
        tried = subprocess.run([*_wrap([]), "/usr/bin/true"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "limits"
    return "bubblewrap" if tried.returncode == 0 else "limits"


def start(
    sandbox: Sandbox, source: Path, out: Path, media: str, home: Path, *, eager: bool = False
) -> "subprocess.Popen[bytes]":
    """The worker, at work on `source`; its lines come from its standard output. Raises OSError."""
    inside = sandbox == "bubblewrap"
    order: dict[str, Any] = {
        "source": "/paper/source" if inside else str(source),
        "out": "/paper/out" if inside else str(out),
        "media": media,
        "widths": list(WIDTHS),
        "max_pages": MAX_PAGES,
        "memory": MEMORY,
        "cpu": CPU_SECONDS,
    }
    worker = [sys.executable, "-I", str(WORKER), json.dumps(order)]
    if inside:
        worker = [
            *_wrap(["--ro-bind", str(source), "/paper/source", "--bind", str(out), "/paper/out"]),
            *worker,
        ]
    return subprocess.Popen(
        worker,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/" if inside else out,
        env={"HOME": str(home), "PATH": _PATH, "LANG": "C.UTF-8", "TMPDIR": str(home)},
        start_new_session=True,
        preexec_fn=partial(_humble, eager=eager),  # noqa: PLW1509 - the papers process has no threads
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """It, and all that it started."""
    with suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _wrap(more: Sequence[str]) -> list[str]:
    binds: list[str] = []
    for place in (*_SYSTEM, *_SETTINGS):
        binds += ["--ro-bind-try", place, place]
    # Python itself, which may live anywhere, and the worker's one file; nothing else of the appliance.
    for place in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not place.startswith("/usr"):
            binds += ["--ro-bind", place, place]
    binds += ["--ro-bind", str(WORKER), str(WORKER)]
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
        "--setenv", "HOME", "/tmp", "--setenv", "PATH", _PATH, "--setenv", "LANG", "C.UTF-8",  # noqa: S108
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", *binds, *more, "--chdir", "/", "--",  # noqa: S108
    ]  # fmt: skip


def _humble(*, eager: bool) -> None:
    """It ends with its parent, and runs only in time that nobody else wants: whoever has a vote to answer takes the
    core from it at once. At nice 19 alone it would keep a core for milliseconds, and a vote's answer has many turns."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(19)
    with suppress(OSError):  # a container may forbid it; being nice must do
        os.sched_setscheduler(0, os.SCHED_BATCH if eager else os.SCHED_IDLE, os.sched_param(0))
