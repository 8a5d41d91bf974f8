"""The technician looks at the machine and sets its clock; the chair is told what matters and goes on presiding."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.server.access import LANGUAGE_COOKIE
from appliance.services.readiness_facts import ClockFacts, HostFacts, PowerFacts
from tests.house import convene
from tests.journey.pages import AXE_RULES, SIZES, axe_finds_nothing, button, say
from tests.journey.test_every_page_is_accessible import ELSEWHERE
from tests.journey.test_every_page_is_accessible import SIZES as SMALL
from tests.server.running import Running
from tests.server.test_box_page import AClock

UNITS = [
    {"unit": "nghi-truong-panels.service", "state": "active", "restarts": 2, "since_seconds": 7300},
    {"unit": "nghi-truong-papers.service", "state": "failed", "restarts": 0, "since_seconds": 60},
]
STATUS: dict[str, Any] = {
    "name": "hoitruong",
    "uptime_seconds": 90_000,
    "load": 0.4,
    "memory": {"total": 4 << 30, "available": 3 << 30},
    "disks": [{"path": "/", "total": 64 << 30, "free": 50 << 30}],
    "units": UNITS,
    "release": {"version": "0.2.0"},
    "previous": {"version": "0.1.0"},
    "drill": {"ok": True, "at": "2026-01-05T00:00:00Z"},
}
LINES = [
    {"at": "2026-12-18T01:00:00.000Z", "unit": "nghi-truong-papers.service", "level": 3, "text": "a paper is damaged"},
]


@pytest.fixture
def server() -> Iterator[Running]:
    """A house whose clock nobody has set, with a watching service."""
    with Running() as running:
        running.parts.ask_box = lambda asked: STATUS if asked["ask"] == "status" else {"lines": LINES}
        yield running


@pytest.fixture
def machine(server: Running) -> AClock:
    return AClock(server)


@pytest.fixture
def at(browser: Browser, server: Running) -> Iterator[Callable[..., Page]]:
    """Somebody's desk."""
    opened: list[Page] = []

    def open_(who: str, path: str, language: str = "vi", size: str = "clerk") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        cookies = [(c.name, c.value or "") for c in server.sign_in(who).cookies]
        context.add_cookies(
            [{"name": n, "value": v, "url": server.base} for n, v in [*cookies, (LANGUAGE_COOKIE, language)]]
        )
        page = context.new_page()
        opened.append(page)
        page.goto(server.base + path)
        expect(page.get_by_text(say("line.online", language), exact=True)).to_be_visible()
        return page

    yield open_
    for page in opened:
        page.context.close()


@pytest.mark.parametrize(("language", "size"), [("vi", "clerk"), ("en", "clerk"), ("vi", "zoomed")])
def test_the_technician_sees_how_the_machine_is(
    at: Callable[..., Page], machine: AClock, language: str, size: str
) -> None:
    machine.host = HostFacts(temperature=51.5, power=PowerFacts(low_now=False, low_before=True, slowed=False))
    page = at("technician", "/technician#machine", language, size)
    for text in (
        "52 °C",
        say("machine.hardware.power_was_low", language),
        "nghi-truong-panels.service",
        "0.2.0",
        say("machine.safety.drill_good", language),
        "0.1.0",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    rows = page.get_by_role("region", name=say("machine.units.title", language)).get_by_role("row")
    expect(rows.nth(1)).to_contain_text("nghi-truong-papers.service")  # what has failed stands first
    button(page, "machine.journal.read", language).click()
    expect(page.get_by_text("a paper is damaged")).to_be_visible()
    axe_finds_nothing(page, AXE_RULES)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL, ELSEWHERE) == []


def test_the_clock_is_set_by_keyboard_alone_and_the_alarm_is_over(at: Callable[..., Page], machine: AClock) -> None:
    page = at("technician", "/technician#machine")
    expect(page.get_by_text(say("machine.clock.unset"))).to_be_visible()
    page.get_by_label(say("machine.clock.day")).focus()
    page.get_by_label(say("machine.clock.day")).fill("2026-12-18")
    page.get_by_label(say("machine.clock.time")).fill("08:00:05")
    page.keyboard.press("Enter")
    expect(page.get_by_text(say("machine.clock.done"))).to_be_visible()
    assert machine.put == [datetime(2026, 12, 18, 1, 0, 5, tzinfo=UTC)]
    expect(page.get_by_text(say("machine.clock.unset"))).to_be_hidden()
    expect(page.get_by_text(say("machine.clock.hand"))).to_be_visible()


def test_this_computers_time_is_taken_and_a_time_behind_the_record_needs_a_second_yes(
    at: Callable[..., Page], machine: AClock, server: Running
) -> None:
    convene(server)
    page = at("technician", "/technician#machine")
    page.get_by_label(say("machine.clock.day")).fill("2026-01-02")
    page.get_by_label(say("machine.clock.time")).fill("08:00:00")
    button(page, "machine.clock.do").click()
    expect(page.get_by_text(say("refusal.clock-before-record"))).to_be_visible()
    assert machine.put == []
    button(page, "machine.clock.sure").click()
    expect(page.get_by_text(say("machine.clock.done"))).to_be_visible()
    assert machine.put[0].year == 2026


def test_the_chair_is_told_in_one_line_puts_it_aside_and_loses_no_button(
    at: Callable[..., Page], machine: AClock, server: Running
) -> None:
    convene(server)
    machine.host = HostFacts(free_bytes=1)
    server.on_hub(lambda: None)
    at("technician", "/technician#machine")  # has the machine measured now
    chair = at("chair", "/chair")
    expect(chair.get_by_text(say("alert.disk.what"))).to_be_visible()
    expect(chair.get_by_text(say("alert.clock.what"))).to_be_hidden()
    axe_finds_nothing(chair, AXE_RULES)
    chair.get_by_role("button", name=say("alert.dismiss")).focus()
    chair.keyboard.press("Enter")
    expect(chair.get_by_text(say("alert.clock.what"))).to_be_visible()
    chair.get_by_role("button", name=say("alert.dismiss")).click()
    expect(chair.get_by_role("button", name=say("alert.dismiss"))).to_have_count(0)
    chair.reload()
    expect(chair.get_by_text(say("line.online"), exact=True)).to_be_visible()
    expect(chair.get_by_text(say("alert.disk.what"))).to_be_hidden()


def test_a_clock_on_trust_asks_for_nothing(at: Callable[..., Page], machine: AClock) -> None:
    machine.facts = ClockFacts()
    page = at("technician", "/technician#machine")
    expect(page.get_by_text(say("machine.clock.trusted"))).to_be_visible()
