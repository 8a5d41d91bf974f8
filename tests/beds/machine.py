"""A whole machine under test: Debian with systemd as its first process, in a container of systemd-nspawn.

    with Machine("b4-try", uplink=True) as box:
        box.run("apt-get update")
        box.power_loss()          # as if the plug were pulled
        box.boot()

It has its own disk (an overlay above the bare system, kept over reboots), its own network namespace, and control
groups in which every limit of a unit is enforced. It boots in about a second. Needs root, `systemd-container` and
`mmdebstrap`; a way out needs `slirp4netns`. What such a machine cannot show: the page cache outlives a power loss,
there is no hardware, and the clock is this machine's, so nothing in it may set the clock.

`python -m tests.beds.machine NAME` boots one and gives a shell in it; it is gone afterwards.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from tests.beds import cgroups, rootfs
from tests.beds.waiting import until
from tests.beds.wires import Network, Wire

BOOT_SECONDS: Final = 240.0
STOP_SECONDS: Final = 120.0
_ENVIRONMENT: Final = (
    "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root",
)  # fmt: skip
# What enters from outside brings its capabilities with it. Without this, `date -s` in the machine sets our own clock.
_HARMLESS: Final = ("setpriv", "--bounding-set=-sys_time,-sys_module", "--inh-caps=-sys_time,-sys_module")
_POWER_OFF: Final = signal.SIGRTMIN + 4
"""What systemd as first process takes for `poweroff`."""


class Machine:
    """One machine. Its name is at most eight letters, since interfaces and namespaces are named after it."""

    def __init__(
        self,
        name: str,
        *,
        binds: Mapping[Path, str] | None = None,
        shares: Mapping[Path, str] | None = None,
        uplink: bool = False,
        wires: Sequence[Wire] = (),
        prepare: Callable[[Path], None] = lambda root: None,
    ) -> None:
        """Nothing is made yet.

        `binds` are folders of this machine that are seen in it, for reading only; `shares` may be written to by both.
        `prepare` is given the disk before the first boot.
        """
        self.name = name
        self._prepare = prepare
        self._shares = dict(shares or {})
        self.network = Network(name, list(wires), uplink)
        self._binds = dict(binds or {})
        self._folder = rootfs.CACHE / "machines" / name
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._groups: list[Path] = []
        self._leader = 0

    @property
    def root(self) -> Path:
        """Its disk as this machine sees it; written only while it is off. /run, /tmp and /proc are not here."""
        return self._folder / "root"

    @property
    def is_on(self) -> bool:
        """Whether it was switched on, and not off since."""
        return self._nspawn is not None

    def set_before(self, prepare: Callable[[Path], None]) -> None:
        """The disk is given to this too before the first boot."""
        first = self._prepare

        def both(root: Path) -> None:
            first(root)
            prepare(root)

        self._prepare = both

    @property
    def log(self) -> Path:
        """What its console said since the last boot."""
        return self._folder / "console.log"

    def __enter__(self) -> Self:
        """A new machine with an empty disk, booted."""
        self._clear_away()
        for part in ("upper", "work", "root"):
            (self._folder / part).mkdir(parents=True)
        self._mount(str(rootfs.bare()))
        (self.root / "etc/hostname").write_text(f"{self.name}\n", encoding="utf-8")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n", encoding="utf-8")
        if self.network.uplink:
            (self.root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n", encoding="utf-8")
        try:
            self._prepare(self.root)
            self.boot()
        except BaseException:
            self._clear_away()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Switched off and taken away with its disk, however the test ended."""
        self._clear_away()

    def keep(self) -> None:
        """What is on its disk now is what `begin_again` goes back to. While it is off."""
        subprocess.run(["umount", self.root], check=True)
        (self._folder / "upper").rename(self._folder / f"kept-{len(self.kept) + 1}")
        self.begin_again()

    def take_up(self) -> None:
        """The machine of an earlier run, with the disk that it kept. Raises FileNotFoundError: it kept none."""
        if not self.kept:
            raise FileNotFoundError(f"{self.name} was never set up")
        self._stop_left_over()
        self.begin_again()
        self.boot()

    def leave(self) -> None:
        """Off and unmounted; the disk that it kept stays for `take_up`, and everything of one that kept none goes."""
        if not self.kept:
            self._clear_away()
            return
        if self._nspawn is not None:
            self.power_loss()
        if self.root.is_mount():
            subprocess.run(["umount", "--lazy", self.root], check=True)

    def begin_again(self) -> None:
        """Its disk is as it was when it was kept. While it is off."""
        if self.root.is_mount():
            subprocess.run(["umount", self.root], check=True)
        for part in ("upper", "work"):
            shutil.rmtree(self._folder / part, ignore_errors=True)
            (self._folder / part).mkdir()
        self._mount(":".join(map(str, [*self.kept, rootfs.bare()])))

    @property
    def kept(self) -> list[Path]:
        """What each `keep` added, newest first."""
        return sorted(self._folder.glob("kept-*"), reverse=True)

    def _mount(self, below: str) -> None:
        # A folder from below may be renamed, as on any disk: a restore exchanges whole folders.
        layers = f"redirect_dir=on,lowerdir={below},upperdir={self._folder / 'upper'},workdir={self._folder / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, self.root], check=True)

    def boot(self) -> None:
        """Switch it on; back when systemd has started all it was to start. Raises TimeoutError."""
        self.network.up()
        self._groups = cgroups.make(self.name)
        with self.log.open("wb") as console:
            self._nspawn = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
                env={**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"},
                preexec_fn=lambda: cgroups.join(self._groups),  # noqa: PLW1509  # no other thread runs here
            )  # fmt: skip
        (self._folder / "nspawn.pid").write_text(str(self._nspawn.pid))
        self.wait_for(self._is_up, BOOT_SECONDS, "the machine to boot")

    def _command(self) -> list[str | Path]:
        return [
            "systemd-nspawn", "--quiet", "--directory", self.root, "--register=no", "--keep-unit", "--console=pipe",
            f"--machine={self.name}", f"--network-namespace-path=/run/netns/{self.name}", "--resolv-conf=off",
            "--timezone=off", "--capability=all", "--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE",
            # Limits of addresses are programs for the kernel; and who may not set a clock may still ask how it is kept.
            "--system-call-filter=bpf adjtimex clock_adjtime",
            *(f"--bind-ro={here}:{there}" for here, there in self._binds.items()),
            *(f"--bind={here}:{there}" for here, there in self._shares.items()), "/sbin/init-rw",
        ]  # fmt: skip

    def _is_up(self) -> bool:
        assert self._nspawn is not None
        if self._nspawn.poll() is not None:
            raise RuntimeError(f"{self.name} ended while booting:\n{self._console_end()}")
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        if not children or Path(f"/proc/{children[0]}/comm").read_text() != "systemd\n":
            return False
        self._leader = int(children[0])
        return self.run("systemctl is-system-running", check=False).stdout.strip() in {"running", "degraded"}

    def run(
        self, command: str | Sequence[str | Path], *, check: bool = True, stdin: str | None = None, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run it as root in the machine: a text goes to a shell, a list does not. Raises AssertionError."""
        done = subprocess.run(
            self.inside(command), input=stdin, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, command: str | Sequence[str | Path]) -> subprocess.Popen[str]:
        """The same without waiting for its end; its output is one pipe."""
        return subprocess.Popen(self.inside(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def inside(self, command: str | Sequence[str | Path]) -> list[str | Path]:
        """The words with which this machine runs `command` in the other, with nothing of its own environment."""
        words = ["sh", "-c", command] if isinstance(command, str) else command
        return [*_HARMLESS, "nsenter", "--target", str(self._leader), "--all", "--", *_ENVIRONMENT, *words]

    def from_client(self, client: str, command: Sequence[str | Path]) -> list[str | Path]:
        """The words with which `command` is run on this machine's disk, but at the place of a client on a wire."""
        return ["ip", "netns", "exec", self.network.namespace_of(client), *command]

    def copy(self, here: Path, there: str) -> None:
        """Copy a file or a folder of this machine to `there`, owned by root; the folder above it is made."""
        self.run(["mkdir", "-p", str(Path(there).parent)])
        with subprocess.Popen(["tar", "-C", here.parent, "-c", here.name], stdout=subprocess.PIPE) as packed:
            name = f"s,^{here.name},{Path(there).name},"
            unpack = ["tar", "-C", str(Path(there).parent), "--no-same-owner", f"--transform={name}", "-x"]
            subprocess.run(self.inside(unpack), stdin=packed.stdout, check=True)

    def power_loss(self) -> None:
        """Every process in it ends at once, unasked. The page cache is this machine's and stays."""
        assert self._nspawn is not None
        if self._leader:  # 0 before its first process is there; as a process id it means all of ours
            with suppress(ProcessLookupError):
                os.kill(self._leader, signal.SIGKILL)
        self._nspawn.kill()
        self._off()

    def stop(self) -> None:
        """Shut it down as a person would; if it will not, the plug is pulled and TimeoutError raised."""
        assert self._nspawn is not None
        os.kill(self._leader, _POWER_OFF)
        try:
            self._nspawn.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.power_loss()
            raise TimeoutError(f"{self.name} did not shut down:\n{self._console_end()}") from None
        self._off()

    def reboot(self) -> None:
        """Shut down and boot again, on the same disk. (`reboot` said inside is not followed.)"""
        self.stop()
        self.boot()

    def _off(self) -> None:
        assert self._nspawn is not None
        self._nspawn.wait()
        self._nspawn, self._leader = None, 0
        cgroups.remove(self._groups)
        self.network.down()

    def wait_for(self, come_true: Callable[[], bool], seconds: float, what: str) -> None:
        """Ask ten times a second until it is true. Raises TimeoutError."""
        until(come_true, seconds, what, more=lambda: f"; the console's end:\n{self._console_end()}")

    def _console_end(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def _clear_away(self) -> None:
        """All that there is of a machine of this name, also what a test that was killed has left."""
        if self._nspawn is not None:
            self.power_loss()
        self._stop_left_over()
        self.network.down()
        cgroups.remove(cgroups.of(self.name))
        if self.root.is_mount():
            subprocess.run(["umount", "--lazy", self.root], check=True)
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def _stop_left_over(self) -> None:
        with suppress(FileNotFoundError, ValueError):
            pid = int((self._folder / "nspawn.pid").read_text())
            if f"--machine={self.name}\0" in Path(f"/proc/{pid}/cmdline").read_text():
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                for process in (*map(int, children), pid):
                    os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    with Machine(sys.argv[1], uplink=True) as given:
        subprocess.run(given.inside(["bash", "-l"]), check=False)
