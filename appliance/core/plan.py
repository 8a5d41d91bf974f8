"""A meeting as it is prepared, weeks before it is convened: on file, changed at will, then taken into a ledger whole.

ConveneMeeting names a plan; its items, questions and elections become the first entries of the new ledger, under the
same ids. From then on the ledger says what the agenda is, and the plan stays as it was. Documents belong to a plan and
one of its items, so they are found again from the meeting by `Meeting.plan`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from appliance.core.ballot_paper import Matter, Method
from appliance.core.people import Id, LongText, ShortText
from appliance.core.profile import Majority

Minute = Annotated[int, Meta(ge=0, le=24 * 60)]
"""Of the day, in the hall's own time."""


class MeetingKind(StrEnum):
    """Kinds of meeting (domain 4.1, NQ 104/2025)."""

    REGULAR_MID_YEAR = "regular_mid_year"
    REGULAR_YEAR_END = "regular_year_end"
    THEMATIC = "thematic"
    EXTRAORDINARY = "extraordinary"
    FIRST = "first"


class ItemKind(StrEnum):
    """What is done under an agenda item; `other` when the clerk did not say."""

    PROCEDURE = "procedure"
    SPEECH = "speech"
    REPORT = "report"
    SUBMISSION = "submission"
    VERIFICATION = "verification"
    DRAFT_RESOLUTION = "draft_resolution"
    DISCUSSION = "discussion"
    QUESTIONING = "questioning"
    ELECTION = "election"
    BREAK = "break"
    OTHER = "other"


class PlannedPoll(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A question prepared for an item; ConveneMeeting drafts it under this id."""

    poll: Id
    question: LongText
    document: Id | None = None
    """A document on file; the version then newest is what is voted on."""
    matter: Matter = Matter.RESOLUTION
    majority: Majority = Majority.ORDINARY
    method: Method = Method.ELECTRONIC
    seconds: Annotated[int, Meta(ge=5, le=86_400)] | None = None
    show_names: bool | None = None
    """Whether the hall may show who voted how; None: as the rule profile has it."""


class PlanItem(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One item of a plan. Their order is that of `Plan.items`; `parent` makes it a tree of two levels."""

    item: Id
    title: LongText
    kind: ItemKind = ItemKind.OTHER
    parent: Id | None = None
    number: Annotated[str, Meta(max_length=16)] = ""
    """As printed; empty: counted."""
    presenter: Annotated[str, Meta(max_length=200)] = ""
    starts: Minute | None = None
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    sitting: Annotated[int, Meta(ge=1, le=20)] = 1
    """In which of the plan's sittings it is planned."""
    private: bool = False
    """Away from the public (họp kín)."""
    note: Annotated[str, Meta(max_length=2000)] = ""
    """For the presiding table alone."""
    polls: tuple[PlannedPoll, ...] = ()
    revision: int = 1
    """Counts the changes: an edit names the one it saw, so that of two clerks the second is told."""


class PlannedSitting(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A sitting as planned."""

    day: date
    starts: Minute = 450
    name: Annotated[str, Meta(max_length=200)] = ""


class Plan(Struct, frozen=True, omit_defaults=True):
    """A meeting in preparation. `ledger` names the meeting that was convened from it."""

    id: Id
    kind: MeetingKind
    title: ShortText
    place: Annotated[str, Meta(max_length=200)] = ""
    sittings: tuple[PlannedSitting, ...] = ()
    items: tuple[PlanItem, ...] = ()
    ledger: str | None = None
    invited: datetime | None = None
    """When the delegates were convened: from then on their tablets and the calendar show it."""
    done: tuple[str, ...] = ()
    """What the clerk has ticked off (`core/deadlines.py`)."""
    revision: int = 1
    """Of everything but the items' own content."""
