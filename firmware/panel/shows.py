"""What the three lights of a panel can do, by number. The numbers go over the wire and are fixed for ever: append only.

A pattern is a cycle of frames of a tenth of a second; a frame has a bit for each light that is on: 1 for,
2 against, 4 abstain. Every cycle's length divides CYCLE, so that panels which know the tenth modulo CYCLE blink
in step. The master decides by its own table (`appliance/panels/lights.py`) which pattern a seat shows, and a
test holds the looks of both equal. What stands from 64 on is for the panel alone to decide.
"""

CYCLE = 240
"""Tenths of a second. `Poll.phase` counts them modulo this."""

DARK, OFFLINE, JAMMED, REFUSED = 0, 1, 2, 3
SENDING = 4  # and 5, 6: for, against, abstain
SENDING_CHECK_IN, CHECK_IN, ASKED, NOT_YOUR_POLL, WAITING = 7, 8, 9, 10, 11
RECORDED = 12  # and 13, 14
HELD, SPEAKING, WANTS_FLOOR = 15, 16, 17
STEADY = 32  # to 39: plus the bits of the lights that are on, for whoever tests them
NO_HALL, JOINING, LOCATED, STRANGER = 64, 65, 66, 67


def _runs(*runs: "tuple[int, int]") -> bytes:
    return b"".join([bytes([bits]) * tenths for bits, tenths in runs])


PATTERNS = {
    DARK: _runs((0, 1)),
    OFFLINE: _runs((1, 4), (2, 4), (4, 4), (2, 4)),
    JAMMED: _runs((5, 2), (2, 2)),
    REFUSED: _runs((5, 1), (0, 1)),
    SENDING: _runs((1, 1), (0, 1)),
    SENDING + 1: _runs((2, 1), (0, 1)),
    SENDING + 2: _runs((4, 1), (0, 1)),
    SENDING_CHECK_IN: _runs((7, 1), (0, 1)),
    CHECK_IN: _runs((7, 1), (0, 19)),
    ASKED: _runs((7, 1), (0, 2), (7, 1), (0, 16)),
    NOT_YOUR_POLL: _runs((2, 1), (0, 29)),
    WAITING: _runs((7, 10), (0, 10)),
    RECORDED: _runs((1, 1)),
    RECORDED + 1: _runs((2, 1)),
    RECORDED + 2: _runs((4, 1)),
    HELD: _runs((7, 1)),
    SPEAKING: _runs((4, 18), (0, 2)),
    WANTS_FLOOR: _runs((4, 1), (0, 19)),
    # No hall: the outer two wink together. Joining: the lights fill up. Located: all three, long on, shortly off.
    # Stranger (a hall whose key it does not hold calls it): the outer two take turns, slowly.
    NO_HALL: _runs((5, 1), (0, 29)),
    JOINING: _runs((0, 2), (1, 2), (3, 2), (7, 2)),
    LOCATED: _runs((7, 3), (0, 1)),
    STRANGER: _runs((1, 8), (4, 8)),
}
for _bits in range(8):
    PATTERNS[STEADY + _bits] = _runs((_bits, 1))


def frames(pattern: int) -> bytes:
    """The frames of a pattern. An unknown number (a newer appliance) looks like OFFLINE: use a tablet."""
    return PATTERNS.get(pattern) or PATTERNS[OFFLINE]
