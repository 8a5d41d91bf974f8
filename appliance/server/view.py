"""What screens are shown: the sections of a view, typed. A role has those that concern it.

Sections say all their fields, also those that have their default: a client need not know defaults.
"""

from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.events import Tally
from appliance.core.profile import Majority
from appliance.core.state import ItemState, MeetingStage, PollState, Standing
from appliance.server.recording_view import CameraView, FloorView, RecordingView


class Sentence(Struct, frozen=True):
    """One sentence in both languages."""

    vi: str
    en: str


class MeetingView(Struct, frozen=True):
    """Section `meeting`: what stands at the top of every screen."""

    ledger: str
    stage: MeetingStage
    council: str
    term: str
    title: str
    place: str
    sitting: str | None = None
    sitting_name: str = ""
    sitting_opened: str | None = None
    """ISO 8601, UTC."""
    private: Literal["sitting", "item"] | None = None
    gavel: str | None = None
    gavel_name: str = ""
    demo: bool = False


class AttendanceView(Struct, frozen=True):
    """Section `attendance`: numbers of the open sitting; null when none is open."""

    n: int
    present: int
    absent: int
    quorum_needed: int
    quorum_met: bool
    majority_needed: int
    two_thirds_needed: int
    can_pass: bool
    """False when those present are not more than half of N: nothing can be adopted."""


class ItemView(Struct, frozen=True):
    """One line of section `agenda`."""

    item: str
    number: str
    title: str
    presenter: str
    state: ItemState
    started: str | None = None


class NamedChoice(Struct, frozen=True):
    """Who voted how; only where the view may show it. `choice` null: present, did not press."""

    member: str
    name: str
    seat: str
    choice: Choice | None


class ResultView(Struct, frozen=True):
    """A poll's result: only in the views that may see it (clerk and gavel holder from closed, all from announced)."""

    tally: Tally
    adopted: bool
    percent_for: str
    """Of N, two decimals, e.g. `88,89`."""
    percent_against: str
    percent_not_voting: str
    """Chose not to vote, or pressed nothing: the law counts them together (`không biểu quyết`)."""
    sentence: Sentence
    """The legal sentence that the chair speaks."""
    names: tuple[NamedChoice, ...] | None = None


class EntryView(Struct, frozen=True):
    """A choice the clerk entered for a member, waiting for the gavel holder (chair, clerk)."""

    poll: str
    member: str
    name: str
    choice: Choice
    reason: str


class PollView(Struct, frozen=True):
    """A poll as a role may see it."""

    poll: str
    state: PollState
    subjects: tuple[Subject, ...]
    matter: Matter
    majority: Majority
    method: Method
    seconds: int | None = None
    needed: int = 0
    n: int = 0
    present: int = 0
    remaining_ms: int | None = None
    """Time left when this was sent; count down from the moment of arrival. Null: closed by hand."""
    show_names: bool = False
    change_allowed: bool = True
    quorum_overridden: bool = False
    repeats: str | None = None
    repeat_reason: str = ""
    void_reason: str = ""
    opened: str | None = None
    closed: str | None = None
    closed_how: str = ""
    announced: str | None = None
    confirmed_by: tuple[Literal["clerk", "gavel"], ...] = ()
    counts_entered: bool = False
    lapsed: tuple[EntryView, ...] | None = None
    """Entries that were not confirmed in time and count for nothing; clerk and gavel holder only."""
    result: ResultView | None = None


class ProgressView(Struct, frozen=True):
    """Section `progress`: n of N pressed, never a partial result. `waiting` is for chair and clerk only."""

    poll: str
    pressed: int
    present: int
    waiting: tuple[str, ...] | None = None


class StayView(Struct, frozen=True):
    """One in and out, ISO 8601 UTC."""

    since: str
    by: str
    until: str | None = None


class RollLine(Struct, frozen=True):
    """One line of section `roll` (chair, clerk): the roll of the open sitting."""

    member: str
    name: str
    group: str
    seat: str
    office: str
    standing: Standing
    stays: tuple[StayView, ...] = ()
    late: bool = False
    left_early: bool = False


class StepView(Struct, frozen=True):
    """One step of the chair's script. `command` is complete but for its `id`; give it as it stands."""

    command: dict[str, str | int | bool | None]
    allowed: bool
    main: bool = False
    """The step to take next."""
    why: str | None = None
    """The refusal code that says why it is not possible now."""


class DevicesView(Struct, frozen=True):
    """Section `devices`: who is connected. `offline_members` is for chair and clerk only."""

    expected: int
    """Members who are present in the open sitting."""
    offline: int
    """Of those, how many have neither a connected tablet nor a working panel."""
    panels: Literal["none", "online", "offline"] = "none"
    offline_members: tuple[str, ...] | None = None


class TabletRequest(Struct, frozen=True):
    """A member's other tablet asks to be enrolled (clerk)."""

    request: str
    member: str
    name: str
    asked: str


class DisplayRequest(Struct, frozen=True):
    """A hall display shows this code and waits for the clerk."""

    pairing: str
    asked: str


class RequestsView(Struct, frozen=True):
    """Section `requests` (clerk)."""

    tablets: tuple[TabletRequest, ...] = ()
    displays: tuple[DisplayRequest, ...] = ()


class RoomView(Struct, frozen=True):
    """Section `room` (hall display only): the code that proves presence; it rotates."""

    code: str
    seconds_left: int


class HealthView(Struct, frozen=True):
    """Section `health`: what every screen must say at once."""

    fault: str | None = None
    time_doubtful: bool = False


class BallotView(Struct, frozen=True):
    """One's own recorded choice."""

    poll: str
    choice: Choice


class MineView(Struct, frozen=True):
    """Section `mine`: for whoever is a member. Sent by itself as event `mine`, never broadcast."""

    member: str
    name: str
    seat: str
    standing: Standing | None = None
    entitled: bool = False
    """May vote in the poll on the table."""
    ballot: BallotView | None = None


class SeatView(Struct, frozen=True):
    """One seat for the panels process."""

    seat: str
    member: str
    standing: Standing | None = None
    entitled: bool = False
    choice: Choice | None = None
    """Recorded in the poll on the table."""


class View(Struct, frozen=True, omit_defaults=True):
    """All sections; a role has those that concern it, the others are absent. Null means: none now."""

    meeting: MeetingView | None = None
    attendance: AttendanceView | None = None
    agenda: tuple[ItemView, ...] | None = None
    poll: PollView | None = None
    """The poll on the table: running, waiting for its result to be told, or the last one told."""
    progress: ProgressView | None = None
    polls: tuple[PollView, ...] | None = None
    roll: tuple[RollLine, ...] | None = None
    entries: tuple[EntryView, ...] | None = None
    script: tuple[StepView, ...] | None = None
    devices: DevicesView | None = None
    requests: RequestsView | None = None
    room: RoomView | None = None
    health: HealthView | None = None
    seats: tuple[SeatView, ...] | None = None
    mine: MineView | None = None
    floor: FloorView | None = None
    recording: RecordingView | None = None
    camera: CameraView | None = None
