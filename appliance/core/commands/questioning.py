"""Chất vấn in the meeting: rounds of questions, answers, and what is promised."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id, LongText, ShortText
from appliance.core.slips import PledgeKind


class StartQuestioning(Command, tag=True, frozen=True, kw_only=True):
    """Begin a round of questions at the current item: all selected slips of an issue `group`, or these `slips`, or
    neither and a `title` for questions that are put without a slip."""

    group: Id | None = None
    slips: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    title: Annotated[str, Meta(max_length=200)] = ""


class EndQuestioning(Command, tag=True, frozen=True, kw_only=True):
    """The round is over; going on to another item ends it too."""


class MarkAnswered(Command, tag=True, frozen=True, kw_only=True):
    """The question was answered in the hall."""

    slip: Id


class MakePledge(Command, tag=True, frozen=True, kw_only=True):
    """`who` promised `what`, until a `deadline`. A `written_answer` to a question settles it for this meeting; its
    deadline, when left out, is that of the rule profile."""

    pledge: Id
    who: ShortText
    what: LongText
    kind: PledgeKind = PledgeKind.DEED
    deadline: date | None = None
    slip: Id | None = None


class WithdrawPledge(Command, tag=True, frozen=True, kw_only=True):
    """It was put down by mistake. It stays in the record as struck out."""

    pledge: Id
    reason: ShortText


QuestioningCommand = StartQuestioning | EndQuestioning | MarkAnswered | MakePledge | WithdrawPledge
