"""A secret vote on paper, from the list to the announcement: clerk, chair, two tellers who first differ, the hall.

Two candidates for one seat. 20 papers: 15 for Mẫu An, 4 for Mẫu Bình, one signed; the second teller first reads the
third paper otherwise.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, say, signed_in

PAPERS, FOR_AN, FOR_BINH = 20, 15, 4
TELLERS = ("m02", "m03", "m04")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo of its own: what it adds to the meeting is nobody else's."""
    running = Demo(tmp_path / "data")
    yield running
    assert running.process.end() == 0


class House:
    """The pages, and the two desks' own lines for what is not this journey's matter."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.demo = demo
        self.clerk = signed_in(browser, demo, "clerk", "clerk")
        self.chair = signed_in(browser, demo, "chair", "chair")
        self.hall = the_hall(browser, demo)
        self.by_clerk, self.by_chair = demo.sign_in("clerk"), demo.sign_in("chair")
        self.browser = browser

    def view(self) -> dict[str, Any]:
        """The clerk's view."""
        found: dict[str, Any] = self.demo.get("/api/snapshot", self.by_clerk).json()["view"]
        return found

    def election(self) -> dict[str, Any]:
        """The one there is."""
        (found,) = self.view()["elections"]
        return dict(found)

    def chair_gives(self, kind: str, **fields: object) -> None:
        """A command of the chair that was taken."""
        answer = self.demo.give(self.by_chair, kind, **fields)
        assert answer["accepted"], answer

    def clerk_gives(self, kind: str, **fields: object) -> None:
        """A command of the clerk that was taken."""
        answer = self.demo.give(self.by_clerk, kind, **fields)
        assert answer["accepted"], answer

    def open_vote(self, purpose: str) -> None:
        """By raised hands, adopted and announced."""
        name = self.election()["election"]
        self.clerk_gives("DraftElectionPoll", election=name, purpose=purpose, poll=purpose, method="hands")
        self.chair_gives("OpenPoll", poll=purpose)
        self.clerk_gives("EnterCounts", poll=purpose, **{"for": 20, "against": 0, "abstain": 0})
        self.chair_gives("ClosePoll", poll=purpose)
        self.clerk_gives("ConfirmPoll", poll=purpose)
        self.chair_gives("ConfirmPoll", poll=purpose)
        self.chair_gives("AnnouncePoll", poll=purpose)


def the_hall(browser: Browser, demo: Demo) -> Page:
    """The big screen, which says nothing of its line."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", locale="vi-VN")
    found = next(s for s in demo.addresses["screens"] if s["name"] == "hall")
    assert context.request.post(demo.base + "/api/sign-in", data=found["sign_in"]).ok
    page = context.new_page()
    page.goto(demo.base + "/hall")
    return page


def test_a_secret_vote_goes_from_the_list_to_the_announcement(browser: Browser, demo: Demo) -> None:
    house = House(browser, demo)
    the_clerk_prepares_it(house)
    list_and_tellers_are_voted_on(house)
    ballots_go_out_and_come_back(house)
    two_tellers_key_and_differ_once(house)
    it_is_confirmed_and_told(house)
    the_papers_are_printed(house)
    for page in (house.clerk, house.chair, house.hall):
        page.context.close()


def the_clerk_prepares_it(house: House) -> None:
    clerk = house.clerk
    clerk.get_by_role("tab", name=say("election.tab")).click()
    clerk.get_by_label(say("election.item")).select_option(index=1)
    clerk.get_by_label(say("election.office")).fill("Ủy viên Ủy ban nhân dân xã")
    button(clerk, "election.prepare").click()
    expect(clerk.get_by_role("heading", name="Bầu Ủy viên Ủy ban nhân dân xã")).to_be_visible()
    for name in ("Trần Thị Mẫu Bình", "<b>Lê Mẫu An</b>"):
        clerk.get_by_label(say("election.name"), exact=True).fill(name)
        button(clerk, "election.nominate").click()
        expect(clerk.get_by_text(name, exact=True)).to_be_visible()
    for place, member in enumerate(TELLERS):
        clerk.locator(f"[name=teller-{place}]").select_option(member)
    button(clerk, "election.tellers_propose").click()
    expect(button(clerk, "election.poll.tellers")).to_be_visible()
    names = [person["name"] for person in house.election()["candidates"]]
    assert names == ["<b>Lê Mẫu An</b>", "Trần Thị Mẫu Bình"]  # by given name, and markup is text
    axe_finds_nothing(clerk)


def list_and_tellers_are_voted_on(house: House) -> None:
    election = house.election()
    house.chair_gives("OpenNominations", election=election["election"])
    house.open_vote("list")
    house.chair_gives("CloseList", election=election["election"])
    house.open_vote("tellers")
    house.chair_gives("ElectTellers", election=election["election"])


def ballots_go_out_and_come_back(house: House) -> None:
    house.chair.get_by_role("button", name=say("script.do.IssueBallots")).click()
    expect(house.hall.get_by_text(say("election.hall_voting"))).to_be_visible()
    expect(house.hall.get_by_text("<b>Lê Mẫu An</b>")).to_be_visible()
    axe_finds_nothing(house.hall)
    clerk = house.clerk
    clerk.get_by_label(say("election.issued")).fill(str(PAPERS))
    button(clerk, "election.issued_do").click()
    house.chair.get_by_role("button", name=say("script.do.CloseBox")).click()
    sure = house.chair.get_by_role("dialog")
    sure.get_by_role("button", name=say("script.do.CloseBox")).click()
    clerk.get_by_label(say("election.collected")).fill(str(PAPERS))
    button(clerk, "election.collected_do").click()


def two_tellers_key_and_differ_once(house: House) -> None:
    election = house.election()
    an, binh = (person["candidate"] for person in election["candidates"])
    by_first, second = (house.demo.delegate(member) for member in TELLERS[:2])
    first = at_the_count(house, by_first)
    key_paper(first, 1, {an: "yes", binh: "no"})
    for number in range(2, PAPERS):
        paper = reading(number, an, binh)
        assert house.demo.give(by_first, "KeyPaper", election=election["election"], **paper)["accepted"]
    for number in range(1, PAPERS + 1):
        paper = reading(number, an, binh)
        if number == 3:
            paper["marks"] = {an: "no", binh: "yes"}
        assert house.demo.give(second, "KeyPaper", election=election["election"], **paper)["accepted"]
    stranger = house.demo.get(f"/api/count?election={election['election']}", house.by_clerk)
    assert (stranger.status_code, stranger.json()["refusal"]) == (403, "not-a-teller")
    first.get_by_label(say("count.invalid")).check()
    first.get_by_label(say("count.reason")).select_option("signed")
    button(first, "count.save", paper=PAPERS).click()
    expect(first.get_by_role("heading", name=say("count.differences"))).to_be_visible()
    expect(first.get_by_role("heading", name=say("count.paper", paper=3))).to_be_visible()
    axe_finds_nothing(first)
    mended = reading(3, an, binh)
    assert house.demo.give(second, "ReplaceKeyed", election=election["election"], **mended)["accepted"]
    button(first, "count.finish").click()
    expect(first.get_by_text(say("count.finished"))).to_be_visible()
    first.context.close()


def it_is_confirmed_and_told(house: House) -> None:
    expect(house.hall.get_by_text(say("election.hall_counting"), exact=False).first).to_be_visible()
    assert str(FOR_AN) not in house.hall.locator("main").inner_text()
    button(house.clerk, "election.confirm").click()
    expect(house.clerk.get_by_text(say("election.confirmed"))).to_be_visible()
    house.chair.get_by_role("button", name=say("script.do.ConfirmElection")).click()
    house.chair.get_by_role("button", name=say("script.do.AnnounceElection")).click()
    line = house.hall.get_by_role("row").filter(has_text="Lê Mẫu An")
    expect(line).to_contain_text(say("election.chosen.elect"))
    expect(line).to_contain_text(str(FOR_AN))
    axe_finds_nothing(house.hall)
    axe_finds_nothing(house.chair)


def the_papers_are_printed(house: House) -> None:
    page = house.clerk.context.new_page()
    name = house.election()["election"]
    for per in (1, 2, 4):
        page.goto(f"{house.demo.base}/print/ballots?election={name}&per={per}")
        expect(page.get_by_text("<b>Lê Mẫu An</b>").first).to_be_visible()
        assert not any(digit in page.locator(".ballot table").first.inner_text() for digit in "0123456789")
    page.goto(f"{house.demo.base}/print/count-minutes?election={name}")
    told = page.locator("main").inner_text()
    for number in (f"{FOR_AN}", f"{FOR_BINH}", "55,56 %"):
        assert number in told
    assert say("print.invalid_signed") in told
    axe_finds_nothing(page)
    page.goto(f"{house.demo.base}/minutes")
    assert "55,56 %" in page.locator("main").inner_text()


def at_the_count(house: House, visitor: requests.Session) -> Page:
    """A teller's tablet, signed in by the delegate's card, at the count."""
    context = house.browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="vi-VN"
    )
    context.add_cookies([{"name": c.name, "value": str(c.value), "url": house.demo.base} for c in visitor.cookies])
    page = context.new_page()
    page.goto(house.demo.base + "/count")
    expect(page.get_by_role("heading", name=say("count.paper", paper=1))).to_be_visible()
    axe_finds_nothing(page)
    return page


def key_paper(page: Page, number: int, marks: dict[str, str]) -> None:
    """By the keyboard: a key marks the line, Enter saves the paper."""
    for candidate, mark in marks.items():
        page.locator(f"[name=mark-{candidate}]").first.focus()
        page.keyboard.press("1" if mark == "yes" else "2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=say("count.paper", paper=number + 1))).to_be_visible()


def reading(number: int, an: str, binh: str) -> dict[str, Any]:
    """What stands on a paper: the last one is signed."""
    if number == PAPERS:
        return {"paper": number, "invalid": "signed"}
    first = number <= FOR_AN
    return {"paper": number, "marks": {an: "yes" if first else "no", binh: "no" if first else "yes"}}
