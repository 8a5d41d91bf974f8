"""The machine that the other tests of the box rely on: what it enforces, what it keeps, and what it may not touch."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.beds.machine import Machine
from tests.beds.wires import NAMESPACES, Wire

SYS_TIME: Final = 1 << 25


@pytest.fixture(scope="module")
def box() -> Iterator[Machine]:
    with Machine("b4-test", wires=[Wire("hall0", "tablet", "10.77.0.50/24")]) as machine:
        yield machine


def test_it_cannot_set_the_clock_that_all_machines_here_share(box: Machine) -> None:
    effective = box.run("grep -h CapEff /proc/self/status /proc/1/status").stdout.split()[1::2]
    assert len(effective) == 2
    assert not any(int(mask, 16) & SYS_TIME for mask in effective)


def test_the_limits_of_a_unit_are_enforced(box: Machine) -> None:
    greedy = box.run("systemd-run --wait -p MemoryMax=30M python3 -c 'bytearray(200_000_000)'", check=False)
    assert "status=KILL" in greedy.stderr
    many = "import threading, time\nfor _ in range(9): threading.Thread(target=time.sleep, args=(1,)).start()"
    assert box.run(["systemd-run", "--wait", "-p", "TasksMax=5", "python3", "-c", many], check=False).returncode != 0
    device = box.run("systemd-run --wait -p DevicePolicy=strict sh -c 'echo x > /dev/full'", check=False)
    assert device.returncode != 0


def test_its_disk_outlives_a_power_loss_and_what_was_in_memory_does_not(box: Machine) -> None:
    box.run("echo kept > /root/note; echo gone > /run/note")
    box.power_loss()
    box.boot()
    assert box.run("cat /root/note").stdout == "kept\n"
    assert box.run("test -e /run/note", check=False).returncode == 1


def test_a_client_reaches_it_over_its_wire_also_after_a_boot(box: Machine) -> None:
    box.reboot()
    box.run("ip addr add 10.77.0.1/24 dev hall0")
    hello = "import socket; print(socket.create_connection(('10.77.0.1', 22), 5).recv(3))"
    assert "SSH" in subprocess.check_output(box.from_client("tablet", ["python3", "-c", hello]), text=True)


def test_nothing_of_it_is_left() -> None:
    with Machine("b4-gone", wires=[Wire("hall0", "tablet", "10.77.0.50/24")]) as machine:
        root = machine.root
        assert (NAMESPACES / "b4-gone-tablet").exists()
    assert not root.exists()
    assert not list(NAMESPACES.glob("b4-gone*"))
    assert not list(Path("/sys/fs/cgroup").glob("*/nsp-b4-gone"))
