"""Putting people on file: the council, its members, their cards, the accounts.

Called by the technician's commands and by the demo, not through the door. `Unfit` says what is wrong
with what was given; then nothing has changed.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from appliance.core.people import Id, Role
from appliance.core.refusals import Refusal
from appliance.services.credentials import Chance, Hasher, digest, weak_password
from appliance.services.desk_people import new_bodies
from appliance.services.displays import next_display
from appliance.services.on_file import (
    Account,
    Card,
    Change,
    Council,
    Member,
    OnFile,
    Pairing,
    Put,
    Record,
    holds,
)
from appliance.services.ports import Clock
from appliance.services.registry import Registry
from appliance.services.sessions import NOTHING
from appliance.services.signin import login_of, password_of

WITH_ACCOUNT: Final = (Role.CHAIR, Role.CLERK, Role.TECHNICIAN, Role.AUDITOR)
"""Who signs in with a password; delegates have cards, displays have codes."""
_RESERVED: Final = frozenset({"appliance", "panels", "hall"})
_MIN_TOKEN: Final = 22
"""Characters of a card's token: 22 of base64 are 128 bits."""


class Unfit(ValueError):
    """What was given cannot go on file; the message says why."""


@dataclass(slots=True)
class Enrolment:
    """Each method writes in one transaction, is audited, and changes nothing when it is on file already."""

    registry: Registry
    hasher: Hasher
    chance: Chance
    clock: Clock
    by: str = "appliance"

    def set_council(self, name: str, term: str, place: str = "") -> None:
        """The council's name, term and place. Raises Fault."""
        council = Council(_nfc(name), _nfc(term), _nfc(place))
        self._put("SetCouncil", lambda on_file: (council,))

    def add_members(self, members: Sequence[Member]) -> None:
        """New members, or new facts about old ones. Raises Unfit (a seat or id taken), Fault."""
        wanted = [_tidy(m) for m in members]

        def edit(on_file: OnFile) -> Sequence[Record]:
            after = {**on_file.members, **{m.id: m for m in wanted}}
            seats = [m.seat for m in after.values() if m.seat is not None]
            _refuse_twice(seats, "seat")
            _refuse_twice([m.id for m in wanted], "member")
            _refuse_twice([*(m.id for m in wanted), *on_file.accounts], "member, also an account:")
            return (*(change.record for change in new_bodies(on_file, wanted)), *wanted)

        self._put("AddMembers", edit)

    def issue_cards(self, tokens: Mapping[str, str], pin: str | None = None, expires: datetime | None = None) -> None:
        """A card for each member (member → token). A member's earlier cards end. `pin` is taken as it is; without one
        the member chooses it at the first sign-in. Raises Unfit, Fault."""
        now = self.clock.now().utc
        if any(len(token) < _MIN_TOKEN for token in tokens.values()):
            raise Unfit(f"a card's token has at least {_MIN_TOKEN} characters (128 bits)")
        known = self.registry.on_file.cards
        cards = {
            m: Card(digest(t), m, now, expires, pin_hash=self.hasher.hash(pin) if pin else None)
            for m, t in tokens.items()
            if digest(t) not in known
        }

        def edit(on_file: OnFile) -> Sequence[Card]:
            for member in cards:
                if member not in on_file.members:
                    raise Unfit(f"no such member: {member}")
            old = (c for c in on_file.cards.values() if c.member in cards and c.revoked is None)
            return (*(replace(c, revoked=now) for c in old), *cards.values())

        self._put("IssueCards", edit)

    def issue_card(self, member: str, token: str | None = None, pin: str | None = None) -> str:
        """One card; its token, drawn when none is given, is known to nobody else afterwards. Raises Unfit, Fault."""
        token = token or self.chance.secret()
        self.issue_cards({member: token}, pin)
        return token

    def create_account(self, login: str, name: str, role: Role, password: str, member: str | None = None) -> Account:
        """A new account. Raises Unfit (login taken, weak password, no such member …), Fault."""
        login, password = fit_login(login), password_of(password)
        if role not in WITH_ACCOUNT:
            raise Unfit(f"{role} does not sign in with a password")
        if weak_password(password, login):
            raise Unfit("the password is too weak: at least 10 characters, not all alike, not the login")
        if not _nfc(name):
            raise Unfit("a name is needed")
        account = Account(login, _nfc(name), role, self.hasher.hash(password), member)

        def edit(on_file: OnFile) -> Sequence[Account]:
            if login in on_file.accounts or login in on_file.members:
                raise Unfit(f"the login is taken: {login}")
            if member is not None and member not in on_file.members:
                raise Unfit(f"no such member: {member}")
            if member is not None and any(a.member == member for a in on_file.accounts.values()):
                raise Unfit(f"the member has an account already: {member}")
            return (account,)

        self._put("CreateAccount", edit)
        return account

    def open_display(self, code: str) -> None:
        """A hall display's code that is approved in advance and good for every device: for the demo only."""
        now = self.clock.now().utc

        def edit(on_file: OnFile) -> Sequence[Pairing]:
            if code in on_file.pairings:
                return ()
            return (Pairing(code, next_display(on_file), now, device=None, approved=now),)

        self._put("OpenDisplay", edit)

    def _put(self, what: str, wanted: Callable[[OnFile], Sequence[Record]]) -> None:
        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            return tuple(Put(r) for r in wanted(on_file) if not holds(on_file, r)) or NOTHING

        self.registry.change(self.by, what, edit)


def fit_login(login: str) -> str:
    """A login as it goes on file. Raises Unfit."""
    login = login_of(login)
    plain = login.isascii() and login.replace(".", "").replace("-", "").replace("_", "").isalnum()
    if not plain or login in _RESERVED:
        raise Unfit("a login has letters without marks, digits, and . - _ between them")
    return login


def _tidy(member: Member) -> Member:
    try:
        msgspec.convert(member.id, Id)
    except msgspec.ValidationError as error:
        raise Unfit(f"a member's id has letters, digits, and . : - _ only: {member.id!r}") from error
    if not _nfc(member.name) or member.id in _RESERVED:
        raise Unfit(f"a member needs a name, and an id of their own: {member.id!r}")
    return replace(
        member,
        name=_nfc(member.name),
        group=_nfc(member.group),
        office=_nfc(member.office),
        committee=_nfc(member.committee),
        unit=_nfc(member.unit),
    )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _refuse_twice(values: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise Unfit(f"twice the same {what} {value}")
        seen.add(value)
