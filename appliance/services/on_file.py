"""What the registry has on file: its records, and how a change leads from one state to the next. Pure.

Every record has an `id`. Nothing here is ever a secret in clear: cards, sessions and devices are
known by the SHA-256 of what the client shows, PINs and passwords by their argon2 hash.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from appliance.core.ledger import canonical
from appliance.core.people import Actor, Role


class MemberStatus(StrEnum):
    """Only members in office count in N, sit on the roll and may sign in."""

    IN_OFFICE = "in_office"
    SUSPENDED = "suspended"
    LEFT = "left"


class Council(Struct, frozen=True):
    """The body; there is one."""

    name: str = ""
    term: str = ""
    place: str = ""
    id: str = "council"


class Member(Struct, frozen=True):
    """A delegate. `position` is the council's own order; two members never share a seat."""

    id: str
    name: str
    group: str = ""
    seat: str | None = None
    office: str = ""
    status: MemberStatus = MemberStatus.IN_OFFICE
    position: int = 0


class Account(Struct, frozen=True):
    """Someone who signs in with a password; `member` is set when that person is a delegate too."""

    id: str
    name: str
    role: Role
    password_hash: str
    member: str | None = None
    disabled: bool = False
    devices: tuple[str, ...] = ()
    """Fingerprints of the devices last used: strangers who guess lock out themselves, not these."""


class Card(Struct, frozen=True):
    """A member's QR card, known by the digest of its token. `device` is the one tablet it has enrolled."""

    id: str
    member: str
    issued: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    pin_hash: str | None = None
    """None until the member chooses a PIN at the first sign-in."""
    device: str | None = None


class Session(Struct, frozen=True):
    """A live sign-in, known by the digest of its token."""

    id: str
    role: Role
    person: str
    name: str
    device: str
    """The device's fingerprint."""
    created: datetime
    member: str | None = None
    ended: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who acts through it."""
        return Actor(role=self.role, person=self.person, member=self.member)


class TabletRequest(Struct, frozen=True):
    """A member's other tablet, with the right card and PIN, waits for the clerk's yes."""

    id: str
    card: str
    member: str
    device: str
    asked: datetime


class Pairing(Struct, frozen=True):
    """A hall display's code (`id`). `device` None: whoever has the code, which only the demo arranges."""

    id: str
    display: str
    """What the display is called as a person, e.g. `hall:1`."""
    asked: datetime
    device: str | None = None
    approved: datetime | None = None


class Absence(Struct, frozen=True):
    """A reason for an absence from one sitting, as the clerk noted it; the last one counts.

    `ledger` and `sitting` are empty when there was none: such a note is printed in no minutes.
    """

    id: str
    member: str
    reason: str
    noted: datetime
    ledger: str = ""
    sitting: str = ""


Record = Council | Member | Account | Card | Session | TabletRequest | Pairing | Absence

KINDS: Final[dict[type, str]] = {
    Council: "councils",
    Member: "members",
    Account: "accounts",
    Card: "cards",
    Session: "sessions",
    TabletRequest: "tablet_requests",
    Pairing: "pairings",
    Absence: "absences",
}
"""Each kind of record and where `OnFile` (and the database) keeps it."""


class Put(Struct, frozen=True):
    """The record is on file from now on, in place of the one with its id."""

    record: Record


class Drop(Struct, frozen=True):
    """The record is on file no more."""

    record: Record


Change = Put | Drop


class OnFile(Struct, frozen=True):
    """Everything on file, as one value. `version` counts the changes; sessions are the live ones only."""

    version: int = 0
    councils: dict[str, Council] = {}
    members: dict[str, Member] = {}
    accounts: dict[str, Account] = {}
    cards: dict[str, Card] = {}
    sessions: dict[str, Session] = {}
    tablet_requests: dict[str, TabletRequest] = {}
    pairings: dict[str, Pairing] = {}
    absences: dict[str, Absence] = {}

    @property
    def council(self) -> Council:
        """The council, or an empty one before it is entered."""
        return self.councils.get("council", Council())


class Note(Struct, frozen=True):
    """The audit's line about one change: who did what when, and what was on file before and after.

    `command` and `content` name the desk command behind it, so that its id again changes nothing.
    """

    at: datetime
    by: str
    what: str
    before: str = "{}"
    """Canonical JSON: kind → id → record, hashes of PINs and passwords left out."""
    after: str = "{}"
    command: str | None = None
    content: str | None = None
    seq: int = 0
    """The ledger's number that the command was answered with."""


def apply(on_file: OnFile, changes: tuple[Change, ...], version: int) -> OnFile:
    """The state after `changes`; the one before stays as it was."""
    kinds: dict[str, Any] = {}
    for change in changes:
        record = change.record
        kind = KINDS[type(record)]
        records = kinds.setdefault(kind, dict(getattr(on_file, kind)))
        if isinstance(change, Drop) or (isinstance(record, Session) and record.ended is not None):
            records.pop(record.id, None)
        else:
            records[record.id] = record
    return msgspec.structs.replace(on_file, version=version, **kinds)


def holds(on_file: OnFile, record: Record) -> bool:
    """Whether exactly this record is on file."""
    kept: dict[str, Record] = getattr(on_file, KINDS[type(record)])
    return kept.get(record.id) == record


def told(on_file: OnFile, changes: tuple[Change, ...]) -> tuple[str, str]:
    """Before and after of `changes`, as the audit keeps them."""
    before: dict[str, dict[str, object]] = {}
    after: dict[str, dict[str, object]] = {}
    for change in changes:
        record = change.record
        kind = KINDS[type(record)]
        old = getattr(on_file, kind).get(record.id)
        if old is not None:
            before.setdefault(kind, {})[record.id] = _without_secrets(old)
        if isinstance(change, Put):
            after.setdefault(kind, {})[record.id] = _without_secrets(record)
    return canonical(before).decode(), canonical(after).decode()


def _without_secrets(record: Record) -> dict[str, object]:
    """The audit is for ever, and a short PIN can be found from its hash: it says only that one is set."""
    fields = msgspec.structs.asdict(record)
    return {k: v is not None if k.endswith("_hash") else v for k, v in fields.items()}
