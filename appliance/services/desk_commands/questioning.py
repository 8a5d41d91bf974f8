"""Question slips from the delegates, what the Standing Body decides on them, and pledges followed up."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id, LongText, ShortText

SlipText = Annotated[str, Meta(min_length=1, max_length=6_000)]


class SendSlip(Command, tag=True, frozen=True, kw_only=True):
    """A delegate sends a question; the slip is named by this command's id."""

    addressee: ShortText
    title: ShortText
    text: SlipText


class WithdrawSlip(Command, tag=True, frozen=True, kw_only=True):
    """The delegate takes it back, as long as it has been neither asked nor answered."""

    slip: Id


class NameIssueGroup(Command, tag=True, frozen=True, kw_only=True):
    """Make a group of issues, or give one another title or place."""

    group: Id
    title: ShortText
    position: Annotated[int, Meta(ge=0, le=999)] = 0


class DropIssueGroup(Command, tag=True, frozen=True, kw_only=True):
    """The group is no more; its slips belong to none."""

    group: Id


class SortSlip(Command, tag=True, frozen=True, kw_only=True):
    """Select a slip for the sitting, send it to an answer in writing (`due` left out: the rule profile's days), or put
    it back; and put it into a group, or none. `seen`: the slip's revision as it was shown."""

    slip: Id
    state: Literal["sent", "selected", "in_writing"]
    group: Id | None = None
    due: date | None = None
    seen: str | None = None


class AnswerSlip(Command, tag=True, frozen=True, kw_only=True):
    """The answer in writing is there: its text, or where it is to be found."""

    slip: Id
    answer: Annotated[str, Meta(min_length=1, max_length=12_000)]


class FollowPledge(Command, tag=True, frozen=True, kw_only=True):
    """What was heard of a pledge of the meeting in this `ledger`; `settled`: it is kept, and no longer carried on."""

    ledger: Annotated[str, Meta(min_length=1, max_length=64)]
    pledge: Id
    note: LongText
    settled: bool = False


QuestioningDeskCommand = (
    SendSlip | WithdrawSlip | NameIssueGroup | DropIssueGroup | SortSlip | AnswerSlip | FollowPledge
)
