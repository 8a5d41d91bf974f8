"""Ways in which a disk can refuse, each from outside and for as long as a `with` lasts."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.faults.appliance_process import Appliance
from tests.faults.strace import attached
from tests.gates.write_logged_disk import mounted, run

IS_ROOT: Final = os.geteuid() == 0
DISK_MEGABYTES: Final = 8


@contextmanager
def syncs_fail(house: Appliance) -> Iterator[None]:
    """The disk takes writes and then cannot keep them: each sync of the ledger's log answers EIO."""
    calls = "fdatasync,fsync"
    options = ("-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO", "-P", f"{house.ledger}-wal")
    with attached(house.pid, house.folder / "strace-eio", *options):
        yield


@contextmanager
def writes_fail(house: Appliance) -> Iterator[None]:
    """Each write to the ledger's log answers ENOSPC."""
    options = ("-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC", "-P", f"{house.ledger}-wal")
    with attached(house.pid, house.folder / "strace-enospc", *options):
        yield


@contextmanager
def no_room_left(house: Appliance) -> Iterator[None]:
    """The file system that the appliance lives on is full to the last byte.

    Without root there is no file system of its own; then the kernel lets the process write to no file at all.
    """
    if not IS_ROOT:
        before = resource.prlimit(house.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (0, before[1]))
        yield
        resource.prlimit(house.pid, resource.RLIMIT_FSIZE, before)
        return
    filler = house.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"\xff" * size)
                os.fsync(file.fileno())
            except OSError:
                size //= 2
    yield
    filler.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A small ext4 file system of its own, if this process may mount one; otherwise a folder."""
    where = folder / "disk"
    where.mkdir()
    if not IS_ROOT:
        yield where
        return
    image = folder / "disk.img"
    run("truncate", "-s", f"{DISK_MEGABYTES}M", str(image))
    run("mke2fs", "-q", "-t", "ext4", "-m", "0", str(image))
    with mounted(image, where):
        yield where
