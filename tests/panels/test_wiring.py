"""The table of pins: what is accepted, and what is told to whoever wired it wrongly."""

from typing import Any

import msgspec
import pytest

from appliance.config import SeatPins
from appliance.core.ballot_paper import Choice
from appliance.panels.factory import mock_boards
from appliance.panels.pins import Pins
from appliance.panels.wiring import WiringError, standard, wiring

SIX = standard(["01"])["01"]


def tables(**seats: dict[str, int]) -> dict[str, SeatPins]:
    """The tables as the configuration reads them."""
    return msgspec.convert(seats, dict[str, SeatPins])


def test_four_seats_of_the_standard_wiring_use_gpio_4_to_27_each_once() -> None:
    wired = wiring(tables(**standard(["1", "2", "3", "4"])))
    assert sorted(pin for six in wired.values() for pin in six.pins()) == list(range(4, 28))
    assert wired["2"].buttons == {Choice.FOR: 7, Choice.AGAINST: 8, Choice.ABSTAIN: 9}
    assert wired["2"].lights == {Choice.FOR: 19, Choice.AGAINST: 20, Choice.ABSTAIN: 21}


def test_twenty_seven_simulated_seats_take_seven_boards() -> None:
    wired = wiring(tables(**standard([f"{i:02}" for i in range(1, 28)])), simulated=True)
    assert {six.board for six in wired.values()} == set(range(7))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"button_for": 1}, "seat 01: GPIO 1 cannot be used; 2 to 27 can"),
        ({"light_abstain": 16}, "seat 01: GPIO 16 is used twice; seat 01 has it already"),
        ({"board": 1}, "seat 01: board 1 is not fitted; a real machine has board 0 only"),
    ],
)
def test_a_wrong_table_is_refused_with_a_sentence_that_names_seat_and_pin(changes: Any, sentence: str) -> None:
    with pytest.raises(WiringError, match=sentence):
        wiring(tables(**{"01": {**SIX, **changes}}))


def test_a_pin_of_two_seats_is_refused() -> None:
    with pytest.raises(WiringError, match="seat 02: GPIO 4 is used twice; seat 01 has it already"):
        wiring(tables(**{"01": SIX, "02": {**standard(["x", "02"])["02"], "light_for": 4}}))


def test_no_seat_at_all_is_refused() -> None:
    with pytest.raises(WiringError, match="no seat is wired"):
        wiring({})


def test_a_seat_needs_a_name_that_a_command_can_carry() -> None:
    with pytest.raises(WiringError, match="1 to 16 characters"):
        wiring(tables(**{"x" * 17: SIX}))


def test_every_light_of_the_standard_wiring_is_on_the_pin_that_it_is_said_to_be_on() -> None:
    wired = wiring(tables(**standard(["01", "02"])))
    boards = mock_boards([0])
    pins = Pins(wired, boards, 0.03, lambda _seat, _reading: None)
    pins.show("02", (True, False, True))
    assert [boards[0].pin(f"GPIO{pin}").state for pin in (16, 17, 18, 19, 20, 21)] == [0, 0, 0, 1, 0, 1]
    assert pins.lit("02") == (True, False, True)
    pins.close()
