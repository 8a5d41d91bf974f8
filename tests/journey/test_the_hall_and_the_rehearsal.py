"""The hall's screen from the desks: prepared, moved by keys, shown; and a rehearsal that every screen tells of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import axe_finds_nothing, say, signed_in
from tests.journey.test_every_screen import hall


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Demo]:
    """A demo whose server may start itself anew."""
    running = Demo(tmp_path / "data")
    yield running
    assert running.process.end() == 0


def press(page: Page, key: str, **values: str) -> None:
    page.get_by_role("button", name=say(key, **values), exact=True).first.click()


def test_a_scene_is_prepared_queued_moved_by_keys_and_shown(browser: Browser, own: Demo) -> None:
    clerk, display = signed_in(browser, own, "clerk", "clerk"), hall(browser, own, "vi")
    clerk.get_by_role("tab", name=say("stage.title")).click()
    for text in ("Giải lao 15 phút", "<b>Mời</b> quý vị trở lại"):
        clerk.get_by_label(say("stage.text")).fill(text)
        expect(clerk.get_by_text(text, exact=True).first).to_be_visible()
        press(clerk, "stage.to_queue")
        expect(clerk.get_by_label(say("stage.text"))).to_have_value("")
    second = f"{say('stage.kinds.message')}: <b>Mời</b> quý vị trở lại"
    up = clerk.get_by_role("button", name=say("stage.up_of", what=second), exact=True)
    up.focus()
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("status").get_by_text(say("stage.moved", what=second, place=1))).to_have_count(1)
    axe_finds_nothing(clerk)
    clerk.get_by_role("button", name=say("stage.show_this", what=second), exact=True).click()
    expect(display.get_by_text("<b>Mời</b> quý vị trở lại")).to_be_visible()
    axe_finds_nothing(display)
    press(clerk, "stage.back")
    expect(display.get_by_text("<b>Mời</b> quý vị trở lại")).to_have_count(0)
    clerk.get_by_label(say("stage.kind")).select_option("countdown")
    press(clerk, "stage.show_now")
    expect(display.get_by_role("timer")).to_be_visible()
    axe_finds_nothing(display)
    for page in (clerk, display):
        page.context.close()


def test_a_rehearsal_is_told_on_every_screen_and_leaves_the_meeting_as_it_was(browser: Browser, own: Demo) -> None:
    with own.sign_in("chair") as chair:
        assert own.give(chair, "CloseSitting")["accepted"]
        title = own.get("/api/snapshot", chair).json()["view"]["meeting"]["title"]
    clerk, display = signed_in(browser, own, "clerk", "clerk"), hall(browser, own, "vi")
    clerk.get_by_role("tab", name=say("rehearsal.title")).click()
    axe_finds_nothing(clerk)
    press(clerk, "rehearsal.start")
    clerk.get_by_role("dialog").get_by_role("button", name=say("rehearsal.start"), exact=True).click()
    for page in (clerk, display):
        expect(page.get_by_text(say("rehearsal.mark_long")).first).to_be_visible(timeout=60_000)
    expect(clerk.get_by_text(title)).to_have_count(0)
    axe_finds_nothing(clerk)
    axe_finds_nothing(display)
    press(clerk, "rehearsal.end")
    clerk.get_by_role("dialog").get_by_role("button", name=say("rehearsal.end"), exact=True).click()
    expect(clerk.get_by_text(title).first).to_be_visible(timeout=60_000)
    for page in (clerk, display):
        expect(page.get_by_text(say("rehearsal.mark_long"))).to_have_count(0)
        page.context.close()
