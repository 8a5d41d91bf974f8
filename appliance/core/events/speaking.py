"""The floor."""

from appliance.core.events.base import Event


class FloorGiven(Event, tag=True, frozen=True, kw_only=True):
    """This person speaks from now on. `member` is null for a guest; the name is as it was said then."""

    member: str | None = None
    name: str
    office: str = ""


class FloorEnded(Event, tag=True, frozen=True, kw_only=True):
    """Nobody has the floor."""


SpeakingEvent = FloorGiven | FloorEnded
