"""Where pins come from: a Pi's own through lgpio, its expanders', or mock boards on a machine without any.

One gpiozero MockFactory has a Pi's 28 pins, so there is one for every four seats. Mock boards are used only
where the configuration says `simulated`: a voting machine whose pins are missing must say so, not pretend.

An expander (MCP23017) is driven by the kernel, which makes it a GPIO chip of its own, with edges by interrupt. Its
driver takes no order for pull-ups: 10 kOhm at each button have to be on the harness. One that is not there is reported
and left out, so that the table that it belongs to does not stop the rest of the hall.
"""

import logging
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from appliance.panels.wiring import PI, Expanders, ExpanderTable

Boards = dict[int, Any]
"""Board number -> gpiozero pin factory (gpiozero has no types)."""

DEVICES = Path("/dev")
I2C_DEVICES = Path("/sys/bus/i2c/devices")
PI_3B = "a02082"
log = logging.getLogger(__name__)


class NoPinsError(RuntimeError):
    """Raised when this machine has no pins, or they cannot be opened."""


def mock_boards(numbers: Iterable[int]) -> Boards:
    """Mock boards, each with a Pi's 28 pins."""
    return {number: MockFactory(revision=PI_3B, pin_class=MockPin) for number in set(numbers)}


def real_boards(extra: Expanders | None = None) -> Boards:
    """The machine's own pins, as board 0, and those of its expanders that are there. Raises NoPinsError."""
    if not any(DEVICES.glob("gpiochip*")):
        raise NoPinsError("this machine has no GPIO chip; set simulated = true to run with mock pins")
    _move_lgpio_out_of_the_way()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - opens a FIFO when it is imported

        boards: Boards = {PI: LGPIOFactory()}
    except Exception as error:  # lgpio.error, FileNotFoundError, PermissionError, PinUnknownPi
        raise NoPinsError(f"the GPIO chip cannot be opened: {error}") from error
    for board, table in (extra or {}).items():
        try:
            boards[board] = _of_its_own(LGPIOFactory(chip=_chip(table)))
        except Exception as error:  # noqa: BLE001 - lgpio.error and NoPinsError alike: one table is out, not the hall
            log.error("expander %d is left out: %s", board, error)
    return boards


def _chip(table: ExpanderTable) -> int:
    """The number N of /dev/gpiochipN that the kernel has made of an expander; it may differ at each start."""
    found = sorted(I2C_DEVICES.glob(f"*-{table.address:04x}/gpiochip*"))
    if len(found) != 1:
        raise NoPinsError(f"the kernel knows {len(found)} GPIO chips at I2C address {table.address:#x}, not one")
    return int(found[0].name.removeprefix("gpiochip"))


def _of_its_own(factory: Any) -> Any:
    """gpiozero has one table of pins for a whole machine: pin 4 of an expander would be the Pi's GPIO 4."""
    factory.pins = {}
    factory._reservations = defaultdict(list)
    return factory


def _move_lgpio_out_of_the_way() -> None:
    """lgpio makes its FIFO in the working directory and dies where that is read-only.

    It goes to (and stays in) the directory named by LG_WD: systemd's RuntimeDirectory, or a temporary one.
    """
    if "LG_WD" not in os.environ:
        runtime = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        os.environ["LG_WD"] = runtime or tempfile.mkdtemp(prefix="panels-")
    log.info("lgpio works in %s", os.environ["LG_WD"])
