"""All drawings by the name of their file."""

from firmware.drawing import bus, expander, panel, pi
from firmware.drawing.sheet import Sheet


def drawings() -> dict[str, Sheet]:
    """Made anew."""
    return {
        "panel.svg": panel.drawing(),
        "bus.svg": bus.drawing(),
        "four-seats.svg": pi.of_four(),
        "six-seats.svg": pi.of_six(),
        "expander.svg": expander.drawing(),
    }
