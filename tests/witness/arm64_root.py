"""A bare Debian for the Pi's kind of processor on this machine: its programs run by QEMU's emulation of a processor.

Made once by mmdebstrap below `var/box/`; each use gets an overlay of its own. The kernel is told how to start such
programs by binfmt_misc, which is mounted, and taken away again, only where nobody has done so before.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.beds import rootfs

PACKAGES: Final = ("ca-certificates", "python3", "python3-venv")
"""What the `base` role gives the box before a release is installed."""
BINFMT: Final = Path("/proc/sys/fs/binfmt_misc")
RULE: Final = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
"""Debian's own, of qemu-user-static: the emulator is opened at once, so that no chroot need hold it."""
NAME: Final = "arm64"


@dataclass(frozen=True)
class Emulated:
    """A root of aarch64, in a network namespace of its own that leads nowhere."""

    root: Path

    def words(self, command: Sequence[str], *binds: tuple[Path, str]) -> list[str | Path]:
        """How this machine runs `command` in it, as root, as the only program of a container."""
        return [
            "systemd-nspawn", "--quiet", f"--directory={self.root}", "--register=no", "--keep-unit", "--console=pipe",
            f"--machine={NAME}", f"--network-namespace-path=/run/netns/{NAME}", "--resolv-conf=off", "--timezone=off",
            *(f"--bind-ro={here}:{there}" for here, there in binds), "--setenv=LC_ALL=C.UTF-8", "--as-pid2", *command,
        ]  # fmt: skip

    def run(self, command: Sequence[str], *binds: tuple[Path, str], stdin: str | None = None) -> str:
        """What it printed. Raises RuntimeError with its last words."""
        done = subprocess.run(self.words(command, *binds), input=stdin, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)[:200]}: {done.returncode}\n{done.stdout}\n{done.stderr}"[-4000:])
        return done.stdout


@contextmanager
def emulated() -> Iterator[Emulated]:
    """A fresh one; gone afterwards, with all that ran in it."""
    folder = rootfs.CACHE / "machines" / NAME
    with _binfmt(), _network(), rootfs.alone(rootfs.CACHE / f"{NAME}.lock"):
        bare = _bare()
        if folder.exists():
            shutil.rmtree(folder)
        for part in ("upper", "work", "root"):
            (folder / part).mkdir(parents=True)
        layers = f"lowerdir={bare},upperdir={folder / 'upper'},workdir={folder / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, folder / "root"], check=True)
        try:
            yield Emulated(folder / "root")
        finally:
            subprocess.run(["umount", "--lazy", folder / "root"], check=True)
            shutil.rmtree(folder)


@contextmanager
def _network() -> Iterator[None]:
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    try:
        subprocess.run(["ip", "-n", NAME, "link", "set", "lo", "up"], check=True)
        yield
    finally:
        subprocess.run(["ip", "netns", "delete", NAME], check=True)


@contextmanager
def _binfmt() -> Iterator[None]:
    """The kernel knows how to start programs of aarch64, for as long as this lasts."""
    mounted = (BINFMT / "register").exists()
    if not mounted:
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", BINFMT], check=True)
    known = (BINFMT / "qemu-aarch64").exists()
    try:
        if not known:
            (BINFMT / "register").write_text(RULE.read_text(encoding="ascii"), encoding="ascii")
        yield
    finally:
        if not known:
            (BINFMT / "qemu-aarch64").write_text("-1", encoding="ascii")
        if not mounted:
            subprocess.run(["umount", BINFMT], check=True)


def _bare() -> Path:
    folder = rootfs.CACHE / f"{rootfs.SUITE}-{NAME}-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    half = folder.with_suffix(".half")
    if half.exists():
        shutil.rmtree(half)
    sources = rootfs.CACHE / f"sources-{NAME}.list"
    sources.write_text("".join(f"{line}\n" for line in rootfs._sources()), encoding="utf-8")
    subprocess.run(
        [
            "mmdebstrap", "--quiet", "--variant=minbase", "--arch=arm64", f"--include={','.join(PACKAGES)}",
            rootfs.SUITE, half, sources,
        ],
        check=True,
    )  # fmt: skip
    half.rename(folder)
    return folder
