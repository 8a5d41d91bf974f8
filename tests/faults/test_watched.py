"""What whoever watches over the server hears from it: the real process, a datagram socket in systemd's place."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.faults.appliance_process import Appliance

PATIENCE_SECONDS = 30


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE_SECONDS)
        yield listening


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[Appliance]:
    (tmp_path / "data").mkdir()
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
    made = Appliance(tmp_path / "data", environment=told)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def hear(systemd: socket.socket, enough: Callable[[list[str]], bool]) -> list[str]:
    """All lines until there are enough of them."""
    lines: list[str] = []
    deadline = monotonic() + PATIENCE_SECONDS
    while not enough(lines):
        assert monotonic() < deadline, lines
        lines += systemd.recv(4096).decode().split("\n")
    return lines


def test_it_says_that_it_is_ready_then_that_it_lives_and_at_last_that_it_ends(
    appliance: Appliance, systemd: socket.socket
) -> None:
    appliance.start()
    assert hear(systemd, lambda lines: lines.count("WATCHDOG=1") >= 4)[0] == "READY=1"
    appliance.stop()
    assert hear(systemd, lambda lines: "STOPPING=1" in lines)[-1] == "STOPPING=1"
