"""The top of every screen, who is connected, and what every screen must say at once."""

from typing import Literal

from msgspec import Struct

from appliance.core.state import MeetingStage


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
    rehearsal: bool = False
    """Every screen says so: nothing of it is the record."""


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


class DevicesView(Struct, frozen=True):
    """Section `devices`: who is connected. `offline_members` is for chair and clerk only."""

    expected: int
    """Members who are present in the open sitting."""
    offline: int
    """Of those, how many have neither a connected tablet nor a working panel."""
    panels: Literal["none", "online", "offline"] = "none"
    offline_members: tuple[str, ...] | None = None


class HealthView(Struct, frozen=True):
    """Section `health`: what every screen must say at once."""

    fault: str | None = None
    time_doubtful: bool = False
    rehearsal: bool = False
    """Nothing of what is shown is the record, also before a meeting is convened."""


class RoomView(Struct, frozen=True):
    """Section `room` (hall display only): the code that proves presence; it rotates."""

    code: str
    seconds_left: int


class FilingView(Struct, frozen=True):
    """Section `filing`: for each kind of record on file, how often it has changed. Another number than before means:
    fetch what you show of it anew (`GET /api/…`). The records themselves are never pushed."""

    changes: dict[str, int]
