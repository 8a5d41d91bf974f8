"""What the technician is told of units, disks, releases and the journal, and what of the journal nobody is told."""

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

Id=dnsmasq.service
LoadState=not-found
ActiveState=inactive

Id=nghi-truong-watch@3-41-0.service
LoadState=loaded
ActiveState=active

Id=nginx.service
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
        return SHOWN if "show" in command else LISTED


def test_units_as_systemd_has_them() -> None:
    system = ASystem()
    found = units(system, lambda: 100.0)
    assert {"nghi-truong-panels.service", "nginx.service"} < set(system.asked[1])
    assert "nghi-truong-watch@.service" not in system.asked[1]
    assert [u["unit"] for u in found] == ["nghi-truong-panels.service", "nghi-truong-papers.service", "nginx.service"]
    panels, papers, nginx = found
    assert (panels["restarts"], panels["since_seconds"], panels["memory_bytes"]) == (2, 60, 41943040)
    assert (papers["state"], papers["result"], papers["since_seconds"]) == ("failed", "watchdog", 10)
    assert nginx["memory_bytes"] is None


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
