"""Who is on file: the council, its members, groups, committees and guests, seats, accounts, cards, lists read in.

A command that saves a record names in `seen` the revision of the record that its giver saw; without it the record
is a new one. Of two who edit one record the second is refused (`edited-meanwhile`).
"""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id, Role
from appliance.services.on_file.people import MemberStatus

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Line = Annotated[str, Meta(max_length=200)]
Seen = Annotated[str, Meta(min_length=16, max_length=16)]
Login = Annotated[str, Meta(min_length=1, max_length=64)]
Password = Annotated[str, Meta(min_length=1, max_length=256)]
SeatName = Annotated[str, Meta(max_length=16)]
Position = Annotated[int, Meta(ge=0, le=100_000)]


class SetCouncil(Command, tag=True, frozen=True, kw_only=True):
    """The council's name, its term, and where it meets."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    term: Line = ""
    place: Line = ""
    seen: Seen | None = None


class SaveMember(Command, tag=True, frozen=True, kw_only=True):
    """A member, new (without `seen`) or with other facts. What has happened in a meeting stays as it was."""

    name: Name
    member: Id | None = None
    """Without it a new member gets the next free id."""
    group: Line = ""
    committee: Line = ""
    unit: Line = ""
    office: Line = ""
    member_seat: SeatName = ""
    status: MemberStatus = MemberStatus.IN_OFFICE
    position: Position | None = None
    """The place in the council's order; a new member without one comes last."""
    seen: Seen | None = None


class DropMember(Command, tag=True, frozen=True, kw_only=True):
    """A member entered by mistake: refused once there is a card, an account or a meeting."""

    member: Id
    seen: Seen


class SaveGroup(Command, tag=True, frozen=True, kw_only=True):
    """A group of delegates; another name is put in place of the old one at its members too."""

    name: Name
    group: Id | None = None
    area: Line = ""
    position: Position = 0
    seen: Seen | None = None


class DropGroup(Command, tag=True, frozen=True, kw_only=True):
    """A group that nobody is in any more."""

    group: Id
    seen: Seen


class SaveCommittee(Command, tag=True, frozen=True, kw_only=True):
    """A committee; another name is put in place of the old one at its members too."""

    name: Name
    committee: Id | None = None
    position: Position = 0
    seen: Seen | None = None


class DropCommittee(Command, tag=True, frozen=True, kw_only=True):
    """A committee that nobody is in any more."""

    committee: Id
    seen: Seen


class SaveGuest(Command, tag=True, frozen=True, kw_only=True):
    """A guest: name, title, and the body they come from."""

    name: Name
    guest: Id | None = None
    title: Line = ""
    body: Line = ""
    seen: Seen | None = None


class DropGuest(Command, tag=True, frozen=True, kw_only=True):
    """A guest who does not come any more."""

    guest: Id
    seen: Seen


class SaveSeatMap(Command, tag=True, frozen=True, kw_only=True):
    """The hall's rows from the front, each from left to right; an empty text is a gap."""

    rows: Annotated[tuple[Annotated[tuple[SeatName, ...], Meta(max_length=60)], ...], Meta(max_length=60)]
    seen: Seen | None = None


class CreateAccount(Command, tag=True, frozen=True, kw_only=True):
    """Somebody who signs in with a password. Only a technician makes a technician."""

    account: Login
    name: Name
    role: Role
    password: Password
    member: Id | None = None


class EditAccount(Command, tag=True, frozen=True, kw_only=True):
    """An account's name, the delegate it stands for, and whether it may be used. Disabled, it is signed out at once."""

    account: Login
    name: Name
    member: Id | None = None
    disabled: bool = False
    seen: Seen


class ResetPassword(Command, tag=True, frozen=True, kw_only=True):
    """A new password; whoever is signed in with the account is signed out at once."""

    account: Login
    password: Password


class IssueCards(Command, tag=True, frozen=True, kw_only=True):
    """New cards for these members; their earlier ones end. What the cards hold is shown once, at
    `/print/cards?sheet=<id of this command>`, to the one who gave it."""

    members: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)]


class RevokeCards(Command, tag=True, frozen=True, kw_only=True):
    """These members' cards end at once, and whoever is signed in with them is signed out."""

    members: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)]


class ApplyImport(Command, tag=True, frozen=True, kw_only=True):
    """Take over a list of members that was read and shown (`POST /api/desk/import`): all of it, or nothing."""

    upload: Id
    """The preview's name."""
    seen: Annotated[str, Meta(min_length=64, max_length=64)]
    """What the preview would change, as it said itself."""


PeopleCommand = (
    SetCouncil
    | SaveMember
    | DropMember
    | SaveGroup
    | DropGroup
    | SaveCommittee
    | DropCommittee
    | SaveGuest
    | DropGuest
    | SaveSeatMap
    | CreateAccount
    | EditAccount
    | ResetPassword
    | IssueCards
    | RevokeCards
    | ApplyImport
)
