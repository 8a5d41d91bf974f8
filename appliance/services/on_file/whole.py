"""All that is on file as one value, and how a change leads from one state to the next. Pure."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from appliance.core.ledger import canonical, sha256
from appliance.services.on_file.access import Account, Card, Pairing, Session, TabletRequest
from appliance.services.on_file.attendance import Absence, Excuse
from appliance.services.on_file.ease import Ease
from appliance.services.on_file.opinions import Opinion, OpinionAnswer
from appliance.services.on_file.panels import RetiredPanel
from appliance.services.on_file.papers import Document
from appliance.services.on_file.people import Committee, Council, Group, Guest, Member, SeatMap
from appliance.services.on_file.plans import Plan
from appliance.services.on_file.questioning import IssueGroup, PledgeFollowUp, QuestionSlip
from appliance.services.on_file.readiness import Readiness

Record = (
    Group
    | Committee
    | Guest
    | SeatMap
    | Council
    | Member
    | Account
    | Card
    | Session
    | TabletRequest
    | Pairing
    | Absence
    | Excuse
    | Ease
    | Document
    | IssueGroup
    | QuestionSlip
    | PledgeFollowUp
    | Opinion
    | OpinionAnswer
    | Plan
    | Readiness
    | RetiredPanel
)


KINDS: Final[dict[type, str]] = {
    Council: "councils",
    Member: "members",
    Group: "member_groups",
    Committee: "committees",
    Guest: "guests",
    SeatMap: "seat_maps",
    Account: "accounts",
    Card: "cards",
    Session: "sessions",
    TabletRequest: "tablet_requests",
    Pairing: "pairings",
    Absence: "absences",
    Excuse: "excuses",
    Ease: "eases",
    Document: "documents",
    IssueGroup: "issue_groups",
    QuestionSlip: "question_slips",
    PledgeFollowUp: "pledge_follow_ups",
    Opinion: "opinions",
    OpinionAnswer: "opinion_answers",
    Plan: "plans",
    Readiness: "readiness_reports",
    RetiredPanel: "retired_panels",
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
    member_groups: dict[str, Group] = {}
    committees: dict[str, Committee] = {}
    guests: dict[str, Guest] = {}
    seat_maps: dict[str, SeatMap] = {}
    accounts: dict[str, Account] = {}
    cards: dict[str, Card] = {}
    sessions: dict[str, Session] = {}
    tablet_requests: dict[str, TabletRequest] = {}
    pairings: dict[str, Pairing] = {}
    absences: dict[str, Absence] = {}
    excuses: dict[str, Excuse] = {}
    eases: dict[str, Ease] = {}
    documents: dict[str, Document] = {}
    issue_groups: dict[str, IssueGroup] = {}
    question_slips: dict[str, QuestionSlip] = {}
    pledge_follow_ups: dict[str, PledgeFollowUp] = {}
    opinions: dict[str, Opinion] = {}
    opinion_answers: dict[str, OpinionAnswer] = {}
    plans: dict[str, Plan] = {}
    readiness_reports: dict[str, Readiness] = {}
    retired_panels: dict[str, RetiredPanel] = {}

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


def revision(record: Record) -> str:
    """A mark of what the record says; who edits it names the one they saw. Nothing secret can be found from it."""
    shown = {k: v for k, v in msgspec.structs.asdict(record).items() if k != "devices" and not k.endswith("_hash")}
    return sha256(canonical(shown))[:16]


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
    if isinstance(record, Readiness):
        del fields["text"]  # long, and the record's own seal holds it
    return {k: v is not None if k.endswith("_hash") else v for k, v in fields.items()}
