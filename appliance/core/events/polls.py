"""A question put to the vote, from the draft to the announcement."""

from datetime import datetime
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
    part_of: str | None = None


class PollEdited(Event, tag=True, frozen=True, kw_only=True):
    """A draft as it is from now on."""

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None
    show_names: bool


class PollDropped(Event, tag=True, frozen=True, kw_only=True):
    """A draft thrown away before it was ever opened."""

    poll: str


class PollOpened(Event, tag=True, frozen=True, kw_only=True):
    """Everything that a result rests on, frozen: question and document, rule and threshold, N, who is present.

    A vote entered afterwards says when it was `taken`, why the system was away (`past_reason`), and how many were
    present; `present` is empty then.
    """

    poll: str
    subjects: tuple[Subject, ...]
    rule: Fraction
    needed: int
    n: int
    present: tuple[str, ...]
    change_allowed: bool
    seconds: int | None
    quorum_overridden: bool = False
    taken: datetime | None = None
    past_reason: str = ""
    present_count: int | None = None

    @property
    def present_number(self) -> int:
        """How many were present."""
        return len(self.present) if self.present_count is None else self.present_count


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
    """No ballot from here on. `how`: by the chair, the countdown ran out, or it was over when it was entered."""

    poll: str
    how: Literal["chair", "time", "past"]


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
    | PollEdited
    | PollDropped
    | PollOpened
    | PollHeld
    | PollResumed
    | DeadlineSet
    | PollClosed
    | PollConfirmed
    | PollAnnounced
    | PollVoided
)
