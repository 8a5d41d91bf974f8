"""The desks' own sections: the script, and what waits for the clerk's yes."""

from msgspec import Struct

from appliance.server.view.base import Sentence


class StepView(Struct, frozen=True):
    """One step of the chair's script. `command` is complete but for its `id`; give it as it stands."""

    command: dict[str, str | int | bool | dict[str, int] | None]
    """Null stands for what a person must fill in."""
    allowed: bool
    main: bool = False
    """The step to take next."""
    why: str | None = None
    """The refusal code that says why it is not possible now."""
    label: Sentence | None = None
    """What the button says."""
    say: tuple[Sentence, ...] = ()
    """What the chair says with it, paragraph by paragraph; only with the main step and the one after it."""
    hint: Sentence | None = None
    """What to do beside pressing the button."""
    sure: Sentence | None = None
    """To be asked once more, with this."""
    asks: tuple[str, ...] = ()
    """Fields of the command to ask a person for."""
    after: bool = False
    """Not possible yet: what the main step will lead to."""


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
