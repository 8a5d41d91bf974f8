"""A bare box in a hall, and the technician's laptop beside it, which sets it up over ssh.

What is plugged in: the hall (`hall0`, a tablet at 10.77.0.50), a public place (`pub0`, a phone at 10.78.0.50), the
technician's port (`svc0`, the laptop at 192.168.79.2), and a way out to the packages (`uplink0`).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from tests.beds import rootfs
from tests.beds.machine import Machine
from tests.beds.wires import Wire

ANSIBLE: Final = Path(__file__).parents[2] / "ansible"
BOX_NAME: Final = "hoitruong.lan"
HALL_ADDRESS: Final = "10.77.0.1"
_RECAP: Final = re.compile(r"^box +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)
WIRES: Final = (
    Wire("hall0", "tablet", "10.77.0.50/24", names=HALL_ADDRESS),
    Wire("pub0", "phone", "10.78.0.50/24", names="10.78.0.1"),
    Wire("svc0", "laptop", "192.168.79.2/24"),
)
# A card that has just been written knows the technician's key and the address of the technician's port, no more.
_SERVICE_PORT: Final = "[Match]\nName=svc0\n[Network]\nAddress={address}/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"


@dataclass(frozen=True)
class Played:
    """How a run of the play ended."""

    seconds: float
    ok: int
    changed: int
    failed: int
    said: str

    @property
    def well(self) -> bool:
        """It came to its end, and nothing failed."""
        return self.failed == 0 and self.ok > 0


class Hall:
    """The machine with its laptop. `variables` win over those that every hall of these tests has."""

    def __init__(
        self,
        name: str,
        release: Path,
        *,
        address: str = "192.168.79.1",
        wires: Sequence[Wire] = WIRES,
        shares: Mapping[Path, str] | None = None,
        **variables: Any,
    ) -> None:
        """Nothing is made yet. `address` is the machine's own on the technician's port; `shares` as a Machine's."""
        self.address = address
        self.folder = rootfs.CACHE / "halls" / name
        self.variables = {
            "council_name": "Hội đồng nhân dân xã Hồng Mẫu",
            "release_file": str(release.resolve()),
            "box_name": BOX_NAME,
            "hall_interface": "hall0",
            "public_interface": "pub0",
            "service_interface": "svc0",
            "uplink_interface": "uplink0",
            "web_server_ca_folder": str(self.folder / "ca"),
            "web_server_ca_passphrase": "a passphrase of these tests alone",
            **variables,
        }
        # Fetched once for all machines; each has its own view of them, for apt locks the folder.
        self._debs, debs = rootfs.CACHE / "debs", self.folder / "debs"
        self.box = Machine(
            name,
            uplink=True,
            wires=wires,
            prepare=self._prepare,
            shares={debs: "/var/cache/apt/archives", **(shares or {})},
        )

    @contextmanager
    def box_up(self) -> Iterator[Self]:
        """Bare and booted, with everything plugged in; taken away at the end."""
        with self.box:
            try:
                yield self
            finally:
                with rootfs.alone(rootfs.CACHE / "debs.lock"):
                    for package in (self.folder / "debs").glob("*.deb"):
                        if not (self._debs / package.name).exists():
                            os.link(package, self._debs / package.name)

    def _prepare(self, root: Path) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        (self.folder / "debs/partial").mkdir(parents=True)
        self._debs.mkdir(exist_ok=True)
        with rootfs.alone(rootfs.CACHE / "debs.lock"):
            for package in self._debs.glob("*.deb"):
                os.link(package, self.folder / "debs" / package.name)
        key = self.folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        theirs = root / "home" / rootfs.TECHNICIAN / ".ssh"
        theirs.mkdir(mode=0o700)
        (theirs / "authorized_keys").write_bytes((key.with_suffix(".pub")).read_bytes())
        owner = theirs.parent.stat()
        for path in (theirs, theirs / "authorized_keys"):
            os.chown(path, owner.st_uid, owner.st_gid)
        (root / "etc/systemd/network/05-service-port.network").write_text(
            _SERVICE_PORT.format(address=self.address), encoding="utf-8"
        )
        wants = root / "etc/systemd/system/multi-user.target.wants"
        (wants / "systemd-networkd.service").symlink_to("/lib/systemd/system/systemd-networkd.service")
        self.tell()

    def tell(self, **variables: Any) -> None:
        """The inventory says this too, from the next play on."""
        self.variables |= variables
        self.folder.mkdir(parents=True, exist_ok=True)
        key, known = self.folder / "key", self.folder / "known_hosts"
        host = {
            "ansible_host": self.address, "ansible_user": rootfs.TECHNICIAN, "ansible_become": True,
            "ansible_ssh_private_key_file": str(key),
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={known} -o StrictHostKeyChecking=accept-new",
            **self.variables,
        }  # fmt: skip
        inventory = {"all": {"hosts": {"box": host}, "children": {"displays": {}}}}
        (self.folder / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")  # JSON is YAML

    def laptop(self, *words: str | Path) -> "subprocess.Popen[str]":
        """A run of ansible-playbook on the laptop, with further arguments; its output is one pipe."""
        environment = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_HOST_KEY_CHECKING": "0", "LC_ALL": "C.UTF-8"}
        environment["ANSIBLE_SSH_CONTROL_PATH_DIR"] = str(self.folder / "ssh")
        play = [
            Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            self.folder / "inventory.yml",
            "site.yml",
            *words,
        ]
        return subprocess.Popen(
            self.box.from_client("laptop", play), cwd=ANSIBLE, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def play(self, *words: str | Path) -> Played:
        """One whole run."""
        began = time.monotonic()
        said, _ = self.laptop(*words).communicate()
        (self.folder / f"play-{int(began)}.log").write_text(said, encoding="utf-8")
        found = _RECAP.search(said)
        ok, changed, unreachable, failed = map(int, found.groups()) if found else (0, 0, 0, 1)
        return Played(time.monotonic() - began, ok, changed, unreachable + failed, said)
