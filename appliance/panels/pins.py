"""The buttons and lights themselves, through gpiozero.

Buttons are gpiozero's `DigitalInputDevice`: its `Button` is the same device plus a thread for *held* that
wakes ten times a second for each button, also when nobody touches it (81 threads for 27 seats). What is
held for too long is told by `buttons.later` instead.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gpiozero import LED, DigitalInputDevice

from appliance.core.ballot_paper import Choice
from appliance.panels.buttons import Reading
from appliance.panels.factory import Boards
from appliance.panels.lights import ORDER, Frame, Pattern, one_light
from appliance.panels.wiring import PI, Wiring

log = logging.getLogger(__name__)

OnReading = Callable[[str, Reading], None]
"""Called on whatever thread gpiozero watches the pins with."""


class Pins:
    """All wired seats whose board is there: readings come out by `on_reading`, lights are set with `show`."""

    def __init__(self, wiring: Wiring, boards: Boards, bounce_seconds: float, on_reading: OnReading) -> None:
        self._boards = boards
        self._wiring = {seat: wired for seat, wired in wiring.items() if wired.board in boards}
        self._on_reading = on_reading
        self._lights: dict[str, list[Any]] = {}
        self._buttons: dict[tuple[str, Choice], Any] = {}
        self._told: dict[tuple[str, Choice], bool] = {}
        self._doubted: set[tuple[str, Choice]] = set()
        self._failed: set[int] = set()
        for seat, wired in self._wiring.items():
            factory = boards[wired.board]
            self._lights[seat] = [LED(pin, pin_factory=factory) for pin in wired.light_pins()]
            for choice in ORDER:
                # lgpio and the kernel debounce in this time; a mock pin does not, `buttons.read` does it again.
                button = DigitalInputDevice(
                    wired.buttons[choice], pull_up=True, bounce_time=bounce_seconds, pin_factory=factory
                )
                self._watch(button, seat, choice)
                self._buttons[seat, choice] = button

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats that are served; those of a board that could not be opened are not."""
        return tuple(self._wiring)

    def down(self, seat: str, now: float) -> dict[Choice, float]:
        """The seat's buttons that are down already, as the process starts."""
        held = [choice for choice in ORDER if self._buttons[seat, choice].is_active]
        self._told.update({(seat, choice): choice in held for choice in ORDER})
        return dict.fromkeys(held, now)

    def looks(self, seat: str, pattern: Pattern) -> Pattern:
        """What this seat can show of a pattern: a seat with one light has a table of its own."""
        return pattern if self._wiring[seat].light is None else one_light(pattern)

    def show(self, seat: str, frame: Frame) -> None:
        """Set the three lights of a seat, or its one, by a frame of a pattern that it `looks` like."""
        lights = self._lights[seat]
        with self._within_reach(seat):
            for light, on in zip(lights, frame if len(lights) == len(ORDER) else (any(frame),), strict=True):
                light.value = on

    def lit(self, seat: str) -> Frame:
        """How the light pins stand: read back, not remembered. One light is told three times."""
        on = [False]
        with self._within_reach(seat):
            on = [bool(light.pin.state) for light in self._lights[seat]]
        return (on[0], on[1], on[2]) if len(on) == len(ORDER) else (on[0], on[0], on[0])

    def reread(self) -> None:
        """Tell of buttons that stand otherwise than was last told, twice in a row. To be called every second or two.

        An edge was lost, or an expander no longer answers: the kernel then reads all of its pins as low, or not at all,
        which is taken for the same. Three buttons down at once are no press, and the seat is jammed soon.
        """
        now = time.monotonic()
        doubted, self._doubted = self._doubted, set()
        for (seat, choice), button in self._buttons.items():
            down = True
            with self._within_reach(seat):
                down = bool(button.is_active)
            if down == self._told.get((seat, choice), down):
                self._told[seat, choice] = down
            elif (seat, choice) in doubted:
                self._tell(seat, Reading(choice, down, now))
            else:
                self._doubted.add((seat, choice))

    def drive(self, seat: str, choice: Choice, down: bool) -> None:
        """The simulator's finger: drives a mock pin, as a button's contact would."""
        pin = self._buttons[seat, choice].pin
        if down:
            pin.drive_low()
        else:
            pin.drive_high()

    def close(self) -> None:
        """Dark, and every pin given back."""
        for device in (*self._buttons.values(), *(light for lights in self._lights.values() for light in lights)):
            device.close()
        for factory in self._boards.values():
            factory.close()

    def _watch(self, button: Any, seat: str, choice: Choice) -> None:
        def went_down() -> None:
            self._tell(seat, Reading(choice, True, time.monotonic()))

        def went_up() -> None:
            self._tell(seat, Reading(choice, False, time.monotonic()))

        button.when_activated = went_down
        button.when_deactivated = went_up

    @contextmanager
    def _within_reach(self, seat: str) -> Iterator[None]:
        """An expander that fails takes its own seats out, not the hall; the Pi's own pins fail for everybody."""
        try:
            yield
        except Exception as error:
            board = self._wiring[seat].board
            if board == PI:
                raise
            if board not in self._failed:
                self._failed.add(board)
                log.error("expander %d is out of reach: %s", board, error)

    def _tell(self, seat: str, reading: Reading) -> None:
        self._told[seat, reading.button] = reading.down
        self._on_reading(seat, reading)
