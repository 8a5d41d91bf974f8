"""The lines of the Unix socket, typed, as the panels process sees them (`server/panel_socket.py` has the page).

Only what the lights need is read of a view; the rest of it is let pass.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct, field

from appliance.core.ballot_paper import Choice, Method
from appliance.core.state import PollState, Standing
from appliance.services.panel_words import House, PanelDone, PanelOrder, Pressed

PROTOCOL: Final = 2


class MeetingSeen(Struct, frozen=True):
    """Of section `meeting`."""

    sitting: str | None = None


class PollSeen(Struct, frozen=True):
    """Of section `poll`: the poll on the table."""

    poll: str
    state: PollState
    method: Method


class HealthSeen(Struct, frozen=True):
    """Of section `health`."""

    fault: str | None = None


class SeatSeen(Struct, frozen=True):
    """Of section `seats`: who sits here, and the choice that is recorded."""

    seat: str
    member: str = ""
    standing: Standing | None = None
    entitled: bool = False
    choice: Choice | None = None
    speech: Literal["waiting", "speaking"] | None = None
    """Waits to speak, or has the floor."""


class ViewSeen(Struct, frozen=True):
    """Of the view of role `panels`."""

    meeting: MeetingSeen | None = None
    poll: PollSeen | None = None
    health: HealthSeen | None = None
    seats: tuple[SeatSeen, ...] | None = None


class SnapshotSeen(Struct, frozen=True):
    """The whole view."""

    ledger: str
    seq: int
    view: ViewSeen


class PushSeen(Struct, frozen=True):
    """The sections that changed."""

    ledger: str
    seq: int
    prev: int
    changed: dict[str, msgspec.Raw]


class AnswerSeen(Struct, frozen=True):
    """What became of a command."""

    id: str | None = None
    accepted: bool = False
    seq: int = 0
    refusal: str = ""


class PressSeen(Struct, frozen=True):
    """The simulator's finger."""

    seat: str
    button: Choice
    down: bool


class FromServer(Struct, frozen=True):
    """One line from the server: exactly one of these is there."""

    snapshot: SnapshotSeen | None = None
    push: PushSeen | None = None
    answer: AnswerSeen | None = None
    press: PressSeen | None = None
    beat: int | None = None
    order: PanelOrder | None = None
    bye: str | None = None


class Lit(Struct, frozen=True):
    """What one seat's lights show, a word for each light, and how the pins stand this moment."""

    show: str
    lights: tuple[str, str, str]
    lit: tuple[bool, bool, bool]


class Hello(Struct, frozen=True):
    """The first line from the panels process."""

    seats: tuple[str, ...]
    simulated: bool = False
    protocol: int = PROTOCOL


class PanelCommand(Struct, frozen=True, omit_defaults=True):
    """A command as `core/commands.py` has it, with the seat it comes from."""

    type: Literal["CastBallot", "CheckIn", "AskToSpeak"]
    id: str
    seat: str
    poll: str | None = None
    choice: Choice | None = None


class FromPanels(Struct, frozen=True, omit_defaults=True):
    """One line from the panels process: exactly one of these is there."""

    hello: Hello | None = None
    command: PanelCommand | None = None
    jammed: tuple[str, ...] | None = None
    """All seats of which a button is stuck now."""
    seats: tuple[str, ...] | None = None
    """All seats that have a panel now, when they have changed."""
    house: House | None = None
    done: PanelDone | None = None
    pressed: Pressed | None = None
    """While testing: a finger."""
    lights: dict[str, Lit] | None = None
    """Simulated boards only: the seats whose lights have changed."""
    want: Literal["snapshot"] | None = None
    beat: int | None = None


class Seen(Struct, frozen=True):
    """The view as it stands: sections by name, how new they are, and the seats by their names."""

    ledger: str = ""
    seq: int = 0
    sitting: bool = False
    poll: PollSeen | None = None
    fault: bool = False
    seats: dict[str, SeatSeen] = field(default_factory=dict)
    seats_seq: int = 0
    """The seq with which section `seats` came last."""


class GapError(Exception):
    """Raised when a push does not follow what was seen last: the snapshot is needed."""


_from_server: Final = msgspec.json.Decoder(FromServer)
_encoder: Final = msgspec.json.Encoder()


def decode(line: bytes) -> FromServer:
    """One line from the server. Raises msgspec.MsgspecError when it is none."""
    return _from_server.decode(line)


def encode(line: FromPanels) -> bytes:
    """One line to the server, with its end."""
    return _encoder.encode(line) + b"\n"


def from_snapshot(snapshot: SnapshotSeen) -> Seen:
    """The view as a snapshot has it."""
    view = snapshot.view
    return Seen(
        ledger=snapshot.ledger,
        seq=snapshot.seq,
        sitting=view.meeting is not None and view.meeting.sitting is not None,
        poll=view.poll,
        fault=view.health is not None and view.health.fault is not None,
        seats={seat.seat: seat for seat in view.seats or ()},
        seats_seq=snapshot.seq,
    )


def pushed(seen: Seen, push: PushSeen) -> Seen:
    """The view after a push. Raises GapError when something between is missing."""
    if push.ledger != seen.ledger or push.prev != seen.seq:
        raise GapError
    new = {name: push.changed[name] for name in ("meeting", "poll", "health", "seats") if name in push.changed}
    view = msgspec.json.decode(_encoder.encode(new), type=ViewSeen)
    after = from_snapshot(SnapshotSeen(ledger=push.ledger, seq=push.seq, view=view))
    return Seen(
        ledger=push.ledger,
        seq=push.seq,
        sitting=after.sitting if "meeting" in new else seen.sitting,
        poll=after.poll if "poll" in new else seen.poll,
        fault=after.fault if "health" in new else seen.fault,
        seats=after.seats if "seats" in new else seen.seats,
        seats_seq=push.seq if "seats" in new else seen.seats_seq,
    )
