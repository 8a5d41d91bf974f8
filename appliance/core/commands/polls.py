"""Questions put to the vote, from the draft to the announcement."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from appliance.core.ballot_paper import DocumentRef, Matter, Method, Subject
from appliance.core.commands.ballots import Seen
from appliance.core.commands.base import Command, Count, Seconds
from appliance.core.people import Id, LongText, ShortText
from appliance.core.profile import Majority


class DraftPoll(Command, tag=True, frozen=True, kw_only=True):
    """Prepare a poll on an item. `bloc` adds further items to the same ballot, each keeping its own record.

    `poll` is the client's name for it; without one the answer tells the name given.
    """

    item: Id
    question: LongText
    poll: Id | None = None
    document: DocumentRef | None = None
    bloc: Annotated[tuple[Subject, ...], Meta(max_length=50)] = ()
    matter: Matter = Matter.RESOLUTION
    majority: Majority = Majority.ORDINARY
    method: Method = Method.ELECTRONIC
    seconds: Seconds | None = None
    """Length of a timed poll; null: the chair closes it by hand."""
    show_names: bool | None = None
    """Whether the hall may show who voted how after the announcement; null: as the rule profile says, and always in a
    roll call."""
    part_of: Id | None = None
    """The draft that puts the whole to the vote: this is one part of it, voted on before, and never replaces it."""


class EditPoll(Command, tag=True, frozen=True, kw_only=True):
    """Change a draft: everything of it as it is to be. `seen` is the revision that was on the screen; when somebody
    has changed the draft meanwhile, it is refused."""

    poll: Id
    item: Id
    question: LongText
    document: DocumentRef | None = None
    bloc: Annotated[tuple[Subject, ...], Meta(max_length=50)] = ()
    matter: Matter = Matter.RESOLUTION
    majority: Majority = Majority.ORDINARY
    method: Method = Method.ELECTRONIC
    seconds: Seconds | None = None
    show_names: bool | None = None
    seen: Count | None = None


class DropPoll(Command, tag=True, frozen=True, kw_only=True):
    """Throw a draft away that was never opened. Its name is not used again."""

    poll: Id


class EnterPastPoll(Command, tag=True, frozen=True, kw_only=True):
    """A vote that was taken by hands or on slips while the system was away, entered afterwards and marked as such.

    It stands closed: clerk and gavel holder confirm it like any other, and the chair announces it.
    """

    item: Id
    question: LongText
    reason: ShortText
    taken: Annotated[datetime, Meta(tz=True)]
    """When the hall voted."""
    method: Literal["hands", "paper"]
    present: Count
    for_: Count = field(name="for")
    against: Count
    abstain: Count
    poll: Id | None = None
    document: DocumentRef | None = None
    matter: Matter = Matter.RESOLUTION
    majority: Majority = Majority.ORDINARY


class OpenPoll(Command, tag=True, frozen=True, kw_only=True):
    """Put the question to the vote: question, document, rule, threshold, N and the present list are frozen.

    `override_quorum`: the chair has read the quorum warning and opens all the same (it is logged).
    """

    poll: Id
    override_quorum: bool = False


class HoldPoll(Command, tag=True, frozen=True, kw_only=True):
    """Stop taking ballots for a moment; those cast stay, the countdown waits."""

    poll: Id


class ResumePoll(Command, tag=True, frozen=True, kw_only=True):
    """Take ballots again."""

    poll: Id


class SetDeadline(Command, tag=True, frozen=True, kw_only=True):
    """Give a running poll a new countdown from now, or none (`seconds` null)."""

    poll: Id
    seconds: Seconds | None = None


class ClosePoll(Command, tag=True, frozen=True, kw_only=True):
    """End the taking of ballots. From here no choice changes."""

    poll: Id


class ConfirmPoll(Command, tag=True, frozen=True, kw_only=True):
    """The result is right, says the clerk; the result is right, says the gavel holder. Two people.

    `seen`: the numbers that stood there; refused when others stand there now.
    """

    poll: Id
    seen: Seen | None = None


class AnnouncePoll(Command, tag=True, frozen=True, kw_only=True):
    """Tell the hall. From here the poll is part of the record for good."""

    poll: Id


class VoidPoll(Command, tag=True, frozen=True, kw_only=True):
    """Declare a poll void, with a reason; possible until it is announced. It stays in the record."""

    poll: Id
    reason: ShortText


class RepeatPoll(Command, tag=True, frozen=True, kw_only=True):
    """Draft the same question anew, linked to the old poll, which stays in the record.

    `question` mends the wording when that was the fault; `new_poll` names the new poll.
    """

    poll: Id
    reason: ShortText
    new_poll: Id | None = None
    question: LongText | None = None


PollCommand = (
    DraftPoll
    | EditPoll
    | DropPoll
    | EnterPastPoll
    | OpenPoll
    | HoldPoll
    | ResumePoll
    | SetDeadline
    | ClosePoll
    | ConfirmPoll
    | AnnouncePoll
    | VoidPoll
    | RepeatPoll
)
