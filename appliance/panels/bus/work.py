"""What the panels process gives a master: how its bus is set up, and work to be done between two questions."""

from typing import Protocol

from msgspec import Struct

from appliance.panels.bus.pairing_file import Paired


class BusSettings(Protocol):
    """One bus of the configuration."""

    @property
    def port(self) -> str: ...
    @property
    def baud(self) -> int: ...
    @property
    def answer_ms(self) -> float: ...
    @property
    def buzzer(self) -> bool: ...


class Join(Struct, frozen=True):
    """To the master: this panel, which was found, is to join."""

    panel: Paired


class Leave(Struct, frozen=True):
    """To the master: this panel belongs to the hall no more."""

    panel: Paired


class Look(Struct, frozen=True):
    """To the master: look for new panels, or no longer."""

    on: bool


class Have(Struct, frozen=True):
    """To the master: these are the panels on this bus now."""

    panels: tuple[Paired, ...]


Work = Join | Leave | Look | Have
