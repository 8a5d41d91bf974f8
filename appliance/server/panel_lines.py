"""The lines of the panels' socket, typed as the server hears them. The page is at the top of `panel_socket.py`."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from appliance.services.panel_words import House, PanelDone, Pressed


class Hello(Struct, frozen=True):
    """The first line."""

    protocol: int
    seats: tuple[str, ...]
    simulated: bool = False


class Lit(Struct, frozen=True):
    """What one seat's lights show; see the page."""

    show: str
    lights: tuple[str, str, str]
    lit: tuple[bool, bool, bool]


class PanelsState(Struct, frozen=True):
    """What the rest of the server is told of the panels process."""

    online: bool = False
    seats: frozenset[str] = frozenset()
    jammed: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    """Seats whose box does not answer."""
    simulated: bool = False

    @property
    def working(self) -> frozenset[str]:
        """The seats whose panel can be used."""
        return self.seats - self.jammed - self.away if self.online else frozenset()


NO_COMMAND: Final = msgspec.Raw()


class Line(Struct, frozen=True):
    """One line from the panels process: exactly one of these is there."""

    hello: Hello | None = None
    command: msgspec.Raw = NO_COMMAND
    jammed: tuple[str, ...] | None = None
    seats: tuple[str, ...] | None = None
    house: House | None = None
    done: PanelDone | None = None
    pressed: Pressed | None = None
    lights: dict[str, Lit] | None = None
    want: Literal["snapshot"] | None = None
    beat: int | None = None


class Named(Struct, frozen=True):
    """What an answer needs of a command."""

    id: str | None = None
    seat: str | None = None
