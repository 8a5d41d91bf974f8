"""A box that was lost is there again, on a bare machine; its ledger is verified before anything moves."""

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.box import databases, restoring
from appliance.box.backup_settings import Settings
from appliance.box.copying import COPY
from appliance.box.replacing import replace_folder
from tests.beds.backed_up import NAME, PASSWORD, Box
from tests.faults.appliance_process import Appliance, appliance
from tests.faults.council import CHAIR, CLERK
from tests.house import name_of

# Each call of restic derives its key anew, on purpose slowly.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    made = Box.made(tmp_path / "old")
    made.did("backup", "--prepare")
    return made


@pytest.fixture
def bare(tmp_path: Path, box: Box) -> Box:
    """Another machine with the same stick in it, set up by the play; nobody has typed the password yet."""
    made = Box.made(tmp_path / "new", password=False)
    shutil.rmtree(made.stick)
    made.stick.symlink_to(box.stick)
    made.configure(target={"repository": str(box.repository)})
    return made


@contextmanager
def coming_and_going(house: Appliance, members: range) -> Iterator[None]:
    """The ledger is being written all the time."""
    over = threading.Event()

    def go() -> None:
        while not over.is_set():
            for command in ("CheckIn", "CheckOut"):
                for i in members:
                    house.did(CLERK, command, member=name_of(i))

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sitting(house: Appliance) -> None:
    house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
    house.did(CLERK, "AddItem", item="i1", number="1", title="Nội dung 1")
    house.did(CHAIR, "OpenSitting")


def test_a_bare_box_goes_on_where_the_backup_was_made_while_the_ledger_was_being_written(box: Box, bare: Box) -> None:
    paper = box.paper(b"To trinh")
    with appliance(box.data) as house:
        sitting(house)
        with coming_and_going(house, range(1, 9)):
            box.did("backup")
        house.kill()
    secret = bare.folder / "typed"
    secret.write_text(PASSWORD)
    said = bare.did("restore", "--from", "usb", "--password-file", str(secret))
    assert "good: " in said
    assert bare.told.read_text().splitlines() == ["stop nghi-truong.target", "start nghi-truong.target"]
    end = databases.head(bare.data / "ledger.db")
    assert end is not None
    assert databases.holds(box.data / "ledger.db", end)
    assert (bare.papers / paper.parent.name / "source").read_bytes() == b"To trinh"
    key = bare.data / "appliance.key"
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == ((box.data / "appliance.key").read_bytes(), 0o600)
    again = Appliance(bare.data)
    try:
        again.start()
        assert again.did(CLERK, "CheckIn", member=name_of(20))["seq"] == end.seq + 1
    finally:
        again.close()


def test_the_settings_of_the_new_box_stay_and_those_of_the_backup_are_laid_beside(box: Box, bare: Box) -> None:
    with appliance(box.data) as house:
        sitting(house)
    (box.etc / "recorder.toml").write_text("camera = 1\n")
    box.did("backup")
    shutil.copy(box.password, bare.password)
    bare.did("restore", "--from", "usb")
    assert not (bare.etc / "recorder.toml").exists()
    (beside,) = bare.state.glob("settings-*")
    assert (beside / "etc" / "recorder.toml").read_text() == "camera = 1\n"
    assert beside.stat().st_mode & 0o077 == 0


def test_the_lists_of_recordings_come_back_and_go_along_again(tmp_path: Path, box: Box, bare: Box) -> None:
    takes = box.folder / "var" / "nghi-truong-recorder" / "takes"
    (takes / "t1").mkdir(parents=True)
    (takes / "t1" / "manifest.jsonl").write_text('{"line": 1}\n')
    box.configure(manifests=[str(takes / "*" / "manifest.jsonl")])
    box.did("backup")
    shutil.copy(box.password, bare.password)
    bare.did("restore", "--from", "usb")
    assert (bare.state / "manifests" / "t1" / "manifest.jsonl").read_text() == '{"line": 1}\n'
    bare.did("backup")
    third = Box.made(tmp_path / "third")
    third.configure(target={"repository": str(box.repository)})
    third.did("restore", "--from", "usb")
    assert (third.state / "manifests" / "t1" / "manifest.jsonl").read_text() == '{"line": 1}\n'


def test_what_is_restored_belongs_to_whom_it_belonged_also_where_their_number_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"data": "/data", "databases": {}, "folders": [], "settings": []}
    page["numbers"] = {"users": {"nghi-truong": 4242}, "groups": {"nghi-truong-papers": 4243}}
    (tmp_path / "data" / COPY).mkdir(parents=True)
    (tmp_path / "data" / COPY / "backup.json").write_text(json.dumps(page))
    shelf, paper = tmp_path / "shelf", tmp_path / "shelf" / "source"
    shelf.mkdir()
    paper.touch()
    for path, mode in ((shelf, 0o2770), (paper, 0o640)):
        os.chown(path, 4242, 4243)
        path.chmod(mode)
    here = {"users": {"nghi-truong": 5252}, "groups": {"nghi-truong-papers": 5253}}
    monkeypatch.setattr(restoring, "numbers", lambda: here)
    restoring.Found(Settings(box_name=NAME), tmp_path)
    told = [(each.stat().st_uid, each.stat().st_gid, each.stat().st_mode & 0o7777) for each in (shelf, paper)]
    assert told == [(5252, 5253, 0o2770), (5252, 5253, 0o640)]


def test_what_was_there_is_put_aside_only_when_its_name_is_typed(box: Box) -> None:
    with appliance(box.data) as house:
        sitting(house)
    box.did("backup")
    with appliance(box.data) as house:
        house.did(CLERK, "CheckIn", member=name_of(1))
    before = box.tree()
    assert box.run("restore", "--from", "usb", typed="something\n").returncode == 1
    assert box.tree() == before
    box.did("restore", "--from", "usb", typed=f"{NAME}\n")
    (aside,) = box.data.parent.glob(".before-*-nghi-truong")
    assert databases.head(aside / "ledger.db") != databases.head(box.data / "ledger.db")
    assert (aside / "appliance.key").read_bytes() == (box.data / "appliance.key").read_bytes()


def test_a_backup_whose_ledger_is_not_good_changes_nothing(box: Box, bare: Box) -> None:
    with appliance(box.data) as house:
        sitting(house)
    with closing(sqlite3.connect(box.data / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER entries_no_update")
        ledger.execute("UPDATE entries SET body = CAST(replace(body, 'thứ 3', 'thứ 4') AS BLOB) WHERE seq = 1")
    box.did("backup")
    shutil.copy(box.password, bare.password)
    with appliance(bare.data) as house:
        house.did(CLERK, "ConveneMeeting", title="Kỳ họp khác")
    before = bare.tree()
    done = bare.run("restore", "--from", "usb", "--yes")
    assert (done.returncode, "NOT good" in done.stderr) == (69, True)
    assert (bare.tree(), bare.told.exists(), list(bare.data.parent.glob(".restore-*"))) == (before, False, [])


def test_a_restore_does_not_end_a_vote_and_does_not_work_beside_an_appliance(box: Box) -> None:
    with appliance(box.data) as house:
        sitting(house)
        box.did("backup")
        house.did(CLERK, "CheckIn", member=name_of(1))
        done = box.run("restore", "--from", "usb", "--yes")  # this systemctl stops nobody
        assert (done.returncode, "still runs" in done.stderr) == (69, True)
        house.did(CLERK, "DraftPoll", item="i1", poll="p1", question="Thông qua?")
        house.did(CHAIR, "StartItem", item="i1")
        house.did(CHAIR, "OpenPoll", poll="p1", override_quorum=True)
        deadline = time.monotonic() + 20
        while box.run("restore", "--from", "usb", "--yes").returncode != 1:
            assert time.monotonic() < deadline
        assert house.post(name_of(1), "CastBallot", poll="p1", choice="for")["accepted"]


def test_a_wrong_password_and_an_unknown_place_are_told(box: Box, bare: Box) -> None:
    box.did("backup")
    secret = bare.folder / "typed"
    secret.write_text("another")
    assert "wrong password" in bare.run("restore", "--from", "usb", "--password-file", str(secret)).stderr
    done = bare.run("restore", "--from", "nobody")
    assert (done.returncode, "known: usb" in done.stderr) == (1, True)


def test_a_drill_restores_verifies_and_reports_and_leaves_nothing_behind(box: Box) -> None:
    paper = box.paper(b"To trinh")
    with appliance(box.data) as house:
        sitting(house)
        box.did("backup")
        house.did(CLERK, "CheckIn", member=name_of(1))
        assert "drill of usb: good" in box.did("drill")
    report = box.report("drill.json")
    (told,) = report["targets"]
    assert (report["ok"], told["papers"], told["backups"]) == (True, 1, 1)
    assert told["head"]["seq"] == 3
    assert told["oldest_file_at"] <= told["backup_at"]
    assert list((box.state / "drill").iterdir()) == []
    paper.write_bytes(b"something else")
    box.did("backup")
    done = box.run("drill")
    assert (done.returncode, f"the paper {paper.parent.name} is not what it was" in done.stderr) == (69, True)
    assert not box.report("drill.json")["ok"]


def test_a_drill_says_when_the_living_ledger_is_not_the_one_that_was_backed_up(box: Box) -> None:
    with appliance(box.data) as house:
        sitting(house)
    box.did("backup")
    for path in box.data.glob("ledger.db*"):
        path.unlink()
    with appliance(box.data) as house:
        sitting(house)
    done = box.run("drill")
    assert (done.returncode, "the living ledger has no entry" in done.stderr) == (69, True)


def test_a_folder_takes_anothers_place_and_the_old_one_is_put_aside(tmp_path: Path) -> None:
    old, new = tmp_path / "data", tmp_path / "fresh"
    for place in (old, new):
        place.mkdir()
        (place / "whose").write_text(place.name)
    old.chmod(0o750)
    aside = replace_folder(old, new, "20261122T101500")
    assert aside is not None
    assert ((old / "whose").read_text(), (aside / "whose").read_text()) == ("fresh", "data")
    assert (old.stat().st_mode & 0o777, new.exists()) == (0o750, False)
