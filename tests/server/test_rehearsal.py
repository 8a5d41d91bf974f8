"""A rehearsal from the command line: the same pid and port, the record's file untouched, and a power cut in between."""

import signal
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

from appliance.adapters.mode_file import rehearsal_folder
from tests.demo.running import Process
from tests.server.test_main import PASSWORD, run

READY = "ready on "


class Kept:
    """The appliance on one data folder, with a clerk who signs in once."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process = Process("serve", "--data", str(data), "--port", "0")
        self.clerk = requests.Session()
        self.base = self.ready()
        form = {"account": "thu-ky", "password": PASSWORD}
        assert self.clerk.post(f"{self.base}api/sign-in", json=form, timeout=20).ok

    def ready(self) -> str:
        """Wait until it listens; the address."""
        return self.process.hear(READY).split()[-1]

    def give(self, kind: str, **fields: Any) -> dict[str, Any]:
        """One command by the clerk."""
        command = {"type": kind, "id": str(uuid.uuid4()), **fields}
        answer: dict[str, Any] = self.clerk.post(f"{self.base}api/commands", json=command, timeout=20).json()
        return answer

    def view(self) -> dict[str, Any]:
        """What the clerk's screen is shown."""
        snapshot: dict[str, Any] = self.clerk.get(f"{self.base}api/snapshot", timeout=20).json()["view"]
        return snapshot

    def record(self) -> dict[str, str]:
        """The record's ledger to the last byte, with whatever lies beside it."""
        return {file.name: sha256(file.read_bytes()).hexdigest() for file in self.data.glob("ledger*")}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = run(
        "create-account", "thu-ky", "--role", "clerk", "--name", "Thư ký", "--data", str(tmp_path), given=PASSWORD
    )
    assert made.returncode == 0, made.stderr
    kept = Kept(tmp_path)
    yield kept
    kept.clerk.close()
    kept.process.end(signal.SIGTERM)


def test_what_is_rehearsed_leaves_the_records_ledger_byte_identical(kept: Kept) -> None:
    assert kept.give("ConveneMeeting", title="Kỳ họp thứ 3")["accepted"]
    assert kept.give("AddItem", item="i1", number="1", title="Khai mạc")["accepted"]
    assert kept.give("EndRehearsal")["refusal"] == "not-rehearsing"
    assert kept.give("StartRehearsal")["accepted"]
    pid = kept.process.pid
    assert kept.ready() == kept.base
    assert kept.process.pid == pid
    before = kept.record()
    assert list(before) == ["ledger.db"], "the record's file is closed, and nobody holds it"

    assert kept.view()["health"]["rehearsal"], "also before a meeting is convened"
    assert kept.view().get("meeting") is None, "the record's meeting is not shown as if it were rehearsed"
    assert kept.give("StartRehearsal")["refusal"] == "already-rehearsing"
    assert kept.give("ConveneMeeting", title="Tập dượt")["accepted"]
    assert kept.give("AddItem", item="x1", number="1", title="Khai mạc thử")["accepted"]
    assert kept.view()["meeting"]["rehearsal"]
    assert kept.record() == before

    assert kept.give("EndRehearsal")["accepted"]
    kept.ready()
    assert kept.view()["meeting"]["title"] == "Kỳ họp thứ 3"
    assert not kept.view()["meeting"].get("rehearsal")
    assert [item["item"] for item in kept.view()["agenda"]] == ["i1"]
    kept.process.end(signal.SIGTERM)
    assert kept.record() == before
    told = run("verify-ledger", "--data", str(kept.data))
    assert told.returncode == 0, told.stdout


def test_a_power_cut_in_a_rehearsal_comes_back_in_it_and_says_so(kept: Kept) -> None:
    assert kept.give("StartRehearsal")["accepted"]
    kept.ready()
    assert kept.give("ConveneMeeting", title="Tập dượt")["accepted"]
    kept.process.end(signal.SIGKILL)
    kept.process = Process("serve", "--data", str(kept.data), "--port", "0")
    kept.base = kept.ready()
    assert kept.view()["meeting"]["title"] == "Tập dượt"
    assert kept.view()["health"]["rehearsal"]


def test_a_rehearsals_ledger_in_the_records_place_is_not_served(kept: Kept) -> None:
    assert kept.give("StartRehearsal")["accepted"]
    kept.ready()
    assert kept.give("ConveneMeeting", title="Tập dượt")["accepted"]
    assert kept.give("EndRehearsal")["accepted"]
    kept.ready()
    kept.process.end(signal.SIGTERM)
    (rehearsal_folder(kept.data) / "ledger.db").replace(kept.data / "ledger.db")
    kept.process = Process("serve", "--data", str(kept.data), "--port", "0")
    assert kept.process.ended() == 69
    assert any("rehearsal" in line for line in kept.process.said)
