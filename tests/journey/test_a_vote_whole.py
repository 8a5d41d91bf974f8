"""The journey to read first: a vote from the roll to the minutes, on five real pages and the panels.

N = 27, present 25; 13 for, 2 against, 10 who press nothing: most of those who vote are for, and still the
resolution is not adopted, since the law counts all members in office.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.adapters.sql.ledger import SqlLedger
from appliance.core.events import PollAnnounced
from appliance.core.ledger import unseal
from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, say, screen, sign_in_with_password, sign_in_with_pin, told

PRESENT, FOR, AGAINST = 25, 13, 2
LATE, UNHEARD_OF = "m18", "m23"


class House:
    """Everybody's page."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.demo = demo
        self.members = {m["member"]: m for m in demo.addresses["members"]}
        self.clerk = screen(browser, demo, "/clerk", "clerk")
        self.hall = screen(browser, demo, "/hall", "hall")
        self.chair = screen(browser, demo, "/chair", "chair")
        self.first = screen(browser, demo, self.members["m08"]["path"], "delegate")
        self.second = screen(browser, demo, self.members[LATE]["path"], "phone")

    @property
    def delegates(self) -> tuple[Page, Page]:
        return self.first, self.second

    @property
    def pages(self) -> tuple[Page, ...]:
        return self.clerk, self.hall, self.chair, self.first, self.second


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """This vote's own demo: nobody has voted on the current item before."""
    return tmp_path / "data"


@pytest.fixture
def demo(data: Path) -> Iterator[Demo]:
    running = Demo(data)
    yield running
    assert running.process.end() == 0


@pytest.fixture
def house(browser: Browser, demo: Demo) -> Iterator[House]:
    house = House(browser, demo)
    yield house
    for page in house.pages:
        page.context.close()


def test_a_vote_goes_from_the_roll_to_the_minutes(house: House, data: Path) -> None:
    everybody_signs_in(house)
    the_roll_is_taken(house)
    the_chair_opens_the_vote(house)
    tablets_and_panels_vote(house)
    the_chair_closes_and_two_people_confirm(house)
    sentence = the_result_is_told(house)
    the_minutes_and_the_ledger_say_the_same(house, sentence, data)


def everybody_signs_in(house: House) -> None:
    screens = {s["name"]: s["sign_in"] for s in house.demo.addresses["screens"]}
    sign_in_with_password(house.clerk, **screens["clerk"])
    sign_in_with_password(house.chair, **screens["chair"])
    sign_in_with_pin(house.first, house.members["m08"]["pin"])
    sign_in_with_pin(house.second, house.members[LATE]["pin"])
    code = house.hall.get_by_text(re.compile(r"^\d{6}$")).inner_text()
    house.clerk.get_by_role("tab", name=say("clerk.tab_requests")).click()
    house.clerk.get_by_role("button", name=f"{say('clerk.display_do')}: {code}").click()
    expect(house.hall.get_by_text(say("hall.room_code_how"))).to_be_visible()


def the_roll_is_taken(house: House) -> None:
    """One comes late and proves with the hall's code that he is in the room; one is marked absent."""
    expect(house.hall.get_by_text("24/27")).to_be_visible()
    house.second.get_by_label(say("delegate.room_code")).fill(room_code(house.hall))
    button(house.second, "delegate.check_in_do").click()
    expect(house.second.get_by_text(say("delegate.wait_for_poll"))).to_be_visible()
    expect(house.hall.get_by_text(f"{PRESENT}/27")).to_be_visible()
    name = house.members[UNHEARD_OF]["name"]
    house.clerk.get_by_role("tab", name=say("clerk.tab_roll")).click()
    house.clerk.get_by_role("button", name=f"{say('clerk.absent')} {name}").click()
    house.clerk.get_by_label(say("clerk.absent_reason")).fill("Đi công tác")
    button(house.clerk, "clerk.absent_do").click()
    row = house.clerk.get_by_role("row").filter(has_text=name)
    expect(row.get_by_text(say("standing.excused"))).to_be_visible()
    expect(house.chair.get_by_text(f"{PRESENT}/27")).to_be_visible()


def room_code(hall: Page) -> str:
    return hall.locator("strong, p").filter(has_text=re.compile(r"^\s*\d{6}\s*$")).first.inner_text().strip()


def the_chair_opens_the_vote(house: House) -> None:
    button(house.chair, "script.do.OpenPoll").first.click()
    for page in house.delegates:
        expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
        expect(page.get_by_text(say("poll.pressed", pressed=0, present=PRESENT))).to_be_visible()
    expect(house.hall.get_by_text(say("hall.voting"))).to_be_visible()


def tablets_and_panels_vote(house: House) -> None:
    """The first delegate changes his mind; the chair votes on the console; the others press buttons."""
    button(house.first, "choice.for").click()
    expect(told(house.first, "ballot.recorded", "for")).to_be_visible()
    button(house.first, "choice.against").click()
    expect(told(house.first, "ballot.recorded", "against")).to_be_visible()
    button(house.second, "choice.for").click()
    expect(told(house.second, "ballot.recorded", "for")).to_be_visible()
    button(house.chair, "choice.for").click()
    expect(told(house.chair, "ballot.recorded", "for")).to_be_visible()
    taken = {"m01", "m08", LATE, UNHEARD_OF, "m26"}
    seats = [m["seat"] for m in house.demo.addresses["members"] if m["member"] not in taken]
    press(house.demo, seats[0], "against")
    for seat in seats[1 : FOR - 1]:
        press(house.demo, seat, "for")
    house.demo.until(lambda: [house.demo.lights()[s] for s in seats[: FOR - 1]] == ["recorded"] * (FOR - 1))
    for page in house.delegates:
        expect(page.get_by_text(say("poll.pressed", pressed=FOR + AGAINST, present=PRESENT))).to_be_visible()
    expect(house.hall.get_by_text(f"{FOR + AGAINST}/{PRESENT}")).to_be_visible()
    waiting = PRESENT - FOR - AGAINST
    expect(house.chair.get_by_text(say("chair.waiting", count=waiting))).to_be_visible()
    assert house.hall.get_by_text(say("choice.for")).count() == 0, "no partial result in the hall"


def press(demo: Demo, seat: str, choice: str) -> None:
    """A finger on a button of the simulated panel."""
    for down in (True, False):
        assert demo.post("/simulator/press", {"seat": seat, "button": choice, "down": down}).status_code == 200


def the_chair_closes_and_two_people_confirm(house: House) -> None:
    button(house.chair, "script.do.ClosePoll").click()
    missing = PRESENT - FOR - AGAINST
    expect(house.chair.get_by_text(say("chair.close_sure", count=missing))).to_be_visible()
    house.chair.get_by_role("dialog").get_by_role("button", name=say("script.do.ClosePoll")).click()
    for page in house.delegates:
        expect(page.get_by_text(say("poll.counting"))).to_be_visible()
    expect(told(house.first, "ballot.own_recorded", "against")).to_be_in_viewport()
    expect(told(house.second, "ballot.own_recorded", "for")).to_be_in_viewport()
    expect(house.hall.get_by_text(say("hall.wait_result"))).to_be_visible()
    for page in (house.hall, *house.delegates):
        assert page.get_by_text(say("result.rejected")).count() == 0, "told before it is announced"
    expect(house.clerk.get_by_text(say("result.rejected"))).to_be_visible()
    button(house.chair, "script.do.ConfirmPoll").click()
    expect(house.clerk.get_by_text(say("clerk.confirmed_gavel"))).to_be_visible()
    button(house.clerk, "clerk.confirm").click()


def the_result_is_told(house: House) -> str:
    """The hall shows verdict, numbers and legal sentence; the delegates see the same."""
    button(house.chair, "script.do.AnnouncePoll").click()
    expect(house.hall.get_by_text(say("result.rejected"))).to_be_visible()
    sentence = house.hall.get_by_role("blockquote").inner_text()
    assert f"có {PRESENT}/27 đại biểu có mặt; {FOR} đại biểu tán thành, bằng 48,15 %" in sentence
    assert f"{AGAINST} đại biểu không tán thành; 10 đại biểu không biểu quyết" in sentence
    expect(house.hall.get_by_text(say("result.needed", needed=14, n=27))).to_be_visible()
    seats = house.hall.get_by_role("list", name=say("result.seats")).get_by_role("listitem")
    expect(seats).to_have_count(PRESENT)
    for page in house.delegates:
        expect(page.get_by_role("blockquote")).to_have_text(sentence)
    expect(told(house.first, "ballot.own_recorded", "against")).to_be_in_viewport()
    expect(told(house.second, "ballot.own_recorded", "for")).to_be_in_viewport()
    axe_finds_nothing(house.hall)
    return sentence


def the_minutes_and_the_ledger_say_the_same(house: House, sentence: str, data: Path) -> None:
    house.clerk.get_by_role("link", name=say("clerk.minutes")).click()
    expect(house.clerk.get_by_text(sentence).first).to_be_visible()
    told_in_ledger = announced(data)[-1]
    tally = told_in_ledger.tally
    assert (tally.for_, tally.against, tally.abstain, tally.not_pressed) == (FOR, AGAINST, 0, 10)
    assert (tally.present, tally.n, told_in_ledger.needed, told_in_ledger.adopted) == (PRESENT, 27, 14, False)


def announced(data: Path) -> list[PollAnnounced]:
    """The results as they stand in the ledger's file."""
    store = SqlLedger(data / "ledger.db")
    try:
        entries = [unseal(body).entry for _, _, body in store.rows(store.head().ledger)]
    finally:
        store.close()
    return [event for entry in entries for event in entry.events if isinstance(event, PollAnnounced)]
