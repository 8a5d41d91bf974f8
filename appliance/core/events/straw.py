"""A straw poll; nothing of it is ever among the votes."""

from typing import Literal

from appliance.core.events.base import Event


class StrawStarted(Event, tag=True, frozen=True, kw_only=True):
    """The hall is asked for its opinion."""

    straw: str
    question: str = ""


class StrawAnswered(Event, tag=True, frozen=True, kw_only=True):
    """A member's opinion; a later one of the same member replaces it."""

    straw: str
    member: str
    answer: Literal["yes", "no", "unsure"]


class StrawEnded(Event, tag=True, frozen=True, kw_only=True):
    """No more answers. `shown`: the hall sees the numbers; otherwise they leave the screens."""

    straw: str
    shown: bool = True


StrawEvent = StrawStarted | StrawAnswered | StrawEnded
