"""Chất vấn: rounds of questions, answers, promises."""

from datetime import date

from appliance.core.events.base import Event
from appliance.core.slips import PledgeKind, SlipFacts


class QuestioningStarted(Event, tag=True, frozen=True, kw_only=True):
    """A round begins, with its slips as they were then."""

    round: str
    title: str
    slips: tuple[SlipFacts, ...] = ()


class QuestioningEnded(Event, tag=True, frozen=True, kw_only=True):
    """The round is over."""

    round: str


class QuestionAnswered(Event, tag=True, frozen=True, kw_only=True):
    """In the hall."""

    slip: str


class PledgeMade(Event, tag=True, frozen=True, kw_only=True):
    """Somebody undertook this. `slip`: the question that it answers."""

    pledge: str
    kind: PledgeKind
    who: str
    what: str
    deadline: date | None = None
    slip: str | None = None


class PledgeWithdrawn(Event, tag=True, frozen=True, kw_only=True):
    """Struck out: it had been put down by mistake."""

    pledge: str
    reason: str


QuestioningEvent = QuestioningStarted | QuestioningEnded | QuestionAnswered | PledgeMade | PledgeWithdrawn
