"""The hall display's unit on a machine under systemd: it stays under its own limits, and shows what it is told.

The browser is a double that speaks as Chromium does over its pipe; the real one in the same sandbox is in the trials of
ansible/roles/hall_display. What the double cannot pretend is where its process is, and what it may do there.
"""

from collections.abc import Iterator

import pytest

from tests.beds import tree
from tests.beds.inside import pid_of, shown, tries
from tests.beds.machine import Machine

UNIT = "nghi-truong-kiosk"
DOUBLE = r"""#!/usr/bin/python3
import json, os, sys
state = {"where": "https://hoitruong.lan/hall", "ready": "complete", "mounted": True, "text": False}
rest = b""
while more := os.read(3, 65536):
    rest += more
    while b"\0" in rest:
        line, _, rest = rest.partition(b"\0")
        asked = json.loads(line)
        answers = {
            "Target.getTargets": {"targetInfos": [{"targetId": "p", "type": "page"}]},
            "Target.attachToTarget": {"sessionId": "s"},
            "Runtime.evaluate": {"result": {"value": state}},
        }
        os.write(4, json.dumps({"id": asked["id"], "result": answers[asked["method"]]}).encode() + b"\0")
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Machine]:
    with Machine("c4-kiosk", binds=tree.binds()) as machine:
        tree.install(machine, "")
        machine.run("useradd --system --home-dir /var/lib/nghi-truong-kiosk --create-home nghi-truong-kiosk")
        machine.run(f"ln -s {tree.AT}/src /usr/local/lib/nghi-truong-kiosk")
        machine.run("cat > /usr/local/bin/double && chmod 755 /usr/local/bin/double", stdin=DOUBLE)
        machine.run(
            "cat > /etc/nghi-truong/kiosk.env",
            stdin="KIOSK_URL=https://hoitruong.lan/hall\nKIOSK_BROWSER=/usr/local/bin/double\nKIOSK_POWER=none\n",
        )
        machine.run(["systemctl", "start", f"{UNIT}.service"])
        yield machine


def test_the_browser_is_in_the_units_own_control_group_where_its_limits_hold(box: Machine) -> None:
    """A session of logind would have moved both out of it, and neither memory nor addresses would be limited."""
    group = box.run(["cat", f"/proc/{pid_of(box, UNIT)}/cgroup"]).stdout
    (memory,) = [line for line in group.splitlines() if ":memory:" in line]
    assert memory.endswith(f"/nghi-truong-background.slice/{UNIT}.service")
    box.wait_for(lambda: int(shown(box, UNIT, "TasksCurrent")["TasksCurrent"]) >= 2, 30, "the browser in its group")
    assert tries(box, UNIT, ["allocate", 1400]) == ["killed"]


def test_it_reaches_the_buildings_addresses_and_no_others(box: Machine) -> None:
    box.run("ip link add far type veth peer name away && ip link set far up && ip link set away up")
    for address in ("203.0.113.1", "10.77.0.1"):
        box.run(f"ip addr add {address}/24 dev far")
    box.run("systemd-run --quiet --unit=answers python3 -m http.server 8000")
    both = "; ".join(f"s.create_connection(('{at}', 8000), 1)" for at in ("203.0.113.1", "10.77.0.1"))
    reach = f'python3 -c "import socket as s; {both}"'
    box.wait_for(lambda: box.run(reach, check=False).returncode == 0, 30, "somebody who answers")
    far, near = tries(box, UNIT, ["connect", "203.0.113.1", 8000], ["connect", "10.77.0.1", 8000])
    assert far != "ok"
    assert near == "ok"


def test_it_opens_no_keyboard_and_no_disk_and_reads_nobody_elses_data(box: Machine) -> None:
    box.run("mknod -m 666 /dev/sda b 8 0 2>/dev/null; mkdir -p /dev/input; mknod -m 666 /dev/input/event0 c 13 64")
    assert tries(box, UNIT, ["read", "/dev/sda"], ["read", "/dev/input/event0"]) == ["EPERM", "EPERM"]
    assert tries(box, UNIT, ["listing", "/var/lib/nghi-truong-papers"])[0] in {"EACCES", "ENOENT"}


def test_what_opens_the_screen_serves_the_screens_user_alone(box: Machine) -> None:
    """seatd itself is not on this machine; who may speak to it, the unit says."""
    unit = box.run(["systemctl", "show", "nghi-truong-seat.service", "--property=ExecStart"]).stdout
    assert "-u nghi-truong-kiosk -g nghi-truong-kiosk" in unit
    assert shown(box, UNIT, "PAMName") == {"PAMName": ""}
