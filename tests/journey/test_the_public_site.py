"""What a citizen has of a meeting: the live picture with what is said beside it, then the archive, item by item.

The demo's recorder films a test pattern with the time burned into it, so what a viewer sees can be held against the
ledger's own time.
"""

import os
import re
import signal
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.demo.running import ROOT, Demo
from tests.journey.citizen import film, public, seconds_of, shown_clock, soon, times, visitor
from tests.journey.pages import axe_finds_nothing, say

LATE_SECONDS = 15.0
"""Not the goal (`make bench` measures that): beyond it the picture is not live."""
STARVED_SECONDS = 12.0


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, with a camera."""
    assert (ROOT / "web/dist-portal/.vite/manifest.json").exists(), "build the screens first: make web"
    running = Demo(tmp_path_factory.mktemp("filmed") / "data", video=True)
    yield running
    assert running.process.end() == 0


def began(demo: Demo, item: str) -> float:
    """When the ledger has it."""
    started = next(i["started"] for i in times(demo)["items"] if i["item"] == item)
    return seconds_of(started[-1]["time"])


def test_the_live_picture_plays_and_what_stands_beside_it_is_of_its_own_moment(browser: Browser, filmed: Demo) -> None:
    page = visitor(browser, public(filmed, "watch.html"))
    clock = soon(lambda: shown_clock(page))
    assert abs(time.time() - clock) < LATE_SECONDS
    expect(page.get_by_text("Nội dung 20:")).to_be_visible()
    with filmed.sign_in("chair") as chair:
        assert filmed.give(chair, "OpenPoll", poll="nq1")["accepted"]
        soon(lambda: page.get_by_text(say("portal.poll_open")).is_visible())
        picture = soon(lambda: shown_clock(page))
        opened = seconds_of(times(filmed)["polls"][-1]["opened"]["time"])
        assert picture > opened - 1, "the page tells of a vote that the picture does not show yet"
        assert filmed.give(chair, "VoidPoll", poll="nq1", reason="thử")["accepted"]
    axe_finds_nothing(page)
    page.close()


NOTE_THE_LONGEST_SLEEP = """() => {
  let before = performance.now();
  window.slept = 0;
  setInterval(() => {
    window.slept = Math.max(window.slept, performance.now() - before);
    before = performance.now();
  }, 100);
}"""


@contextmanager
def no_network(browser: Browser, page: Page) -> Iterator[None]:
    """As on a train."""
    page.context.set_offline(True)
    yield
    assert late(page) > LATE_SECONDS / 3, "it was not starved"
    page.context.set_offline(False)


@contextmanager
def asleep(browser: Browser, page: Page) -> Iterator[None]:
    """As on a telephone whose screen is off: the page does nothing at all."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [process["id"] for process in told if process["type"] == "renderer"]
    page.evaluate(NOTE_THE_LONGEST_SLEEP)
    for process in pages:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in pages:
            os.kill(process, signal.SIGCONT)
    soon(lambda: page.evaluate("window.slept") > STARVED_SECONDS * 900, "a sleep")


@pytest.mark.parametrize("starved", [no_network, asleep])
def test_a_starved_player_jumps_back_to_live_and_does_not_stay_behind(
    browser: Browser, filmed: Demo, starved: Callable[[Browser, Page], AbstractContextManager[None]]
) -> None:
    page = visitor(browser, public(filmed, "watch.html"))
    soon(lambda: shown_clock(page), "a picture")
    soon(lambda: late(page) < LATE_SECONDS / 3, "a picture that is live")
    with starved(browser, page):
        time.sleep(STARVED_SECONDS)
    # One that only went on where it had stopped would be behind by all of that for good.
    soon(lambda: late(page) < LATE_SECONDS / 3, "live again")
    page.close()


def late(page: Page) -> float:
    """How old the picture on screen is; without one, very."""
    return time.time() - (shown_clock(page) or 0)


def test_a_private_part_is_a_card_and_the_picture_comes_back_after_it(browser: Browser, filmed: Demo) -> None:
    page = visitor(browser, public(filmed, "watch.html"))
    soon(lambda: shown_clock(page))
    playlist = requests.get(public(filmed, "live/index.m3u8"), timeout=10).text
    segments = [line for line in playlist.splitlines() if line.endswith(".m4s")]
    with filmed.sign_in("chair") as chair:
        assert filmed.give(chair, "GoPrivate")["accepted"]
        expect(page.get_by_text(say("portal.card_private"), exact=True)).to_be_visible()
        assert shown_clock(page) is None
        for name in ("index.m3u8", "ll.m3u8", *segments):
            assert requests.get(public(filmed, f"live/{name}"), timeout=10).status_code in {403, 404}, name
        axe_finds_nothing(page)
        assert filmed.give(chair, "GoPublic")["accepted"]
    expect(page.get_by_text(say("portal.card_private"), exact=True)).to_be_hidden()
    assert soon(lambda: shown_clock(page)) > time.time() - LATE_SECONDS
    page.close()


def test_an_item_of_the_archive_plays_from_the_second_at_which_the_ledger_has_it(
    browser: Browser, filmed: Demo
) -> None:
    """Though the recorder was killed between two items."""
    with filmed.sign_in("chair") as chair:
        film(filmed, 6)
        assert filmed.give(chair, "StartItem", item="i21")["accepted"]
        film(filmed, 6)
        filmed.kill("recorder")
        film(filmed, 8)
        assert filmed.give(chair, "StartItem", item="i22")["accepted"]
        film(filmed, 6)
        assert filmed.give(chair, "CloseSitting")["accepted"]
    ledger = times(filmed)["ledger"]
    # The page follows within a moment of the video's being published.
    soon(lambda: 'data-anchor="item=i22"' in requests.get(public(filmed, f"meetings/{ledger}/"), timeout=10).text)

    page = visitor(browser, public(filmed, "archive/"))
    axe_finds_nothing(page)
    page.get_by_label(say("portal.search")).fill("xac nhan ket qua BAU")
    expect(page.get_by_text("Nội dung 5")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^21. Thông qua Nghị quyết")).click()
    expect(page).to_have_url(re.compile("#item=i21$"))
    expect(page.locator("a[data-anchor='item=i22']")).to_have_count(1)
    assert abs(soon(lambda: shown_clock(page)) - began(filmed, "i21")) < 1

    page.evaluate("() => { HTMLMediaElement.prototype.play = () => Promise.resolve(); }")
    page.locator("a[data-anchor='item=i21']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wanted = began(filmed, "i22")
    soon(lambda: abs((shown_clock(page) or 0) - wanted) < 1)
    expect(page.locator("a[data-anchor='item=i22']")).to_have_attribute("aria-current", "true")
    axe_finds_nothing(page)
    page.close()
    plays_without_scripts(browser, filmed, ledger)


def plays_without_scripts(browser: Browser, demo: Demo, ledger: str) -> None:
    """The files are offered, and an item's link leads into one of them."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(public(demo, f"meetings/{ledger}/"))
    link = page.locator("a[data-anchor='item=i21']").get_attribute("href") or ""
    assert re.search(r"\.mp4#t=\d+\.\d$", link)
    answer = requests.get(urljoin(page.url, link), headers={"Range": "bytes=0-99"}, timeout=10)
    assert answer.status_code == 206
    context.close()


@pytest.mark.parametrize("path", ["", "watch.html", "archive/", "en/", "en/watch.html", "en/archive/", "nothing"])
def test_every_public_page_is_sound_and_fits_a_phone(browser: Browser, demo: Demo, path: str) -> None:
    soon((public_folder(demo) / "en/archive/index.html").exists)
    page = visitor(browser, public(demo, path), width=390)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def public_folder(demo: Demo) -> Path:
    """Where the demo writes its public site."""
    words = Path(f"/proc/{demo.process.children()['portal']}/cmdline").read_bytes().decode().split("\0")
    settings = Path(words[words.index("--config") + 1]).read_text(encoding="utf-8")
    return Path(tomllib.loads(settings)["public"])


def test_a_visitor_leaves_nothing_behind_and_asks_no_other_host(browser: Browser, demo: Demo) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    page.goto(public(demo, "watch.html"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    soon(lambda: any("live.json" in url for url in asked))
    assert all(url.startswith(public(demo)) for url in asked)
    assert not page.context.cookies()
    assert not wrong
    page.close()
