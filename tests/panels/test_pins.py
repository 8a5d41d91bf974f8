"""Buttons and lights through the real gpiozero: on mock boards, and on a double of lgpio, all that is missing."""

import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.config import Expander, SeatPins
from appliance.core.ballot_paper import Choice
from appliance.panels import lights as shown
from appliance.panels.buttons import Reading
from appliance.panels.factory import NoPinsError, mock_boards, real_boards
from appliance.panels.pins import Pins
from appliance.panels.wiring import Wiring, expanders, on_expander, one_light, standard, wiring

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
FITTED = {"1": Expander(address=0x20, interrupt=27)}
PI_4B = 0xC03114


def wired(seats: dict[str, dict[str, int]], fitted: dict[str, Expander] | None = None) -> Wiring:
    return wiring(msgspec.convert(seats, dict[str, SeatPins]), fitted)


class Heard(list[tuple[str, Choice, bool]]):
    """What the buttons have told."""

    def __call__(self, seat: str, reading: Reading) -> None:
        self.append((seat, reading.button, reading.down))


def test_every_light_of_the_standard_wiring_is_on_the_pin_that_it_is_said_to_be_on() -> None:
    boards = mock_boards([0])
    pins = Pins(wired(standard(["01", "02"])), boards, 0.03, Heard())
    pins.show("02", (True, False, True))
    assert [boards[0].pin(f"GPIO{pin}").state for pin in (16, 17, 18, 19, 20, 21)] == [0, 0, 0, 1, 0, 1]
    assert pins.lit("02") == (True, False, True)
    pins.close()


def test_a_seat_of_one_light_shows_with_it_what_others_show_with_three() -> None:
    boards = mock_boards([0])
    pins = Pins(wired(one_light(["01", "02"])), boards, 0.03, Heard())
    recorded = pins.looks("02", shown.RECORDED[AGAINST])
    assert recorded == shown.one_light(shown.RECORDED[AGAINST])
    pins.show("02", recorded.at(0))
    assert [boards[0].pin(f"GPIO{pin}").state for pin in (22, 23)] == [0, 1]
    assert pins.lit("02") == (True, True, True)
    pins.show("02", recorded.at(3.9))
    assert pins.lit("02") == (False, False, False)
    pins.show("02", (False, True, False))  # the readiness report tries light by light
    assert pins.lit("02") == (True, True, True)
    pins.close()


def test_a_seat_of_three_lights_shows_the_pattern_itself() -> None:
    pins = Pins(wired(standard(["01"])), mock_boards([0]), 0.03, Heard())
    assert pins.looks("01", shown.WAITING) is shown.WAITING
    pins.close()


def test_seats_of_a_board_that_is_not_there_are_left_out_and_the_others_served() -> None:
    pins = Pins(wired(standard(["01"]) | on_expander(1, ["02"]), FITTED), mock_boards([0]), 0.03, Heard())
    assert pins.seats == ("01",)
    pins.close()


def test_a_button_whose_edge_was_lost_is_told_when_it_has_been_read_twice() -> None:
    boards, heard = mock_boards([0]), Heard()
    pins = Pins(wired(standard(["01"])), boards, 0.03, heard)
    pin = boards[0].pin("GPIO4")
    pins.down("01", 0)
    watcher, pin.when_changed = pin.when_changed, None  # the interrupt does not come
    pin.drive_low()
    pins.reread()
    assert heard == []
    pins.reread()
    pins.reread()
    assert heard == [("01", FOR, True)]
    pin.when_changed = watcher
    pin.drive_high()
    for _ in range(3):
        pins.reread()
    assert heard == [("01", FOR, True), ("01", FOR, False)]
    pins.close()


def test_a_button_that_is_down_for_one_reading_alone_is_noise() -> None:
    boards, heard = mock_boards([0]), Heard()
    pins = Pins(wired(standard(["01"])), boards, 0.03, heard)
    pin = boards[0].pin("GPIO4")
    pins.down("01", 0)
    pin.when_changed = None
    for _ in range(3):
        pin.drive_low()
        pins.reread()
        pin.drive_high()
        pins.reread()
    assert heard == []
    pins.close()


class Lgpio(types.ModuleType):
    """The functions of lgpio that gpiozero calls, on chips that remember what was written. Reading an input: high."""

    SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 1, 2, 4
    RISING_EDGE, FALLING_EDGE, BOTH_EDGES = 1, 2, 3
    error = OSError

    def __init__(self) -> None:
        super().__init__("lgpio")
        self.chips: list[int] = []
        self.written: dict[tuple[int, int], int] = {}
        self.watching: dict[tuple[int, int], Callable[..., None]] = {}
        self.gone: set[int] = set()
        """Chips that answer nothing any more."""

    def gpiochip_open(self, chip: int) -> int:
        if chip == 99:
            raise self.error("can not open gpiochip")
        self.chips.append(chip)
        return chip

    def gpiochip_close(self, handle: int) -> None:
        self.chips.remove(handle)

    def gpio_claim_input(self, handle: int, pin: int, flags: int = 0) -> None:
        self.written.pop((handle, pin), None)

    def gpio_claim_output(self, handle: int, pin: int, level: int = 0) -> None:
        self.written[handle, pin] = level

    def gpio_write(self, handle: int, pin: int, level: int) -> None:
        self._reach(handle)
        assert (handle, pin) in self.written
        self.written[handle, pin] = int(level)

    def gpio_read(self, handle: int, pin: int) -> int:
        self._reach(handle)
        return self.written.get((handle, pin), 1)

    def gpio_get_mode(self, handle: int, pin: int) -> int:
        return 2 if (handle, pin) in self.written else 32

    def gpio_free(self, handle: int, pin: int) -> None:
        self.written.pop((handle, pin), None)

    def gpio_set_debounce_micros(self, handle: int, pin: int, micros: int) -> None:
        return None

    def gpio_claim_alert(self, handle: int, pin: int, edges: int, flags: int = 0) -> None:
        return None

    def callback(self, handle: int, pin: int, edges: int, call: Callable[..., None]) -> Any:
        self.watching[handle, pin] = call
        return types.SimpleNamespace(cancel=lambda: self.watching.pop((handle, pin), None))

    def _reach(self, handle: int) -> None:
        if handle in self.gone:
            raise self.error("Remote I/O error")

    def edge(self, chip: int, pin: int, level: int) -> None:
        """What lgpio calls when a pin changes."""
        self.watching[chip, pin](chip, pin, level, 0)


@pytest.fixture
def lgpio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lgpio]:
    """A Pi 4B with GPIO chip 0, and an expander at 0x20 that the kernel has made chip 14."""
    double = Lgpio()
    monkeypatch.setitem(sys.modules, "lgpio", double)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: PI_4B)
    monkeypatch.setenv("LG_WD", str(tmp_path))
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "gpiochip0").touch()
    (tmp_path / "i2c" / "1-0020" / "gpiochip14").mkdir(parents=True)
    (tmp_path / "i2c" / "1-0020" / "gpio" / "gpiochip512").mkdir(parents=True)  # the old interface, by base number
    (tmp_path / "i2c" / "1-0051").mkdir()
    monkeypatch.setattr("appliance.panels.factory.DEVICES", tmp_path / "dev")
    monkeypatch.setattr("appliance.panels.factory.I2C_DEVICES", tmp_path / "i2c")
    yield double
    sys.modules.pop("gpiozero.pins.lgpio", None)


def test_a_pin_of_the_pi_and_the_same_pin_of_an_expander_are_two_pins(lgpio: Lgpio) -> None:
    heard = Heard()
    both = wired({**standard(["01"]), **on_expander(1, ["02", "03"])}, FITTED)
    pins = Pins(both, real_boards(expanders(FITTED)), 0.03, heard)
    assert lgpio.chips == [0, 14]
    pins.show("01", (True, False, False))
    pins.show("03", (False, True, False))
    lit = {at for at, level in lgpio.written.items() if level}
    assert lit == {(0, 16), (14, 12)}
    assert pins.lit("01") == (True, False, False)
    lgpio.edge(14, 4, 0)  # GPA4 is "against" of the expander's second seat, GPIO 4 "for" of the Pi's first
    lgpio.edge(0, 4, 0)
    assert heard == [("03", AGAINST, True), ("01", FOR, True)]
    pins.close()
    assert lgpio.chips == []


def test_an_expander_that_fails_later_takes_its_own_seats_out_and_no_others(
    lgpio: Lgpio, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()
    both = wired({**standard(["01"]), **on_expander(1, ["02"])}, FITTED)
    pins = Pins(both, real_boards(expanders(FITTED)), 0.03, heard)
    for seat in pins.seats:
        pins.down(seat, 0)
    lgpio.gone.add(14)
    pins.show("02", (True, True, True))
    pins.show("01", (True, False, False))
    assert (pins.lit("01"), pins.lit("02")) == ((True, False, False), (False, False, False))
    for _ in range(3):
        pins.reread()
    assert heard == [("02", choice, True) for choice in Choice], "three down at once: no press, and jammed soon"
    assert caplog.text.count("expander 1 is out of reach") == 1
    lgpio.gone.add(0)
    with pytest.raises(OSError, match="Remote"):
        pins.show("01", (False, False, False))
    lgpio.gone.clear()
    pins.close()


@pytest.mark.parametrize("gone", ["no such address", "two chips", "cannot be opened"])
def test_an_expander_that_is_not_there_is_left_out(
    lgpio: Lgpio, tmp_path: Path, gone: str, caplog: pytest.LogCaptureFixture
) -> None:
    at = tmp_path / "i2c" / "1-0020"
    if gone == "two chips":
        (tmp_path / "i2c" / "0-0020" / "gpiochip15").mkdir(parents=True)
    else:
        (at / "gpiochip14").rmdir()
    if gone == "cannot be opened":
        (at / "gpiochip99").mkdir()
    boards = real_boards(expanders(FITTED))
    assert set(boards) == {0}
    assert "expander 1 is left out" in caplog.text
    boards[0].close()


def test_a_machine_without_pins_of_its_own_is_none(lgpio: Lgpio, tmp_path: Path) -> None:
    (tmp_path / "dev" / "gpiochip0").unlink()
    with pytest.raises(NoPinsError, match="no GPIO chip"):
        real_boards()
