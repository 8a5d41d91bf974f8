"""The numbers by which panels on a bus are told what to show. `firmware/panel/shows.py` has the same patterns by them.

Numbers are fixed for ever: a panel that was flashed years ago must understand.
"""

from typing import Final

from appliance.core.ballot_paper import Choice
from appliance.panels import lights
from appliance.panels.lights import Frame, Pattern

NUMBERS: Final[dict[Pattern, int]] = {
    lights.DARK: 0,
    lights.OFFLINE: 1,
    lights.JAMMED: 2,
    lights.REFUSED: 3,
    lights.SENDING[Choice.FOR]: 4,
    lights.SENDING[Choice.AGAINST]: 5,
    lights.SENDING[Choice.ABSTAIN]: 6,
    lights.SENDING_CHECK_IN: 7,
    lights.CHECK_IN: 8,
    lights.ASKED: 9,
    lights.NOT_YOUR_POLL: 10,
    lights.WAITING: 11,
    lights.RECORDED[Choice.FOR]: 12,
    lights.RECORDED[Choice.AGAINST]: 13,
    lights.RECORDED[Choice.ABSTAIN]: 14,
    lights.HELD: 15,
    lights.SPEAKING: 16,
    lights.WANTS_FLOOR: 17,
}

STEADY: Final = 32
"""To 39: plus the bits of the lights that are on."""


def steady(on: Frame) -> int:
    """The number of the pattern with these lights on and no others, for whoever tests them."""
    return STEADY + sum(1 << bit for bit, lit in enumerate(on) if lit)
