"""A folder takes another one's place in one step, and the old one is put aside: never is there neither of the two."""

import ctypes
import os
from pathlib import Path
from typing import Final

from appliance.box.durable import sync_folder
from appliance.box.telling import Unable

_HERE: Final = -100
_EXCHANGE: Final = 2
"""`renameat2(…, RENAME_EXCHANGE)`: the two names change places, or nothing happens (renameat2(2))."""


def replace_folder(old: Path, new: Path, stamp: str) -> Path | None:
    """`new` is what `old` was, with `old`'s owner and mode; returns where the old one is now (None: there was none).

    Both are on one file system. Where `old` is a file system of its own its content is moved instead, name by name.
    """
    if not old.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        new.rename(old)
        sync_folder(old.parent)
        return None
    if os.path.ismount(old):
        return _content(old, new, stamp)
    told = old.stat()
    new.chmod(told.st_mode & 0o7777)
    if os.geteuid() == 0:
        os.chown(new, told.st_uid, told.st_gid)
    _exchange(old, new)
    aside = old.with_name(f".before-{stamp}-{old.name}")
    new.rename(aside)
    sync_folder(old.parent)
    return aside


def _exchange(one: Path, other: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise Unable(f"{one} could not be put in place: {os.strerror(number)}")


def _content(old: Path, new: Path, stamp: str) -> Path:
    aside = old / f".before-{stamp}-{old.name}"
    aside.mkdir(mode=0o700)
    for child in list(old.iterdir()):
        if not child.name.startswith((".before-", ".restore-", "lost+found")):
            child.rename(aside / child.name)
    for child in list(new.iterdir()):
        child.rename(old / child.name)
    sync_folder(old)
    return aside
