"""A whole machine with a kernel of its own, under User Mode Linux: its power can really be cut, its clock really be
set.

    with Computer("c1-uml", disk, key) as box:
        box.boot()
        box.run("systemctl --failed")
        box.power_cut(chance)         # no process says a last word, the disks lose what was not flushed
        box.boot()

The disks are `LoggedDisk`s, known to it as /dev/vda, /dev/vdb …: a flush of its file system stands in their log. It
is plugged into one namespace of this machine, where a tablet (`hall0`) and the technician's laptop (`svc0`) stand
together; its commands go over ssh, as the technician's do. Needs root, `user-mode-linux`, `ethtool`, `iproute2`,
`qemu-storage-daemon`, `busybox`, `cpio` and /dev/net/tun. What it cannot show: hardware, more than one processor, and
how long anything takes on a Pi.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from tests.beds import first_stage, rootfs
from tests.beds.logged_disk import Cut, LoggedDisk
from tests.beds.set_up_disk import MACS
from tests.beds.waiting import until

KERNEL: Final = "linux.uml"
MEGABYTES: Final = 1536
BOOT_SECONDS: Final = 600.0
STOP_SECONDS: Final = 120.0
ADDRESSES: Final = {"hall0": "10.77.0.50/24", "svc0": "192.168.79.2/24"}
"""The tablet's, and the laptop's."""
SERVICE_ADDRESS: Final = "192.168.79.1"
WATCHED: Final = ("nghi-truong.target", "nghi-truong-appliance.service", "nghi-truong-hall-web.service")
_BLOCK_DEVICE: Final = 2
"""By the virtio standard (VIRTIO_ID_BLOCK)."""
_STOPPED: Final = {"T", "t", "Z", "X"}


class Computer:
    """One machine. `disks` are its first, second … disk; all lose their caches together."""

    def __init__(self, name: str, disks: Sequence[LoggedDisk], key: Path) -> None:
        """Nothing is made yet. At most eight letters: a namespace is named after it."""
        self.name, self.disks = name, list(disks)
        self._folder = (rootfs.CACHE / "computers" / name).resolve()
        self._key = key
        self._kernel: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What its console said since the last boot."""
        return self._folder / "console.log"

    def __enter__(self) -> Self:
        """Its wires are laid; it is still off."""
        self._clear_away()
        self._folder.mkdir(parents=True)
        shutil.copy(self._key, self._folder / "key")
        first_stage.pack(self._folder / "initrd", self._folder / "first-stage")
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        for number, address in enumerate(ADDRESSES.values()):
            tap = f"tap{number}"
            _ip("-n", self.name, "tuntap", "add", tap, "mode", "tap")
            _ip("-n", self.name, "addr", "add", address, "dev", tap)
            _ip("-n", self.name, "link", "set", tap, "up")
            # Without this the other kernel waits for checksums that nobody makes.
            self._here(["ethtool", "-K", tap, "tx", "off", "tso", "off", "gso", "off"])
        return self

    def __exit__(self, *_: object) -> None:
        """Off, and nothing of it left but its disks' images."""
        self._clear_away()

    # -- power

    def switch_on(self, *parameters: str) -> None:
        """The kernel is started; nobody waits for it. `parameters` are for it, such as `init=…`."""
        wires = [
            f"vec{number}:transport=tap,ifname=tap{number},depth=64,gro=1,mac={mac}"
            for number, mac in enumerate(MACS.values())
        ]
        disks = [f"virtio_uml.device={disk.plug_in()}:{_BLOCK_DEVICE}" for disk in self.disks]
        words = [
            KERNEL, *disks, f"initrd={self._folder / 'initrd'}", f"mem={MEGABYTES}M", f"umid={self.name}",
            f"uml_dir={self._folder}",
            "con=null", "con0=null,fd:1", "ssl=null", "quiet", "systemd.show_status=0", *wires, *parameters,
        ]  # fmt: skip
        with self.log.open("wb") as console:
            self._kernel = subprocess.Popen(
                ["ip", "netns", "exec", self.name, *words], stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                start_new_session=True,
            )  # fmt: skip
        (self._folder / "kernel.pid").write_text(str(self._kernel.pid))

    def boot(self, *parameters: str, units: Sequence[str] = WATCHED) -> float:
        """Switch it on, and wait until these units are up by themselves; seconds. Raises TimeoutError."""
        began = time.monotonic()
        self.switch_on(*parameters)
        self.wait_for(lambda: self._up(units), BOOT_SECONDS, f"{', '.join(units)} to be up")
        return time.monotonic() - began

    def _up(self, units: Sequence[str]) -> bool:
        assert self._kernel is not None
        if self._kernel.poll() is not None:
            raise RuntimeError(f"{self.name} ended while booting:\n{self._console_end()}")
        said = self.run(["systemctl", "is-active", *units], check=False, seconds=20).stdout.split()
        return said == ["active"] * len(units)

    def power_cut(self, chance: random.Random) -> list[Cut]:
        """Everything in it ends at once; then each disk forgets by chance what was not flushed."""
        positions = self.freeze()
        self.kill()
        return [disk.cut(at, chance) for disk, at in zip(self.disks, positions, strict=True)]

    def freeze(self) -> list[int]:
        """Stop every process of it for good; how much each disk's log holds then. What comes later never happened."""
        assert self._kernel is not None
        os.killpg(self._kernel.pid, signal.SIGSTOP)
        self.wait_for(
            lambda: all(_state(pid) in _STOPPED for pid in self._processes()), 30, "everything to stand still"
        )
        return [disk.position() for disk in self.disks]

    def kill(self) -> None:
        """SIGKILL to every process of it."""
        assert self._kernel is not None
        os.killpg(self._kernel.pid, signal.SIGKILL)
        self._kernel.wait()
        self.wait_for(lambda: not self._processes(), 30, "everything to be gone")
        self._kernel = None

    def stop(self) -> None:
        """Shut it down as a person would. Raises TimeoutError."""
        assert self._kernel is not None
        self.run("systemctl poweroff", check=False, seconds=20)
        self._kernel.wait(STOP_SECONDS)
        self._kernel = None
        for disk in self.disks:
            disk.unplug()

    def _processes(self) -> list[int]:
        """Those of its session: the kernel, its threads of work, and one for each process in it."""
        assert self._kernel is not None
        return [pid for pid in _pids() if _session(pid) == self._kernel.pid]

    # -- acting in it

    def run(
        self, command: str | Sequence[str], *, check: bool = True, stdin: str | None = None, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run it as root in the machine, over ssh: a text goes to a shell, a list does not. Raises AssertionError."""
        try:
            done = subprocess.run(
                self.inside(command), input=stdin, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            done = subprocess.CompletedProcess(command, 255, "", "no answer")
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, command: str | Sequence[str]) -> subprocess.Popen[str]:
        """The same without waiting for its end; its output is one pipe."""
        return subprocess.Popen(
            self.inside(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def inside(self, command: str | Sequence[str]) -> list[str]:
        """The words with which this machine runs `command` in the other, as root."""
        words = ["sh", "-c", command] if isinstance(command, str) else command
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        known = f"UserKnownHostsFile={self._folder / 'known_hosts'}"
        options = [
            known,
            "StrictHostKeyChecking=accept-new",
            "ConnectTimeout=5",
            "ServerAliveInterval=10",
            "LogLevel=ERROR",
        ]
        ssh = ["ssh", "-i", str(self._folder / "key"), *(word for option in options for word in ("-o", option))]
        return self.outside([*ssh, f"{rootfs.TECHNICIAN}@{SERVICE_ADDRESS}", f"sudo {quoted}"])

    def outside(self, command: Sequence[str]) -> list[str]:
        """The words with which `command` is run where its tablet and its laptop are."""
        return ["ip", "netns", "exec", self.name, *command]

    def _here(self, command: Sequence[str]) -> None:
        subprocess.run(self.outside(command), check=True, stdout=subprocess.DEVNULL)

    def wait_for(self, come_true: Callable[[], bool], seconds: float, what: str) -> None:
        """Ask until it is true. Raises TimeoutError."""
        until(come_true, seconds, what, pause=0.05, more=lambda: f"; the console's end:\n{self._console_end()}")

    def _console_end(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def _clear_away(self) -> None:
        """All that there is of a machine of this name, also what a run that was killed has left."""
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int((self._folder / "kernel.pid").read_text())
            if f"umid={self.name}\0" in Path(f"/proc/{pid}/cmdline").read_text():
                os.killpg(pid, signal.SIGKILL)
        if self._kernel is not None:
            self._kernel.wait()
            self._kernel = None
        for disk in self.disks:
            disk.take_away()
        if Path("/run/netns", self.name).exists():
            _ip("netns", "delete", self.name)
        if self._folder.exists():
            shutil.rmtree(self._folder)


def _pids() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def _session(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
    except OSError:
        return 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
