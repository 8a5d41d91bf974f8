"""The bare Debian that every machine of these tests begins with: made once by mmdebstrap, then only read.

It is what a card holds before anybody has set it up: Debian's base, Python, sshd, and one technician who may use sudo.
The packages come from where this machine has its own. Made below `var/box/`; take that folder away to make it anew.
"""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CACHE: Final = Path(__file__).parents[2] / "var" / "box"
SUITE: Final = "bookworm"
TECHNICIAN: Final = "technician"
PACKAGES: Final = (
    "ca-certificates", "dbus", "iproute2", "kmod", "libpam-systemd", "openssh-server", "procps", "python3",
    "python3-apt", "sudo", "systemd", "systemd-sysv", "udev",
)  # fmt: skip
# The controllers of a container are mounted for reading only, and then no limit of a unit holds.
INIT: Final = """#!/bin/sh
for controller in memory pids cpu cpuacct blkio devices freezer; do
    mount -o remount,rw,bind /sys/fs/cgroup/$controller 2>/dev/null || mount -o remount,rw /sys/fs/cgroup/$controller
done
exec /lib/systemd/systemd "$@"
"""


def bare() -> Path:
    """The folder with the bare system, made now if there is none. All share it: an overlay above it is written to."""
    # Another way to make it is another folder.
    folder = CACHE / f"{SUITE}-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"
    with alone(CACHE / "rootfs.lock"):
        if not folder.exists():
            _make(folder)
    return folder


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Whoever else wants `lock` waits until this is over."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _make(folder: Path) -> None:
    half = folder.with_suffix(".half")
    if half.exists():
        shutil.rmtree(half)
    sources = CACHE / "sources.list"
    sources.write_text("".join(f"{line}\n" for line in _sources()), encoding="utf-8")
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, half, sources],
        check=True,
    )
    for name in ("journal", "apt"):  # as on a card: the journal is kept, and nothing is known of newer packages
        (half / "var/log" / name).mkdir(parents=True, exist_ok=True)
    init = half / "sbin/init-rw"
    init.write_text(INIT, encoding="utf-8")
    init.chmod(0o755)
    subprocess.run(["chroot", half, "useradd", "--create-home", "--shell=/bin/bash", TECHNICIAN], check=True)
    may = half / "etc/sudoers.d/technician"
    may.write_text(f"{TECHNICIAN} ALL=(ALL) NOPASSWD: ALL\n", encoding="utf-8")
    may.chmod(0o440)
    (half / "etc/hostname").write_text("bare\n", encoding="utf-8")
    half.rename(folder)


def _sources() -> list[str]:
    """Where this machine's own apt has Debian from, for our suite. Raises RuntimeError."""
    wanted = ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages", "Origin: Debian"]
    found = {line for line in subprocess.check_output(wanted, text=True).splitlines() if line.strip()}
    ours = sorted(line for line in found if line.split()[1].partition("-")[0] == SUITE)
    if not ours:
        raise RuntimeError(f"apt knows no Debian {SUITE} here: run `apt-get update`, or add it to its sources")
    return [f"deb {line} main" for line in ours]


if __name__ == "__main__":
    print(bare())
