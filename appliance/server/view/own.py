"""One's own section, and a seat's for the panels process."""

from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice
from appliance.core.state import Standing
from appliance.server.view.polls import BallotView


class MineView(Struct, frozen=True):
    """Section `mine`: for whoever is a member. Sent by itself as event `mine`, never broadcast."""

    member: str
    name: str
    seat: str
    standing: Standing | None = None
    entitled: bool = False
    """May vote in the poll on the table."""
    ballot: BallotView | None = None
    straw: Literal["yes", "no", "unsure"] | None = None
    """One's own answer in the straw poll on the screens."""


class SeatView(Struct, frozen=True):
    """One seat for the panels process."""

    seat: str
    member: str
    standing: Standing | None = None
    entitled: bool = False
    speech: Literal["waiting", "speaking"] | None = None
    """Waits to speak, or has the floor: the seat's light and its microphone follow it."""
    choice: Choice | None = None
    """Recorded in the poll on the table."""
