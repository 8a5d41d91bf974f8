"""A disk that remembers every write and flush, and the disks it could have been after a power cut.

`qemu-storage-daemon` logs each write and flush of an ext4 file system in the dm-log-writes format. A cut
after log entry k leaves on the platter everything up to the last flush before k, and of the writes after
it any subset: the drive's cache is free to keep or lose each of them.
"""

import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
FLUSH, FUA, DISCARD = 1, 2, 4


def run(*command: str) -> None:
    """Run a tool of the system; its output is shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def mounted(image: Path, where: Path, *options: str) -> Iterator[Path]:
    """The image's file system at `where`."""
    where.mkdir(exist_ok=True)
    run("mount", "-o", ",".join(("loop", *options)), str(image), str(where))
    try:
        yield where
    finally:
        run("umount", str(where))


def what_is_missing() -> str:
    """What this machine lacks for a write-logged disk, or '' when it has all."""
    if os.geteuid() != 0:
        return "mounting a file system needs root (make power-cut asks sudo for it)"
    for device in ("/dev/fuse", "/dev/loop-control"):
        if not Path(device).exists():
            return f"there is no {device}; a container must be given it"
    for tool in ("qemu-storage-daemon", "mke2fs", "mount"):
        if shutil.which(tool) is None:
            return f"there is no {tool}; `make test-packages` installs it"
    return ""


class Write(NamedTuple):
    """One log entry: where, how many sectors, flags, and the bytes."""

    sector: int
    sectors: int
    flags: int
    data: bytes


@dataclass(slots=True)
class WriteLoggedDisk:
    """`recording()` gives a mounted file system; `after_cut` builds an image as a power cut leaves it."""

    folder: Path
    megabytes: int = 48

    @contextmanager
    def recording(self) -> Iterator[Path]:
        """A fresh ext4 file system whose every write and flush goes into the log."""
        base, log, export = self.folder / "base.img", self._log, self.folder / "disk.img"
        run("truncate", "-s", f"{self.megabytes}M", str(base))
        run("mke2fs", "-q", "-t", "ext4", str(base))
        shutil.copyfile(base, self._original)
        run("truncate", "-s", "600M", str(log))
        export.touch()
        daemon = subprocess.Popen(
            [
                "qemu-storage-daemon",
                "--blockdev", f"driver=file,node-name=base,filename={base}",
                "--blockdev", f"driver=file,node-name=log,filename={log}",
                "--blockdev",
                "driver=blklogwrites,node-name=lw,file=base,log=log,log-sector-size=512,log-super-update-interval=1",
                "--export", f"type=fuse,id=e0,node-name=lw,mountpoint={export},writable=on",
            ]
        )  # fmt: skip
        try:
            _wait_for_export(export, daemon)
            with mounted(export, self.folder / "mnt", "commit=1") as where:
                yield where
        finally:
            daemon.terminate()
            daemon.wait(timeout=30)

    def position(self) -> int:
        """How many entries the log has now: taken right after an answer, it is where that answer stands."""
        with self._log.open("rb") as log:
            return int(struct.unpack("<QQQI", log.read(28))[2])

    def writes(self) -> list[Write]:
        """The whole log."""
        found: list[Write] = []
        with self._log.open("rb") as log:
            _, _, count, sector_size = struct.unpack("<QQQI", log.read(28))
            log.seek(sector_size)
            for _ in range(count):
                sector, sectors, flags, _ = struct.unpack("<QQQQ", log.read(sector_size)[:32])
                data = log.read(sectors * sector_size) if sectors and not flags & DISCARD else b""
                found.append(Write(sector, sectors, flags, data))
        return found

    def after_cut(self, writes: list[Write], cut: int, chance: random.Random, image: Path) -> None:
        """The disk after a cut behind entry `cut`: unflushed writes are kept or lost by chance."""
        flushed = max((i for i in range(cut) if writes[i].flags & FLUSH), default=0)
        disk = bytearray(self._original.read_bytes())
        for i, write in enumerate(writes[:cut]):
            start = write.sector * SECTOR
            if write.flags & DISCARD:
                disk[start : start + write.sectors * SECTOR] = bytes(write.sectors * SECTOR)
            elif write.data and (i < flushed or write.flags & FUA or chance.random() < 0.5):
                disk[start : start + len(write.data)] = write.data
        image.write_bytes(disk)

    @property
    def _log(self) -> Path:
        return self.folder / "log.img"

    @property
    def _original(self) -> Path:
        return self.folder / "original.img"


def _wait_for_export(export: Path, daemon: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    while str(export) not in Path("/proc/mounts").read_text():
        if daemon.poll() is not None or time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                daemon.kill()
            raise RuntimeError("the write-logged disk did not come up (is /dev/fuse there?)")
        time.sleep(0.02)
