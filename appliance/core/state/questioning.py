"""Chất vấn as the meeting stands: rounds of questions, and what was promised."""

from datetime import date, datetime

from msgspec import Struct

from appliance.core.slips import PledgeKind, SlipFacts


class Question(Struct, frozen=True):
    """A question put in a round, as its slip said it. `answered`: in the hall; `pledge`: it will be, in writing."""

    slip: SlipFacts
    answered: datetime | None = None
    pledge: str | None = None

    @property
    def settled(self) -> bool:
        """Nobody waits for an answer here and now."""
        return self.answered is not None or self.pledge is not None


class Round(Struct, frozen=True):
    """A group of questions, from its beginning to its end, at one item."""

    round: str
    title: str
    item: str
    sitting: str
    started: datetime
    questions: dict[str, Question] = {}
    ended: datetime | None = None


class Pledge(Struct, frozen=True):
    """Somebody undertook to do something (lời hứa), or to answer in writing."""

    pledge: str
    kind: PledgeKind
    who: str
    what: str
    made: datetime
    deadline: date | None = None
    slip: str | None = None
    item: str | None = None
    withdrawn: str | None = None
    """Why the clerk struck it out again; None: it stands."""


class Questioning(Struct, frozen=True):
    """All rounds of the meeting, the last one last; and all pledges."""

    rounds: tuple[Round, ...] = ()
    pledges: dict[str, Pledge] = {}
