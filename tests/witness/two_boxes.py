"""Two boxes in one hall, each set up by the play, and what stands around them.

    the hall       a switch with both boxes; at it the clients of `tests.beds.ballots`
    the service    a switch with both boxes, the laptop that runs the play, and an archive that takes files by sftp
    the stick      a folder of this machine that is mounted in a box, as a disk would be

One box is in use; the other is its standby, or stands in the place of one that was stolen. Needs root.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Self

import requests

from tests.beds import rootfs
from tests.beds.ballots import FIRST_ADDRESS
from tests.beds.callers import Callers
from tests.beds.hall import BOX_NAME, HALL_ADDRESS, Hall
from tests.beds.inside import in_namespace
from tests.beds.machine import Machine
from tests.beds.wires import Switch, Wire
from tests.faults.council import token_of
from tests.witness.findings import Findings
from tests.witness.image import HEALTH, expect

FIRST: Final = "192.168.79.1"
SECOND: Final = "192.168.79.4"
ARCHIVE: Final = "192.168.79.9"
HALL: Final = "c3-hall"
SERVICE: Final = "c3-svc"
STICK: Final = "/media/nghi-truong/usb"
KEY: Final = "/etc/nghi-truong/standby.key.pub"
_STATIC: Final = "[Match]\nName=svc0\n[Network]\nAddress={}/24\n"
_SMALL: Final = {"width": 320, "height": 180, "frames_per_second": 10, "kilobits_per_second": 200}
MEMBERS: Final = 60
PATIENCE_SECONDS: Final = 90.0


class TwoBoxes:
    """`up` gives them; `again` takes the disks that the last run set up."""

    def __init__(self, release: Path, *, again: bool) -> None:
        self.folder = rootfs.CACHE / "two-boxes"
        self.again = again
        common: dict[str, Any] = {
            "web_server_ca_folder": str(self.folder / "ca"), "public_interface": "", "papers_office": False,
            "has_camera": True, "recorder_settings": {"source": "test", "preset": "ultrafast", **_SMALL},
        }  # fmt: skip
        stick = {self.folder / "stick": STICK}
        self.first = Hall("c3-one", release, wires=_wires(), shares=stick, **common)
        self.second = Hall("c3-two", release, wires=_wires(), address=SECOND, **common)
        self.new = Hall("c3-new", release, wires=_wires(), shares=stick, **common)
        self.archive = Machine("c3-arch", wires=[_wires()[1]], prepare=_prepare_archive)
        self.desk = Callers(HALL, self.folder / "ca" / "ca.pem")

    @contextmanager
    def up(self) -> Iterator[Self]:
        """The switches and the archive; no box is on yet. All is gone afterwards but the disks that are kept."""
        if not self.again:
            shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "stick").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(Switch(HALL, "10.77.0.50/24", HALL_ADDRESS))
            for i in range(1, MEMBERS + 1):
                address = f"10.77.0.{FIRST_ADDRESS + i}/24"
                subprocess.run(["ip", "-n", HALL, "address", "add", address, "dev", "eth0"], check=True)
            stack.enter_context(Switch(SERVICE, "192.168.79.2/24"))
            stack.enter_context(self.archive)
            for hall in (self.first, self.second, self.new):
                stack.callback(hall.box.leave)
            yield self

    def set_up(self, found: Findings) -> None:
        """The standby's key is read off it while it is bare, as a technician does; then both are set up by the play."""
        if self.again:
            for hall in (self.first, self.second):
                hall.box.take_up()
            self.admit(self.first)  # the archive is a new one each time
            return
        self.second.box.__enter__()
        known = host_key(self.second.box)
        self.first.tell(**self.first_says(known))
        self.first.box.__enter__()
        expect(found, "set up the first box", self.first.play())
        self.second.tell(backup_standby={"old_box": f"{FIRST}:22", "key": self.key_of(self.first)})
        expect(found, "set up the standby", self.second.play())
        self.admit(self.first)
        password = self.first.box.run("cat /etc/nghi-truong/backup.password").stdout
        self.second.box.run(
            "install -m 600 -o nghi-truong-backup -g nghi-truong-backup /dev/stdin /etc/nghi-truong/backup.password",
            stdin=password,
        )

    def first_says(self, second_key: str) -> dict[str, Any]:
        """What the inventory says of the copies of the box in use: a stick, the archive, the standby."""
        return {
            **copies(host_key(self.archive)),
            "backup_replica": {"host": f"{SECOND}:22", "host_key": second_key},
            "backup_targets": [
                *copies("")["backup_targets"],
                {"name": "standby", "repository": f"sftp:nghi-truong-standby@{SECOND}:/restic"},
            ],
        }

    def key_of(self, hall: Hall) -> str:
        """By which it is known to other computers."""
        return hall.box.run(["cat", KEY]).stdout.strip()

    def forget(self) -> None:
        """The old box's network cards are forgotten at once, by the laptop and in the hall."""
        for place in (SERVICE, HALL):
            subprocess.run(["ip", "-n", place, "neighbour", "flush", "all"], check=True)

    def admit(self, hall: Hall) -> None:
        """The archive lets this box in."""
        self.archive.run("cat >> ~council/.ssh/authorized_keys", stdin=f"{self.key_of(hall)}\n")

    def ask(self, person: str, method: str, path: str, **more: Any) -> requests.Response:
        """One request with a file in it or for one, on a connection of its own."""
        with in_namespace(HALL):
            return requests.request(
                method, f"https://{HALL_ADDRESS}{path}", cookies={"nghi_truong": token_of(person)},
                verify=str(self.desk.authority), timeout=20, **more,
            )  # fmt: skip

    def answers(self, hall: Hall) -> None:
        """Until its appliance does, and the hall's web server before it. Raises TimeoutError."""
        hall.box.wait_for(
            lambda: hall.box.run(HEALTH, check=False).returncode == 0, PATIENCE_SECONDS, "the appliance to answer"
        )
        hall.box.wait_for(self.desk.is_well, PATIENCE_SECONDS, f"https://{BOX_NAME} to answer")


def copies(archive_key: str) -> dict[str, Any]:
    """A stick and the archive."""
    return {
        "backup_disks": [{"name": "usb", "label": "NT-BACKUP"}],
        "backup_targets": [
            {"name": "usb", "disk": "usb"},
            {"name": "archive", "repository": f"sftp:council@{ARCHIVE}:restic"},
        ],
        "backup_known_hosts": [f"{ARCHIVE} {archive_key}"],
    }


def _wires() -> list[Wire]:
    return [Wire("hall0", "tablet", "", switch=HALL), Wire("svc0", "laptop", "", switch=SERVICE)]


def _prepare_archive(root: Path) -> None:
    (root / "etc/systemd/network/05-svc.network").write_text(_STATIC.format(ARCHIVE), encoding="utf-8")
    wants = root / "etc/systemd/system/multi-user.target.wants"
    (wants / "systemd-networkd.service").symlink_to("/lib/systemd/system/systemd-networkd.service")
    subprocess.run(["chroot", root, "useradd", "--create-home", "council"], check=True)
    ssh = root / "home/council/.ssh"
    ssh.mkdir(mode=0o700)
    owner = ssh.parent.stat()
    (ssh / "authorized_keys").touch(mode=0o600)
    for path in (ssh, ssh / "authorized_keys"):
        os.chown(path, owner.st_uid, owner.st_gid)


def host_key(box: Machine) -> str:
    return " ".join(box.run("cat /etc/ssh/ssh_host_ecdsa_key.pub").stdout.split()[:2])


def report_of(hall: Hall, name: str) -> dict[str, Any]:
    """A report of the box's backups."""
    told: dict[str, Any] = json.loads(hall.box.run(["cat", f"/var/lib/nghi-truong-backup/{name}"]).stdout)
    return told
