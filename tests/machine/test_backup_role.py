"""The role `backup` on a machine: a second run changes nothing, and what it set up backs up, streams and receives."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import jinja2
import pytest

from appliance.box import databases
from tests.beds.hall import Hall
from tests.beds.machine import Machine

ROOT = Path(__file__).parents[2]
TAGS = ("--tags", "base,hardening,backup")
THIS = ("--tags", "backup")
# The first run installs packages; on a machine with other work that is minutes.
pytestmark = pytest.mark.timeout(900)
CURRENT = "/opt/nghi-truong/current"


def installed(box: Machine) -> None:
    """So much of a release as the role needs: units, users, the technician's command, litestream."""
    box.run(f"mkdir -p {CURRENT}/venv/bin /usr/local/lib/nghi-truong/appliance && echo '{{}}' > {CURRENT}/release.json")
    box.copy(ROOT / "systemd", f"{CURRENT}/systemd")
    box.copy(Path(sys.executable).with_name("litestream"), f"{CURRENT}/venv/bin/litestream")
    box.copy(ROOT / "appliance" / "box", "/usr/local/lib/nghi-truong/appliance/box")
    box.run("install -m 755 /usr/local/lib/nghi-truong/appliance/box/nghi-truong /usr/local/sbin/nghi-truong")
    box.run(f"systemd-sysusers {CURRENT}/systemd/sysusers.d/*.conf")
    box.run(f"systemd-tmpfiles --create {CURRENT}/systemd/tmpfiles.d/*.conf")
    box.run(f"cp {CURRENT}/systemd/*.slice {CURRENT}/systemd/*.target /etc/systemd/system/ && systemctl daemon-reload")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    key = tmp_path_factory.mktemp("first-box") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    hall = Hall(
        "b5-role", Path("no-release-is-brought.tar.gz"),
        ssh_keys=[key.with_suffix(".pub").read_text().strip()],
        backup_disks=[{"name": "usb", "label": "NT-BACKUP"}, {"name": "second", "label": "NT-SECOND"}],
        backup_targets=[{"name": "usb", "disk": "usb"}, {"name": "safe", "disk": "second", "optional": True}],
        backup_replica={"path": "/media/nghi-truong/second/replica"}, backup_replica_disk="second",
        backup_standby={"old_box": "10.77.0.1:443", "key": key.with_suffix(".pub").read_text().strip()},
    )  # fmt: skip
    with hall.box_up():
        installed(hall.box)
        first = hall.play(*TAGS)
        assert first.well, first.said
        shutil.copy(key, hall.folder / "first-box")
        yield hall


def test_a_second_run_and_a_look_change_nothing(hall: Hall) -> None:
    for words in ((), ("--check",)):
        again = hall.play(*THIS, *words)
        assert (again.well, again.changed) == (True, 0), again.said


def test_it_backs_up_once_the_stick_is_in_and_streams_only_to_its_own_disk(hall: Hall) -> None:
    box = hall.box
    timers = " ".join(f"nghi-truong-{name}.timer" for name in ("backup", "verify", "drill", "retention", "standby"))
    assert set(box.run(f"systemctl is-active {timers}").stdout.split()) == {"active"}
    assert box.run("stat -c '%U %a' /etc/nghi-truong/backup.password").stdout.strip() == "nghi-truong-backup 600"
    stream = "systemctl is-active nghi-truong-replication.service"
    assert box.run(stream, check=False).stdout.strip() == "inactive"  # its disk is away: it is not the card's turn
    assert box.run("systemctl start nghi-truong-backup", check=False).returncode != 0
    assert box.run("ls /media/nghi-truong/usb /media/nghi-truong/second").stdout.split("\n")[1] == ""
    box.run("mount -t tmpfs tmpfs /media/nghi-truong/usb")
    box.run("systemctl start nghi-truong-backup")
    assert box.run("test -e /var/lib/nghi-truong-backup/good", check=False).returncode == 0


def test_the_first_box_may_bring_files_to_its_standby_and_nothing_else(hall: Hall) -> None:
    ssh: list[str | Path] = [
        "-i", hall.folder / "first-box", "-o", "StrictHostKeyChecking=accept-new", "-o", "BatchMode=yes",
        "-o", f"UserKnownHostsFile={hall.folder / 'known_hosts'}",
    ]  # fmt: skip
    there = "nghi-truong-standby@192.168.79.1"
    bring = f"put {ROOT / 'LICENSE'} /replica/LICENSE\nput {ROOT / 'LICENSE'} /LICENSE\n"
    done = subprocess.run(
        hall.box.from_client("laptop", ["sftp", *ssh, there]), input=bring, capture_output=True, text=True, check=False
    )
    assert hall.box.run("ls /var/lib/nghi-truong-standby/replica").stdout.strip() == "LICENSE", done.stderr
    assert hall.box.run("ls /var/lib/nghi-truong-standby").stdout.split() == ["replica", "restic"]
    shell = subprocess.run(
        hall.box.from_client("laptop", ["ssh", *ssh, there, "id"]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "uid=" not in shell.stdout


def test_the_first_box_backs_up_and_streams_to_its_standby_by_ssh(hall: Hall, tmp_path: Path) -> None:
    for name in databases.NAMES:
        with closing(sqlite3.connect(tmp_path / name)) as made, made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE entries (seq INTEGER)")
            made.execute("INSERT INTO entries VALUES (7)")
    key = hall.folder / "first-box"
    words = f"ssh -i {key} -o UserKnownHostsFile={hall.folder}/known_hosts -o BatchMode=yes"
    words += " -o StrictHostKeyChecking=accept-new nghi-truong-standby@192.168.79.1 -s sftp"
    restic = ["restic", "-r", "sftp:nghi-truong-standby@192.168.79.1:/restic", "-o", f"sftp.command={words}"]
    environment = {**os.environ, "RESTIC_PASSWORD": "only in tests", "RESTIC_CACHE_DIR": str(tmp_path / "cache")}
    for more in (["init"], ["backup", str(tmp_path / "ledger.db")], ["check"]):
        subprocess.run(
            hall.box.from_client("laptop", [*restic, *more]), env=environment, check=True, capture_output=True
        )
    # Of a server's keys litestream asks for this one first, whichever it was told.
    host_key = " ".join(hall.box.run("cat /etc/ssh/ssh_host_ecdsa_key.pub").stdout.split()[:2])
    replica = {"host": "192.168.79.1:22", "host_key": host_key, "key": str(key)}
    template = jinja2.Template((ROOT / "ansible/roles/backup/templates/litestream.yml").read_text())
    settings = tmp_path / "litestream.yml"
    settings.write_text(template.render(backup_replica=replica, backup_databases=str(tmp_path), ansible_managed="test"))
    litestream: list[str | Path] = [Path(sys.executable).with_name("litestream"), "replicate", "-once"]
    once = hall.box.from_client("laptop", [*litestream, "-config", settings])
    done = subprocess.run(once, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    place = "/var/lib/nghi-truong-standby/replica/ledger.db"
    hall.box.run(f"{CURRENT}/venv/bin/litestream restore -o /tmp/l.db file://{place}")
    ask = "import sqlite3; print(sqlite3.connect('/tmp/l.db').execute('select seq from entries').fetchone()[0])"
    assert hall.box.run(["python3", "-c", ask]).stdout.strip() == "7"
