"""From the page to the panel's own firmware and back: the real panels process, a simulated wire, a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.core.ballot_paper import Choice
from appliance.demo.panel_bus import SimulatedBus
from firmware.panel.shows import WAITING
from tests.journey.pages import button, open_poll, say, signed_in, void_poll
from tests.journey.panelled import HALL, Served
from tests.panels.bus_hall import BusPanels, bus_of, paired, serial_of

OLD, SPARE, NEW = 1, 2, 3
SEAT, OTHER = HALL[7], HALL[8]
"""Two delegates' seats, whose members are present."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Served]:
    """The server; its panels process comes with `hall`."""
    served = Served(tmp_path / "data")
    yield served
    served.end()


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[SimulatedBus]:
    """A panel at a seat, a spare, and one that belongs to no hall."""
    with bus_of(tmp_path / "dongle", [paired(OLD, SEAT), paired(SPARE, None)], NEW) as bus:
        yield bus


@pytest.fixture
def hall(house: Served, wire: SimulatedBus) -> Iterator[BusPanels]:
    """The panels process on that wire."""
    panels = BusPanels(house.config.panel_socket, {"a": str(wire.port)}, [paired(OLD, SEAT), paired(SPARE, None)])
    yield panels
    panels.stop()


@pytest.fixture
def at(browser: Browser, house: Served, hall: BusPanels) -> Iterator[Callable[[str], Page]]:
    """Somebody's desk; all are closed afterwards."""
    opened: list[Page] = []

    def open_(who: str) -> Page:
        opened.append(signed_in(browser, house, who, "clerk"))
        return opened[-1]

    yield open_
    for page in opened:
        page.context.close()


def short(number: int) -> str:
    """A panel's name on the screens."""
    end = serial_of(number)[-6:].upper()
    return f"{end[:3]}\u00a0{end[3:]}"


def pressed(house: Served) -> int:
    """How many have voted in the poll that runs."""
    with house.sign_in("clerk") as session:
        return int(house.get("/api/snapshot", session).json()["view"]["progress"]["pressed"])


def test_a_panel_joins_by_its_button_gets_its_seat_on_the_map_and_votes(
    at: Callable[[str], Page], house: Served, wire: SimulatedBus, hall: BusPanels
) -> None:
    page = at("technician")
    page.get_by_role("link", name=say("panels.tab"), exact=True).click()
    button(page, "panels.pair.start").click()
    expect(page.get_by_text(say("panels.pair.press", line="a"))).to_be_visible()
    wire.press(serial_of(NEW), 2)
    expect(page.get_by_text(say("panels.pair.found", box=short(NEW)))).to_be_visible()
    seats = page.get_by_role("group", name=say("panels.map.title"))
    seats.locator("button", has=page.get_by_text(OTHER, exact=True)).click()
    expect(page.get_by_text(say("panels.told.put", box=short(NEW), seat=OTHER))).to_be_visible()
    poll = open_poll(house)
    try:
        house.until(lambda: wire.panels[serial_of(NEW)].shows() == WAITING)
        wire.press(serial_of(NEW), 1)
        hall.wait_for(OTHER, "recorded", Choice.AGAINST)
        house.until(lambda: pressed(house) == 1)
    finally:
        void_poll(house, poll)


def test_a_dead_panel_is_replaced_in_mid_vote_and_cannot_vote_when_it_wakes_up(
    at: Callable[[str], Page], house: Served, wire: SimulatedBus, hall: BusPanels
) -> None:
    clerk = at("clerk")
    poll = open_poll(house)
    try:
        house.until(lambda: wire.panels[serial_of(OLD)].shows() == WAITING)
        wire.press(serial_of(OLD), 0)
        hall.wait_for(SEAT, "recorded", Choice.FOR)
        wire.power(serial_of(OLD), False)
        clerk.get_by_role("tab", name=say("panels.clerk.title")).click()
        clerk.get_by_role("button", name=say("panels.swap.title", seat=SEAT), exact=True).click()
        dialog = clerk.get_by_role("dialog")
        dialog.get_by_role("radio", name=say("panels.swap.spare", box=short(SPARE))).check()
        dialog.get_by_role("button", name=say("panels.swap.do")).click()
        expect(clerk.get_by_text(say("panels.told.put", box=short(SPARE), seat=SEAT))).to_be_visible()

        house.until(lambda: wire.panels[serial_of(SPARE)].lights() == (True, False, False))
        wire.power(serial_of(OLD), True)
        expect(clerk.get_by_text(say("panels.clerk.all_good"))).to_be_visible()
        wire.press(serial_of(OLD), 1)
        wire.press(serial_of(SPARE), 2)
        house.until(lambda: wire.panels[serial_of(SPARE)].lights() == (False, False, True))
        assert pressed(house) == 1
    finally:
        void_poll(house, poll)
