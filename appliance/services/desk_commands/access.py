"""Tablets, displays, PINs: who may come in."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id


class ApproveTablet(Command, tag=True, frozen=True, kw_only=True):
    """The clerk's yes to a member's other tablet: it is enrolled, and the first one is signed out at once."""

    request: Id


class RejectTablet(Command, tag=True, frozen=True, kw_only=True):
    """The clerk's no: the request is gone, the first tablet stays."""

    request: Id


class ApproveDisplay(Command, tag=True, frozen=True, kw_only=True):
    """The clerk types or picks the code that a hall display shows; the display is signed in by it."""

    pairing: Annotated[str, Meta(min_length=1, max_length=16)]


class RevokeAccess(Command, tag=True, frozen=True, kw_only=True):
    """Sign a person out everywhere at once: a member's card ends, a hall display or account is disconnected."""

    person: Id


class ResetPin(Command, tag=True, frozen=True, kw_only=True):
    """A forgotten PIN: the next sign-in with the card chooses a new one, on whatever tablet the clerk approves."""

    member: Id


AccessCommand = ApproveTablet | RejectTablet | ApproveDisplay | RevokeAccess | ResetPin
