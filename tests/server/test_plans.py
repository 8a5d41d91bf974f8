"""Meetings in preparation over HTTP: who is shown what, the printed papers, the import, from plan to meeting."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from icalendar import Calendar

from appliance.server.plans.routes import LARGEST
from appliance.services.agenda_import import COLUMNS
from appliance.services.plans import PlanKeeper
from tests.server.running import WAIT_SECONDS, Running

NOTE = "Chỉ bàn chủ tọa được đọc"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def server() -> Iterator[Running]:
    with Running() as running:
        keeper = PlanKeeper(running.parts.sign_in.registry, lambda call: call())
        running.on_hub(lambda: running.parts.chamber.listeners.append(keeper.told))
        yield running


def give(server: Running, session: requests.Session, kind: str, /, **fields: Any) -> dict[str, Any]:
    command = {"type": kind, "id": str(uuid.uuid4()), **fields}
    answer = session.post(f"{server.base}/api/commands", json=command, timeout=WAIT_SECONDS).json()
    assert isinstance(answer, dict)
    return answer


def get(server: Running, session: requests.Session, path: str) -> requests.Response:
    return session.get(server.base + path, timeout=WAIT_SECONDS)


@pytest.fixture
def clerk(server: Running) -> requests.Session:
    """The clerk, with a plan of two items: one with a note, one private with HTML in every field."""
    clerk = server.sign_in("clerk")
    sittings = [{"day": "2026-12-18", "starts": 450, "name": "Buổi sáng"}]
    head = {"title": "Kỳ họp thứ 3", "place": EVIL, "sittings": sittings}
    assert give(server, clerk, "CreatePlan", plan="k", kind="thematic", template=False, **head)["accepted"]
    item = {"plan": "k", "item": "a", "title": "Khai mạc", "note": NOTE, "starts": 480, "presenter": EVIL}
    assert give(server, clerk, "AddPlanItem", **item, polls=[{"poll": "p", "question": "Thông qua?"}])["accepted"]
    assert give(server, clerk, "AddPlanItem", plan="k", item="b", title="Việc kín", private=True)["accepted"]
    return clerk


def test_delegates_see_what_they_are_convened_to_and_never_the_chairs_notes(
    server: Running, clerk: requests.Session
) -> None:
    member, chair = server.sign_in("m01"), server.sign_in("chair")
    assert get(server, member, "/api/plans/upcoming").json() == {"meetings": []}
    assert get(server, member, "/print/agenda?plan=k").status_code == 404
    assert give(server, clerk, "SendInvitations", plan="k")["accepted"]
    told = get(server, member, "/api/plans/upcoming")
    assert [item["title"] for item in told.json()["meetings"][0]["items"]] == ["Khai mạc", "Việc kín"]
    assert NOTE not in told.text
    for path in ("/api/plans", "/api/desk/notes", "/print/invitation?plan=k", "/api/plans/agenda.xlsx?plan=k"):
        assert get(server, member, path).status_code == 403
        assert get(server, server.http(), path).status_code == 401
    assert get(server, chair, "/api/plans").json()["plans"][0]["items"][0]["note"] == NOTE


def test_a_plan_becomes_the_meeting_and_its_notes_go_to_the_presiding_table(
    server: Running, clerk: requests.Session
) -> None:
    answer = give(server, clerk, "ConveneMeeting", title="Kỳ họp thứ 3", plan="k")
    assert answer["accepted"]
    view = get(server, clerk, "/api/snapshot").json()["view"]
    assert [(i["item"], i["number"], i["private"]) for i in view["agenda"]] == [("a", "1", False), ("b", "2", True)]
    assert [poll["poll"] for poll in view["polls"]] == ["p"]
    assert get(server, clerk, "/api/desk/notes").json() == {"plan": "k", "notes": {"a": NOTE}}
    assert get(server, clerk, "/api/plans").json()["plans"][0]["ledger"] == server.state.ledger
    assert NOTE.encode() not in b"".join(body for _, _, body in server.ledger.rows(server.state.ledger))
    hall = get(server, server.sign_in("hall"), "/api/snapshot").json()["view"]["agenda"]
    assert [item["title"] for item in hall] == ["Khai mạc", ""]
    assert get(server, server.sign_in("m01"), "/api/snapshot").json()["view"]["agenda"][1]["title"] == "Việc kín"


def test_the_printed_papers_hold_the_text_as_text_and_leave_private_items_off_the_invitation(
    server: Running, clerk: requests.Session
) -> None:
    invitation = get(server, clerk, "/print/invitation?plan=k")
    assert invitation.headers["Content-Type"].startswith("text/html")
    for part in ("GIẤY MỜI", "Kỳ họp thứ 3", "07 giờ 30, ngày 18/12/2026", "Khai mạc"):
        assert part in invitation.text
    assert EVIL not in invitation.text
    assert "&lt;script&gt;" in invitation.text
    assert "Việc kín" not in invitation.text
    programme = get(server, clerk, "/print/agenda?plan=k").text
    assert "08 giờ 00" in programme
    assert NOTE not in invitation.text + programme
    assert get(server, clerk, "/print/agenda?plan=nothing").json()["refusal"] == "plan-unknown"


def test_what_is_printed_in_a_rehearsal_says_so(
    server: Running, clerk: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/print/invitation?plan=k", "/print/agenda?plan=k"):
        assert "DIỄN TẬP" not in get(server, clerk, path).text
    monkeypatch.setattr(server.parts, "rehearsal", True)
    for path in ("/print/invitation?plan=k", "/print/agenda?plan=k"):
        assert "DIỄN TẬP" in get(server, clerk, path).text


def test_anybody_may_subscribe_to_the_calendar_which_knows_only_what_was_announced(
    server: Running, clerk: requests.Session
) -> None:
    assert "VEVENT" not in get(server, server.http(), "/calendar.ics").text
    assert give(server, clerk, "SendInvitations", plan="k")["accepted"]
    answer = get(server, server.http(), "/calendar.ics")
    event = next(iter(Calendar.from_ical(answer.content).walk("VEVENT")))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert event["summary"] == "Kỳ họp thứ 3 – Buổi sáng"
    assert event.decoded("dtstart").isoformat() == "2026-12-18T00:30:00+00:00"
    assert "Việc kín" not in answer.text


def test_an_agenda_comes_and_goes_as_a_spreadsheet(server: Running, clerk: requests.Session) -> None:
    exported = get(server, clerk, "/api/plans/agenda.xlsx?plan=k")
    found = preview(server, clerk, exported.content)
    assert [row["cells"]["title"] for row in found["rows"]] == ["Khai mạc", "Việc kín"]
    assert all(row["item"] for row in found["rows"])
    items = [row["item"] for row in found["rows"]]
    seen = get(server, clerk, "/api/plans").json()["plans"][0]["revision"]
    assert give(server, clerk, "ImportAgenda", plan="k", seen=seen, items=items)["accepted"]
    assert len(get(server, clerk, "/api/plans").json()["plans"][0]["items"]) == 4


@pytest.mark.parametrize(
    ("body", "problem"), [(b"", "empty"), (b"PK\x03\x04 not a zip", None), (b"\xd0\xcf\x11\xe0old", "old-or-encrypted")]
)
def test_a_file_that_is_no_spreadsheet_is_told_and_changes_nothing(
    server: Running, clerk: requests.Session, body: bytes, problem: str | None
) -> None:
    found = preview(server, clerk, body)
    assert found["rows"] == []
    assert found["problem"] == problem if problem else found["problem"]


def test_a_file_that_is_too_large_is_refused(server: Running, clerk: requests.Session) -> None:
    url = f"{server.base}/api/plans/preview?plan=k"
    answer = clerk.post(url, data=b"x" * (LARGEST + 1), timeout=WAIT_SECONDS)
    assert answer.json()["refusal"] == "too-large"


def test_an_agenda_of_500_rows_is_shown_with_its_columns_in_any_order(server: Running, clerk: requests.Session) -> None:
    names = {field: spellings[0] for field, spellings in COLUMNS.items()}
    lines = "\n".join(f"Nội dung số {at};{at}" for at in range(1, 499))
    found = preview(server, clerk, f"{names['title']};{names['number']}\n{lines}".encode())
    assert len(found["rows"]) == 498
    assert found["problem"] == ""


def preview(server: Running, session: requests.Session, body: bytes) -> dict[str, Any]:
    url = f"{server.base}/api/plans/preview?plan=k"
    found = session.post(url, data=body, timeout=WAIT_SECONDS).json()
    assert isinstance(found, dict)
    return found
