"""The floor."""

from appliance.core.commands.base import Command
from appliance.core.people import Id, ShortText


class GiveFloor(Command, tag=True, frozen=True, kw_only=True):
    """Give the floor to a `member` who is present, or to a `guest` by name; whoever had it, has it no longer."""

    member: Id | None = None
    guest: ShortText | None = None


class EndFloor(Command, tag=True, frozen=True, kw_only=True):
    """Take the floor back: nobody speaks."""


SpeakingCommand = GiveFloor | EndFloor
