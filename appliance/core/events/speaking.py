"""The floor: who asked for it, who had it and for how long, and what was handed in."""

from appliance.core.events.base import Event
from appliance.core.speech import SpeechKind


class SpeechAsked(Event, tag=True, frozen=True, kw_only=True):
    """A member asks to speak. A point of order stands before everything but other points of order."""

    request: str
    member: str
    kind: SpeechKind
    note: str = ""
    by: str = "tablet"
    """`tablet` or `panel`."""


class RequestWithdrawn(Event, tag=True, frozen=True, kw_only=True):
    """They do not want to speak any more."""

    request: str


class RequestDeclined(Event, tag=True, frozen=True, kw_only=True):
    """The chair did not give the floor."""

    request: str
    reason: str = ""


class SpeakersOrdered(Event, tag=True, frozen=True, kw_only=True):
    """The queue of the current item in the chair's order, whole."""

    requests: tuple[str, ...]


class FloorGiven(Event, tag=True, frozen=True, kw_only=True):
    """This person speaks from now on. `member` is null for a guest; the name is as it was said then.

    `kind` is null where none was said; `seconds` null: no limit.
    """

    member: str | None = None
    name: str
    office: str = ""
    kind: SpeechKind | None = None
    seconds: int | None = None
    request: str | None = None


class TimeAdded(Event, tag=True, frozen=True, kw_only=True):
    """Whoever speaks has so much longer."""

    seconds: int


class FloorOverran(Event, tag=True, frozen=True, kw_only=True):
    """The time given to whoever speaks was up, and they spoke on."""


class FloorEnded(Event, tag=True, frozen=True, kw_only=True):
    """Nobody has the floor."""


class TextHandedIn(Event, tag=True, frozen=True, kw_only=True):
    """A contribution in writing. `item` null: on the meeting as a whole."""

    member: str
    name: str
    text: str
    item: str | None = None
    request: str | None = None


SpeakingEvent = (
    SpeechAsked | RequestWithdrawn | RequestDeclined | SpeakersOrdered | FloorGiven | TimeAdded | FloorOverran
    | FloorEnded | TextHandedIn
)  # fmt: skip
