"""A member's choice, by whatever way it comes, and raised hands counted."""

from msgspec import Struct, field

from appliance.core.ballot_paper import Choice
from appliance.core.commands.base import Command, Count
from appliance.core.people import Id, ShortText


class Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers that somebody had before their eyes when they confirmed."""

    for_: Count = field(name="for")
    against: Count
    abstain: Count


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
    """The gavel holder has heard the member's choice that the clerk entered: it counts from now.

    `seen`: the choice that stood there; refused when the clerk has entered another meanwhile.
    """

    poll: Id
    member: Id
    seen: Choice | None = None


class RejectEntry(Command, tag=True, frozen=True, kw_only=True):
    """The gavel holder does not confirm the clerk's entry: nothing is counted for it."""

    poll: Id
    member: Id


class EnterCounts(Command, tag=True, frozen=True, kw_only=True):
    """The clerk's count of raised hands or slips; entering again replaces it and undoes earlier confirmations."""

    poll: Id
    for_: Count = field(name="for")
    against: Count
    abstain: Count


class CallName(Command, tag=True, frozen=True, kw_only=True):
    """In a roll-call poll: the chair calls this member, who is asked to say their choice aloud."""

    poll: Id
    member: Id


class EnterSpoken(Command, tag=True, frozen=True, kw_only=True):
    """In a roll-call poll: the clerk enters what the called member said. Entering again mends a slip."""

    poll: Id
    member: Id
    choice: Choice


BallotCommand = CastBallot | EnterForMember | ConfirmEntry | RejectEntry | EnterCounts | CallName | EnterSpoken
