"""What systemd hears from a process of ours: a real datagram socket in its place."""

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.adapters.notify import UNWATCHED_SECONDS, Notify


@dataclass
class Systemd:
    """The other end."""

    listening: socket.socket
    address: str

    def heard(self) -> list[str]:
        """All lines since the last time."""
        lines: list[str] = []
        while True:
            try:
                lines += self.listening.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines


@pytest.fixture(params=["file", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.setblocking(False)
        name = str(tmp_path / "notify")
        one.bind(name if request.param == "file" else f"\0{name}")
        yield Systemd(one, name if request.param == "file" else f"@{name}")


@dataclass
class Clock:
    """Monotonic seconds that stand still."""

    now: float = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_the_first_sign_of_life_says_ready_and_later_ones_come_no_oftener_than_wanted(systemd: Systemd) -> None:
    clock = Clock()
    notify = Notify(systemd.address, 15.0, clock)
    notify.alive()
    assert systemd.heard() == ["READY=1", "WATCHDOG_USEC=15000000", "WATCHDOG=1"]
    clock.now += 4.9
    notify.alive()
    assert systemd.heard() == []
    clock.now += 0.1
    notify.alive()
    assert systemd.heard() == ["WATCHDOG=1"]
    notify.stopping()
    assert systemd.heard() == ["STOPPING=1"]


def test_who_begins_anew_asks_for_time_and_takes_its_own_measure_again(systemd: Systemd) -> None:
    notify = Notify(systemd.address, 15.0)
    notify.alive()
    systemd.heard()
    notify.begins_anew(180)
    assert systemd.heard() == ["WATCHDOG_USEC=180000000", "WATCHDOG=1"]
    Notify(systemd.address, 15.0).alive()
    assert "WATCHDOG_USEC=15000000" in systemd.heard()


def test_where_nobody_watches_it_is_ready_and_asks_for_no_watch(systemd: Systemd) -> None:
    notify = Notify(systemd.address)
    notify.alive()
    notify.begins_anew(180)
    assert systemd.heard() == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert notify.every == UNWATCHED_SECONDS


def test_the_environment_says_who_is_watched_and_keeps_it_for_the_next_life(
    systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert Notify.from_environment().every == 10
    assert Notify.from_environment().every == 10, "a server that begins anew reads it once more"
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert Notify.from_environment().every == UNWATCHED_SECONDS, "another process is watched"


def test_nobody_listens_and_nothing_fails(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody")):
        notify = Notify(address, 15.0)
        notify.alive()
        notify.stopping()
