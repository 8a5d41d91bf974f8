"""Events tell: what happened, in the past tense, as it stands in the ledger for good.

Fields may be added with a default; a field that has been written is never renamed or removed
(`tests/golden` replays old ledgers).
"""

from typing import Literal

from msgspec import Struct, field

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.people import MemberFacts
from appliance.core.profile import Fraction, Majority, RuleProfile


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all events; the tag is the class name."""


class Tally(Struct, frozen=True, omit_defaults=False):
    """A poll's numbers. Invariants: the three choices + not_pressed = present; present + absent = n."""

    for_: int = field(name="for")
    against: int
    abstain: int
    not_pressed: int
    present: int
    absent: int
    n: int


class MeetingConvened(Event, tag=True, frozen=True, kw_only=True):
    """The first entry of a ledger. `previous` is the head (hex SHA-256) of the council's ledger before."""

    ledger: str
    council: str
    title: str
    place: str = ""
    term: str = ""
    previous: str | None = None
    profile: RuleProfile


class MeetingClosed(Event, tag=True, frozen=True, kw_only=True):
    """The last act of a meeting; only its checkpoint may follow, and what the recorder has still to seal."""


class ItemAdded(Event, tag=True, frozen=True, kw_only=True):
    """An agenda item, at the end of the agenda."""

    item: str
    number: str
    title: str
    presenter: str = ""


class ItemStarted(Event, tag=True, frozen=True, kw_only=True):
    """The meeting is at this item; the one before is done."""

    item: str


class SittingOpened(Event, tag=True, frozen=True, kw_only=True):
    """A sitting with N = the number of `members`, all in office, as the registry had them."""

    sitting: str
    name: str
    members: tuple[MemberFacts, ...]


class SittingClosed(Event, tag=True, frozen=True, kw_only=True):
    """All who were present are out with this time."""

    sitting: str


class WentPrivate(Event, tag=True, frozen=True, kw_only=True):
    """Away from the public."""

    scope: Literal["sitting", "item"]


class WentPublic(Event, tag=True, frozen=True, kw_only=True):
    """Before the public again."""


class GavelTaken(Event, tag=True, frozen=True, kw_only=True):
    """This person chairs from now on; exactly one does."""

    person: str
    name: str = ""


class CheckInAsked(Event, tag=True, frozen=True, kw_only=True):
    """A panel was pressed for check-in; it counts once the clerk confirms."""

    member: str


class CheckedIn(Event, tag=True, frozen=True, kw_only=True):
    """Present from the entry's time on."""

    member: str
    by: Literal["tablet", "panel", "clerk"]


class CheckedOut(Event, tag=True, frozen=True, kw_only=True):
    """Gone from the entry's time on."""

    member: str


class MarkedAbsent(Event, tag=True, frozen=True, kw_only=True):
    """Not here; excused or not. The reason is on file, never in the ledger."""

    member: str
    excused: bool


class PollDrafted(Event, tag=True, frozen=True, kw_only=True):
    """A question prepared. `repeats` links to the poll that this one repeats."""

    poll: str
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None
    show_names: bool
    repeats: str | None = None
    reason: str = ""


class PollOpened(Event, tag=True, frozen=True, kw_only=True):
    """Everything that a result rests on, frozen: question and document, rule and threshold, N, who is present."""

    poll: str
    subjects: tuple[Subject, ...]
    rule: Fraction
    needed: int
    n: int
    present: tuple[str, ...]
    change_allowed: bool
    seconds: int | None
    quorum_overridden: bool = False


class PollHeld(Event, tag=True, frozen=True, kw_only=True):
    """No ballots for now."""

    poll: str


class PollResumed(Event, tag=True, frozen=True, kw_only=True):
    """Ballots are taken again."""

    poll: str


class DeadlineSet(Event, tag=True, frozen=True, kw_only=True):
    """The chair gave the running poll a new countdown, or none."""

    poll: str
    seconds: int | None


class BallotCast(Event, tag=True, frozen=True, kw_only=True):
    """A member's choice in an open poll; a later one of the same member replaces it."""

    poll: str
    member: str
    choice: Choice
    by: Literal["tablet", "panel", "entered"]


class EntryAsked(Event, tag=True, frozen=True, kw_only=True):
    """The clerk entered a member's spoken choice; it waits for the gavel holder."""

    poll: str
    member: str
    choice: Choice
    reason: str
    entered_by: str = ""
    entered_by_member: str | None = None


class EntryRejected(Event, tag=True, frozen=True, kw_only=True):
    """The gavel holder did not confirm the entry."""

    poll: str
    member: str


class CountsEntered(Event, tag=True, frozen=True, kw_only=True):
    """The clerk's count of hands; it replaces an earlier one and undoes its confirmations."""

    poll: str
    for_: int = field(name="for")
    against: int
    abstain: int


class PollClosed(Event, tag=True, frozen=True, kw_only=True):
    """No ballot from here on. `how`: by the chair, or the countdown ran out."""

    poll: str
    how: Literal["chair", "time"]


class PollConfirmed(Event, tag=True, frozen=True, kw_only=True):
    """One of the two people who must both say that the result is right."""

    poll: str
    part: Literal["clerk", "gavel"]
    person: str
    member: str | None = None


class PollAnnounced(Event, tag=True, frozen=True, kw_only=True):
    """The result as told to the hall; the numbers are repeated here so that the entry stands by itself."""

    poll: str
    tally: Tally
    needed: int
    adopted: bool


class PollVoided(Event, tag=True, frozen=True, kw_only=True):
    """Void, with the reason; it stays in the record."""

    poll: str
    reason: str


class CheckpointSigned(Event, tag=True, frozen=True, kw_only=True):
    """The appliance's Ed25519 signature over the head named (`niêm phong điện tử`, not a digital signature
    in the law's sense). `key` and `signature` are hex."""

    seq: int
    head: str
    key: str
    signature: str


class FloorGiven(Event, tag=True, frozen=True, kw_only=True):
    """This person speaks from now on. `member` is null for a guest; the name is as it was said then."""

    member: str | None = None
    name: str
    office: str = ""


class FloorEnded(Event, tag=True, frozen=True, kw_only=True):
    """Nobody has the floor."""


class RecordingSealed(Event, tag=True, frozen=True, kw_only=True):
    """How far a take of the recording goes: the signed end of the recorder's own chain of segments.

    `head` is the hash of the manifest's last line; `signature` (Ed25519, the recorder's `key`) is checked with the
    recordings (`python -m recordings verify`). `ledger` is the meeting of the take, which may be an earlier one.
    """

    ledger: str
    take: str
    lines: int
    segments: int
    milliseconds: int
    """Of picture. A ledger holds whole numbers alone; the recorder signs this in seconds."""
    head: str
    key: str
    signature: str


MeetingEvent = (
    MeetingConvened
    | MeetingClosed
    | ItemAdded
    | ItemStarted
    | SittingOpened
    | SittingClosed
    | WentPrivate
    | WentPublic
    | GavelTaken
    | CheckInAsked
    | CheckedIn
    | CheckedOut
    | MarkedAbsent
    | PollDrafted
    | PollOpened
    | PollHeld
    | PollResumed
    | DeadlineSet
    | BallotCast
    | EntryAsked
    | EntryRejected
    | CountsEntered
    | PollClosed
    | PollConfirmed
    | PollAnnounced
    | PollVoided
    | CheckpointSigned
    | FloorGiven
    | FloorEnded
    | RecordingSealed
)
