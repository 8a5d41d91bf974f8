"""A panel as a process: the real firmware under MicroPython's unix port, with a fake `machine` as its only double.

Forked rather than started: a hundred and twenty of them share the pages of the one that has loaded MicroPython.
Its working directory is its flash.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import micropython_unix  # type: ignore[import-untyped]

ROOT = Path(__file__).parent.parent.parent
FAKE = Path(__file__).parent / "fake"
HEAP = "192k"
"""What MicroPython leaves of an RP2040's 264 KiB, roughly; objects here are twice as large."""
_PR_SET_PDEATHSIG = 1


def start(flash: Path, wire: int, stdin: int, stdout: int, environment: Mapping[str, str]) -> int:
    """Switch a panel on; its process id. `wire` is its end of the socket that `fake/machine.py` describes."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_number, signal.SIG_DFL)
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        os.dup2(os.open(flash / "panel.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
        os.dup2(wire, 3)
        os.closerange(4, 4096)
        os.chdir(flash)
        os.environ.update(environment)
        os.environ["PANEL_FD"] = "3"
        os.environ["MICROPYPATH"] = f"{FAKE}:{ROOT}"
        sys.argv = ["micropython", "-X", f"heapsize={HEAP}", str(ROOT / "firmware" / "main.py")]
        micropython_unix.run_main(sys.argv)
    finally:
        os._exit(1)
