"""The data folder: whose it is, and how much room is left."""

import fcntl
import os
from pathlib import Path


class FolderInUse(Exception):
    """Error raised when another recorder works on the data folder."""


def lock_folder(folder: Path) -> int:
    """Lock the folder for this process until it ends; gives the lock's descriptor. Raises FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "recorder.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise FolderInUse(str(folder)) from None
    return lock


def free_bytes(folder: Path) -> int:
    """What may still be written on the folder's file system by those who are not root."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
