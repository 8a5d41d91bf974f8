"""Excuses and what was handed in with them, the hall's picture of the room code, and the sheet that is signed."""

from typing import Any

from appliance.core import commands as c
from appliance.server import attendance_page
from tests.house import CHAIR, CLERK, convene, draft, fresh_id, name_of, sit
from tests.server.running import Running

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FAR = "2099-12-18"


def give(server: Running, session: Any, kind: str, **fields: Any) -> Any:
    return session.post(f"{server.base}/api/commands", json={"type": kind, "id": fresh_id(), **fields}).json()


def sent(server: Running, who: str = "m01", day: str = FAR, **fields: Any) -> tuple[Any, str]:
    """A delegate who has sent an excuse, and its name."""
    tablet = server.sign_in(who)
    assert give(server, tablet, "SendExcuse", day=day, reason="đi khám bệnh", **fields)["accepted"]
    return tablet, listed(server, tablet)[0]["excuse"]


def listed(server: Running, session: Any) -> list[Any]:
    found: list[Any] = session.get(f"{server.base}/api/excuses").json()["excuses"]
    return found


def test_a_delegate_sees_their_own_excuse_and_the_clerk_sees_all(server: Running) -> None:
    tablet, excuse = sent(server)
    sent(server, "m02")
    assert [x["member"] for x in listed(server, tablet)] == ["m01"]
    clerk = server.sign_in("clerk")
    assert {x["member"] for x in listed(server, clerk)} == {"m01", "m02"}
    assert give(server, clerk, "AcceptExcuse", excuse=excuse)["accepted"]
    assert listed(server, tablet)[0]["state"] == "accepted"
    assert give(server, clerk, "DeclineExcuse", excuse=excuse, answer="không")["refusal"] == "excuse-answered"


def test_what_the_rules_on_excuses_refuse_changes_nothing(server: Running) -> None:
    tablet, excuse = sent(server)
    other, clerk = server.sign_in("m02"), server.sign_in("clerk")
    before = listed(server, clerk)
    refused = [
        (tablet, "SendExcuse", {"day": "2020-01-01", "reason": "ốm"}, "excuse-day"),
        (tablet, "SendExcuse", {"day": FAR, "reason": "ốm", "part": "morning"}, "excuse-twice"),
        (tablet, "SendExcuse", {"day": "2099-12-19", "reason": "   "}, "malformed"),
        (tablet, "SendExcuse", {"day": "2099-12-19", "reason": "ốm", "member": "m02"}, "not-allowed"),
        (clerk, "SendExcuse", {"day": FAR, "reason": "ốm"}, "not-a-member"),
        (clerk, "SendExcuse", {"day": FAR, "reason": "ốm", "member": "m99"}, "member-unknown"),
        (other, "WithdrawExcuse", {"excuse": excuse}, "excuse-unknown"),
        (tablet, "AcceptExcuse", {"excuse": excuse}, "not-allowed"),
        (clerk, "AcceptExcuse", {"excuse": "nothing"}, "excuse-unknown"),
    ]
    for who, kind, fields, code in refused:
        assert give(server, who, kind, **fields)["refusal"] == code
    assert listed(server, clerk) == before


def test_an_excuse_taken_back_makes_room_for_another(server: Running) -> None:
    tablet, excuse = sent(server)
    assert give(server, tablet, "WithdrawExcuse", excuse=excuse)["accepted"]
    assert give(server, tablet, "WithdrawExcuse", excuse=excuse)["refusal"] == "excuse-answered"
    assert give(server, tablet, "SendExcuse", day=FAR, reason="việc nhà", part="afternoon")["accepted"]


def test_a_certificate_is_seen_by_the_desk_and_its_member_alone(server: Running) -> None:
    tablet, excuse = sent(server)
    place = f"{server.base}/api/excuses/{excuse}/file"
    assert tablet.post(place, files={"file": ("giay.png", PNG)}).json()["accepted"]
    assert tablet.get(place).content == PNG
    assert server.sign_in("clerk").get(place).content == PNG
    other = server.sign_in("m02")
    assert other.get(place).status_code == 404
    assert other.post(place, files={"file": ("giay.png", PNG)}).json()["refusal"] == "excuse-unknown"
    assert server.http().get(place).status_code == 401


def test_what_is_no_pdf_or_picture_is_not_taken_whatever_it_is_called(server: Running) -> None:
    tablet, excuse = sent(server)
    place = f"{server.base}/api/excuses/{excuse}/file"
    for data in (b"<script>alert(1)</script>", b"%PDF-1.7 cut off", b"PK\x03\x04"):
        assert tablet.post(place, files={"file": ("giay.pdf", data)}).json()["refusal"] == "excuse-file-kind"
    too_much = PNG + bytes(attendance_page.MAX_FILE)
    assert tablet.post(place, files={"file": ("giay.png", too_much)}).json()["refusal"] == "too-large"
    assert listed(server, tablet)[0]["file"] is None


def test_the_hall_shows_the_room_code_as_a_picture_and_nobody_else_may_ask_for_it(server: Running) -> None:
    hall = server.sign_in("hall").get(f"{server.base}/api/room.svg")
    assert hall.headers["Content-Type"].startswith("image/svg+xml")
    assert "no-store" in hall.headers["Cache-Control"]
    assert server.sign_in("m01").get(f"{server.base}/api/room.svg").status_code == 403


class _Inside:
    """Gives commands inside the running server, as tests.house does to a Hall."""

    def __init__(self, server: Running) -> None:
        self._server = server

    def give(self, actor: Any, kind: Any, *, in_room: bool = False, **fields: Any) -> object:
        return self._server.give(actor, kind, in_room=in_room, **fields)

    @property
    def state(self) -> Any:
        return self._server.state


def test_what_stands_beside_a_file_cannot_make_it_something_else(server: Running) -> None:
    tablet, excuse = sent(server)
    fields = {"excuse": excuse, "file": "a" * 64, "name": "x.html"}
    for kind in ("text/html", "image/svg+xml", "application/pdf\nX: y"):
        assert give(server, tablet, "AttachToExcuse", media_type=kind, **fields)["refusal"] == "malformed"
    assert listed(server, tablet)[0]["file"] is None


def test_a_files_name_is_kept_as_far_as_it_can_be_shown(server: Running) -> None:
    tablet, excuse = sent(server)
    name = "gia\u0301\u202egnp.<b>x</b>.png"
    sending = tablet.post(f"{server.base}/api/excuses/{excuse}/file", files={"file": (name, PNG)})
    assert sending.json()["accepted"]
    assert listed(server, tablet)[0]["file_name"] == "giágnp.<b>x</b>.png"


def test_after_the_answer_no_more_files_are_kept(server: Running) -> None:
    tablet, excuse = sent(server)
    assert give(server, server.sign_in("clerk"), "AcceptExcuse", excuse=excuse)["accepted"]
    sending = tablet.post(f"{server.base}/api/excuses/{excuse}/file", files={"file": ("a.png", PNG)})
    assert sending.json()["refusal"] == "excuse-answered"


def test_the_sheet_has_every_member_with_the_times_and_room_to_sign(server: Running) -> None:
    inside: Any = _Inside(server)
    sit(convene(inside), 3)
    inside.give(CLERK, c.CheckOut, member=name_of(1))
    inside.give(CLERK, c.MarkAbsent, member=name_of(4), excused=True)
    draft(inside)
    inside.give(CHAIR, c.OpenPoll, poll="p1", override_quorum=True)
    page = server.sign_in("clerk").get(f"{server.base}/print/attendance").text
    assert page.count("Nguyễn Văn Mẫu") == 5
    assert "Ký tên" in page
    assert "vắng có lý do" in page
    assert "chủ tọa đã được báo và quyết định tiến hành" in page
    assert server.sign_in("m01").get(f"{server.base}/print/attendance").status_code == 403
    assert server.sign_in("clerk").get(f"{server.base}/print/attendance?sitting=s9").status_code == 404


def test_without_a_meeting_the_sheet_is_there_to_be_signed_by_hand(server: Running) -> None:
    page = server.sign_in("clerk").get(f"{server.base}/print/attendance").text
    assert page.count("Nguyễn Văn Mẫu") == 5
    assert "Dùng khi hệ thống không hoạt động" in page


def test_a_reason_reaches_the_minutes_only_once_it_is_accepted(server: Running) -> None:
    assert server.parts.sign_in.registry.facts().excused == {}
    _, excuse = sent(server)
    assert server.parts.sign_in.registry.facts().excused == {}
    give(server, server.sign_in("clerk"), "AcceptExcuse", excuse=excuse)
    assert list(server.parts.sign_in.registry.facts().excused) == ["m01"]
