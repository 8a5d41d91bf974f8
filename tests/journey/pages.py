"""The screens as people use them: by the words on the buttons, never by the markup behind them."""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from appliance.server.access import DEVICE_COOKIE, LANGUAGE_COOKIE
from tests.demo.running import ROOT, Demo

SIZES: Final = {
    "chair": (1440, 900),
    "clerk": (1440, 900),
    "hall": (1920, 1080),
    "delegate": (1280, 800),
    "phone": (390, 844),
    "zoomed": (400, 640),
    "upright": (800, 1280),
}
AXE_RULES: Final = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
CONTRAST_AAA: Final = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}


_TABLETS: Final[dict[tuple[str, str], str]] = {}
"""The mark of each visitor's tablet: a card is enrolled on one, so whoever comes again comes with the same."""


def words(language: str = "vi") -> dict[str, Any]:
    """The word file that the screens speak from."""
    read: dict[str, Any] = json.loads((ROOT / "web/src/words" / f"{language}.json").read_text(encoding="utf-8"))
    return read


def say(key: str, language: str = "vi", **values: object) -> str:
    """A sentence by its key, its places filled."""
    found: Any = words(language)
    for part in key.split("."):
        found = found[part]
    return str(found).format_map(values)


def screen(browser: Browser, demo: Demo, path: str, size: str, language: str = "vi") -> Page:
    """A new browser at an address."""
    context = _context(browser, demo, size, language)
    page = context.new_page()
    page.goto(demo.base + path)
    return page


def signed_in(browser: Browser, demo: Demo, name: str, size: str, language: str = "vi") -> Page:
    """A screen of the demo's list whose visitor has signed in already."""
    found = next(s for s in demo.addresses["screens"] if s["name"] == name)
    context = _context(browser, demo, size, language)
    tablet = _TABLETS.setdefault((demo.base, name), str(uuid.uuid4()))
    context.add_cookies([{"name": DEVICE_COOKIE, "value": tablet, "url": demo.base}])
    assert context.request.post(demo.base + "/api/sign-in", data=found["sign_in"]).ok
    page = context.new_page()
    page.goto(demo.base + found["path"].split("#")[0])
    expect(page.get_by_text(say("line.online", language), exact=True)).to_be_visible()
    return page


def _context(browser: Browser, demo: Demo, size: str, language: str) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": demo.base}])
    return context


def sign_in_with_password(page: Page, account: str, password: str) -> None:
    """As chair and clerk do."""
    page.get_by_label(say("sign_in.account")).fill(account)
    page.get_by_label(say("sign_in.password")).fill(password)
    page.get_by_role("button", name=say("sign_in.do"), exact=True).click()
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()


def sign_in_with_pin(page: Page, pin: str) -> None:
    """As a delegate does after the QR code: big keys."""
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name=say("sign_in.do"), exact=True).click()
    expect(page.get_by_text(say("line.online"), exact=True)).to_be_visible()


def button(page: Page, key: str, language: str = "vi", **values: object) -> Locator:
    """A button by its word."""
    return page.get_by_role("button", name=say(key, language, **values), exact=True)


def told(page: Page, key: str, choice: str) -> Locator:
    """What the ballot says about a choice, e.g. that it is recorded."""
    return page.get_by_text(say(key, choice=say(f"choice.{choice}")))


def axe_finds_nothing(page: Page, rules: Mapping[str, object] = AXE_RULES) -> None:
    """No finding of axe-core on the page as it is now."""
    found = Axe().run(page, options=dict(rules)).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]


def draft_poll(demo: Demo, about: str = "nội dung thử") -> str:
    """A question of its own on the current item, closed by hand; its wording."""
    question = f"Thông qua {about} {uuid.uuid4()}"
    with demo.sign_in("clerk") as clerk:
        item = demo.get("/api/snapshot", clerk).json()["view"]["agenda"]
        current = next(line["item"] for line in item if line["state"] == "current")
        assert demo.give(
            clerk,
            "DraftPoll",
            document={"title": f"Dự thảo Nghị quyết về {about}"[:200], "sha256": "0" * 64},
            item=current,
            question=question,
            poll=question[-36:],
        )["accepted"]
    return question


def open_poll(demo: Demo, about: str = "nội dung thử") -> str:
    """Such a question, put to the vote; the poll's name."""
    poll = draft_poll(demo, about)[-36:]
    with demo.sign_in("chair") as chair:
        assert demo.give(chair, "OpenPoll", poll=poll)["accepted"]
    return poll


def void_poll(demo: Demo, poll: str) -> None:
    """Out of the way for the next test."""
    with demo.sign_in("chair") as chair:
        assert demo.give(chair, "VoidPoll", poll=poll, reason="thử")["accepted"]


def delegate_tab(page: Page, name: str, language: str = "vi") -> None:
    """Bring a part of the delegate's screen to the front: now, papers, ask, own."""
    begins = re.compile(f"^{re.escape(say(f'delegate.tab_{name}', language))}")  # a mark may say that something waits
    page.get_by_role("tab", name=begins).click()
