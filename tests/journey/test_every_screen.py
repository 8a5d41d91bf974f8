"""Each screen, in both languages, at the moment that matters most: while a vote is open."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import Demo
from tests.journey.pages import CONTRAST_AAA, axe_finds_nothing, open_poll, say, screen, signed_in, void_poll

DESKS = {"chair": "chair.next", "clerk": "clerk.tab_roll", "delegate": "ballot.ask"}


@pytest.fixture
def poll(demo: Demo) -> Iterator[str]:
    name = open_poll(demo)
    yield name
    void_poll(demo, name)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_screens_of_an_open_vote(
    browser: Browser, demo: Demo, poll: str, language: str
) -> None:
    for name, shown in DESKS.items():
        page = signed_in(browser, demo, name, name, language)
        expect(page.get_by_text(say(shown, language)).first).to_be_visible()
        axe_finds_nothing(page)
        page.context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_hall_is_read_from_afar(browser: Browser, demo: Demo, poll: str, language: str) -> None:
    page = hall(browser, demo, language)
    expect(page.get_by_text(say("hall.voting", language))).to_be_visible()
    axe_finds_nothing(page)
    axe_finds_nothing(page, CONTRAST_AAA)
    page.context.close()


@pytest.mark.parametrize("path", ["/", "/chair", "/clerk", "/hall", "/technician", "/#card=x", "/demo", "/simulator"])
def test_axe_finds_nothing_before_anybody_has_signed_in(browser: Browser, demo: Demo, path: str) -> None:
    page = screen(browser, demo, path, "delegate")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe_finds_nothing(page)
    page.context.close()


@pytest.mark.parametrize(("size", "name"), [("phone", "delegate"), ("delegate", "chair"), ("delegate", "clerk")])
def test_no_screen_is_wider_than_what_it_is_shown_on(
    browser: Browser, demo: Demo, poll: str, size: str, name: str
) -> None:
    page = signed_in(browser, demo, name, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_page_is_there_at_once_and_asks_no_other_host(browser: Browser, demo: Demo, poll: str) -> None:
    """The first state comes with the page; nothing comes from elsewhere, no policy is broken."""
    page = signed_in(browser, demo, "delegate", "delegate")
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.reload()
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()
    expect(page.get_by_text(say("ballot.ask"))).to_be_visible()
    assert all(url.startswith(demo.base) for url in asked)
    assert not wrong
    page.context.close()


def hall(browser: Browser, demo: Demo, language: str) -> Page:
    """The hall display, approved by the clerk."""
    page = screen(browser, demo, "/hall", "hall", language)
    code = page.get_by_text(re.compile(r"^\d{6}$")).inner_text()
    with demo.sign_in("clerk") as clerk:
        assert demo.give(clerk, "ApproveDisplay", pairing=code)["accepted"]
    return page
