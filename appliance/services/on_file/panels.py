"""Panels on the Pi's own pins that are out of use: their wires stay, so that they are so has to be on file."""

from datetime import datetime

from msgspec import Struct


class RetiredPanel(Struct, frozen=True):
    """A wired panel (`gpio:<seat>`) in whose place a tablet came. What it says counts for nothing."""

    id: str
    seat: str
    at: datetime
    by: str
