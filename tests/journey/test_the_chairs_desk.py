"""What a chair must not overlook: a repeat, an entry that nobody confirmed, the own ballot, a pause."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, button, open_poll, say, signed_in, void_poll
from tests.journey.test_every_screen import hall

MEMBER = "m08"


@pytest.fixture
def chair(browser: Browser, demo: Demo) -> Iterator[Page]:
    page = signed_in(browser, demo, "chair", "chair")
    yield page
    page.context.close()


def in_the_dialog(page: Page, key: str) -> Locator:
    return page.get_by_role("dialog").get_by_role("button", name=say(key), exact=True)


def test_an_entry_that_lapsed_is_told_and_the_vote_can_be_repeated_for_it(demo: Demo, chair: Page) -> None:
    poll = open_poll(demo)
    with demo.sign_in("clerk") as clerk:
        assert demo.give(clerk, "EnterForMember", poll=poll, member=MEMBER, choice="for", reason="hỏng máy")["accepted"]
    expect(chair.get_by_text(say("chair.entries_until_close"))).to_be_visible()
    axe_finds_nothing(chair)
    button(chair, "script.do.ClosePoll").click()
    expect(chair.get_by_text(say("chair.own_missing"))).to_be_visible()
    in_the_dialog(chair, "script.do.ClosePoll").click()
    expect(chair.get_by_text(say("chair.lapsed", count=1))).to_be_in_viewport()
    axe_finds_nothing(chair)
    button(chair, "script.do.VoidPoll").click()
    in_the_dialog(chair, "script.do.VoidPoll").click()
    expect(chair.get_by_text(say("common.fill_in", field=say("chair.reason")))).to_be_visible()
    chair.get_by_label(say("chair.reason")).fill("phiếu nhập thay")
    in_the_dialog(chair, "script.do.VoidPoll").click()
    button(chair, "script.do.RepeatPoll").click()
    expect(chair.get_by_label(say("chair.reason"))).to_have_value("phiếu nhập thay")
    in_the_dialog(chair, "script.do.RepeatPoll").click()
    expect(chair.get_by_text("phiếu nhập thay").first).to_be_in_viewport()
    expect(button(chair, "script.do.RepeatPoll")).to_have_count(0)
    button(chair, "script.do.OpenPoll").first.click()
    expect(button(chair, "choice.for")).to_be_in_viewport()
    with demo.sign_in("chair") as session:
        void_poll(demo, demo.get("/api/snapshot", session).json()["view"]["poll"]["poll"])


@pytest.fixture
def afternoon(tmp_path: Path) -> Iterator[Demo]:
    """A demo whose meeting may be closed."""
    running = Demo(tmp_path / "data")
    yield running
    assert running.process.end() == 0


def test_between_sittings_no_screen_shows_what_was(browser: Browser, afternoon: Demo) -> None:
    chair, display = signed_in(browser, afternoon, "chair", "chair"), hall(browser, afternoon, "vi")
    question = afternoon.get("/api/snapshot", afternoon.sign_in("chair")).json()["view"]["polls"]
    undone = next(poll["subjects"][0]["question"] for poll in question if poll["state"] == "draft")
    button(chair, "script.do.CloseSitting").click()
    expect(chair.get_by_role("dialog").get_by_text(undone)).to_be_visible()
    in_the_dialog(chair, "script.do.CloseSitting").click()
    expect(display.get_by_role("heading", name=say("hall.pause"))).to_be_visible()
    expect(chair.get_by_role("heading", name=say("common.no_open_sitting"))).to_be_visible()
    axe_finds_nothing(chair)
    button(chair, "script.do.CloseMeeting").click()
    expect(chair.get_by_text(say("chair.close_meeting_sure"))).to_be_visible()
    in_the_dialog(chair, "script.do.CloseMeeting").click()
    expect(display.get_by_role("heading", name=say("hall.closed_meeting"))).to_be_visible()
    for page in (chair, display):
        axe_finds_nothing(page)
        page.context.close()
