"""Where pins come from: a Pi's own through lgpio, or mock boards on a machine without any.

One gpiozero MockFactory has a Pi's 28 pins, so there is one for every four seats. Mock boards are used only
where the configuration says `simulated`: a voting machine whose pins are missing must say so, not pretend.
"""

import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

Boards = dict[int, Any]
"""Board number -> gpiozero pin factory (gpiozero has no types)."""

DEVICES = Path("/dev")
PI_3B = "a02082"
log = logging.getLogger(__name__)


class NoPinsError(RuntimeError):
    """Raised when this machine has no pins, or they cannot be opened."""


def mock_boards(numbers: Iterable[int]) -> Boards:
    """Mock boards, each with a Pi's 28 pins."""
    return {number: MockFactory(revision=PI_3B, pin_class=MockPin) for number in set(numbers)}


def real_boards() -> Boards:
    """The machine's own pins, as board 0. Raises NoPinsError."""
    if not any(DEVICES.glob("gpiochip*")):
        raise NoPinsError("this machine has no GPIO chip; set simulated = true to run with mock pins")
    _move_lgpio_out_of_the_way()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - opens a FIFO when it is imported

        return {0: LGPIOFactory()}
    except Exception as error:  # lgpio.error, FileNotFoundError, PermissionError, PinUnknownPi
        raise NoPinsError(f"the GPIO chip cannot be opened: {error}") from error


def _move_lgpio_out_of_the_way() -> None:
    """lgpio makes its FIFO in the working directory and dies where that is read-only.

    It goes to (and stays in) the directory named by LG_WD: systemd's RuntimeDirectory, or a temporary one.
    """
    if "LG_WD" not in os.environ:
        runtime = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        os.environ["LG_WD"] = runtime or tempfile.mkdtemp(prefix="panels-")
    log.info("lgpio works in %s", os.environ["LG_WD"])
