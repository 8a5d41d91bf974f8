"""Which pin of a panel's board is what: GPIO numbers of a Pico (RP2040) or Pico 2 (RP2350), which have the same pins.

Imports nothing: `board.py` reads it on the panel, the drawing and the handbook read it on a desk.

The bus is on the board's first pins, what people touch on its last ones, so that the two looms in a box do not cross.
"""

BUTTONS = (18, 17, 16)
"""For, against, abstain; a button closes to ground, the chip's own pull-up holds it high."""
LIGHTS = (21, 20, 19)
"""For, against, abstain; high is lit, through 470 ohm to ground."""
BUZZER = 22
"""High sounds, through a transistor; may be left out."""
UART = 0
TX = 0
RX = 1
DRIVE = 2
"""DE and /RE of the transceiver, joined: high while the panel speaks, low while it listens. 10 kilohm to ground
keep a board that is starting from holding the bus."""
SERVICE = 3
"""Bridged to ground while the board is switched on, it runs no panel: for whoever flashes it over USB."""

PLACES = {
    0: 1, 1: 2, 2: 4, 3: 5, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12, 10: 14, 11: 15, 12: 16, 13: 17, 14: 19, 15: 20,
    16: 21, 17: 22, 18: 24, 19: 25, 20: 26, 21: 27, 22: 29, 26: 31, 27: 32, 28: 34,
}  # fmt: skip
"""GPIO number -> the number of its place on the board's edge, 1 to 40."""
