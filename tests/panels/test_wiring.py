"""The table of pins: what is accepted, and what is told to whoever wired it wrongly."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.config import Config, Expander, MicrophonePin, SeatPins, as_toml, load
from appliance.core.ballot_paper import Choice
from appliance.panels.microphones import relays
from appliance.panels.wiring import (
    EXPANDERS,
    NO_INPUTS,
    STANDARD_INTERRUPTS,
    WiringError,
    on_expander,
    one_light,
    standard,
    wiring,
)

SIX = standard(["01"])["01"]
ONE = {"1": Expander(address=0x20, interrupt=27)}
ALL_EIGHT = {str(n): Expander(address=0x1F + n, interrupt=STANDARD_INTERRUPTS[n - 1]) for n in EXPANDERS}


def tables(**seats: dict[str, int]) -> dict[str, SeatPins]:
    """The tables as the configuration reads them."""
    return msgspec.convert(seats, dict[str, SeatPins])


def test_four_seats_of_the_standard_wiring_use_gpio_4_to_27_each_once() -> None:
    wired = wiring(tables(**standard(["1", "2", "3", "4"])))
    assert sorted(pin for six in wired.values() for pin in six.pins()) == list(range(4, 28))
    assert wired["2"].buttons == {Choice.FOR: 7, Choice.AGAINST: 8, Choice.ABSTAIN: 9}
    assert wired["2"].lights == {Choice.FOR: 19, Choice.AGAINST: 20, Choice.ABSTAIN: 21}


def test_six_seats_of_one_light_use_the_same_pins_each_once() -> None:
    wired = wiring(tables(**one_light(["1", "2", "3", "4", "5", "6"])))
    assert sorted(pin for four in wired.values() for pin in four.pins()) == list(range(4, 28))
    assert wired["2"].buttons == {Choice.FOR: 7, Choice.AGAINST: 8, Choice.ABSTAIN: 9}
    assert (wired["2"].lights, wired["2"].light) == ({}, 23)


@pytest.mark.parametrize("seats", [standard(["1", "2", "3", "4"]), one_light(["1", "2", "3", "4", "5", "6"])])
def test_every_light_is_on_a_pin_that_a_pi_pulls_down_while_it_starts(seats: Any) -> None:
    lights = {pin for seat in wiring(tables(**seats)).values() for pin in seat.light_pins()}
    assert lights <= set(range(9, 28)), "GPIO 2 to 8 are pulled up: the light would glow with nobody behind it"


def test_twenty_seven_simulated_seats_take_seven_boards() -> None:
    wired = wiring(tables(**standard([f"{i:02}" for i in range(1, 28)])), simulated=True)
    assert {six.board for six in wired.values()} == set(range(7))


def test_eight_expanders_have_sixteen_seats_beside_two_of_the_pi_and_their_microphones() -> None:
    seats = standard(["1", "2"])
    for board in EXPANDERS:
        seats |= on_expander(board, [f"{board}a", f"{board}b"])
    wired = wiring(tables(**seats), ALL_EIGHT)
    assert len(wired) == 18
    assert {seat.board for seat in wired.values()} == set(range(9))
    assert relays({"1": MicrophonePin(pin=22), "3a": MicrophonePin(pin=15, board=3)}, wired, ALL_EIGHT)


def test_no_button_of_an_expanders_standard_wiring_is_where_its_maker_forbids_inputs() -> None:
    for seat in wiring(tables(**on_expander(1, ["a", "b"])), ONE).values():
        assert not set(seat.buttons.values()) & set(NO_INPUTS)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"button_for": 1}, "seat 01: GPIO 1 cannot be used; 2 to 27 can"),
        ({"light_abstain": 16}, "seat 01: GPIO 16 is used twice; seat 01 has it already"),
        ({"board": 1}, r"seat 01: board 1 is not fitted; there is no table \[expanders.1\]"),
        ({"light": 20}, r"seat 01: a seat has three lights, or one \(`light`\), and not both"),
        ({"light_for": None}, r"seat 01: a seat has three lights, or one \(`light`\), and not both"),
    ],
)
def test_a_wrong_table_is_refused_with_a_sentence_that_names_seat_and_pin(changes: Any, sentence: str) -> None:
    with pytest.raises(WiringError, match=sentence):
        wiring(tables(**{"01": {**SIX, **changes}}))


@pytest.mark.parametrize(
    ("expander", "seats", "sentence"),
    [
        ({"9": ONE["1"]}, {}, "expander 9: expanders are numbered 1 to 8"),
        ({"one": ONE["1"]}, {}, "expander one: expanders are numbered 1 to 8"),
        ({**ONE, "2": Expander(address=0x20, interrupt=26)}, {}, "expander 2: address 0x20 is expander 1's already"),
        ({**ONE, "2": Expander(address=0x21, interrupt=27)}, {}, "expander 2: GPIO 27 is used twice; expander 1 has"),
        ({"1": Expander(address=0x20, interrupt=1)}, {}, "expander 1: GPIO 1 cannot be used"),
        (ONE, {"button_for": 3}, "seat 01: GPIO 3 is used twice; the expanders' I2C bus has it"),
        (ONE, {"light_for": 27}, "seat 01: GPIO 27 is used twice; expander 1 has it already"),
        (ONE, {"board": 1}, "seat 01: pin 16 of expander 1 cannot be used; 0 to 15 can"),
        (ONE, {**on_expander(1, ["x"])["x"], "button_for": 7}, "seat 01: pin 7 of an expander is for lights alone"),
    ],
)
def test_a_wrong_expander_is_refused(expander: dict[str, Expander], seats: Any, sentence: str) -> None:
    with pytest.raises(WiringError, match=sentence):
        wiring(tables(**{"01": {**SIX, **seats}}), expander)


def test_a_relay_cannot_have_a_pin_that_an_expander_needs() -> None:
    with pytest.raises(WiringError, match="microphone 01: GPIO 2 is used twice; the expanders' I2C bus has it"):
        relays({"01": MicrophonePin(pin=2)}, wiring(tables(**{"01": SIX}), ONE), ONE)


def test_a_pin_of_two_seats_is_refused() -> None:
    with pytest.raises(WiringError, match="seat 02: GPIO 4 is used twice; seat 01 has it already"):
        wiring(tables(**{"01": SIX, "02": {**standard(["x", "02"])["02"], "light_for": 4}}))


def test_no_seat_at_all_is_refused_unless_there_are_seats_elsewhere() -> None:
    with pytest.raises(WiringError, match="no seat is wired"):
        wiring({})
    assert wiring({}, others=True) == {}


def test_a_seat_needs_a_name_that_a_command_can_carry() -> None:
    with pytest.raises(WiringError, match="1 to 16 characters"):
        wiring(tables(**{"x" * 17: SIX}))


def test_the_effective_configuration_reads_back_as_it_is(tmp_path: Path) -> None:
    seats = tables(**standard(["01"]), **{"02": {**one_light(["02"])["02"], "button_for": 13, "board": 2}})
    config = Config(seats=seats, expanders=ONE, simulated=True)
    file = tmp_path / "settings.toml"
    file.write_text(as_toml(config), encoding="utf-8")
    assert load(file) == config
