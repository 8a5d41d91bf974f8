"""A copy that is on its way rests while a vote is open, and goes on; one that would have to rest too long is ended."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.box import restic
from appliance.box.restic import GaveWay

LIVES = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
while not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.01)
"""


def started(folder: Path) -> "subprocess.Popen[bytes]":
    """A process that ends well once there is `may-end`."""
    alive = folder / "alive"
    process = subprocess.Popen([sys.executable, "-c", LIVES, alive, folder / "may-end"], start_new_session=True)
    until(alive.exists)
    return process


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def state(process: "subprocess.Popen[bytes]") -> str:
    """As the kernel has it: T is stopped."""
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(") ", 1)[1][0]


def test_it_is_stopped_while_a_vote_is_open_and_ends_well_afterwards(tmp_path: Path) -> None:
    process, vote = started(tmp_path), tmp_path / "vote"
    vote.touch()
    codes: list[int] = []
    attending = threading.Thread(
        target=lambda: codes.append(restic._attend(process, lambda: "a poll is open" if vote.exists() else "", 60))
    )
    attending.start()
    until(lambda: state(process) == "T")
    (tmp_path / "may-end").touch()
    assert process.poll() is None
    vote.unlink()
    attending.join(20)
    assert codes == [0]


def test_it_is_ended_when_the_vote_lasts_longer_than_its_patience(tmp_path: Path) -> None:
    process = started(tmp_path)
    with pytest.raises(GaveWay, match="a poll is open"):
        restic._attend(process, lambda: "a poll is open", 0.0)
    assert process.poll() is not None
