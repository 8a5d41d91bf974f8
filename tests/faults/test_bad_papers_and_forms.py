"""A meeting in which every text is an attack, over the wire of the real appliance: what is taken is kept as text and
stands escaped on every page that the server or the portal lays out; and nobody reads what is another's."""

import html
import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from appliance.adapters.sql.reader import LedgerReader
from appliance.portal.main import make as make_portal
from tests.faults.appliance_process import Appliance, appliance
from tests.faults.council import CHAIR, CLERK, HALL
from tests.faults.test_bad_input import nothing_changes
from tests.house import fresh_id, name_of
from tests.papers import files as f

EVIL: Final = "<script>hong()</script><img src=x onerror=hong()>\"' onclick=hong() x='&amp;"
"""Short enough for every field but a number."""
EVIL_NUMBER: Final = "<b onclick=x>&"
ONE, TWO, THREE = name_of(1), name_of(2), name_of(3)
WEB: Final = Path(__file__).parents[2] / "web"


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.evil: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.evil += [f"{tag} {name}" for name, value in attrs if name.startswith("on") or value == "hong()"]
        self.evil += [tag] if (tag, ("src", "x")) in [(tag, a) for a in attrs] else []
        self._script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and "hong()" in data.replace("\\u003c", "") and not data.lstrip().startswith(("{", "null")):
            self.evil.append(f"a script: {data[:60]}")


def upload(house: Appliance, data: bytes, name: str, person: str = CLERK, **fields: str) -> Any:
    """A file, as the clerk's form sends it."""
    border = uuid.uuid4().hex
    form = {"id": fresh_id(), "plan": "k1", **fields}
    parts = [f'--{border}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form.items()]
    quoted = name.replace('"', "%22")
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + f"\r\n--{border}--\r\n".encode()
    kind = f"multipart/form-data; boundary={border}"
    return house.request("POST", "/api/papers", body, person, **{"Content-Type": kind})[1]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """Five members, and a meeting whose every text is an attack; it is still running."""
    with appliance(tmp_path_factory.mktemp("house"), members=5) as started:
        prepare(started)
        debate(started)
        vote(started)
        elect(started)
        yield started
        assert "reference" not in started.said(), "bad input was taken for a bug of ours"


def prepare(house: Appliance) -> None:
    """On file."""
    did = house.did
    council = registry(house)["council"]["revision"]
    did(CLERK, "SetCouncil", name=f"Hội đồng nhân dân xã {EVIL}", term=EVIL, place=EVIL, seen=council)
    did(CLERK, "SaveGroup", name=EVIL, area=EVIL)
    did(CLERK, "SaveCommittee", name=EVIL)
    did(CLERK, "SaveGuest", name=EVIL, title=EVIL, body=EVIL)
    did(CLERK, "SaveMember", member="m90", name=EVIL, group=EVIL, committee=EVIL, unit=EVIL, office=EVIL)
    did(CLERK, "CreateAccount", account="second", name=EVIL, role="auditor", password="mật khẩu rất dài 1")
    did(CLERK, "CreatePlan", plan="k1", kind="thematic", title=EVIL, place=EVIL,
        sittings=[{"day": "2099-12-18", "name": EVIL}])  # fmt: skip
    for name in ("i1", "i2", "i3"):
        did(CLERK, "AddPlanItem", plan="k1", item=name, title=EVIL, number=EVIL_NUMBER, presenter=EVIL, note=EVIL,
            polls=[{"poll": f"{name}p", "question": EVIL}])  # fmt: skip
    did(CLERK, "SendInvitations", plan="k1")
    assert upload(house, f.pdf(["x"]), f"{EVIL}.pdf", title=EVIL, item="i1")["accepted"]
    did(CLERK, "IssueCards", id="c" * 32, members=["m90"])
    did(TWO, "SendExcuse", day="2099-12-18", reason=EVIL)
    did(CLERK, "AcceptExcuse", excuse=excuses(house)[0]["excuse"], answer=EVIL)
    did(CLERK, "ConveneMeeting", title=EVIL, place=EVIL, plan="k1")
    did(CLERK, "AddItem", item="i9", title=EVIL, number=EVIL_NUMBER, presenter=EVIL)
    did(CLERK, "WithdrawItem", item="i3", reason=EVIL)
    did(CHAIR, "OpenSitting", name=EVIL)
    for who in (ONE, TWO, THREE, "m90"):
        did(CLERK, "CheckIn", member=who)
    did(CLERK, "MarkAbsent", member=name_of(4), excused=True)
    did(CLERK, "NoteAbsence", member=name_of(4), reason=EVIL)


def debate(house: Appliance) -> None:
    """Speeches, questions, pledges, opinions."""
    did = house.did
    did(CHAIR, "StartItem", item="i1")
    did(ONE, "AskToSpeak", id="a" * 32, note=EVIL)
    did(CHAIR, "DeclineRequest", request="a" * 32, reason=EVIL)
    did(TWO, "HandInText", text=EVIL)
    did(CHAIR, "GiveFloor", guest=EVIL)
    did(CHAIR, "EndFloor")
    did(ONE, "SendSlip", id="b" * 32, addressee=EVIL, title=EVIL, text=EVIL)
    did(CLERK, "NameIssueGroup", group="g1", title=EVIL)
    did(CLERK, "SortSlip", slip="b" * 32, state="selected", group="g1")
    did(CHAIR, "StartQuestioning", group="g1", title=EVIL)
    did(CLERK, "MakePledge", pledge="l1", who=EVIL, what=EVIL, slip="b" * 32)
    did(CLERK, "MakePledge", pledge="l2", who=EVIL, what=EVIL)
    did(CLERK, "WithdrawPledge", pledge="l2", reason=EVIL)
    did(CHAIR, "EndQuestioning")
    did(CLERK, "AnswerSlip", slip="b" * 32, answer=EVIL)
    did(CLERK, "AskOpinion", id="d" * 32, title=EVIL, text=EVIL, closes="2099-12-31")
    did(ONE, "GiveOpinion", opinion="d" * 32, choice="other", text=EVIL)
    did(CHAIR, "ShowOnHall", scene={"kind": "message", "text": EVIL})
    did(CHAIR, "StartStraw", id="e" * 32, question=EVIL)
    did(CHAIR, "EndStraw")


def vote(house: Appliance) -> None:
    """A vote that is announced, its repeat, one that is void, and one that was taken in an outage."""
    did = house.did
    document = {"title": EVIL, "sha256": "f" * 64}
    did(CLERK, "DraftPoll", item="i1", poll="v1", question=EVIL, document=document)
    did(CHAIR, "OpenPoll", poll="v1", override_quorum=True)
    did(ONE, "CastBallot", poll="v1", choice="for")
    did(CLERK, "EnterForMember", poll="v1", member="m90", choice="for", reason=EVIL)
    did(CHAIR, "ConfirmEntry", poll="v1", member="m90")
    did(CHAIR, "ClosePoll", poll="v1")
    did(CLERK, "ConfirmPoll", poll="v1")
    did(CHAIR, "ConfirmPoll", poll="v1")
    did(CHAIR, "AnnouncePoll", poll="v1")
    did(CHAIR, "RepeatPoll", poll="v1", reason=EVIL, new_poll="v2", question=EVIL)
    did(CHAIR, "OpenPoll", poll="v2", override_quorum=True)
    did(CHAIR, "VoidPoll", poll="v2", reason=EVIL)
    past = {
        "present": 4,
        "for": 2,
        "against": 0,
        "abstain": 0,
        "method": "hands",
        "taken": datetime.now(UTC).isoformat(),
    }
    did(CLERK, "EnterPastPoll", item="i1", question=EVIL, reason=EVIL, poll="v3", **past)
    did(CHAIR, "VoidPoll", poll="v3", reason=EVIL)


def elect(house: Appliance) -> None:
    """A secret vote that is void."""
    did = house.did
    person = {"candidate": "c1", "name": EVIL, "about": EVIL, "nominated_by": EVIL}
    second = {**person, "candidate": "c2", "name": f"{EVIL} 2"}
    did(CLERK, "DraftElection", election="x1", item="i2", kind="elect", office=EVIL, rules=EVIL,
        candidates=[person, second])  # fmt: skip
    did(CHAIR, "StartItem", item="i2")
    did(CHAIR, "OpenNominations", election="x1")
    did(CLERK, "WithdrawCandidate", election="x1", candidate="c2", reason=EVIL)


def registry(house: Appliance) -> Any:
    return house.request("GET", "/api/desk/registry", person=CLERK)[1]


def excuses(house: Appliance) -> Any:
    return house.request("GET", "/api/excuses", person=CLERK)[1]["excuses"]


PAGES: Final = (
    "/print/invitation?plan=k1",
    "/print/agenda?plan=k1",
    "/print/attendance",
    "/print/ballots?election=x1",
    "/print/cards?sheet=" + "c" * 32,
    "/minutes",
    "/audit",
    "/clerk",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_that_the_server_lays_out_holds_markup_as_text(house: Appliance, path: str) -> None:
    status, page = house.request("GET", path, None, CLERK, Accept="text/html")
    assert status == 200, page[:300]
    assert Tags(page).evil == []
    assert EVIL in html.unescape(page) or EVIL in unescaped_json(page), "the text itself must be there"


@pytest.mark.parametrize(("path", "person"), [("/", ONE), ("/chair", CHAIR), ("/hall", HALL), ("/count", ONE)])
def test_no_screens_first_page_lets_a_text_out_of_its_state(house: Appliance, path: str, person: str) -> None:
    status, page = house.request("GET", path, None, person, Accept="text/html")
    assert status == 200
    assert Tags(page).evil == []
    assert EVIL in unescaped_json(page)


def test_exported_notes_hold_it_as_text(house: Appliance) -> None:
    status, page = house.request("GET", "/api/notes/export", None, ONE)
    assert status == 200
    assert Tags(page).evil == []


def test_the_calendar_has_no_line_of_anybodys_own(house: Appliance) -> None:
    _, calendar = house.request("GET", "/calendar.ics")
    assert calendar.count("BEGIN:VEVENT") == 1
    assert all(re.match(r"[A-Z-]+[:;]|\s", line) for line in calendar.splitlines())


def test_the_public_site_holds_it_as_text(house: Appliance, tmp_path: Path) -> None:
    portal = make_portal(LedgerReader(house.ledger), tmp_path / "public", WEB, lambda: 10_000_000)
    portal.look()
    portal.close()
    pages = [p for p in (tmp_path / "public").rglob("*.html") if "assets" not in p.parts]
    assert len(pages) >= 8
    for path in pages:
        assert Tags(path.read_text(encoding="utf-8")).evil == [], path.name
    meeting = next(p for p in pages if p.parts[-3] == "meetings" and "en" not in p.parts)
    assert EVIL in html.unescape(meeting.read_text(encoding="utf-8"))


def test_what_was_taken_is_what_was_given(house: Appliance) -> None:
    view = house.tablet(CHAIR).view
    assert EVIL in {item["title"] for item in view["agenda"]}
    assert registry(house)["guests"][0]["name"] == EVIL
    assert json.loads(json.dumps(excuses(house)[0]))["reason"] == EVIL


def test_what_an_open_poll_stands_on_is_not_taken_from_under_it_and_the_way_out_is_told(house: Appliance) -> None:
    house.did(CLERK, "DraftPoll", item="i2", poll="v9", question="?")
    house.did(CHAIR, "OpenPoll", poll="v9", override_quorum=True)
    with nothing_changes(house):
        for person, kind, fields in (
            (CHAIR, "CloseSitting", {}),
            (CLERK, "WithdrawItem", {"item": "i2", "reason": "?"}),
            (CLERK, "PostponeItem", {"item": "i2", "reason": "?"}),
        ):
            answer = house.post(person, kind, **fields)
            assert answer["refusal"] == "poll-unfinished", kind
            assert "công bố hoặc hủy" in answer["messages"]["vi"]
            assert "nnounce" in answer["messages"]["en"]
        assert house.post(CHAIR, "CloseMeeting")["refusal"] == "sitting-already-open"
        assert house.post(CLERK, "DropPoll", poll="v9")["refusal"] == "poll-not-draft"
    house.did(CHAIR, "VoidPoll", poll="v9", reason="hết cách")
    house.did(CHAIR, "CloseSitting")


def unescaped_json(page: str) -> str:
    """The first state in a page, as its program reads it."""
    found = re.search(r'<script[^>]*id="first"[^>]*>(.*?)</script>', page, re.DOTALL)
    return "\n".join(strings(json.loads(found[1]))) if found else ""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)
