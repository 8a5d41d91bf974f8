"""The desks' own sections: the script, and what waits for the clerk's yes."""

from msgspec import Struct


class StepView(Struct, frozen=True):
    """One step of the chair's script. `command` is complete but for its `id`; give it as it stands."""

    command: dict[str, str | int | bool | None]
    allowed: bool
    main: bool = False
    """The step to take next."""
    why: str | None = None
    """The refusal code that says why it is not possible now."""


class TabletRequest(Struct, frozen=True):
    """A member's other tablet asks to be enrolled (clerk)."""

    request: str
    member: str
    name: str
    asked: str


class DisplayRequest(Struct, frozen=True):
    """A hall display shows this code and waits for the clerk."""

    pairing: str
    asked: str


class RequestsView(Struct, frozen=True):
    """Section `requests` (clerk)."""

    tablets: tuple[TabletRequest, ...] = ()
    displays: tuple[DisplayRequest, ...] = ()
