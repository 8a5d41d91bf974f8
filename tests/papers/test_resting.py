"""Whoever prepares a paper is stopped while a vote is open, with all that it has started, and goes on afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.papers.resting import LONGEST_SECONDS, Resting, voting
from tests.recordings.recorder_process import until

CHILD = "import signal; print('here', flush=True); signal.pause()"
FAMILY = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CHILD!r}]).wait()"


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A process with one child that runs its own program: until then, its parent waits for it and can't be stopped."""
    process = subprocess.Popen([sys.executable, "-c", FAMILY], start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == b"here\n"
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_it_and_its_children_rest_while_the_mark_is_there(worker: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    mark, family = tmp_path / "voting", [worker.pid, *_children(worker.pid)]
    resting = Resting(worker.pid, mark)
    assert not resting.look()
    mark.touch()
    assert resting.look()
    until(lambda: all(_is_stopped(pid) for pid in family))
    mark.unlink()
    assert not resting.look()
    until(lambda: not any(_is_stopped(pid) for pid in family))


def test_a_worker_that_rests_can_be_ended(worker: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    (tmp_path / "voting").touch()
    assert Resting(worker.pid, tmp_path / "voting").look()
    worker.kill()
    assert worker.wait() == -signal.SIGKILL


def test_one_that_has_ended_is_nobody_to_stop(worker: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    mark = tmp_path / "voting"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    resting = Resting(gone.pid, mark)
    mark.touch()
    resting.look()
    mark.unlink()
    assert not resting.look()


def test_a_mark_that_was_left_over_long_ago_stops_nobody(tmp_path: Path) -> None:
    mark = tmp_path / "voting"
    assert not voting(mark)
    mark.touch()
    assert voting(mark)
    old = mark.stat().st_mtime - LONGEST_SECONDS - 1
    os.utime(mark, (old, old))
    assert not voting(mark)


def test_whoever_is_started_before_the_stop_arrives_is_stopped_at_the_next_look(tmp_path: Path) -> None:
    mark = tmp_path / "voting"
    mark.touch()
    program, pipe = [sys.executable, "-c", f"input(); {FAMILY}"], subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, start_new_session=True) as late:
        assert late.stdin is not None
        assert late.stdout is not None
        resting = Resting(late.pid, mark)
        assert resting.look()
        os.kill(late.pid, signal.SIGCONT)
        late.stdin.write(b"\n")
        late.stdin.flush()
        assert late.stdout.readline() == b"here\n"
        (child,) = _children(late.pid)
        assert resting.look()
        until(lambda: _is_stopped(child))
        os.killpg(late.pid, signal.SIGKILL)
