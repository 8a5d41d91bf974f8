"""A question put to the vote, from the draft to the announcement."""

from typing import Literal

from appliance.core.ballot_paper import Matter, Method, Subject
from appliance.core.events.base import Event, Tally
from appliance.core.profile import Fraction, Majority


class PollDrafted(Event, tag=True, frozen=True, kw_only=True):
    """A question prepared. `repeats` links to the poll that this one repeats."""

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None
    show_names: bool
    repeats: str | None = None
    reason: str = ""


class PollOpened(Event, tag=True, frozen=True, kw_only=True):
    """Everything that a result rests on, frozen: question and document, rule and threshold, N, who is present."""

    poll: str
    subjects: tuple[Subject, ...]
    rule: Fraction
    needed: int
    n: int
    present: tuple[str, ...]
    change_allowed: bool
    seconds: int | None
    quorum_overridden: bool = False


class PollHeld(Event, tag=True, frozen=True, kw_only=True):
    """No ballots for now."""

    poll: str


class PollResumed(Event, tag=True, frozen=True, kw_only=True):
    """Ballots are taken again."""

    poll: str


class DeadlineSet(Event, tag=True, frozen=True, kw_only=True):
    """The chair gave the running poll a new countdown, or none."""

    poll: str
    seconds: int | None


class PollClosed(Event, tag=True, frozen=True, kw_only=True):
    """No ballot from here on. `how`: by the chair, or the countdown ran out."""

    poll: str
    how: Literal["chair", "time"]


class PollConfirmed(Event, tag=True, frozen=True, kw_only=True):
    """One of the two people who must both say that the result is right."""

    poll: str
    part: Literal["clerk", "gavel"]
    person: str
    member: str | None = None


class PollAnnounced(Event, tag=True, frozen=True, kw_only=True):
    """The result as told to the hall; the numbers are repeated here so that the entry stands by itself."""

    poll: str
    tally: Tally
    needed: int
    adopted: bool


class PollVoided(Event, tag=True, frozen=True, kw_only=True):
    """Void, with the reason; it stays in the record."""

    poll: str
    reason: str


PollEvent = (
    PollDrafted
    | PollOpened
    | PollHeld
    | PollResumed
    | DeadlineSet
    | PollClosed
    | PollConfirmed
    | PollAnnounced
    | PollVoided
)
