"""Ways: to what stands behind a button, and from one moment of the meeting to the next."""

import re
from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook
from playwright.sync_api import expect

from tests.journey.every_page_house import PAPER, POLL, House, Visit

# --- ways to what is behind a button


def tab(key: str) -> Callable[[Visit], None]:
    return lambda v: v.tab(key)


def press(*keys: str) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        for key in keys:
            visit.press(key)

    return how


def unfold(before: str, *keys: str) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        if before:
            visit.tab(before)
        for key in keys:
            visit.unfold(key)

    return how


def in_tab(key: str, button: str) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        visit.tab(key)
        visit.press(button)

    return how


def reader(*buttons: str) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        visit.tab("delegate.tab_papers")
        visit.page.get_by_role("button", name=PAPER).first.click()
        expect(visit.page.get_by_role("dialog").locator("[data-page] img, [data-page] canvas").first).to_be_visible()
        for key in buttons:
            visit.page.get_by_role("dialog").get_by_role("button", name=visit.word(key)).first.click()

    return how


def compared_at_desk(visit: Visit) -> None:
    visit.tab("papers.desk.tab")
    row = visit.page.get_by_role("listitem", name=PAPER, exact=True)
    row.get_by_role("button", name=visit.word("papers.desk.compare")).click()
    expect(visit.page.get_by_role("dialog").locator("td").first).to_be_visible()


def plans(visit: Visit) -> None:
    expect(visit.page.get_by_role("button", name=visit.word("plan.new"))).to_be_visible()


def plan_item(visit: Visit) -> None:
    visit.page.get_by_role("button", name=re.compile(rf"^{re.escape(visit.word('plan.edit'))}: ")).first.click()


def import_preview(visit: Visit) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (("Họ và tên", "Tổ đại biểu", "Số ghế"), ("Nguyễn Văn Mẫu Mới", "Tổ 9", "99"), ("=1+1", "Tổ 1", "01")):
        book.active.append(row)
    into = BytesIO()
    book.save(into)
    visit.page.get_by_label(visit.word("registry.file")).set_input_files(
        {"name": "dai-bieu.xlsx", "mimeType": "", "buffer": into.getvalue()}
    )
    visit.press("registry.look")
    expect(visit.page.get_by_text(visit.word("registry.problem.formula", detail="=1+1"))).to_be_visible()


def record_form(key: str) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        visit.press(key)
        expect(visit.page.get_by_role("form").first).to_be_visible()

    return how


def page_of(part: str) -> Callable[[Visit], None]:
    return lambda v: expect(
        v.page.get_by_role("tabpanel").get_by_role("heading").first.or_(v.page.get_by_role("tabpanel").locator("table"))
    ).to_be_visible()


def scene(**fields: object) -> Callable[[Visit], None]:
    def how(visit: Visit) -> None:
        visit.house.clerk("ShowOnHall", scene=fields)

    return how


def paper_scene(visit: Visit) -> None:
    document, version, pages = visit.house.paper
    visit.house.clerk(
        "ShowOnHall",
        scene={"kind": "paper", "text": PAPER, "document": document, "sha256": version, "page": 1, "pages": pages},
    )
    expect(visit.page.locator("main img").first).to_be_visible()


def machine(visit: Visit) -> None:
    expect(visit.page.get_by_role("heading", name=visit.word("machine.hardware.title"))).to_be_visible()


def panels(visit: Visit) -> None:
    expect(visit.page.get_by_role("group", name=visit.word("panels.map.title"))).to_be_visible()


def seat(visit: Visit) -> None:
    visit.page.get_by_role("group", name=visit.word("panels.map.title")).get_by_role("button").first.click()
    expect(visit.page.get_by_role("button", name=visit.word("panels.swap.open"), exact=True)).to_be_visible()


def swap(visit: Visit) -> None:
    seat(visit)
    visit.press("panels.swap.open")
    expect(visit.page.get_by_role("dialog")).to_be_visible()


def readiness(visit: Visit) -> None:
    expect(visit.page.get_by_role("region", name=visit.word("readiness.reports.title"))).to_be_visible()


def check(visit: Visit) -> None:
    """Begun by whoever comes first; whoever comes next finds it under way."""
    under_way = visit.page.get_by_role("heading", name=visit.word("readiness.rows.title"))
    begin = visit.page.get_by_role("button", name=visit.word("readiness.begin.do"))
    expect(under_way.or_(begin)).to_be_visible()
    if begin.is_visible():
        begin.click()
    expect(under_way).to_be_visible()


# --- the moments


def nothing(house: House) -> None:
    """The demo as it starts: the sitting is open, item 20 is in hand."""


def vote_opens(house: House) -> None:
    house.clerk("ShowOnHall", scene={"kind": "auto"})
    house.chair("OpenPoll", poll=POLL)


def vote_is_counted(house: House) -> None:
    for member, choice in (("m08", "for"), ("m02", "for"), ("m03", "against"), ("m04", "abstain")):
        house.member(member, "CastBallot", poll=POLL, choice=choice)
    house.chair("ClosePoll", poll=POLL)


def vote_is_told(house: House) -> None:
    house.clerk("ConfirmPoll", poll=POLL)
    house.chair("ConfirmPoll", poll=POLL)
    house.chair("AnnouncePoll", poll=POLL)


def straw_starts(house: House) -> None:
    house.chair("StartStraw")


def straw_ends(house: House) -> None:
    house.chair("EndStraw")


def names_are_called(house: House) -> None:
    house.chair("EndStraw")
    house.draft("roll-call", method="roll_call")
    house.chair("OpenPoll", poll="roll-call")
    script = house.view("chair")["script"]
    call = dict(next(step["command"] for step in script if step["command"]["type"] == "CallName"))
    house.chair(call.pop("type"), **{key: value for key, value in call.items() if key != "id"})


def ballots_are_out(house: House) -> None:
    house.chair("VoidPoll", poll="roll-call", reason="thử")
    house.clerk("DraftElection", election="bau", item=house.item(), kind="elect", office="Ủy viên UBND xã", seats=1)
    for name, person in (("an", "Lê Mẫu An"), ("binh", "Trần Thị Mẫu Bình")):
        house.clerk("NominateCandidate", election="bau", candidate={"candidate": name, "name": person})
    names = {line["member"]: line["name"] for line in house.view("clerk")["roll"]}
    parts = (("m02", "head"), ("m03", "secretary"), ("m04", "member"))
    tellers = [{"who": member, "name": names[member], "part": part} for member, part in parts]
    house.clerk("ProposeTellers", election="bau", tellers=tellers)
    house.chair("OpenNominations", election="bau")
    for purpose, then in (("list", "CloseList"), ("tellers", "ElectTellers")):
        house.clerk("DraftElectionPoll", election="bau", purpose=purpose, poll=purpose, method="hands")
        house.chair("OpenPoll", poll=purpose)
        house.clerk("EnterCounts", poll=purpose, **{"for": 20, "against": 0, "abstain": 0})
        house.chair("ClosePoll", poll=purpose)
        house.clerk("ConfirmPoll", poll=purpose)
        house.chair("ConfirmPoll", poll=purpose)
        house.chair("AnnouncePoll", poll=purpose)
        house.chair(then, election="bau")
    house.chair("IssueBallots", election="bau")


def papers_are_keyed(house: House) -> None:
    house.clerk("RecordIssued", election="bau", issued=2)
    house.chair("CloseBox", election="bau")
    house.clerk("OpenBox", election="bau", collected=2)


def election_is_told(house: House) -> None:
    for member in ("m02", "m03"):
        for paper in (1, 2):
            house.member(member, "KeyPaper", election="bau", paper=paper, marks={"an": "yes", "binh": "no"})
    house.member("m02", "FinishCount", election="bau")
    house.clerk("ConfirmElection", election="bau", count=1)
    house.chair("ConfirmElection", election="bau", count=1)
    house.chair("AnnounceElection", election="bau")


def sitting_is_over(house: House) -> None:
    house.chair("CloseSitting")


def meeting_is_over(house: House) -> None:
    house.chair("CloseMeeting")
