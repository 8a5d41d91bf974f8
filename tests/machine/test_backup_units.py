"""Backups, drills and the stream as systemd runs them on a machine: shut in, beside a meeting."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.beds import tree
from tests.beds.inside import in_network, shown, tries
from tests.beds.machine import Machine
from tests.faults.appliance_process import POLL, Appliance
from tests.faults.council import CHAIR, CLERK, put_on_file
from tests.house import name_of

DATA = "/var/lib/nghi-truong"
STATE = "/var/lib/nghi-truong-backup"
STICK = "/media/nghi-truong/usb"
SETTINGS = f"""\
box_name = "hoitruong.lan"
[[target]]
name = "usb"
repository = "{STICK}/restic"
mount = "{STICK}"
"""
STREAM = f"""\
dbs:
  - path: {DATA}/ledger.db
    monitor-interval: 50ms
    replica: {{type: file, path: {STICK}/replica/ledger.db, sync-interval: 50ms}}
"""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A box with a meeting, a stick that is plugged in for the first time, and the technician's command."""
    folder = tmp_path_factory.mktemp("on-file")
    put_on_file(folder / "registry.db", 9)
    with Machine("b5-back", binds={**tree.binds(), Path("/usr/bin/restic"): "/usr/bin/restic"}) as machine:
        tree.install(machine, "")
        machine.run(f"cp {tree.AT}/systemd/*.timer /etc/systemd/system/ && systemctl daemon-reload")
        machine.run(f"ln -s {tree.AT}/src /usr/local/lib/nghi-truong")
        machine.run(f"install -m 755 {tree.AT}/src/appliance/box/nghi-truong /usr/local/sbin/nghi-truong")
        machine.run("cat > /etc/nghi-truong/backup.toml", stdin=SETTINGS)
        machine.run(f"mkdir -p {STICK} && mount -t tmpfs -o size=64m tmpfs {STICK}")
        machine.copy(folder / "registry.db", f"{DATA}/registry.db")
        machine.run(f"chown nghi-truong: {DATA}/registry.db && systemctl start nghi-truong-appliance")
        yield machine


@pytest.fixture
def hall(box: Machine, tmp_path: Path) -> Iterator[Appliance]:
    with in_network(box):
        yield Appliance(tmp_path, port=8080)


def begin(hall: Appliance) -> None:
    """A meeting goes on, begun by whichever test is first."""
    if hall.post(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")["accepted"]:
        hall.did(CLERK, "AddItem", item="i1", number="1", title="Nội dung 1")
        hall.did(CHAIR, "OpenSitting")
        for i in range(1, 8):
            hall.did(CLERK, "CheckIn", member=name_of(i))
        hall.did(CHAIR, "StartItem", item="i1")


def runs(box: Machine, name: str) -> dict[str, str]:
    """Start the unit and wait for its end."""
    box.run(["systemctl", "start", f"nghi-truong-{name}.service"], check=False)
    return shown(box, f"nghi-truong-{name}.service", "Result", "ExecMainStatus")


GOOD = {"Result": "success", "ExecMainStatus": "0"}


def test_a_stick_that_was_never_seen_is_made_ready_and_has_a_backup_that_a_drill_restores(
    box: Machine, hall: Appliance
) -> None:
    begin(hall)
    assert runs(box, "backup") == GOOD, box.run("journalctl -u nghi-truong-backup --no-pager").stdout
    owners = box.run(f"stat -c %U {STATE}/good {STICK}/restic/config /etc/nghi-truong/backup.password").stdout.split()
    assert set(owners) == {"nghi-truong-backup"}
    assert runs(box, "verify") == GOOD
    assert runs(box, "drill") == GOOD, box.run("journalctl -u nghi-truong-drill --no-pager").stdout
    told = json.loads(box.run(f"cat {STATE}/drill.json").stdout)["targets"][0]
    assert (told["ok"], told["head"]["seq"] > 5) == (True, True)
    assert runs(box, "retention") == GOOD
    password = box.run("cat /etc/nghi-truong/backup.password").stdout.strip()
    assert password not in box.run("journalctl --no-pager").stdout


def test_while_a_poll_is_open_the_timer_comes_in_vain_and_the_unit_has_not_failed(
    box: Machine, hall: Appliance
) -> None:
    begin(hall)
    hall.did(CLERK, "DraftPoll", item="i1", poll=POLL, question="Thông qua?")
    hall.did(CHAIR, "OpenPoll", poll=POLL, override_quorum=True)
    box.wait_for(lambda: '"poll":true' in box.run(f"cat {DATA}/activity.json").stdout, 20, "the word of the poll")
    before = box.run(f"stat -c %Y {STATE}/good", check=False).stdout
    assert runs(box, "backup")["Result"] == "success"
    assert "waits for the next time: a poll is open" in box.run("journalctl -u nghi-truong-backup --no-pager").stdout
    assert box.run(f"stat -c %Y {STATE}/good", check=False).stdout == before
    hall.did(CHAIR, "ClosePoll", poll=POLL)
    box.wait_for(lambda: '"poll":false' in box.run(f"cat {DATA}/activity.json").stdout, 20, "the word of its end")
    assert runs(box, "backup") == GOOD
    assert box.run(f"stat -c %Y {STATE}/good").stdout != before


def test_the_backups_user_reads_everything_and_writes_nothing_that_is_not_its_own(box: Machine) -> None:
    drop_in = "[Service]\nExecStart=\nExecStartPre=\nExecStart=/bin/sleep 1000\nType=exec\n"
    folder = "/run/systemd/system/nghi-truong-backup.service.d"
    box.run(f"mkdir -p {folder} && cat > {folder}/sleep.conf && systemctl daemon-reload", stdin=drop_in)
    try:
        box.run("systemctl start nghi-truong-backup.service")
        own = [f"{DATA}/{name}" for name in ("ledger.db", "registry.db", "appliance.key")]
        unit = "nghi-truong-backup"
        deeds = [*(["write", path] for path in own), ["make", f"{DATA}/x"], ["make", "/etc/nghi-truong/x"]]
        assert set(tries(box, unit, *deeds)) <= {"EROFS", "EACCES"}
        assert tries(box, unit, ["make", f"{STATE}/x"]) == ["ok"]
        status = box.run("cat /proc/$(systemctl show -P MainPID nghi-truong-backup)/status").stdout
        masks = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert int(masks["CapEff"], 16) == 1 << 2  # CAP_DAC_READ_SEARCH
    finally:
        box.run(f"systemctl stop nghi-truong-backup; rm -rf {folder}; systemctl daemon-reload")


def test_the_stream_follows_the_ledger_is_restored_whole_and_tried_by_the_drill(box: Machine, hall: Appliance) -> None:
    begin(hall)
    box.run("cat > /etc/nghi-truong/litestream.yml", stdin=STREAM)
    box.run(f"install -d -o nghi-truong -g nghi-truong -m 700 {STICK}/replica")
    box.run("systemctl start nghi-truong-replication.service")
    seq = hall.did(CLERK, "CheckIn", member=name_of(8))["seq"]
    restore = f"/opt/nghi-truong/current/venv/bin/litestream restore -o /tmp/s.db file://{STICK}/replica/ledger.db"
    ask = "python3 -c \"import sqlite3; print(*sqlite3.connect('/tmp/s.db').execute('select max(seq) from entries'))\""

    def arrived() -> bool:
        said = box.run(f"rm -f /tmp/s.db*; {restore} && {ask}", check=False).stdout
        return f"({seq},)" in said

    box.wait_for(arrived, 30, "the entry to be streamed")
    assert box.run("systemctl is-active nghi-truong-replication nghi-truong-appliance").stdout.split() == ["active"] * 2
    box.run("cat > /etc/nghi-truong/backup.toml", stdin=f'replica = "{STICK}/replica"\n{SETTINGS}')
    assert runs(box, "backup") == GOOD
    assert runs(box, "drill") == GOOD, box.run("journalctl -u nghi-truong-drill --no-pager").stdout
    tried = json.loads(box.run(f"cat {STATE}/drill.json").stdout)["targets"]
    assert [(each["name"], each["ok"]) for each in tried] == [("usb", True), ("stream", True)]


def test_a_box_that_was_lost_is_restored_by_one_command_and_runs(box: Machine, hall: Appliance) -> None:
    begin(hall)
    assert runs(box, "backup") == GOOD
    box.run(f"systemctl stop 'nghi-truong*'; rm -rf {DATA}/* {DATA}/.??*")
    said = box.run("nghi-truong restore --from usb").stdout
    assert "restored from usb" in said
    box.run("systemctl start nghi-truong-appliance")
    box.wait_for(lambda: box.run("cat /var/lib/nghi-truong/activity.json", check=False).returncode == 0, 20, "a start")
    assert box.run(f"stat -c '%U %a' {DATA} {DATA}/ledger.db {DATA}/appliance.key").stdout.splitlines() == [
        "nghi-truong 750",
        "nghi-truong 640",
        "nghi-truong 600",
    ]
    assert hall.did(CLERK, "CheckIn", member=name_of(9))["seq"] > 5
