"""A large disk that remembers every write and flush of the machine that runs from it, and may forget some in a cut.

`qemu-storage-daemon` is the machine's disk, over vhost-user; what is written goes to a layer above the image and, in
the dm-log-writes format, into a log. While it is plugged in the image itself stays as it was. A cut lays on it what
had been flushed, and of all later writes any subset, each block of 4 KiB by chance: the drive's cache is free to lose
it. So one image lives through many cuts, as a card does.
"""

import os
import random
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.gates.write_logged_disk import DISCARD, FLUSH, FUA, SECTOR, Write, run

BLOCK: Final = 4096
LOG_GIGABYTES: Final = 8
"""As large as the log may grow; a sparse file."""


@dataclass(frozen=True)
class Cut:
    """What the disk had been given since it was plugged in, and what it kept."""

    writes: int
    flushes: int
    unflushed: int
    """Writes after the last flush."""
    blocks_lost: int

    def __str__(self) -> str:
        """For one line of a table."""
        return f"{self.writes} writes, {self.unflushed} after the last flush, {self.blocks_lost} blocks lost"


class LoggedDisk:
    """`image` is written to by `cut` and `unplug` alone."""

    def __init__(self, image: Path, folder: Path) -> None:
        """`folder` is made for the layer, the log and the socket that a machine's kernel connects to."""
        self.image = image
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        self.socket = folder / "socket"
        self._layer, self._log = folder / "layer.qcow2", folder / "log"
        self._pid = folder / "daemon.pid"
        self._daemon: subprocess.Popen[bytes] | None = None

    def plug_in(self) -> Path:
        """The socket to give to a machine. Raises RuntimeError."""
        self.take_away()
        self.socket.parent.mkdir()
        create = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(self.image.resolve())]
        run(*create, str(self._layer))
        run("truncate", "-s", f"{LOG_GIGABYTES}G", str(self._log))
        logged = (
            "driver=blklogwrites,node-name=logged,file=layer,log=log,log-sector-size=512,log-super-update-interval=1"
        )
        self._daemon = subprocess.Popen(
            [
                "qemu-storage-daemon",
                "--blockdev", f"driver=file,node-name=layer-file,filename={self._layer}",
                "--blockdev", "driver=qcow2,node-name=layer,file=layer-file",
                "--blockdev", f"driver=file,node-name=log,filename={self._log}",
                "--blockdev", logged,
                "--export",
                f"type=vhost-user-blk,id=e0,node-name=logged,addr.type=unix,addr.path={self.socket},writable=on",
            ],
            start_new_session=True,
        )  # fmt: skip
        self._pid.write_text(str(self._daemon.pid))
        until = time.monotonic() + 10
        while not self.socket.exists():
            if self._daemon.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the disk did not come up")
            time.sleep(0.02)
        return self.socket

    def position(self) -> int:
        """How many entries the log has now."""
        with self._log.open("rb") as log:
            return int(struct.unpack("<QQQI", log.read(28))[2])

    def before_last_flush(self, position: int) -> int:
        """How many entries the log had when the last flush before `position` was still on its way."""
        flushes = (number for number, write in enumerate(self._writes(position)) if write.flags & FLUSH)
        return max(flushes, default=position)

    def unplug(self) -> None:
        """Shut down in good order: everything that was written is on it."""
        self._end()
        with self.image.open("r+b") as image:
            for write in self._writes(None):
                _lay(image.fileno(), write)
            os.fsync(image.fileno())

    def cut(self, position: int, chance: random.Random, *, deaf: bool = False, onto: Path | None = None) -> Cut:
        """The power went when the log had `position` entries. `deaf`: a drive that takes no notice of flushes.

        With `onto` another image is written to, and the disk may be cut once more.
        """
        self._end()
        flushed, writes, flushes = 0, 0, 0
        for number, write in enumerate(self._writes(position)):
            flushes += write.flags & FLUSH
            writes += bool(write.sectors)
            flushed = number if write.flags & FLUSH and not deaf else flushed
        unflushed = lost = 0
        with (onto or self.image).open("r+b") as image:
            for number, write in enumerate(self._writes(position)):
                if number < flushed or (write.flags & FUA and not deaf):
                    _lay(image.fileno(), write)
                elif write.sectors:
                    unflushed += 1
                    lost += _lay_some(image.fileno(), write, chance)
            os.fsync(image.fileno())
        return Cut(writes, flushes, unflushed, lost)

    def _writes(self, until: int | None) -> Iterator[Write]:
        """The log from its begin, one at a time: it may be larger than memory."""
        with self._log.open("rb") as log:
            _, _, count, sector_size = struct.unpack("<QQQI", log.read(28))
            log.seek(sector_size)
            for _ in range(count if until is None else until):
                sector, sectors, flags, _ = struct.unpack("<QQQQ", log.read(sector_size)[:32])
                data = log.read(sectors * sector_size) if sectors and not flags & DISCARD else b""
                yield Write(sector, sectors, flags, data)

    def _end(self) -> None:
        if self._daemon is not None:
            self._daemon.terminate()
            self._daemon.wait(timeout=60)
            self._daemon = None

    def take_away(self) -> None:
        """The layer and the log, also those that a run which was killed has left; the image stays as it is."""
        self._end()
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int(self._pid.read_text())
            if str(self.socket) in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)
        if self.socket.parent.exists():
            shutil.rmtree(self.socket.parent)


def _lay(image: int, write: Write) -> None:
    os.pwrite(image, write.data or bytes(write.sectors * SECTOR), write.sector * SECTOR)


def _lay_some(image: int, write: Write, chance: random.Random) -> int:
    """Each block of it by chance; how many were lost."""
    data, at, lost = write.data or bytes(write.sectors * SECTOR), write.sector * SECTOR, 0
    for start in range(0, len(data), BLOCK):
        if chance.random() < 0.5:
            os.pwrite(image, data[start : start + BLOCK], at + start)
        else:
            lost += 1
    return lost
