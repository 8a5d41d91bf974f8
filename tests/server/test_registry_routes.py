"""What is on file over HTTP: who may fetch it, lists in and out, the sheet of cards, the log of changes."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from appliance.adapters.spreadsheets import MAX_BYTES, write_csv, write_xlsx
from appliance.server.audit_page import leaves
from tests.server.running import Running

HEADING = ("Họ và tên", "Thôn", "Tổ", "Ghế")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def clerk(server: Running) -> requests.Session:
    return server.sign_in("clerk")


def give(server: Running, who: requests.Session, kind: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    command = str(uuid.uuid4())
    return command, who.post(f"{server.base}/api/commands", json={"type": kind, "id": command, **fields}).json()


def send(server: Running, who: requests.Session, data: bytes, name: str = "file") -> requests.Response:
    return who.post(f"{server.base}/api/desk/import", files={name: ("list.xlsx", data)})


def test_only_the_desk_is_shown_what_is_on_file(server: Running, clerk: requests.Session) -> None:
    found = clerk.get(f"{server.base}/api/desk/registry").json()
    assert len(found["members"]) == 5
    assert "hash" not in str(found)
    technician = server.sign_in("technician").get(f"{server.base}/api/desk/registry").json()
    assert technician["members"] == []
    assert [account["account"] for account in technician["accounts"] if account["yours"]] == ["technician"]
    for path in ("/api/desk/registry", "/api/desk/members.xlsx", "/print/cards", "/audit"):
        assert server.sign_in("chair").get(server.base + path).status_code == 403
        assert requests.get(server.base + path, timeout=20).status_code == 401


def test_a_list_is_looked_at_and_taken_over(server: Running, clerk: requests.Session) -> None:
    looked = send(server, clerk, write_xlsx("x", HEADING, [["Lê An", "Hạ", "Tổ 9", "B1"]])).json()
    assert (looked["clean"], looked["new"]) == (True, 1)
    before = len(clerk.get(f"{server.base}/api/desk/registry").json()["members"])
    _, answer = give(server, clerk, "ApplyImport", upload=looked["upload"], seen=looked["seen"])
    assert answer["accepted"]
    members = clerk.get(f"{server.base}/api/desk/registry").json()["members"]
    assert len(members) == before + 1
    for kind in ("xlsx", "csv"):
        kept = clerk.get(f"{server.base}/api/desk/members.{kind}")
        assert "attachment" in kept.headers["Content-Disposition"]
        assert send(server, clerk, kept.content).json()["same"] == len(members)


@pytest.mark.parametrize(
    ("data", "status", "refusal"),
    [
        (b"x" * (MAX_BYTES + 1), 413, "too-large"),
        (b"PK\x03\x04 cut off", 400, "sheet-unreadable"),
        (b"a,b\n1,2\n", 400, "sheet-no-names"),
        (b"", 400, "sheet-no-names"),
    ],
)
def test_what_is_no_list_is_refused(
    server: Running, clerk: requests.Session, data: bytes, status: int, refusal: str
) -> None:
    answer = send(server, clerk, data)
    assert (answer.status_code, answer.json()["refusal"]) == (status, refusal)


def test_a_form_without_a_file_is_malformed(server: Running, clerk: requests.Session) -> None:
    assert send(server, clerk, b"x", name="other").json()["refusal"] == "malformed"


def test_ten_thousand_lines_are_looked_at_and_the_wrong_ones_come_first(
    server: Running, clerk: requests.Session
) -> None:
    rows = [[f"Nguyễn Văn Số {number}", "", "Tổ 1", f"{number}"] for number in range(9_999)]
    looked = send(server, clerk, write_csv(HEADING, [*rows, ["=1+1", "", "", ""]])).json()
    assert (looked["total"], looked["wrong"], looked["clean"]) == (10_000, 1, False)
    assert looked["lines"][-1]["line"] == 10_001
    rows = [[f"Nguyễn Văn Số {number}", "", "Tổ 1", f"{number}"] for number in range(10_001)]
    assert send(server, clerk, write_csv(HEADING, rows)).json()["refusal"] == "sheet-unreadable"


def test_the_sheet_of_cards_is_shown_once_to_whoever_issued_them(server: Running, clerk: requests.Session) -> None:
    give(server, clerk, "SaveMember", name="<i>Hồ</i> Đào", member="x1")
    sheet, answer = give(server, clerk, "IssueCards", members=["x1"])
    assert answer["accepted"]
    page = clerk.get(f"{server.base}/print/cards", params={"sheet": sheet})
    assert page.status_code == 200
    assert "&lt;i&gt;Hồ&lt;/i&gt; Đào" in page.text
    assert page.text.count("<svg") == 1
    assert "style=" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    again = clerk.get(f"{server.base}/print/cards", params={"sheet": sheet})
    assert again.status_code == 404
    assert "<svg" not in again.text


LONG = "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc xã Hồng Mẫu phụ trách công tác giám sát"


def test_the_log_says_who_changed_what_from_what_to_what(server: Running, clerk: requests.Session) -> None:
    give(server, clerk, "SaveGuest", name="<b>Mai</b>", guest="k7", title="Trưởng thôn")
    seen = next(g for g in clerk.get(f"{server.base}/api/desk/registry").json()["guests"] if g["guest"] == "k7")
    give(server, clerk, "SaveGuest", name="<b>Mai</b>", guest="k7", title="Bí thư", seen=seen["revision"])
    give(server, clerk, "SaveGuest", name="Mai", guest="k8", title=LONG)
    page = server.sign_in("auditor").get(f"{server.base}/audit").text
    assert "&lt;b&gt;Mai&lt;/b&gt;" in page
    assert "<del>Trưởng thôn</del> → <ins>Bí thư</ins>" in page
    assert "Trần Thị Mẫu (clerk)" in page
    assert LONG in page, "a log that cuts a text short is none"
    assert "SignIn" not in page


def test_whoever_may_not_read_the_log_is_shown_where_to_sign_in(server: Running) -> None:
    answer = requests.get(f"{server.base}/audit", headers={"Accept": "text/html"}, allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/clerk?next=%2Faudit")


def test_the_log_goes_into_lists_and_names_the_one_field_that_changed() -> None:
    facts = {
        "title": "Tờ trình",
        "versions": [{"state": "ready", "pages": 2}, {"state": "waiting"}],
        "rows": ["a", "b"],
    }
    assert dict(leaves(facts)) == {
        ("title",): "Tờ trình",
        ("versions", "1", "state"): "ready",
        ("versions", "1", "pages"): 2,
        ("versions", "2", "state"): "waiting",
        ("rows",): ["a", "b"],
    }
