"""What the technician is told of units, disks, releases and the journal, and what of the journal nobody is told."""

import fnmatch
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.box import journal, status
from appliance.box.units import units

SHOWN = """\
Id=nghi-truong-panels.service
Description=Nghị Trường: panels
LoadState=loaded
ActiveState=active
SubState=running
Result=success
NRestarts=2
UnitFileState=enabled
ActiveEnterTimestampMonotonic=40000000
InactiveEnterTimestampMonotonic=39000000
MemoryCurrent=41943040

Id=nghi-truong-papers.service
LoadState=loaded
ActiveState=failed
SubState=failed
Result=watchdog
NRestarts=0
ActiveEnterTimestampMonotonic=0
InactiveEnterTimestampMonotonic=90000000
MemoryCurrent=[not set]

Id=NetworkManager.service
LoadState=not-found
ActiveState=inactive

Id=nghi-truong-dnsmasq@hall.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
NRestarts=7

Id=systemd-networkd.service
LoadState=loaded
ActiveState=active
MemoryCurrent=18446744073709551615
"""


LISTED = """\
nghi-truong-panels.service   enabled enabled
nghi-truong-papers.service   enabled enabled
nghi-truong-watch@.service   static  -
nghi-truong.slice            static  -
"""
ZONES = "nghi-truong-dnsmasq@hall.service loaded activating auto-restart Nghị Trường: addresses and names (hall)\n"
SYSTEMD = Path(__file__).parents[2] / "systemd"


def line(message: Any, **more: Any) -> str:
    said = {"__REALTIME_TIMESTAMP": "1797555600123456", "_SYSTEMD_UNIT": "nghi-truong-recorder.service"}
    return json.dumps({**said, "PRIORITY": "6", "MESSAGE": message, **more})


class ASystem:
    """Answers as systemctl and journalctl do, and remembers what it was asked."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        self.asked: list[Sequence[str]] = []

    def __call__(self, command: Sequence[str]) -> str:
        self.asked.append(command)
        if command[0] != "systemctl":
            return "\n".join(self.lines)
        return SHOWN if "show" in command else ZONES if "list-units" in command else LISTED


def test_units_as_systemd_has_them() -> None:
    system = ASystem()
    found = units(system, lambda: 100.0)
    asked = set(system.asked[-1])
    assert {"nghi-truong-panels.service", "nghi-truong-dnsmasq@hall.service", "systemd-networkd.service"} < asked
    assert "nghi-truong-watch@.service" not in asked
    names, panels, papers, network = found
    assert [u["unit"] for u in found[1:3]] == ["nghi-truong-panels.service", "nghi-truong-papers.service"]
    assert (panels["restarts"], panels["since_seconds"], panels["memory_bytes"]) == (2, 60, 41943040)
    assert (papers["state"], papers["result"], papers["since_seconds"]) == ("failed", "watchdog", 10)
    assert (names["unit"], names["restarts"]) == ("nghi-truong-dnsmasq@hall.service", 7)
    assert (network["unit"], network["memory_bytes"]) == ("systemd-networkd.service", None)


def _installed() -> set[str]:
    """The units that the roles bring, as the journal names them."""
    return {file.name.replace("@.", "@hall.") for file in SYSTEMD.glob("*.service")}


def test_what_the_journal_is_asked_for_is_what_the_box_has() -> None:
    """A role that gives its service another name is found here, and not in a hall by an empty page."""
    ours = [word.removeprefix("--unit=") for words in journal.SOURCES.values() for word in words if "nghi" in word]
    unheard = [pattern for pattern in ours if not fnmatch.filter(_installed(), pattern)]
    assert not unheard
    # Of the kiosk, and of what answers one question, the lines are among all.
    rest = {
        "nghi-truong-kiosk.service",
        "nghi-truong-seat.service",
        "nghi-truong-watch@hall.service",
        "nghi-truong-clock@hall.service",
    }
    named = {name for pattern in ours if pattern != "nghi-truong*" for name in fnmatch.filter(_installed(), pattern)}
    assert named == _installed() - rest


def test_the_whole_of_a_box(tmp_path: Path) -> None:
    for name in ("current", "previous"):
        folder = tmp_path / "opt/nghi-truong" / name
        folder.mkdir(parents=True)
        (folder / "release.json").write_text(json.dumps({"version": name, "commit": "c", "files": {"a": "b"}}))
    found = status.answer(b'{"ask": "status"}', ASystem(), tmp_path)
    assert found["release"] == {"version": "current", "commit": "c", "schema": None}
    assert found["previous"]["version"] == "previous"
    assert found["disks"][0]["free"] <= found["disks"][0]["total"]
    assert found["drill"] is None
    assert any("nghi-truong-papers.service" in text and "failed" in text for text in status.lines(found))


def test_a_machine_that_has_nothing_of_it_is_told_of_all_the_same(tmp_path: Path) -> None:
    def no_systemd(_: Sequence[str]) -> str:
        raise FileNotFoundError("systemctl")

    found = status.status(no_systemd, tmp_path)
    assert (found["units"], found["release"], found["memory"]) == ([], None, None)
    assert status.lines(found)


@pytest.mark.parametrize(
    "asked",
    [b"", b"status", b"[]", b"{}", b'{"ask": "journal", "source": "ssh"}', b'{"ask": "journal", "level": "x"}',
     b'{"ask": "journal", "source": "--file=/etc/shadow"}', b'{"ask": "journal", "lines": "many"}', b"[" * 4000],
)  # fmt: skip
def test_what_may_not_be_asked_runs_nothing(asked: bytes) -> None:
    system = ASystem()
    assert status.answer(asked, system) == {"error": "not understood"}
    assert system.asked == []


def test_the_journal_gives_the_last_lines_of_our_services_and_no_more_than_that() -> None:
    system = ASystem(line("the take has begun"), "no line", line(None), line([78, 104, 195, 169, 27]))
    found = status.answer(b'{"ask": "journal", "source": "recorder", "lines": 100000}', system)["lines"]
    assert [said["text"] for said in found] == ["the take has begun", "", "Nhé "]
    assert found[0] | {"text": ""} == {
        "at": "2026-12-18T01:00:00.123Z", "unit": "nghi-truong-recorder.service", "level": 6, "text": "",
    }  # fmt: skip
    command = system.asked[0]
    assert "--lines=500" in command
    assert "--unit=nghi-truong-recorder.service" in command
    assert not any("ssh" in word for word in command)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("push to rtmp://live.example/app/abcd-secret failed", "push to rtmp://live.example/… failed"),
        ("sftp://backup:hunter2@nas.lan/repo", "sftp://…@nas.lan/repo"),
        ('{"card": "k3J9xQ", "pin": "2846"}', '{"card": "…", "pin": "…"}'),
        ("password=bình-minh, retry", "password=…, retry"),
        ("Cookie: nghi_truong=9f8e7d", "Cookie: …"),
        ("token 0123456789abcdef0123456789abcdef is gone", "token … is gone"),
        ("reference 4f2a91bc: GET /minutes", "reference 4f2a91bc: GET /minutes"),
        ("poll p1 opened by nghi-truong-appliance.service", "poll p1 opened by nghi-truong-appliance.service"),
    ],
)
def test_no_secret_leaves_the_journal(said: str, shown: str) -> None:
    assert journal.without_secrets(said) == shown
