"""The two small services that the technician's page asks, on a real machine under systemd.

The clock is never set here: a container's is its host's. What is tried is who may ask, and what becomes of nonsense.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.beds import tree
from tests.beds.machine import Machine

WATCH, CLOCK = "/run/nghi-truong-watch.socket", "/run/nghi-truong-clock.socket"
ASK = """
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.sendall(sys.argv[2].encode() + b"\\n")
line.shutdown(socket.SHUT_WR)
print(b"".join(iter(lambda: line.recv(65536), b"")).decode())
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Machine]:
    """A machine with the tree's units, and the technician's command from the tree."""
    with Machine("b6-watch", binds=tree.binds()) as machine:
        tree.install(machine, "")
        command = f'#!/bin/sh\nPYTHONPATH={tree.AT}/src exec python3 -B -m appliance.box "$@"\n'
        machine.run("cat > /usr/local/sbin/nghi-truong && chmod 755 /usr/local/sbin/nghi-truong", stdin=command)
        machine.run(["systemctl", "start", "nghi-truong-watch.socket", "nghi-truong-clock.socket"])
        machine.run("cat > /run/ask.py", stdin=ASK)
        yield machine


def ask(box: Machine, where: str, question: str, user: str = "nghi-truong") -> Any:
    done = box.run(["runuser", "-u", user, "--", "python3", "/run/ask.py", where, question], check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def test_the_appliance_is_told_of_units_disks_and_clock(box: Machine) -> None:
    told = ask(box, WATCH, '{"ask": "status"}')
    states = {unit["unit"]: unit["state"] for unit in told["units"]}
    assert states["nghi-truong-watch.socket"] == "active"
    assert states["nghi-truong-appliance.service"] == "inactive"
    assert states["systemd-journald.service"] == "active"
    assert told["disks"][0]["free"] > 0
    assert told["clock"]["set_by_hand"] is False


def test_it_reads_our_services_lines_out_of_the_journal_and_nobody_elses(box: Machine) -> None:
    box.run("systemd-run --wait --quiet --unit=nghi-truong-trial.service echo 'a line, password=hunter2'")
    box.run("systemd-run --wait --quiet --unit=stranger.service echo 'a line of a stranger'")
    box.run("journalctl --sync")
    texts = [line["text"] for line in ask(box, WATCH, '{"ask": "journal"}')["lines"]]
    assert "a line, password=…" in texts
    assert not [text for text in texts if "stranger" in text or "hunter2" in text]
    for asked in ('{"ask": "journal", "source": "ssh"}', "nonsense", ""):
        assert ask(box, WATCH, asked) == {"error": "not understood"}


@pytest.mark.parametrize("where", [WATCH, CLOCK])
@pytest.mark.parametrize("user", ["nghi-truong-portal", "nghi-truong-papers", "nobody"])
def test_nobody_but_the_appliance_may_ask(box: Machine, where: str, user: str) -> None:
    assert "PermissionError" in ask(box, where, "{}", user)


def test_what_is_no_time_sets_no_clock_and_leaves_no_mark(box: Machine) -> None:
    for asked in ("nonsense", '{"utc": 0}'):
        assert ask(box, CLOCK, asked) == {"error": "not understood"}
    soon = json.dumps({"utc": 0, "monotonic": float(box.run("cut -d' ' -f1 /proc/uptime").stdout)})
    assert "error" in ask(box, CLOCK, soon)
    assert box.run("test -e /run/nghi-truong-clock/set", check=False).returncode != 0


def test_what_may_set_the_clock_may_do_nothing_else(box: Machine) -> None:
    asked = ("--property=CapabilityBoundingSet", "--property=ProtectSystem", "--property=PrivateNetwork", "--value")
    told = box.run(["systemctl", "show", *asked, "nghi-truong-clock@0.service"]).stdout.split()
    assert sorted(told) == sorted(["cap_sys_time", "strict", "yes"])
