"""What the panels process does when the other side is silent, skips something or talks nonsense."""

import queue
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import msgspec
import pytest

from appliance.panels.link import Connected, Link, Lost, Told, backoff
from tests.house import House
from tests.panels.hall import SECONDS, RunningPanels, ServedHouse


class ScriptedServer:
    """A server that says what it is told to say, and hears."""

    def __init__(self, path: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(1)
        self.listener.settimeout(SECONDS)

    def accept(self) -> None:
        """The next connection."""
        self.sock, _ = self.listener.accept()
        self.sock.settimeout(SECONDS)
        self.lines = self.sock.makefile("rb")

    def say(self, **line: Any) -> None:
        """One line."""
        self.sock.sendall(msgspec.json.encode(line) + b"\n")

    def hear(self, kind: str) -> Any:
        """The next line of this kind."""
        while line := self.lines.readline():
            said = msgspec.json.decode(line)
            if kind in said:
                return said[kind]
        raise AssertionError(f"gone without {kind}")

    def hang_up(self) -> None:
        """End the connection."""
        self.lines.close()
        self.sock.close()


@pytest.fixture
def scripted(path: Path) -> Iterator[ScriptedServer]:
    """A scripted server, listening."""
    server = ScriptedServer(path)
    yield server
    server.listener.close()


SEAT = {"seat": "A1", "member": "m01", "standing": "present", "entitled": True}
POLL = {"poll": "p1", "state": "open", "method": "electronic", "question": "not read"}
SNAPSHOT: dict[str, Any] = {
    "ledger": "l",
    "seq": 5,
    "role": "panels",
    "name": "panels",
    "view": {"meeting": {"sitting": "s1"}, "poll": POLL, "health": {}, "seats": [SEAT]},
}


def test_a_push_that_does_not_follow_makes_it_ask_for_the_snapshot(
    scripted: ScriptedServer, fit: Callable[..., RunningPanels]
) -> None:
    panels = fit("A1")
    scripted.accept()
    assert scripted.hear("hello") == {"protocol": 2, "seats": ["A1"], "simulated": True}
    scripted.say(snapshot=SNAPSHOT)
    panels.wait_for("A1", "waiting")
    scripted.say(push={"ledger": "l", "seq": 8, "prev": 7, "changed": {"poll": None}, "happened": []})
    assert scripted.hear("want") == "snapshot"
    scripted.say(push={"ledger": "l", "seq": 9, "prev": 8, "changed": {}, "happened": []})
    scripted.say(snapshot={**SNAPSHOT, "seq": 9, "view": {**SNAPSHOT["view"], "poll": {**POLL, "state": "held"}}})
    panels.wait_for("A1", "held")
    scripted.hang_up()


def test_a_line_that_cannot_be_read_ends_the_connection_and_the_next_one_is_made(
    scripted: ScriptedServer, fit: Callable[..., RunningPanels]
) -> None:
    panels = fit("A1")
    scripted.accept()
    scripted.say(snapshot=SNAPSHOT)
    panels.wait_for("A1", "waiting")
    scripted.say(snapshot={"ledger": 7})
    panels.wait_for("A1", "offline")
    scripted.hang_up()
    scripted.accept()
    scripted.say(snapshot=SNAPSHOT)
    panels.wait_for("A1", "waiting")
    scripted.hang_up()


def test_a_server_that_says_nothing_is_as_good_as_gone(scripted: ScriptedServer, path: Path) -> None:
    told: queue.SimpleQueue[Told] = queue.SimpleQueue()
    link = Link(path, told.put, silence_seconds=0.2)
    assert not link.send(b"nobody is there\n")
    link.start()
    assert told.get(timeout=SECONDS) == Connected()
    assert told.get(timeout=SECONDS) == Lost("the server has said nothing for 0.2 s")
    link.close()


def test_tries_come_less_and_less_often_but_never_less_than_every_few_seconds() -> None:
    waits = backoff()
    seconds = [next(waits) for _ in range(50)]
    assert seconds[0] < 0.2
    assert all(1 < wait < 3 for wait in seconds[10:])


def test_a_panels_process_that_hangs_is_noticed_and_taken_back_when_it_goes_on(
    polling: House, serve: Callable[..., ServedHouse], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.server.line_client.SILENCE_SECONDS", 2.5)
    served = serve(polling)
    process = subprocess.Popen([sys.executable, "-m", "tests.panels.alone", str(path), "A1"])
    try:
        served.wait_for_light("A1", "waiting")
        process.send_signal(SIGSTOP)
        served.wait_for_state(lambda state: not state.online, "it hangs")
        process.send_signal(SIGCONT)
        served.wait_for_state(lambda state: state.online, "it goes on")
    finally:
        process.kill()
        process.wait(SECONDS)
