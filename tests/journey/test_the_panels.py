"""Panels join the house, fail, are replaced in the middle of a vote, and are tried before a meeting: in a browser."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page, expect

from appliance.services.panel_words import House
from tests.journey.keys import Keys
from tests.journey.pages import axe_finds_nothing, button, open_poll, say, signed_in, void_poll
from tests.journey.panelled import FIRST, HALL, SECOND, WITHOUT, Panelled
from tests.journey.panels_double import PanelsDouble, serial

NEW = 77
"""A panel that the house has never seen."""
SPARE = len(HALL) - 1


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panelled]:
    """One for all of these journeys."""
    panelled = Panelled(tmp_path_factory.mktemp("panelled") / "data")
    yield panelled
    panelled.end()


@pytest.fixture
def panels(house: Panelled) -> PanelsDouble:
    """The boxes as at first."""
    return house.begin()


@pytest.fixture
def at(browser: Browser, house: Panelled) -> Iterator[Callable[..., Page]]:
    """Somebody's desk, at a part of it; all are closed afterwards."""
    opened: list[Page] = []

    def open_(who: str, part: str = "", language: str = "vi", size: str = "clerk") -> Page:
        page = signed_in(browser, house, who, size, language)
        opened.append(page)
        if part:
            page.goto("about:blank")  # a part of an address alone would not load the page anew
            page.goto(f"{house.base}/{who}#{part}")
            expect(page.get_by_role("heading", level=1)).to_have_text(say(f"{part}.title", language))
        return page

    yield open_
    for page in opened:
        page.context.close()


def seat(page: Page, name: str) -> Locator:
    """A seat of the map."""
    return page.get_by_role("group", name=say("panels.map.title")).locator(
        "button", has=page.get_by_text(name, exact=True)
    )


def short(number: int) -> str:
    """A panel's name on the screens: the end of its serial number."""
    end = serial(number)[-6:].upper()
    return f"{end[:3]}\u00a0{end[3:]}"


def pair(page: Page, panels: PanelsDouble) -> None:
    """As far as the new panel's light."""
    button(page, "panels.pair.start").click()
    expect(page.get_by_text(say("panels.pair.press", line="hall"))).to_be_visible()
    panels.found(NEW)
    expect(page.get_by_text(say("panels.pair.found", box=short(NEW)))).to_be_visible()


def at_seat(panels: PanelsDouble, name: str) -> str | None:
    """The serial number of the panel at a seat."""
    found = panels.house.at(name)
    return found.serial if found else None


def test_a_new_panel_is_found_by_its_button_and_dropped_on_its_seat(
    at: Callable[..., Page], panels: PanelsDouble
) -> None:
    page = at("technician", "panels")
    expect(seat(page, WITHOUT[0])).to_contain_text(say("panels.short.none"))
    pair(page, panels)
    page.get_by_role("img", name=say("panels.box", box=short(NEW))).drag_to(seat(page, WITHOUT[0]))
    expect(page.get_by_text(say("panels.told.put", box=short(NEW), seat=WITHOUT[0]))).to_be_visible()
    expect(seat(page, WITHOUT[0])).to_contain_text(say("panels.short.working"))
    panels.until(lambda: at_seat(panels, WITHOUT[0]) == serial(NEW))


def test_pairing_goes_on_to_the_next_panel_until_it_is_stopped(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    pair(page, panels)
    button(page, "panels.pair.spare").click()
    expect(page.get_by_text(say("panels.pair.press", line="hall"))).to_be_visible()
    assert [order.do for order in panels.orders] == ["pair-start", "take", "pair-start"]
    button(page, "panels.pair.stop").click()
    expect(button(page, "panels.pair.start")).to_be_visible()


def test_a_panel_is_paired_and_seated_by_keyboard_alone(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    keys = Keys(page)
    keys.go(button(page, "panels.pair.start"))
    expect(page.get_by_text(say("panels.pair.press", line="hall"))).to_be_visible()
    panels.found(NEW)
    keys.reach(page.get_by_role("combobox", name=say("panels.pair.seat"), exact=True))
    keys.press("ArrowDown")
    keys.go(button(page, "panels.pair.put", seat=WITHOUT[1]))
    expect(page.get_by_text(say("panels.told.put", box=short(NEW), seat=WITHOUT[1]))).to_be_visible()
    panels.until(lambda: at_seat(panels, WITHOUT[1]) == serial(NEW))


def test_arrows_go_from_seat_to_seat_over_the_gaps(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    seat(page, FIRST).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(seat(page, FIRST)).to_be_focused()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(seat(page, HALL[8])).to_be_focused()


def test_a_new_panel_replaces_a_seats_old_one_after_a_question(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    old = at_seat(panels, FIRST)
    pair(page, panels)
    seat(page, FIRST).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say("panels.swap.title", seat=FIRST))
    dialog.get_by_role("button", name=say("panels.swap.do")).click()
    expect(page.get_by_text(say("panels.told.put", box=short(NEW), seat=FIRST))).to_be_visible()
    panels.until(lambda: at_seat(panels, FIRST) == serial(NEW))
    assert old in {panel.serial for panel in panels.house.panels if panel.seat is None}


def test_a_spare_is_taken_up_and_put_on_a_seat_without_a_mouse_drag(
    at: Callable[..., Page], panels: PanelsDouble
) -> None:
    """As on a tablet: press the panel, press the seat."""
    page = at("technician", "panels")
    spares = page.get_by_role("region", name=say("panels.spares.title"))
    spares.get_by_role("button", name=say("panels.take_up", box=short(SPARE))).click()
    expect(page.get_by_text(say("panels.map.carried", box=short(SPARE)))).to_be_visible()
    seat(page, WITHOUT[0]).click()
    expect(page.get_by_text(say("panels.told.put", box=short(SPARE), seat=WITHOUT[0]))).to_be_visible()
    panels.until(lambda: at_seat(panels, WITHOUT[0]) == serial(SPARE))


def test_a_panel_blinks_so_that_it_is_found_and_stops_when_the_page_is_left(
    at: Callable[..., Page], panels: PanelsDouble
) -> None:
    page = at("technician", "panels")
    seat(page, FIRST).click()
    card = page.get_by_role("region", name=say("common.seat", seat=FIRST))
    card.get_by_role("button", name=say("panels.locate"), exact=True).click()
    expect(card.get_by_role("button", name=say("panels.locate"), exact=True)).to_have_attribute("aria-pressed", "true")
    assert panels.located == {serial(1)}
    page.get_by_role("link", name=say("technician.part_overview")).click()
    panels.until(lambda: not panels.located)


def test_forgetting_asks_first_and_says_what_is_lost(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    seat(page, SECOND).click()
    opener = page.get_by_role("button", name=f"{say('panels.forget.open')}: {say('panels.box', box=short(2))}")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say("panels.forget.seat", seat=SECOND))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert panels.orders == []
    opener.click()
    dialog.get_by_role("button", name=say("panels.forget.do")).click()
    expect(page.get_by_text(say("panels.told.forgotten", box=short(2)))).to_be_visible()
    expect(seat(page, SECOND)).to_contain_text(say("panels.short.none"))


def test_what_is_wrong_stands_first_and_says_what_to_do(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    panels.change(1, online=False, seen="2026-12-18T01:31:00Z")
    panels.change(2, jammed=True)
    expect(page.get_by_role("alert")).to_contain_text(say("panels.troubled", count=2, seats=f"{FIRST}, {SECOND}"))
    seat(page, SECOND).click()
    expect(page.get_by_text(say("panels.todo.jammed"))).to_be_visible()
    lines = page.get_by_role("region", name=say("panels.bus.title"))
    expect(lines).to_contain_text(say("panels.why.absent", port=panels.house.buses[1].port))
    expect(lines.get_by_role("article", name="hall")).to_contain_text(say("panels.bus.of", online=26, all=27))


def test_a_refusal_is_told_in_words_and_nothing_has_moved(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    pair(page, panels)
    panels.refuses = "panel-offline"
    button(page, "panels.pair.put", seat=WITHOUT[0]).click()
    expect(page.get_by_text(say("refusal.panel-offline"))).to_be_visible()
    assert at_seat(panels, WITHOUT[0]) is None


def test_a_stopped_panels_process_is_told_at_once_and_comes_back_by_itself(
    at: Callable[..., Page], panels: PanelsDouble
) -> None:
    page = at("technician", "panels")
    clerk = at("clerk")
    panels.lose()
    expect(page.get_by_text(say("panels.away"))).to_be_visible()
    expect(seat(page, FIRST)).to_contain_text(say("panels.short.unknown"))
    expect(button(page, "panels.pair.start")).to_be_hidden()
    clerk.get_by_role("tab", name=say("panels.clerk.title")).click()
    expect(clerk.get_by_text(say("panels.away"))).to_be_visible()
    panels.open()
    expect(seat(page, FIRST)).to_contain_text(say("panels.short.working"))
    expect(page.get_by_text(say("panels.away"))).to_be_hidden()


def test_a_house_without_any_line_says_how_to_set_one_up(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "panels")
    panels.tell(House())
    expect(page.get_by_text(say("panels.no_line"))).to_be_visible()
    expect(button(page, "panels.pair.start")).to_be_hidden()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_panels_whatever_their_state(
    at: Callable[..., Page], panels: PanelsDouble, language: str
) -> None:
    page = at("technician", "panels", language)
    axe_finds_nothing(page)
    panels.change(1, online=False)
    page.get_by_role("button", name=say("common.seat", language, seat=FIRST)).first.click()
    axe_finds_nothing(page)
    button(page, "panels.swap.open", language).click()
    axe_finds_nothing(page)
    page.keyboard.press("Escape")
    button(page, "panels.pair.start", language).click()
    expect(page.get_by_text(say("panels.pair.press_how", language))).to_be_visible()
    panels.found(NEW)
    expect(page.get_by_text(say("panels.pair.drop", language))).to_be_visible()
    axe_finds_nothing(page)
    panels.tell(replace(panels.house, pairing=None, testing=True))
    expect(page.get_by_text(say("panels.testing", language))).to_be_visible()
    axe_finds_nothing(page)


def test_nothing_is_wider_than_the_screen_at_twice_the_size(at: Callable[..., Page], panels: PanelsDouble) -> None:
    for part in ("panels", "readiness"):
        page = at("technician", part, size="zoomed")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- replaced in the middle of a vote


def swap(page: Page, name: str, to: str) -> None:
    """From the clerk's list of what is wrong, in one dialog."""
    page.get_by_role("tab", name=say("panels.clerk.title")).click()
    page.get_by_role("button", name=say("panels.swap.title", seat=name), exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say("panels.swap.stands"))
    dialog.get_by_role("radio", name=to).check()
    dialog.get_by_role("button", name=say("panels.swap.do")).click()
    expect(dialog).to_be_hidden()


def test_the_clerk_puts_a_spare_in_a_dead_panels_place_and_its_ballot_stands(
    at: Callable[..., Page], house: Panelled, panels: PanelsDouble
) -> None:
    poll = open_poll(house)
    try:
        assert panels.vote(FIRST, poll, "for")["accepted"]
        panels.change(1, online=False)
        clerk = at("clerk")
        swap(clerk, FIRST, say("panels.swap.spare", box=short(SPARE)))
        expect(clerk.get_by_text(say("panels.told.put", box=short(SPARE), seat=FIRST))).to_be_visible()
        panels.until(lambda: at_seat(panels, FIRST) == serial(SPARE))
        with house.sign_in("clerk") as session:
            view = house.get("/api/snapshot", session).json()["view"]
        assert view["progress"]["pressed"] == 1
    finally:
        void_poll(house, poll)


def test_the_clerk_puts_a_tablet_in_a_dead_panels_place(
    at: Callable[..., Page], house: Panelled, panels: PanelsDouble
) -> None:
    poll = open_poll(house)
    try:
        panels.change(2, online=False)
        clerk = at("clerk")
        swap(clerk, SECOND, say("panels.swap.tablet"))
        expect(clerk.get_by_text(say("panels.told.tablet", seat=SECOND))).to_be_visible()
        assert at_seat(panels, SECOND) is None
        assert panels.vote(SECOND, poll, "for")["refusal"] == "seat-not-yours"
    finally:
        void_poll(house, poll)


def test_the_clerk_is_told_on_the_tab_how_many_panels_need_a_hand(
    at: Callable[..., Page], panels: PanelsDouble
) -> None:
    clerk = at("clerk")
    expect(clerk.get_by_role("tab", name=say("panels.clerk.title"), exact=True)).to_be_visible()
    panels.change(1, jammed=True)
    expect(clerk.get_by_role("tab", name=say("clerk.waiting_count", count=1))).to_be_visible()


# --- before a meeting


def begin(page: Page) -> None:
    """Leave whatever check still runs, and begin one."""
    if button(page, "readiness.drop.open").is_visible():
        button(page, "readiness.drop.open").click()
        page.get_by_role("dialog").get_by_role("button", name=say("readiness.drop.do")).click()
    button(page, "readiness.begin.do").click()
    expect(page.get_by_role("heading", name=say("readiness.rows.title"))).to_be_visible()


def test_a_house_is_checked_row_by_row_signed_filed_and_printed(at: Callable[..., Page], panels: PanelsDouble) -> None:
    panels.tell(replace(panels.house, buses=panels.house.buses[:1]))
    page = at("technician", "readiness")
    begin(page)
    everything = len(panels.house.panels)
    boxes = everything - 2
    spares = range(boxes + 1, everything + 1)
    rows = (range(1, 10), range(10, 19), range(19, boxes + 1), spares)
    for row in rows:
        button(page, "readiness.rows.start").click()
        expect(page.get_by_role("timer")).to_be_visible()
        for number in row:
            panels.press(number)
        button(page, "readiness.rows.seen", count=len(row)).click()
        expect(page.get_by_text(say("readiness.tried.whole"), exact=True)).to_have_count(len(row))
        if row is not rows[-1]:
            button(page, "readiness.rows.next").click()
    expect(page.get_by_text(say("readiness.rows.whole", whole=everything, all=everything))).to_be_visible()
    expect(page.get_by_role("button", name=say("readiness.rows.spares"))).to_have_attribute("aria-pressed", "true")

    button(page, "readiness.poll.open").click()
    expect(page.get_by_role("region", name=say("readiness.poll.zero"))).to_contain_text(str(boxes))
    for number in range(1, boxes + 1):
        panels.press(number, "against" if number <= 5 else "for")
    expect(page.get_by_text(say("readiness.poll.pressed", pressed=boxes, online=boxes))).to_be_visible()
    button(page, "readiness.poll.close").click()
    expect(page.get_by_text(say("readiness.poll.same"))).to_be_visible()
    expect(page.get_by_role("region", name=say("readiness.poll.result"))).to_contain_text(str(boxes - 5))
    axe_finds_nothing(page)

    page.get_by_label(say("readiness.finish.note")).fill("Đã thay dây hàng 3.")
    button(page, "readiness.finish.do").click()
    expect(page.get_by_text(say("readiness.stored"))).to_be_visible()
    assert not panels.house.testing
    axe_finds_nothing(page)
    page.get_by_role("link", name=say("readiness.reports.print")).first.click()
    expect(page.get_by_text("Đã thay dây hàng 3.")).to_be_visible()
    axe_finds_nothing(page)


def test_what_is_not_right_in_a_row_is_red_and_says_what_to_do(at: Callable[..., Page], panels: PanelsDouble) -> None:
    panels.change(3, online=False)
    page = at("technician", "readiness")
    begin(page)
    panels.press(1)
    panels.press(2, "for")
    expect(page.get_by_text(say("readiness.tried.look"))).to_have_count(1)
    page.get_by_role("button", name=f"{say('readiness.tried.broken')}: {say('common.seat', seat=FIRST)}").click()
    expect(page.get_by_text(say("readiness.tried.dark"))).to_be_visible()
    expect(page.get_by_text(say("readiness.tried.silent"))).to_be_visible()
    items = page.get_by_role("region", name=say("readiness.items.title"))
    expect(items).to_contain_text(say("readiness.do.lights_dark"))
    expect(items).to_contain_text(say("readiness.do.bus"))
    axe_finds_nothing(page)


def test_a_vote_that_opens_stops_the_check_and_what_was_tried_is_kept(
    at: Callable[..., Page], house: Panelled, panels: PanelsDouble
) -> None:
    page = at("technician", "readiness")
    begin(page)
    panels.press(1)
    expect(page.get_by_text(say("readiness.tried.look"))).to_have_count(1)
    poll = open_poll(house)
    try:
        expect(page.get_by_text(say("readiness.stopped"))).to_be_visible()
        assert panels.vote(FIRST, poll, "for")["accepted"]
    finally:
        void_poll(house, poll)
    button(page, "readiness.go_on").click()
    expect(page.get_by_text(say("readiness.stopped"))).to_be_hidden()
    expect(page.get_by_text(say("readiness.tried.look"))).to_have_count(1)
    button(page, "readiness.drop.open").click()
    page.get_by_role("dialog").get_by_role("button", name=say("readiness.drop.do")).click()
    expect(button(page, "readiness.begin.do")).to_be_visible()
    panels.until(lambda: not panels.house.testing)


def test_a_check_is_gone_through_by_keyboard_alone(at: Callable[..., Page], panels: PanelsDouble) -> None:
    page = at("technician", "readiness")
    keys = Keys(page)
    keys.go(button(page, "readiness.begin.do"))
    expect(page.get_by_role("heading", name=say("readiness.rows.title"))).to_be_visible()
    keys.go(button(page, "readiness.rows.start"))
    for number in range(1, 10):
        panels.press(number)
    keys.go(button(page, "readiness.rows.seen", count=9))
    expect(page.get_by_text(say("readiness.tried.whole"), exact=True)).to_have_count(9)
    keys.go(button(page, "readiness.poll.open"))
    panels.press(1, "for")
    keys.go(button(page, "readiness.poll.close"))
    keys.go(button(page, "readiness.finish.do"))
    expect(page.get_by_text(say("readiness.stored"))).to_be_visible()
