"""A member's choice, by whatever way it comes, and raised hands counted."""

from msgspec import field

from appliance.core.ballot_paper import Choice
from appliance.core.commands.base import Command, Count
from appliance.core.people import Id, ShortText


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


BallotCommand = CastBallot | EnterForMember | ConfirmEntry | RejectEntry | EnterCounts
