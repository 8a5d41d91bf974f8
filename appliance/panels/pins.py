"""The buttons and lights themselves, through gpiozero.

Buttons are gpiozero's `DigitalInputDevice`: its `Button` is the same device plus a thread for *held* that
wakes ten times a second for each button, also when nobody touches it (81 threads for 27 seats). What is
held for too long is told by `buttons.later` instead.
"""

import time
from collections.abc import Callable
from typing import Any

from gpiozero import LED, DigitalInputDevice

from appliance.core.ballot_paper import Choice
from appliance.panels.buttons import Reading
from appliance.panels.factory import Boards
from appliance.panels.lights import ORDER, Frame
from appliance.panels.wiring import Wiring

OnReading = Callable[[str, Reading], None]
"""Called on whatever thread gpiozero watches the pins with."""


class Pins:
    """All wired seats: readings come out by `on_reading`, lights are set with `show`."""

    def __init__(self, wiring: Wiring, boards: Boards, bounce_seconds: float, on_reading: OnReading) -> None:
        self._boards = boards
        self._wiring = wiring
        self._on_reading = on_reading
        self._lights: dict[tuple[str, Choice], Any] = {}
        self._buttons: dict[tuple[str, Choice], Any] = {}
        for seat, six in wiring.items():
            factory = boards[six.board]
            for choice in ORDER:
                self._lights[seat, choice] = LED(six.lights[choice], pin_factory=factory)
                # lgpio and the kernel debounce in this time; a mock pin does not, `buttons.read` does it again.
                button = DigitalInputDevice(
                    six.buttons[choice], pull_up=True, bounce_time=bounce_seconds, pin_factory=factory
                )
                self._watch(button, seat, choice)
                self._buttons[seat, choice] = button

    def down(self, seat: str, now: float) -> dict[Choice, float]:
        """The seat's buttons that are down already, as the process starts."""
        return {choice: now for choice in ORDER if self._buttons[seat, choice].is_active}

    def show(self, seat: str, frame: Frame) -> None:
        """Set the three lights of a seat."""
        for choice, on in zip(ORDER, frame, strict=True):
            self._lights[seat, choice].value = on

    def lit(self, seat: str) -> Frame:
        """How the three light pins stand: read back, not remembered."""
        on = [bool(self._lights[seat, choice].pin.state) for choice in ORDER]
        return on[0], on[1], on[2]

    def drive(self, seat: str, choice: Choice, down: bool) -> None:
        """The simulator's finger: drives a mock pin, as a button's contact would."""
        pin = self._buttons[seat, choice].pin
        if down:
            pin.drive_low()
        else:
            pin.drive_high()

    def close(self) -> None:
        """Dark, and every pin given back."""
        for device in (*self._buttons.values(), *self._lights.values()):
            device.close()
        for factory in self._boards.values():
            factory.close()

    def _watch(self, button: Any, seat: str, choice: Choice) -> None:
        def went_down() -> None:
            self._on_reading(seat, Reading(choice, True, time.monotonic()))

        def went_up() -> None:
            self._on_reading(seat, Reading(choice, False, time.monotonic()))

        button.when_activated = went_down
        button.when_deactivated = went_up
