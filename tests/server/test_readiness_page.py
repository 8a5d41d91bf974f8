"""A technician's check from the first press to the sealed sheet, and all that can come between."""

import hashlib
import html
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from appliance.adapters.keys import ApplianceKey, check
from appliance.services import readiness_run
from appliance.services.readiness_facts import ClockFacts, HostFacts, Measured
from tests.house import convene, open_poll, sit
from tests.server.a_panels_process import HOUSE, APanelsProcess
from tests.server.running import WAIT_SECONDS, Client, Running

BUTTONS = ("for", "against", "abstain")
TWO = replace(HOUSE, buses=HOUSE.buses[:1], panels=(HOUSE.panels[0], HOUSE.panels[4]))
"""Two panels, both there: p1 at A1, gpio:A5 at A5."""


def ask(server: Running, session: requests.Session, do: str, **fields: Any) -> Any:
    body = {"do": do, **fields}
    return session.post(f"{server.base}/api/readiness/orders", json=body, timeout=WAIT_SECONDS).json()


def get(server: Running, session: requests.Session, path: str) -> requests.Response:
    return session.get(f"{server.base}{path}", timeout=WAIT_SECONDS)


def shown(desk: Client, fits: Any) -> Any:
    """The section, once it is so."""
    push = desk.wait_for("push", lambda p: p["changed"].get("readiness") and fits(p["changed"]["readiness"]))
    return push["changed"]["readiness"]


def pressed_through(boxes: APanelsProcess) -> None:
    for panel in boxes.house.panels:
        for button in BUTTONS:
            boxes.press(panel.serial, button)
            boxes.press(panel.serial, button, down=False)


def item(view: Any, name: str) -> Any:
    return next(i for i in view["items"] if i["item"] == name)


def test_a_whole_check_ends_in_a_sealed_report_that_anybody_can_verify(server: Running, tmp_path: Path) -> None:
    key = ApplianceKey(tmp_path / "appliance.key")
    server.parts.chamber.signer = key
    server.parts.measure = lambda: Measured(HostFacts(free_bytes=9 << 30, clock=ClockFacts(synchronised=True)))
    boxes = APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    desk = server.connect(technician)
    desk.wait_for("snapshot")
    assert ask(server, technician, "begin")["accepted"] is True
    assert boxes.house.testing is True
    pressed_through(boxes)
    view = shown(desk, lambda v: all(p["pressed"] == [True, True, True] for p in v["panels"]))
    assert [p["name"] for p in view["panels"]] == ["Nguyễn Văn Mẫu 1", "Nguyễn Văn Mẫu 5"]
    assert item(view, "lights")["light"] == "amber"
    assert ask(server, technician, "seen", serials=["p1", "gpio:A5"], lights=True)["accepted"] is True
    before = server.parts.chamber.head
    assert ask(server, technician, "open-poll")["accepted"] is True
    boxes.press("p1", "for")
    boxes.press("gpio:A5", "against")
    boxes.press("p1", "abstain")
    assert ask(server, technician, "finish")["refusal"] == "test-poll-open"
    assert ask(server, technician, "close-poll")["accepted"] is True
    assert ask(server, technician, "finish", note="Hàng 2 đã thay dây.")["accepted"] is True
    assert boxes.house.testing is False
    assert server.parts.chamber.head == before
    listed = get(server, technician, "/api/readiness").json()["reports"]
    assert [(r["by_name"], r["red"]) for r in listed] == [("Hồ Quang Mẫu", 0)]
    sealed = get(server, technician, f"/api/readiness/{listed[0]['report']}").json()
    report = sealed["report"]
    assert json.loads(sealed["text"]) == report | {"version": 1}
    assert {i["item"]: i["light"] for i in report["items"]}["test_poll"] == "green"
    assert (report["result"]["yes"], report["result"]["no"], report["result"]["abstain"]) == (0, 1, 1)
    digest = hashlib.sha256(sealed["text"].encode()).hexdigest()
    assert digest == sealed["sha256"]
    message = b"nghi-truong readiness 1\n" + digest.encode()
    assert sealed["key"] == key.public_key()
    assert check(sealed["key"], sealed["signature"], message)
    changed = sealed["text"].replace('"abstain":1', '"abstain":2')
    other = b"nghi-truong readiness 1\n" + hashlib.sha256(changed.encode()).hexdigest().encode()
    assert not check(sealed["key"], sealed["signature"], other)


def test_nothing_that_is_pressed_in_a_check_is_a_ballot(server: Running) -> None:
    boxes = APanelsProcess(server, TWO).join()
    sit(convene(server), present=5)
    technician = server.sign_in("technician")
    before = server.parts.chamber.head
    ask(server, technician, "begin")
    ask(server, technician, "open-poll")
    pressed_through(boxes)
    ask(server, technician, "close-poll")
    assert server.parts.chamber.head == before
    assert {o.do for o in boxes.orders} == {"test", "light"}


def test_a_vote_that_is_opened_stops_the_check_and_the_panels_vote_again(server: Running) -> None:
    boxes = APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    desk = server.connect(technician)
    desk.wait_for("snapshot")
    ask(server, technician, "begin")
    boxes.press("p1", "for")
    open_poll(sit(convene(server), present=5))
    stopped = shown(desk, lambda v: v["stage"] == "stopped")
    assert boxes.house.testing is False
    assert {p["serial"]: p["pressed"][0] for p in stopped["panels"]}["p1"] is True
    assert ask(server, technician, "begin")["refusal"] == "another-poll-running"
    assert ask(server, technician, "open-poll")["refusal"] == "readiness-not-running"
    assert ask(server, technician, "finish")["accepted"] is True


def test_a_check_goes_on_after_the_panels_process_was_away(server: Running) -> None:
    boxes = APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    desk = server.connect(technician)
    desk.wait_for("snapshot")
    ask(server, technician, "begin")
    boxes.press("p1", "for")
    boxes.leave()
    shown(desk, lambda v: v["stage"] == "stopped")
    boxes.tell(replace(TWO, testing=False))
    assert ask(server, technician, "begin")["accepted"] is True
    view = shown(desk, lambda v: v["stage"] == "pressing" and v["panels"] and v["panels"][0]["pressed"][0])
    assert view["by"] == "Hồ Quang Mẫu"


def test_one_check_at_a_time_and_none_that_was_dropped_is_kept(server: Running) -> None:
    boxes = APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    assert ask(server, technician, "finish")["refusal"] == "readiness-not-running"
    ask(server, technician, "begin")
    assert ask(server, technician, "begin")["refusal"] == "readiness-running"
    assert ask(server, technician, "close-poll")["refusal"] == "test-poll-not-open"
    assert ask(server, technician, "begin", at="now")["refusal"] == "malformed"
    assert ask(server, technician, "drop")["accepted"] is True
    assert boxes.house.testing is False
    assert get(server, technician, "/api/readiness").json()["reports"] == []


@pytest.mark.parametrize("who", ["clerk", "chair", "auditor", "m01", "hall"])
def test_the_technician_alone_checks_and_desks_may_read(server: Running, who: str) -> None:
    session = server.sign_in(who)
    assert ask(server, session, "begin")["refusal"] == "not-allowed"
    may = who in {"clerk", "chair", "auditor"}
    assert get(server, session, "/api/readiness").status_code == (200 if may else 403)
    assert get(server, session, "/api/readiness/none").status_code == (404 if may else 403)


def test_a_disk_that_refuses_the_report_leaves_the_check_as_it_was(server: Running) -> None:
    APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    ask(server, technician, "begin")
    store: Any = server.parts.sign_in.registry.store
    store.broken = True
    assert ask(server, technician, "finish")["refusal"] == "storage-fault"
    store.broken = False
    assert ask(server, technician, "finish")["accepted"] is True
    assert len(get(server, technician, "/api/readiness").json()["reports"]) == 1


def test_a_hall_without_panels_can_be_checked_too(server: Running) -> None:
    technician = server.sign_in("technician")
    assert ask(server, technician, "begin")["accepted"] is True
    assert ask(server, technician, "finish")["accepted"] is True
    report = get(server, technician, "/api/readiness").json()["reports"][0]["report"]
    items = get(server, technician, f"/api/readiness/{report}").json()["report"]["items"]
    assert {"panels": "none"}.items() <= {i["item"]: i["say"] for i in items}.items()


def test_a_check_that_nobody_goes_on_with_gives_the_panels_back(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness_run, "IDLE_SECONDS", -1.0)
    boxes = APanelsProcess(server, TWO).join()
    technician = server.sign_in("technician")
    desk = server.connect(technician)
    desk.wait_for("snapshot")
    ask(server, technician, "begin")
    server.on_hub(lambda: None)
    assert boxes.orders[-1].on is False
    assert ask(server, technician, "finish")["refusal"] == "readiness-not-running"


def test_the_report_names_the_meeting_that_runs(server: Running) -> None:
    convene(server)
    technician = server.sign_in("technician")
    ask(server, technician, "begin")
    ask(server, technician, "finish")
    line = get(server, technician, "/api/readiness").json()["reports"][0]
    assert (line["ledger"], line["meeting"]) == (server.state.ledger, server.state.title)
    assert get(server, technician, f"/api/readiness?ledger={server.state.ledger}").json()["reports"] == [line]
    assert get(server, technician, "/api/readiness?ledger=other").json()["reports"] == []


@pytest.mark.parametrize(("language", "title"), [("vi", "Báo cáo sẵn sàng"), ("en", "Readiness report")])
def test_the_sheet_is_in_the_readers_language_and_says_what_to_do(server: Running, language: str, title: str) -> None:
    boxes = APanelsProcess(server).join()
    technician = server.sign_in("technician")
    ask(server, technician, "begin")
    pressed_through(boxes)
    ask(server, technician, "finish", note="<b>dây</b>")
    report = get(server, technician, "/api/readiness").json()["reports"][0]["report"]
    technician.cookies.set("nghi_truong_lang", language)
    page = get(server, technician, f"/print/readiness/{report}").text
    assert title in page
    assert "&lt;b&gt;dây&lt;/b&gt;" in page
    assert server.parts.words.say(language, "readiness.do.bus") in html.unescape(page)  # type: ignore[arg-type]
    assert get(server, technician, "/print/readiness/none").status_code == 404


def test_the_audit_tells_of_a_report_without_its_text(server: Running) -> None:
    technician = server.sign_in("technician")
    ask(server, technician, "begin")
    ask(server, technician, "finish")
    lines = [note for _, note in server.parts.sign_in.registry.store.audit()]
    assert [(n.by, n.what) for n in lines if n.what == "BeginReadiness"] == [("technician", "BeginReadiness")]
    notes = [note for note in lines if note.what == "FinishReadiness"]
    told = json.loads(notes[0].after)["readiness_reports"]
    (fields,) = told.values()
    assert "text" not in fields
    assert {"verdict", "sha256", "by"} <= set(fields)
