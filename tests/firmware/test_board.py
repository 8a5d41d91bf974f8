"""The firmware itself, under MicroPython: what people do to panels, and what befalls boards, cables and flashes."""

import os
from pathlib import Path

import pytest

from appliance.panels.bus.joining import join, leave, who, who_is
from appliance.panels.bus.pairing_file import Paired
from appliance.panels.bus.reader import Heard
from appliance.panels.bus.session import Session, Told
from firmware.panel import hall as halls
from firmware.panel.frame import BROWNOUT, JAMMED, TESTING, TWO_AT_ONCE
from tests.firmware.bus import ABSTAIN, AGAINST, FOR, Bus, Fitted, serial
from tests.firmware.desk import Desk

KEYS = {address: bytes([address]) * 16 for address in (1, 2, 3)}
ROW = [Fitted(serial(address), address, key) for address, key in KEYS.items()]


def lit(bus: Bus, panel: int, bits: int, seconds: float = 0.7) -> bool:
    """These lights, and no flicker of others for so long."""
    seen = bus.panel(panel)
    return seen.lit == bits and seen.steady_seconds > seconds


def test_a_row_votes_and_each_choice_is_lit(tmp_path: Path) -> None:
    with Bus(ROW, tmp_path) as bus, Desk(bus.port, KEYS) as desk:
        desk.until(lambda: all(desk.answered(address) for address in KEYS), "all are served")
        bus.tap_all([(0, FOR), (1, AGAINST), (2, ABSTAIN)])
        desk.until(lambda: all(lit(bus, panel, 1 << panel) for panel in range(3)), "three lights")
        assert sorted((address, press.button) for address, press in desk.presses) == [
            (1, FOR),
            (2, AGAINST),
            (3, ABSTAIN),
        ]
        bus.tap(0, ABSTAIN)
        desk.until(lambda: lit(bus, 0, 4), "the other light")
        assert [press.number for address, press in desk.presses if address == 1] == [1, 2]


def test_noise_and_lost_frames_neither_lose_a_press_nor_double_it(tmp_path: Path) -> None:
    with Bus(ROW, tmp_path) as bus, Desk(bus.port, KEYS) as desk:
        desk.until(lambda: all(desk.answered(address) for address in KEYS), "all are served")
        bus.faults(corrupt=0.05, drop=0.05, double=0.05, reorder=0.05)
        for button in (FOR, AGAINST, ABSTAIN):
            bus.tap_all([(panel, button) for panel in range(3)])
            desk.until(lambda bits=1 << button: all(lit(bus, panel, bits, 0.35) for panel in range(3)), "recorded")  # type: ignore[misc]
        assert bus.state()["spoiled"] > 0
        names = [(address, press.boot, press.number) for address, press in desk.presses]
        assert len(names) == len(set(names)) == 9


def test_power_lost_between_press_and_light_is_a_press_that_never_was(tmp_path: Path) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}, records=False) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.tap(0, FOR)
        desk.until(lambda: bool(desk.presses), "the press is heard")
        bus.off(0)
        desk.until(lambda: not desk.answered(1), "it is missed")
        bus.on(0)
        desk.until(lambda: desk.answered(1) and desk.sessions[1].boot != desk.presses[0][1].boot, "it is served again")
        assert desk.sessions[1].last.press == 0
        assert not desk.sessions[1].last.state & BROWNOUT
        assert len(desk.presses) == 1


def test_a_cut_cable_is_shown_and_mends_by_itself(tmp_path: Path) -> None:
    with Bus(ROW[:2], tmp_path) as bus, Desk(bus.port, {1: KEYS[1], 2: KEYS[2]}, told=Told(15)) as desk:
        desk.until(lambda: lit(bus, 0, 7) and lit(bus, 1, 7), "all three lights")
        for broken in (bus.cut, bus.wrong_baud):
            broken(0)
            desk.until(lambda: bus.panel(0).lit in {1, 2, 4}, "one light runs to and fro")
            assert desk.answered(2)
            bus.mend(0)
            desk.until(lambda: lit(bus, 0, 7), "back")


def test_a_button_stuck_from_the_start_votes_for_nobody(tmp_path: Path) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}, told=Told(11, flags=TESTING)) as desk:
        bus.off(0)
        bus.hold((0, 0b010))
        bus.on(0)
        desk.until(lambda: bool(desk.sessions[1].last.state & JAMMED), "it is told")
        assert desk.presses == []
        bus.hold((0, 0))
        desk.until(lambda: not desk.sessions[1].last.state & JAMMED, "it is free")
        bus.tap(0, AGAINST)
        desk.until(lambda: [press.button for _, press in desk.presses] == [AGAINST], "and votes")


def test_two_at_once_count_as_none(tmp_path: Path) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.hold((0, 0b011))
        desk.until(lambda: bool(desk.sessions[1].last.state & TWO_AT_ONCE), "it is told")
        bus.hold((0, 0))
        bus.tap(0, FOR)
        desk.until(lambda: lit(bus, 0, 1), "the press after it counts")
        assert [press.button for _, press in desk.presses] == [FOR]


def test_a_program_that_stands_still_is_started_again_by_the_watchdog(tmp_path: Path) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.hang(0)
        desk.until(lambda: bus.panel(0).starts == 2, "the watchdog bites")
        desk.until(lambda: bool(desk.sessions[1].last.state & BROWNOUT), "it says why")


def test_a_recorded_bus_played_again_changes_nothing(tmp_path: Path) -> None:
    with Bus(ROW, tmp_path) as bus, Desk(bus.port, KEYS) as desk:
        bus.record()
        desk.until(lambda: all(desk.answered(address) for address in KEYS), "all are served")
        bus.tap(0, FOR)
        desk.until(lambda: lit(bus, 0, 1), "recorded")
        tape = bus.record()
        assert {who for _, who, _ in tape} == {"master", "0", "1", "2"}
        desk.told = Told(15, tag=2)
        desk.start_again()
        heard = len(desk.presses)
        for restart in (False, True):
            if restart:
                bus.off(1)
                bus.on(1)
            desk.until(lambda: all(lit(bus, panel, 7) for panel in range(3)), "all three lights")
            bus.replay(tape)
            desk.until(lambda: all(desk.answered(address) for address in KEYS), "served as before")
            desk.until(lambda: all(lit(bus, panel, 7) for panel in range(3)), "all three lights, still")
        assert len(desk.presses) == heard


def test_a_panel_of_another_hall_and_a_strangers_twin_cannot_vote(tmp_path: Path) -> None:
    """Two panels answer to address 1; one of them holds the key of another hall."""
    stranger = Fitted(serial(9), 1, b"another hall's k")
    with Bus([ROW[0], stranger], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "ours is served")
        bus.tap_all([(1, AGAINST)])
        bus.tap_all([(0, FOR)])
        desk.until(lambda: lit(bus, 0, 1), "ours is recorded")
        assert [press.button for _, press in desk.presses] == [FOR]
        bus.off(0)
        desk.until(
            lambda: bus.panel(1).lit in {1, 4} and bus.panel(1).steady_seconds > 0.5, "it says that it is foreign"
        )
        assert not desk.answered(1)
        assert len(desk.presses) == 1


def pair(bus: Bus, desk: Desk, panel: int, record: Paired) -> None:
    """As the technician does: a finger on the panel, and it is given its key."""

    def is_it(heard: Heard) -> bool:
        return who_is(heard) == record.serial

    def say(data: bytes) -> None:
        desk.line.write(data)

    bus.tap(panel, FOR)
    desk.until(lambda: desk.exchange(who(os.urandom(4)), is_it), "found")
    assert join(record, desk.exchange, say)
    desk.sessions[record.address] = Session(record.address, record.secret, os.urandom)


def test_a_panel_is_paired_over_the_line_keeps_its_hall_in_the_dark_and_forgets_it_when_told(tmp_path: Path) -> None:
    spare = Paired(serial(2).hex(), 2, "a", (b"k" * 16).hex(), None)
    with Bus([ROW[0], Fitted(serial(2)), Fitted(serial(3))], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "the paired one is served")
        pair(bus, desk, 1, spare)
        desk.until(lambda: desk.answered(2), "it is served")
        kept = halls.unpack((tmp_path / "panel-1" / "hall.bin").read_bytes())
        assert kept is not None
        assert (kept.address, kept.key) == (2, spare.secret)
        desk.poll()
        bus.off(1)
        bus.on(1)
        desk.until(lambda: desk.answered(2) and desk.answered(1), "served after the dark")
        assert leave(spare, desk.exchange, os.urandom)
        assert not (tmp_path / "panel-1" / "hall.bin").exists()
        del desk.sessions[2]
        pair(bus, desk, 1, spare)
        desk.until(lambda: desk.answered(2), "and is paired anew")
        assert not (tmp_path / "panel-2" / "hall.bin").exists()


def test_two_who_press_at_once_while_a_panel_is_looked_for_garble_each_other(tmp_path: Path) -> None:
    with Bus([Fitted(serial(1)), Fitted(serial(2))], tmp_path) as bus, Desk(bus.port, {}) as desk:
        bus.tap_all([(0, FOR), (1, FOR)])
        bus.faults(settle=0.05)
        for _ in range(3):
            assert not desk.exchange(who(os.urandom(4)), lambda heard: who_is(heard) is not None)
        assert bus.state()["collisions"] > 0
        bus.off(1)
        desk.until(
            lambda: desk.exchange(who(os.urandom(4)), lambda heard: who_is(heard) == serial(1).hex()), "one of them"
        )


@pytest.mark.parametrize("rot", ["cut", "flipped", "empty"])
def test_a_flash_that_does_not_hold_what_was_written_is_a_panel_without_a_hall(tmp_path: Path, rot: str) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.off(0)
        file = tmp_path / "panel-0" / "hall.bin"
        data = file.read_bytes()
        file.write_bytes({"cut": data[:-1], "flipped": data[:9] + bytes([data[9] ^ 4]) + data[10:], "empty": b""}[rot])
        settings = {"cut": "{half", "flipped": "[1]", "empty": '{"baud": "fast", "sample_ms": -1}'}
        (tmp_path / "panel-0" / "settings.json").write_text(settings[rot])
        bus.on(0)
        pair(bus, desk, 0, Paired(serial(1).hex(), 1, "a", KEYS[1].hex(), None))
        desk.until(lambda: desk.answered(1), "paired anew, and served")


def test_the_same_panel_on_its_usb_cable(tmp_path: Path) -> None:
    panel, cable = Fitted(serial(1), 1, KEYS[1], usb=True), tmp_path / "panel-0" / "usb"
    with Bus([panel], tmp_path) as bus, Desk(cable, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.tap(0, ABSTAIN)
        desk.until(lambda: lit(bus, 0, 4), "recorded")


def test_the_service_pin_leaves_the_board_to_whoever_flashes_it(tmp_path: Path) -> None:
    with Bus(ROW[:1], tmp_path) as bus, Desk(bus.port, {1: KEYS[1]}) as desk:
        desk.until(lambda: desk.answered(1), "it is served")
        bus.off(0)
        bus.service(0, bridged=True)
        bus.on(0)
        for _ in range(3):
            desk.poll()
        assert not desk.answered(1)
        assert bus.panel(0).starts == 2, "no watchdog bites a board in service"
        bus.off(0)
        bus.service(0, bridged=False)
        bus.on(0)
        desk.until(lambda: desk.answered(1), "it is a panel again")
