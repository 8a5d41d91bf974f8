"""The meeting's frame, and the appliance's seal over the ledger."""

from typing import Literal

from appliance.core.events.base import Event
from appliance.core.people import MemberFacts
from appliance.core.profile import RuleProfile


class MeetingConvened(Event, tag=True, frozen=True, kw_only=True):
    """The first entry of a ledger. `previous` is the head (hex SHA-256) of the council's ledger before."""

    ledger: str
    council: str
    title: str
    place: str = ""
    term: str = ""
    previous: str | None = None
    profile: RuleProfile
    plan: str | None = None
    """What it was prepared as, on file."""
    rehearsal: bool = False
    """Nothing in this ledger is the record of anything."""


class MeetingClosed(Event, tag=True, frozen=True, kw_only=True):
    """The last act of a meeting; only its checkpoint may follow, and what the recorder has still to seal."""


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


class CheckpointSigned(Event, tag=True, frozen=True, kw_only=True):
    """The appliance's Ed25519 signature over the head named (`niêm phong điện tử`, not a digital signature
    in the law's sense). `key` and `signature` are hex."""

    seq: int
    head: str
    key: str
    signature: str


class EpochBegun(Event, tag=True, frozen=True, kw_only=True):
    """From here on another box writes this ledger. `head_before` is the hash of the entry that its copy ended with;
    `matched`: a person has seen the same head on the old box, so nothing is missing. `epoch` counts from 1."""

    epoch: int
    reason: str
    head_before: str
    matched: bool


FrameEvent = (
    MeetingConvened
    | MeetingClosed
    | SittingOpened
    | SittingClosed
    | WentPrivate
    | WentPublic
    | GavelTaken
    | CheckpointSigned
    | EpochBegun
)
