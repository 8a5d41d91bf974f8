"""Commands ask. Each is one typed object on the wire: `{"type": "CastBallot", "id": "<uuid>", …}`.

The same models validate what arrives, describe the wire (OpenAPI) and give the web client its types.
Unknown fields are refused, so a client's slip never passes for a default.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from appliance.core.ballot_paper import Choice, DocumentRef, Matter, Method, Subject
from appliance.core.people import Id, LongText, ShortText
from appliance.core.profile import Majority

CommandId = Annotated[
    str, Meta(pattern=r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$(?!\n)")
]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Seconds = Annotated[int, Meta(ge=5, le=86_400)]


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"):
    """What all commands carry. `id` is made by the client; the same id again changes nothing.

    `seat` is set by the panels process only: the server maps it to the member who sits there.
    """

    id: CommandId
    seat: Annotated[str, Meta(max_length=16)] | None = None


# --- the meeting and its agenda


class ConveneMeeting(Command, tag=True, frozen=True, kw_only=True):
    """Open a new meeting, and with it a new ledger that starts from the head of the one before."""

    title: ShortText
    place: Annotated[str, Meta(max_length=200)] = ""


class CloseMeeting(Command, tag=True, frozen=True, kw_only=True):
    """End the meeting. Refused while a sitting is open."""


class AddItem(Command, tag=True, frozen=True, kw_only=True):
    """Add an agenda item at the end of the agenda. `item` is the client's name for it."""

    item: Id
    number: Annotated[str, Meta(max_length=16)]
    title: LongText
    presenter: Annotated[str, Meta(max_length=200)] = ""


class StartItem(Command, tag=True, frozen=True, kw_only=True):
    """Go to an agenda item; the one before is finished by it."""

    item: Id


class OpenSitting(Command, tag=True, frozen=True, kw_only=True):
    """Open a sitting: N and the members' facts are frozen from the registry. The opener takes the gavel."""

    name: Annotated[str, Meta(max_length=200)] = ""


class CloseSitting(Command, tag=True, frozen=True, kw_only=True):
    """Close the sitting. Refused while a poll is between opening and announcement."""


class GoPrivate(Command, tag=True, frozen=True, kw_only=True):
    """Họp kín: away from the public, for the whole sitting or until the current item ends."""

    scope: Literal["sitting", "item"] = "sitting"


class GoPublic(Command, tag=True, frozen=True, kw_only=True):
    """Back to a public sitting."""


class HandGavel(Command, tag=True, frozen=True, kw_only=True):
    """Hand the gavel to another chair account. A chair may also take it for themselves, because its holder may
    be gone; the record says who did."""

    to: Id


# --- the roll


class CheckIn(Command, tag=True, frozen=True, kw_only=True):
    """Be present. A tablet gives the room code that the hall screen shows; a panel's press waits for
    the clerk; the clerk names the `member`."""

    member: Id | None = None
    code: Annotated[str, Meta(max_length=16)] | None = None


class ConfirmCheckIn(Command, tag=True, frozen=True, kw_only=True):
    """The clerk has seen the member whose panel asked for check-in."""

    member: Id


class CheckOut(Command, tag=True, frozen=True, kw_only=True):
    """Leave. A delegate for themselves, or the clerk for a `member`."""

    member: Id | None = None


class MarkAbsent(Command, tag=True, frozen=True, kw_only=True):
    """The clerk marks a member absent, excused or not. The reason never enters the ledger."""

    member: Id
    excused: bool


# --- the floor


class GiveFloor(Command, tag=True, frozen=True, kw_only=True):
    """Give the floor to a `member` who is present, or to a `guest` by name; whoever had it, has it no longer."""

    member: Id | None = None
    guest: ShortText | None = None


class EndFloor(Command, tag=True, frozen=True, kw_only=True):
    """Take the floor back: nobody speaks."""


# --- the recording


class SealRecording(Command, tag=True, frozen=True, kw_only=True):
    """The recorder's signed word on how far a take goes, for the ledger. Given by the appliance itself, also after
    the meeting has closed, because the last segment is closed a little later."""

    ledger: Id
    take: Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[\w.:-]+$(?!\n)")]
    lines: Count
    segments: Count
    milliseconds: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    head: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$(?!\n)")]


# --- polls


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
    """Whether the hall may show who voted how after the announcement; null: as the rule profile says."""


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


class CastBallot(Command, tag=True, frozen=True, kw_only=True):
    """A delegate's own choice. Until the poll closes a newer one replaces it, if the profile allows."""

    poll: Id
    choice: Choice


class EnterForMember(Command, tag=True, frozen=True, kw_only=True):
    """The clerk enters a present member's spoken choice because a device failed; the chair must confirm it."""

    poll: Id
    member: Id
    choice: Choice
    reason: ShortText


class ConfirmEntry(Command, tag=True, frozen=True, kw_only=True):
    """The gavel holder has heard the member's choice that the clerk entered: it counts from now."""

    poll: Id
    member: Id


class RejectEntry(Command, tag=True, frozen=True, kw_only=True):
    """The gavel holder does not confirm the clerk's entry: nothing is counted for it."""

    poll: Id
    member: Id


class EnterCounts(Command, tag=True, frozen=True, kw_only=True):
    """The clerk's count of raised hands; entering again replaces it and undoes earlier confirmations."""

    poll: Id
    for_: Count = field(name="for")
    against: Count
    abstain: Count


class ClosePoll(Command, tag=True, frozen=True, kw_only=True):
    """End the taking of ballots. From here no choice changes."""

    poll: Id


class ConfirmPoll(Command, tag=True, frozen=True, kw_only=True):
    """The result is right, says the clerk; the result is right, says the gavel holder. Two people."""

    poll: Id


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


MeetingCommand = (
    ConveneMeeting
    | CloseMeeting
    | AddItem
    | StartItem
    | OpenSitting
    | CloseSitting
    | GoPrivate
    | GoPublic
    | HandGavel
    | CheckIn
    | ConfirmCheckIn
    | CheckOut
    | MarkAbsent
    | DraftPoll
    | OpenPoll
    | HoldPoll
    | ResumePoll
    | SetDeadline
    | CastBallot
    | EnterForMember
    | ConfirmEntry
    | RejectEntry
    | EnterCounts
    | ClosePoll
    | ConfirmPoll
    | AnnouncePoll
    | VoidPoll
    | RepeatPoll
    | GiveFloor
    | EndFloor
    | SealRecording
)
