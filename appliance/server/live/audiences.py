"""Audiences: the clients that are shown the same view, and the sections that concern each.

A role is one audience, except the chair's: the account that holds the gavel sees a closed poll's
result before the hall does, another chair does not.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from appliance.core.people import Actor, Role
from appliance.core.state import Meeting
from appliance.server.view import PanelsPage, PapersView, RequestsView, RunView
from appliance.services.alerts import Alert
from appliance.services.recorder_words import RecorderState


class Audience(StrEnum):
    """Everyone in one audience gets the same push, byte for byte."""

    DELEGATE = "delegate"
    CHAIR = "chair"
    GAVEL = "gavel"
    CLERK = "clerk"
    HALL = "hall"
    PANELS = "panels"
    WATCHER = "watcher"
    """Technician and auditor."""


_EVERYBODY: Final = (
    "meeting", "attendance", "agenda", "poll", "progress", "roll_call", "straw", "health", "floor", "camera",
    "filing", "speakers", "questioning", "stage", "elections",
)  # fmt: skip
_DESK: Final = (
    "meeting", "attendance", "agenda", "poll", "progress", "roll_call", "straw", "polls", "roll", "entries", "devices",
    "health", "floor", "recording", "camera", "filing", "speakers", "questioning", "stage", "elections", "alerts",
)  # fmt: skip
_WATCHER: Final = (
    "meeting", "agenda", "poll", "elections", "devices", "health", "floor", "recording", "camera", "filing",
    "panels", "readiness", "alerts",
)  # fmt: skip

SECTIONS: Final[dict[Audience, tuple[str, ...]]] = {
    Audience.DELEGATE: _EVERYBODY,
    Audience.CHAIR: (*_DESK, "script"),
    Audience.GAVEL: (*_DESK, "script"),
    Audience.CLERK: (*_DESK, "papers", "requests", "panels"),
    Audience.HALL: (*_EVERYBODY, "presence", "devices", "room"),
    Audience.PANELS: ("meeting", "poll", "progress", "health", "seats"),
    Audience.WATCHER: _WATCHER,
}
"""Besides these, `mine` goes to whoever is a member, by itself."""

INSIDERS: Final = frozenset({Audience.CLERK, Audience.GAVEL})
"""They see the result from *closed* on, because they are the two who confirm it."""

DESK: Final = frozenset({Audience.CLERK, Audience.GAVEL, Audience.CHAIR})
"""They see who has not pressed yet and whose device is away: names, never choices."""

_BY_ROLE: Final[dict[Role, Audience]] = {
    Role.DELEGATE: Audience.DELEGATE,
    Role.CHAIR: Audience.CHAIR,
    Role.CLERK: Audience.CLERK,
    Role.HALL: Audience.HALL,
    Role.PANELS: Audience.PANELS,
    Role.TECHNICIAN: Audience.WATCHER,
    Role.AUDITOR: Audience.WATCHER,
}


def audience_of(actor: Actor, state: Meeting) -> Audience:
    """The audience that an actor belongs to as the meeting stands."""
    if actor.role is Role.CHAIR and actor.person == state.gavel:
        return Audience.GAVEL
    return _BY_ROLE[actor.role]


class Recorder(Struct, frozen=True):
    """The recorder as it was last heard."""

    online: bool = False
    state: RecorderState | None = None
    watch: str = ""
    published: str | None = None
    """The meeting whose video was written last."""


class Around(Struct, frozen=True):
    """What the views show that is not in the ledger."""

    connected: frozenset[str] = frozenset()
    """Members with a tablet on line."""
    panels: str = "none"
    """`none` when no seat is wired; otherwise whether the panels process is there."""
    working: frozenset[str] = frozenset()
    """Seats whose panel can be used."""
    fault: str | None = None
    time_doubtful: bool = False
    requests: RequestsView = RequestsView()
    room: tuple[str, int] = ("", 0)
    demo: bool = False
    rehearsal: bool = False
    remaining_ms: Callable[[str], int | None] = lambda _poll: None
    speaking_ms: Callable[[], int] = lambda: 0
    """How long the one who has the floor has had it."""
    hall_remaining_ms: Callable[[], int | None] = lambda: None
    """Of the countdown on the hall's screens."""
    filing: dict[str, int] = {}
    """How often each kind of record on file has changed since the start."""
    papers: PapersView | None = None
    """What the papers process is at."""
    recorder: Recorder | None = None
    """None: no recorder is fitted."""
    retired: frozenset[str] = frozenset()
    """Seats whose wired panel is out of use."""
    house: PanelsPage | None = None
    """The boxes at the seats."""
    readiness: RunView | None = None
    """The check of the house that is under way."""
    alerts: tuple[Alert, ...] = ()
    """What the presiding table must know of the machine."""
