"""A second box takes the first one's place: with the real appliance and litestream, and a poll that was running."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jinja2
import pytest

from appliance.box import databases
from tests.beds.backed_up import NAME, ROOT, Box
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.council import CHAIR, CLERK
from tests.house import name_of

Boxes = tuple[Box, Box, Path]
LITESTREAM = Path(sys.executable).with_name("litestream")
TEMPLATE = ROOT / "ansible" / "roles" / "backup" / "templates" / "litestream.yml"
pytestmark = pytest.mark.timeout(300)


def streaming(first: Box, to: Path) -> "subprocess.Popen[bytes]":
    """litestream with the very settings that the role writes, on this box's data."""
    settings = first.etc / "litestream.yml"
    variables = {"backup_replica": {"path": str(to)}, "backup_databases": str(first.data), "ansible_managed": "test"}
    settings.write_text(jinja2.Template(TEMPLATE.read_text(), undefined=jinja2.StrictUndefined).render(variables))
    with (first.folder / "litestream.log").open("wb") as log:
        return subprocess.Popen([LITESTREAM, "replicate", "-config", settings], stdout=log, stderr=log)


@contextmanager
def voted(first: Box, to: Path, ballots: int) -> Iterator[tuple[Appliance, "subprocess.Popen[bytes]"]]:
    """A poll that is open, with so many ballots, and the databases streamed to the other box."""
    with appliance(first.data) as house:
        first.did("backup")
        stream = streaming(first, to)
        try:
            house.open_poll(present=9)
            for i in range(1, ballots + 1):
                assert house.post(name_of(i), "CastBallot", poll=POLL, choice="for")["accepted"]
            yield house, stream
        finally:
            stream.kill()
            stream.wait()


def arrived(second: Box, replica: Path, seq: int) -> None:
    """Until the stream holds this entry."""
    deadline, trial = time.monotonic() + 30, second.folder / "trial.db"
    while time.monotonic() < deadline:
        for left in second.folder.glob("trial.db*"):
            left.unlink()
        done = subprocess.run(
            [LITESTREAM, "restore", "-o", trial, f"file://{replica}/ledger.db"], capture_output=True, check=False
        )
        end = databases.head(trial) if done.returncode == 0 else None
        if end is not None and end.seq >= seq:
            return
        time.sleep(0.05)
    raise AssertionError(f"entry {seq} never arrived")


@pytest.fixture
def boxes(tmp_path: Path) -> tuple[Box, Box, Path]:
    """The first, the standby with the first one's repository, and the folder for the stream."""
    first, second = Box.made(tmp_path / "first"), Box.made(tmp_path / "second")
    replica = second.folder / "var" / "nghi-truong-standby" / "replica"
    first.did("backup", "--prepare")
    take_address = ["sh", "-c", f"echo the address is ours >> {second.told}"]
    standby = {
        "replica": str(replica),
        "files": "usb",
        "warm": str(replica.with_name("warm")),
        "activate": [take_address],
    }
    second.configure(target={"repository": str(first.repository)}, standby=standby)
    shutil.copy(first.password, second.password)
    return first, second, replica


@contextmanager
def restarted(box: Box) -> Iterator[Appliance]:
    house = Appliance(box.data)
    try:
        house.start()
        yield house
    finally:
        house.close()


def test_the_standby_goes_on_with_the_ledger_and_a_running_poll_is_void_and_repeated(boxes: Boxes) -> None:
    first, second, replica = boxes
    paper = first.paper(b"To trinh")
    with voted(first, replica, ballots=5) as (house, stream):
        end = databases.head(first.data / "ledger.db")
        assert end is not None
        arrived(second, replica, end.seq)
        house.kill()
        stream.kill()
    assert "standby: ready" in second.did("standby")
    assert second.report("standby.json")["head"]["hash"] == end.hash
    assert "backs up once it has taken over" in second.did("backup")
    said = second.did("take-over", typed=f"{NAME}\n")
    assert f"head {end.hash}" in said
    assert second.told.read_text().splitlines() == [
        "stop nghi-truong.target", "the address is ours", "start nghi-truong.target",
    ]  # fmt: skip
    assert databases.holds(second.data / "ledger.db", end)
    for name in databases.NAMES:
        assert (second.data / name).stat().st_mode == (first.data / name).stat().st_mode, name
    assert (second.papers / paper.parent.name / "source").read_bytes() == b"To trinh"
    with restarted(second) as house:
        assert house.post(name_of(6), "CastBallot", poll=POLL, choice="for")["refusal"] == "poll-not-open"
        house.did(CHAIR, "RepeatPoll", poll=POLL, new_poll="p2", reason="Chuyển máy")
        house.did(CHAIR, "OpenPoll", poll="p2", override_quorum=True)
        house.did(name_of(6), "CastBallot", poll="p2", choice="for")
    went_on = second.tree()
    assert "has taken over before" in second.did("take-over", typed=f"{NAME}\n")
    assert "nothing to be kept ready" in second.did("standby")
    assert second.tree() == went_on  # the stream of the old box is older than what was voted since
    subprocess.run([sys.executable, "-m", "appliance", "verify-ledger", "--data", second.data], cwd=ROOT, check=True)


def test_with_the_head_that_a_person_read_off_the_old_box_the_poll_goes_on(boxes: Boxes) -> None:
    first, second, replica = boxes
    with voted(first, replica, ballots=5) as (house, _):
        end = databases.head(first.data / "ledger.db")
        assert end is not None
        arrived(second, replica, end.seq)
        house.kill()
    second.did("take-over", "--head-seen", end.hash[:16], typed=f"{NAME}\n")
    with restarted(second) as house:
        house.did(name_of(6), "CastBallot", poll=POLL, choice="for")
        house.did(CHAIR, "ClosePoll", poll=POLL)
        clerk = house.tablet(CLERK)
        clerk.until(lambda: clerk.view)
    assert databases.holds(second.data / "ledger.db", end)


def test_nothing_is_taken_over_while_the_old_box_answers_or_without_its_name(boxes: Boxes) -> None:
    first, second, replica = boxes
    with voted(first, replica, ballots=1) as (house, _):
        end = databases.head(first.data / "ledger.db")
        assert end is not None
        arrived(second, replica, end.seq)
    before = second.tree()
    assert second.run("take-over", typed="box\n").returncode == 1
    with socket.create_server(("127.0.0.1", 0)) as old:
        standby = {"replica": str(replica), "files": "usb", "warm": str(replica.with_name("warm"))}
        standby["old_box"] = f"127.0.0.1:{old.getsockname()[1]}"
        second.configure(target={"repository": str(first.repository)}, standby=standby)
        done = second.run("take-over", typed=f"{NAME}\n")
    assert (done.returncode, "still answers" in done.stderr) == (1, True)
    assert (second.tree(), second.told.exists(), house.process is not None) == (before, False, True)


def test_a_stream_that_was_spoiled_is_not_taken_over(boxes: Boxes) -> None:
    first, second, replica = boxes
    with voted(first, replica, ballots=1):
        end = databases.head(first.data / "ledger.db")
        assert end is not None
        arrived(second, replica, end.seq)
    for part in (path for path in (replica / "ledger.db").rglob("*.ltx") if path.stat().st_size > 200):
        with part.open("r+b") as file:
            file.seek(150)
            file.write(os.urandom(8))
    done = second.run("take-over", typed=f"{NAME}\n")
    assert done.returncode == 69, done.stderr
    assert not (second.data / "ledger.db").exists()
    assert not second.told.exists()


def test_a_drill_tries_the_stream_too(boxes: Boxes) -> None:
    first, second, replica = boxes
    with voted(first, replica, ballots=3) as (house, _):
        house.did(CHAIR, "ClosePoll", poll=POLL)
        end = databases.head(first.data / "ledger.db")
        assert end is not None
        arrived(second, replica, end.seq)
        deadline = time.monotonic() + 20
        while first.run("drill", "--replica", str(replica)).returncode != 0:
            assert time.monotonic() < deadline
    told = {each["name"]: each for each in first.report("drill.json")["targets"]}
    assert told["stream"]["head"]["seq"] >= end.seq


def test_a_box_that_is_nobodys_standby_says_so(tmp_path: Path) -> None:
    done = Box.made(tmp_path).run("take-over")
    assert (done.returncode, "nobody's standby" in done.stderr) == (1, True)


def test_a_standby_that_has_not_been_sent_any_files_yet_says_so_in_a_sentence(boxes: Boxes) -> None:
    first, second, _ = boxes
    shutil.rmtree(first.repository)
    for command in ("standby", "take-over"):
        done = second.run(command, typed=f"{NAME}\n")
        assert done.returncode == 69, done.stderr
        assert "holds no backups yet" in done.stderr
        assert "Traceback" not in done.stderr
