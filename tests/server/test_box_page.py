"""The machine for the technician, its clock, and what is refused while the clock is unset."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from appliance.adapters.line_socket import ask
from appliance.adapters.memory_registry import MemoryRegistry
from appliance.box.journal import SOURCES as READER_SOURCES
from appliance.core.refusals import Code, Fault
from appliance.server.box_wire import SOURCES
from appliance.services.readiness_facts import ClockFacts, HostFacts, Measured, PowerFacts, UpsFacts
from appliance.services.timekeeping import Timekeeping
from tests.house import announce_poll, cast, convene, open_poll, sit
from tests.server.running import WAIT_SECONDS, Running

RIGHT = datetime(2026, 12, 18, 1, tzinfo=UTC)
DOCUMENTS = ("/minutes", "/print/attendance", "/print/count-minutes?election=e1", "/print/invitation", "/print/agenda")


class AClock:
    """A machine whose clock nothing speaks for until somebody sets it."""

    def __init__(self, server: Running) -> None:
        self.facts = ClockFacts(watched=True)
        self.host = HostFacts()
        self.put: list[datetime] = []
        self.broken = False
        self.server = server
        server.parts.measure = lambda: Measured(self.measured())
        server.parts.timekeeping = server.on_hub(
            lambda: Timekeeping(server.parts.chamber, lambda: self.facts, self.set)
        )

    def measured(self) -> HostFacts:
        return replace(self.host, clock=self.facts)

    def set(self, utc: datetime) -> None:
        if self.broken:
            raise Fault(Code.CLOCK_NOT_SETTABLE, "no such socket")
        self.put.append(utc)
        self.facts = ClockFacts(watched=True, set_by_hand=True)


@pytest.fixture
def machine(server: Running) -> AClock:
    return AClock(server)


def get(server: Running, session: requests.Session, path: str) -> requests.Response:
    return session.get(f"{server.base}{path}", timeout=WAIT_SECONDS)


def put(server: Running, session: requests.Session, utc: datetime | str, **more: Any) -> Any:
    at = utc if isinstance(utc, str) else utc.isoformat()
    return session.post(f"{server.base}/api/box/clock", json={"utc": at, **more}, timeout=WAIT_SECONDS).json()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_document_is_issued_with_an_unset_clock_and_the_refusal_says_what_to_do(
    server: Running, machine: AClock, path: str
) -> None:
    clerk = server.sign_in("clerk")
    answer = get(server, clerk, path)
    assert (answer.status_code, answer.json()["refusal"]) == (409, "clock-unset")
    assert "đặt giờ" in answer.json()["messages"]["vi"]
    read = clerk.get(f"{server.base}{path}", headers={"Accept": "text/html"}, timeout=WAIT_SECONDS)
    assert read.status_code == 409
    assert "Tình trạng máy" in read.text


def test_a_sheet_to_sign_by_hand_is_there_without_a_clock_and_bears_no_date(server: Running, machine: AClock) -> None:
    clerk = server.sign_in("clerk")
    blank = get(server, clerk, "/print/attendance?blank=1")
    assert blank.status_code == 200
    assert f"năm {datetime.now(UTC).year}" not in blank.text


def test_a_whole_vote_is_held_with_an_unset_clock_and_the_record_says_that_its_times_are_doubtful(
    server: Running, machine: AClock
) -> None:
    announce_poll(cast(open_poll(sit(convene(server), present=5)), yes=3, no=1))
    assert server.state.polls["p1"].state == "announced"
    assert server.parts.chamber.time_doubtful


def test_a_readiness_report_waits_for_the_clock_and_says_so_in_red(server: Running, machine: AClock) -> None:
    technician = server.sign_in("technician")
    orders = f"{server.base}/api/readiness/orders"
    technician.post(orders, json={"do": "begin"}, timeout=WAIT_SECONDS)
    refused = technician.post(orders, json={"do": "finish"}, timeout=WAIT_SECONDS).json()
    assert refused["refusal"] == "clock-unset"
    assert get(server, technician, "/api/readiness").json()["reports"] == []
    assert put(server, technician, RIGHT)["accepted"] is True
    assert technician.post(orders, json={"do": "finish"}, timeout=WAIT_SECONDS).json()["accepted"] is True


def test_a_technician_sets_the_clock_and_documents_are_issued_again(server: Running, machine: AClock) -> None:
    technician, clerk = server.sign_in("technician"), server.sign_in("clerk")
    before = get(server, technician, "/api/box").json()
    assert (before["clock"]["unset"], before["settable"], before["sitting"]) == (True, True, False)
    assert put(server, technician, RIGHT)["accepted"] is True
    assert machine.put == [RIGHT]
    assert get(server, technician, "/api/box").json()["clock"]["unset"] is False
    assert get(server, clerk, "/minutes").status_code == 200
    store = server.parts.sign_in.registry.store
    assert isinstance(store, MemoryRegistry)
    notes = [note for note in store.notes if note.what == "SetClock"]
    assert [(note.by, "2026-12-18T01:00" in note.after) for note in notes] == [("technician", True)]


def test_nobody_else_sets_it(server: Running, machine: AClock) -> None:
    for who in ("chair", "clerk", "auditor", "m01", "hall"):
        assert put(server, server.sign_in(who), RIGHT)["refusal"] == "not-allowed"
    assert machine.put == []


def test_never_in_a_sitting(server: Running, machine: AClock) -> None:
    sit(convene(server), present=5)
    technician = server.sign_in("technician")
    assert get(server, technician, "/api/box").json()["sitting"] is True
    assert put(server, technician, datetime.now(UTC) + timedelta(hours=1))["refusal"] == "clock-sitting-open"
    assert machine.put == []


def test_behind_the_record_only_when_sure(server: Running, machine: AClock) -> None:
    convene(server)
    technician = server.sign_in("technician")
    early = datetime.now(UTC) - timedelta(hours=1)
    assert put(server, technician, early)["refusal"] == "clock-before-record"
    assert machine.put == []
    assert put(server, technician, early, sure=True)["accepted"] is True


@pytest.mark.parametrize(
    ("utc", "code"),
    [("1999-01-01T00:00:00Z", "clock-implausible"), ("2026-12-18T08:00:00", "malformed"), ("noon", "malformed")],
)
def test_what_cannot_be_the_time_is_not_set(server: Running, machine: AClock, utc: str, code: str) -> None:
    assert put(server, server.sign_in("technician"), utc)["refusal"] == code
    assert machine.put == []


def test_a_helper_that_does_not_answer_is_said_to_and_the_clock_stays_unset(server: Running, machine: AClock) -> None:
    machine.broken = True
    technician = server.sign_in("technician")
    assert put(server, technician, RIGHT)["refusal"] == "clock-not-settable"
    assert get(server, technician, "/api/box").json()["clock"]["unset"] is True


def test_the_chair_is_told_what_matters_and_hears_when_it_is_over(server: Running, machine: AClock) -> None:
    machine.host = HostFacts(
        temperature=85.0,
        free_bytes=1 << 20,
        power=PowerFacts(low_now=True, low_before=True, slowed=True),
        ups=UpsFacts("OB DISCHRG"),
    )
    chair, technician = server.enter("chair"), server.sign_in("technician")
    get(server, technician, "/api/box")
    told = chair.wait_for("push", lambda p: len(p["changed"].get("alerts") or []) == 5)["changed"]["alerts"]
    assert [alert["code"] for alert in told] == ["disk", "ups", "power", "heat", "clock"]
    assert server.on_hub(lambda: server.parts.screens.around.alerts[0].since) == told[0]["since"]
    machine.host = HostFacts()
    put(server, technician, datetime.now(UTC))
    get(server, technician, "/api/box")
    after = chair.wait_for("push", lambda p: [a["code"] for a in p["changed"].get("alerts") or []] == ["power"])
    assert after["changed"]["alerts"][0]["since"] == told[2]["since"]


def test_delegates_and_the_hall_are_told_nothing_of_it(server: Running, machine: AClock) -> None:
    for who in ("m01", "hall"):
        assert "alerts" not in get(server, server.sign_in(who), "/api/snapshot").json()["view"]


@pytest.fixture
def watcher(server: Running, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A watching service behind a real socket: it answers with what stands under the question."""
    answers: dict[str, Any] = {}
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "watch"))
    listening.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as file:
                asked = json.loads(file.readline())
                answers.setdefault("asked", []).append(asked)
                file.write(json.dumps(answers.get(asked["ask"], {"error": "no"})).encode())

    thread = threading.Thread(target=serve)
    thread.start()
    server.parts.ask_box = lambda question: ask(tmp_path / "watch", question)
    yield answers
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(WAIT_SECONDS)


def test_the_technician_sees_units_disks_and_releases(server: Running, watcher: dict[str, Any]) -> None:
    watcher["status"] = {
        "name": "hoitruong",
        "units": [{"unit": "nghi-truong-panels.service", "state": "failed", "restarts": 3}],
        "release": {"version": "0.2.0", "commit": "abc", "schema": "0004"},
        "previous": {"version": "0.1.0"},
        "of a later version": 1,
    }
    server.enter("m01")
    page = get(server, server.sign_in("technician"), "/api/box").json()
    assert page["machine"]["units"][0]["restarts"] == 3
    assert (page["machine"]["release"]["version"], page["machine"]["previous"]["version"]) == ("0.2.0", "0.1.0")
    assert page["clients"] == {"delegates": 1, "desks": 0, "halls": 0}


@pytest.mark.parametrize("said", [{"error": "no bus"}, {"units": 7}])
def test_the_page_stands_without_the_watching_service(
    server: Running, watcher: dict[str, Any], said: dict[str, Any]
) -> None:
    watcher["status"] = said
    answer = get(server, server.sign_in("technician"), "/api/box")
    assert (answer.status_code, answer.json()["machine"], answer.json()["watched"]) == (200, None, True)


def test_the_technician_reads_the_journal_and_nobody_else_does(server: Running, watcher: dict[str, Any]) -> None:
    line = {"at": "2026-12-18T01:00:00.000Z", "unit": "nghi-truong-panels.service", "level": 4, "text": "a line"}
    watcher["journal"] = {"lines": [line]}
    path = "/api/box/journal?source=panels&level=warning"
    assert get(server, server.sign_in("technician"), path).json() == {"lines": [line]}
    assert watcher["asked"][-1] == {"ask": "journal", "source": "panels", "level": "warning", "lines": 200}
    for who in ("chair", "clerk", "auditor", "m01", "hall"):
        assert get(server, server.sign_in(who), path).status_code == 403


def test_the_journal_is_only_asked_for_what_it_gives(server: Running, watcher: dict[str, Any]) -> None:
    technician = server.sign_in("technician")
    assert get(server, technician, "/api/box/journal?source=ssh").json()["refusal"] == "malformed"
    assert "asked" not in watcher
    assert get(server, technician, "/api/box/journal").json()["refusal"] == "box-silent"
    assert set(SOURCES) == set(READER_SOURCES)


def test_metrics_tell_of_the_machine_and_only_on_this_machine(server: Running, machine: AClock) -> None:
    machine.host = HostFacts(temperature=51.5, free_bytes=9)
    get(server, server.sign_in("technician"), "/api/box")
    told = get(server, server.http(), "/metrics").text
    for line in (
        "appliance_clock_unset 1.0",
        "appliance_temperature_celsius 51.5",
        "appliance_free_bytes 9.0",
        "appliance_undervoltage NaN",
        "appliance_sitting_open 0.0",
    ):
        assert line in told.splitlines()
    passed_on = server.http().get(
        f"{server.base}/metrics", headers={"X-Forwarded-For": "10.77.0.9"}, timeout=WAIT_SECONDS
    )
    assert passed_on.status_code == 404
