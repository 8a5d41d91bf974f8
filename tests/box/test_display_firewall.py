"""A Pi that is nothing but a screen, on the hall's wire: the role's own rules in a real kernel, asked by a tablet.

The tablet's place has two addresses, a tablet's and a technician's: who comes from where is all that the rules go by.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.beds.wires import Network, Wire
from tests.beds.zones import ROOT, rendered

AMONG_TABLETS, AT_THE_DESK = "10.77.0.60", "192.168.79.3"
LISTENING = ("22", "80", "443", "5900", "9222")


class Screen:
    """The screen's machine and a tablet, joined by one wire."""

    def __init__(self) -> None:
        self.network = Network(f"nd{os.getpid()}", [Wire("eth1", "tablet", "10.77.0.30/24")])
        self._started: list[subprocess.Popen[str]] = []

    def words(self, who: str, *words: str) -> list[str]:
        name = self.network.name if who == "screen" else self.network.namespace_of(who)
        return ["ip", "netns", "exec", name, *words]

    def run(self, who: str, *words: str, stdin: str | None = None) -> str:
        command = self.words(who, *words)
        return subprocess.run(command, input=stdin, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()

    def ask(self, who: str, *question: str) -> str:
        return self.run(who, sys.executable, "-m", "tests.beds.questions", *question)

    def start(self, who: str, *question: str) -> None:
        command = self.words(who, sys.executable, "-m", "tests.beds.questions", *question)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self._started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")

    def end(self) -> None:
        for process in self._started:
            process.kill()
            process.communicate()
        self.network.down()


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    screen = Screen()
    try:
        screen.network.up()
        for address in (AMONG_TABLETS, AT_THE_DESK):
            screen.run("screen", "ip", "addr", "add", f"{address}/24", "dev", "eth1")
        screen.run("tablet", "ip", "addr", "add", "192.168.79.2/24", "dev", "eth0")
        rules = rendered("hall_display", "nftables.conf", ansible_managed="")
        screen.run("screen", "nft", "-f", "-", stdin=rules)
        screen.start("screen", "serve", *LISTENING)
        screen.start("screen", "parrot", "1", "2000")
        screen.start("tablet", "serve", "443", "8080")
        yield screen
    finally:
        screen.end()


def test_a_tablet_gets_no_answer_from_the_screen_at_any_port(screen: Screen) -> None:
    assert screen.ask("tablet", "ports", AMONG_TABLETS) == ""
    assert screen.ask("tablet", "datagrams", AMONG_TABLETS, "1", "2000") == ""


def test_the_technician_reaches_ssh_and_nothing_else(screen: Screen) -> None:
    assert screen.ask("tablet", "ports", AT_THE_DESK) == "22"
    assert screen.ask("tablet", "datagrams", AT_THE_DESK, "1", "2000") == ""


def test_the_screen_reaches_the_boxs_page_and_nothing_else(screen: Screen) -> None:
    assert screen.ask("screen", "reaches", "10.77.0.30", "443") == "open"
    assert screen.ask("screen", "reaches", "10.77.0.30", "8080") == "silent"


def test_without_the_firewall_all_of_it_would_answer(screen: Screen) -> None:
    """Last of all: the tests above see what the rules do, not what was never there."""
    screen.run("screen", "nft", "flush", "ruleset")
    assert screen.ask("tablet", "ports", AMONG_TABLETS, "1", "10000") == " ".join(LISTENING)
    deadline = time.monotonic() + 20
    while len(screen.ask("tablet", "datagrams", AMONG_TABLETS, "1", "2000").split()) < 1900:
        assert time.monotonic() < deadline
