"""Backups with the real restic: what goes along, when it waits, and what is said when the target is not what it was."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.beds.backed_up import NAME, Box
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.council import CHAIR, CLERK

# Each call of restic derives its key anew, on purpose slowly.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    made = Box.made(tmp_path)
    made.did("backup", "--prepare")
    return made


@contextmanager
def running(box: Box) -> Iterator[Appliance]:
    with appliance(box.data) as house:
        yield house


def settled(box: Box, **wanted: bool) -> None:
    """Until the appliance has said what is going on."""
    file, deadline = box.data / "activity.json", time.monotonic() + 20
    while any(json.loads(file.read_text())[name] is not value for name, value in wanted.items()):
        assert time.monotonic() < deadline, file.read_text()
        time.sleep(0.02)


def test_a_password_is_made_and_told_once_and_belongs_to_nobody_else(tmp_path: Path) -> None:
    box = Box.made(tmp_path, password=False)
    first = box.did("backup", "--prepare")
    made = box.password.read_text().strip()
    assert (made in first, box.password.stat().st_mode & 0o777) == (True, 0o600)
    again = box.did("backup", "--prepare")
    assert (made in again, box.password.read_text().strip()) == (False, made)


def test_a_backup_holds_what_cannot_be_made_again_and_never_a_certificate_authoritys_key(box: Box) -> None:
    box.paper(b"To trinh")
    (box.etc / "tls").mkdir()
    (box.etc / "tls" / "certificate-authority.pem").write_text("never")
    with running(box) as house:
        house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
        said = box.did("backup")
    assert "good, snapshot" in said
    listed = box.restic("ls", "latest")
    for wanted in (".copy/ledger.db", ".copy/registry.db", ".copy/papers.db", "appliance.key", "source", "backup.toml"):
        assert f"{wanted}\n" in listed, wanted
    for unwanted in ("certificate-authority", "backup.password", "nghi-truong/ledger.db", "-wal", "appliance.lock"):
        assert unwanted not in listed, unwanted
    assert box.report("backup.json")["targets"]["usb"]["ok"]
    assert time.time() - box.mark.stat().st_mtime < 60


def test_while_a_poll_is_open_nothing_is_copied_also_after_the_appliance_was_killed_in_it(box: Box) -> None:
    with running(box) as house:
        house.open_poll(present=5)
        settled(box, poll=True)
        assert box.run("backup").returncode == 75
        house.kill()
        done = box.run("backup")
        assert (done.returncode, "a poll is open" in done.stdout) == (75, True)
        assert (box.snapshots(), box.mark.exists()) == (0, False)
        house.start()
        house.did(CHAIR, "ClosePoll", poll=POLL)
        settled(box, poll=False)
        box.did("backup")
    assert (box.snapshots(), box.mark.exists()) == (1, True)


def test_a_secret_vote_and_a_word_that_cannot_be_read_make_it_wait_too(box: Box) -> None:
    for word in ('{"sitting": true, "poll": false, "secret": true}', "{", "[]"):
        (box.data / "activity.json").write_text(word)
        assert box.run("backup").returncode == 75
        assert box.run("drill").returncode == 75
    assert box.snapshots() == 0


def test_a_stick_that_is_not_plugged_in_is_told_of_and_the_mark_is_as_old_as_it_was(tmp_path: Path) -> None:
    box = Box.made(tmp_path, target={"mount": str(tmp_path / "stick")})
    assert box.run("backup", "--prepare").returncode == 69
    box.mark.touch()
    os.utime(box.mark, (1, 1))
    done = box.run("backup")
    assert (done.returncode, "plug the disk in" in done.stderr) == (69, True)
    assert (box.mark.stat().st_mtime, list(box.stick.iterdir())) == (1, [])
    assert box.report("backup.json")["targets"]["usb"]["away"]


def test_a_stick_that_may_lie_in_the_safe_does_not_hold_up_the_others(tmp_path: Path) -> None:
    box = Box.made(tmp_path)
    text = box.settings.read_text()
    away = f'[[target]]\nname = "safe"\nrepository = "{tmp_path}/safe/restic"\nmount = "{tmp_path}/safe"\n'
    box.settings.write_text(f"{text}{away}optional = true\n")
    box.did("backup", "--prepare")
    said = box.run("backup")
    assert (said.returncode, "plug the disk in" in said.stderr, box.mark.exists()) == (0, True, True)
    box.settings.write_text(f"{text}{away}")
    os.utime(box.mark, (1, 1))
    assert (box.run("backup").returncode, box.mark.stat().st_mtime) == (69, 1)
    assert box.report("backup.json")["targets"]["usb"]["ok"]


def test_a_full_stick_is_told_of_and_the_next_backup_is_good_once_there_is_room(tmp_path: Path) -> None:
    box = Box.made(tmp_path, target={"mount": str(tmp_path / "stick")})
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", box.stick], check=True)
    try:
        box.did("backup", "--prepare")
        box.paper(os.urandom(6 << 20))
        done = box.run("backup")
        assert (done.returncode, "no space left" in done.stderr, box.mark.exists()) == (69, True, False)
        subprocess.run(["mount", "-o", "remount,size=64m", box.stick], check=True)
        box.did("backup")
        box.did("verify", "--all")
        assert box.mark.exists()
    finally:
        subprocess.run(["umount", box.stick], check=True)


def test_one_byte_that_was_overwritten_in_a_repository_is_found(box: Box) -> None:
    box.paper(os.urandom(200_000))
    box.did("backup")
    box.did("verify", "--all")
    pack = max((box.repository / "data").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    pack.chmod(0o600)
    with pack.open("r+b") as file:
        file.seek(1000)
        (byte,) = file.read(1)
        file.seek(1000)
        file.write(bytes([byte ^ 1]))
    done = box.run("verify", "--all")
    assert (done.returncode, "BAD" in done.stderr) == (69, True)
    assert not box.report("verify.json")["targets"]["usb"]["ok"]


def test_a_backup_that_the_power_cut_off_does_not_keep_the_next_one_out(box: Box) -> None:
    box.paper(os.urandom(30 << 20))
    words = ["setsid", "python3", "-m", "appliance.box", "backup", "--settings", str(box.settings)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    data, deadline = box.repository / "data", time.monotonic() + 30
    while not any(path.is_file() for path in data.rglob("*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    for pid in _family(process.pid):
        os.kill(pid, 9)
    process.wait()
    box.did("backup")
    box.did("verify", "--all")
    assert box.snapshots() == 1


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]


def test_old_backups_and_what_a_restore_put_aside_long_ago_go_and_the_newest_stay(box: Box) -> None:
    for _ in range(3):
        box.did("backup")
    old, fresh = (box.data.parent / f".before-{stamp}-nghi-truong" for stamp in ("20200101T000000", "29990101T000000"))
    for aside in (old, fresh):
        aside.mkdir()
    box.configure(keep={"last": 2})
    box.did("retention")
    assert (box.snapshots(), old.exists(), fresh.exists()) == (2, False, True)


def test_a_wipe_asks_for_the_boxs_name_and_leaves_the_backups(box: Box) -> None:
    with running(box) as house:
        house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
    box.paper(b"To trinh")
    box.did("backup")
    before = box.tree()
    assert box.run("wipe", typed="hoi-truong\n").returncode == 1
    assert (box.tree(), box.told.exists()) == (before, False)
    said = box.did("wipe", typed=f"{NAME}\n")
    assert "What is not promised" in said
    assert box.told.read_text() == "stop nghi-truong.target\n"
    left = [path for place in (box.data, box.papers, box.etc, box.state) for path in place.iterdir()]
    assert (left, box.snapshots()) == ([], 1)


def test_a_box_whose_settings_are_wrong_says_where(box: Box) -> None:
    box.settings.write_text(box.settings.read_text() + "nobody_knows = 1\n")
    done = box.run("backup")
    assert (done.returncode, "nobody_knows" in done.stderr) == (1, True)
