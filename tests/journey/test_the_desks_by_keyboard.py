"""The chair runs a whole vote, and the clerk confirms it, without a mouse."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import button, draft_poll, say, signed_in

TABS_AT_MOST = 120


def reach(page: Page, wanted: Locator) -> None:
    """Go there with the Tab key."""
    expect(wanted).to_be_visible()
    target = wanted.element_handle()
    for _ in range(TABS_AT_MOST):
        if page.evaluate("element => element === document.activeElement", target):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab never comes there")


def go(page: Page, wanted: Locator) -> None:
    """Reach it and press Enter."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def test_chair_and_clerk_take_a_vote_by_keyboard_alone(browser: Browser, demo: Demo) -> None:
    question = draft_poll(demo)
    chair = signed_in(browser, demo, "chair", "chair")
    clerk = signed_in(browser, demo, "clerk", "clerk")
    others = say("chair.other_polls", count="").removesuffix("()")
    go(chair, chair.locator("summary", has_text=others))
    go(chair, chair.get_by_role("button", name=f"{say('script.do.OpenPoll')}: {question}"))
    expect(chair.get_by_role("heading", name=question, exact=True)).to_be_visible()
    chair.keyboard.press("1")
    expect(chair.get_by_text(say("ballot.recorded", choice=say("choice.for")))).to_be_visible()
    go(chair, button(chair, "script.do.ClosePoll"))
    dialog = chair.get_by_role("dialog")
    go(chair, dialog.get_by_role("button", name=say("script.do.ClosePoll")))
    go(chair, button(chair, "script.do.ConfirmPoll"))
    go(clerk, button(clerk, "clerk.confirm"))
    go(chair, button(chair, "script.do.AnnouncePoll"))
    expect(chair.get_by_text(say("state.announced"))).to_be_visible()
    expect(chair.get_by_text(say("result.rejected"))).to_be_visible()
    for page in (chair, clerk):
        page.context.close()


def test_escape_leaves_a_dialog_and_gives_nothing(browser: Browser, demo: Demo) -> None:
    chair = signed_in(browser, demo, "chair", "chair")
    opener = button(chair, "script.do.CloseSitting")
    go(chair, opener)
    expect(chair.get_by_role("dialog")).to_be_visible()
    chair.keyboard.press("Escape")
    expect(chair.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    chair.context.close()
