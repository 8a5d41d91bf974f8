"""A process that ends when its parent ends, however that came."""

import ctypes
import os
import signal
from typing import Final

PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None, use_errno=True)
"""Loaded before any fork: between fork and exec nothing may be imported."""


def die_with_parent() -> None:
    """For `subprocess.Popen(preexec_fn=…)`: the kernel kills this process when the one that started it is gone.

    It is the *thread* that started it whose end counts: start children from the main thread.
    """
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it died before we asked; in a container's first process nobody would be left to record
        os._exit(1)
