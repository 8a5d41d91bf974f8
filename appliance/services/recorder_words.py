"""What the appliance and the recorder say to each other, typed as the appliance says and hears it.

The page is at the top of `control.py` in the recorder's package, which this package never imports; a test holds
these types against that page's.
"""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from appliance.core.public_record import Mark

Stage = Literal["idle", "starting", "recording", "stopping"]


class PrivateSince(Struct, frozen=True, kw_only=True):
    """When a private part began, by the ledger."""

    seq: int
    since: datetime
    since_uptime_ms: int


class Standing(Struct, frozen=True, kw_only=True):
    """Who may watch, as the ledger has it; the content of the standing file too."""

    ledger: str
    seq: int
    sitting: str | None
    private: bool
    since: datetime
    since_uptime_ms: int
    title: str = ""
    parts: tuple[PrivateSince, ...] = ()
    """The meeting's last private parts, over or not: whoever was away is to know of each."""


class Marks(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Chapter marks from number `from` on; they take the place of all that were told from there on."""

    ledger: str
    marks: tuple[Mark, ...]
    from_: int = 0


class RecorderOrder(Struct, frozen=True, kw_only=True):
    """What somebody at a desk asks for."""

    id: str
    do: Literal["start", "stop", "look", "clip"]
    by: str
    ledger: str | None = None
    item: str | None = None


class RecorderAnswer(Struct, frozen=True, kw_only=True):
    """The one answer to an order."""

    id: str
    accepted: bool
    refusal: str | None = None


class SourceState(Struct, frozen=True, kw_only=True):
    """The camera."""

    kind: str
    running: bool
    since: datetime | None = None


class PushState(Struct, frozen=True, kw_only=True):
    """The way to an outside server; never its address."""

    configured: bool
    connected: bool
    since: datetime | None = None


class RecorderState(Struct, frozen=True, kw_only=True):
    """All that a screen shows of the recorder."""

    stage: Stage
    private: bool
    known: bool
    take: str | None
    ledger: str
    since: datetime | None
    seconds: float
    gaps: int
    gap_seconds: float
    source: SourceState
    live: bool
    push: PushState
    free_bytes: int
    seconds_left: int | None
    problems: tuple[str, ...] = ()
    working_on: str = ""
    progress: float = 0.0
    looking_until: datetime | None = None
    sound_peak: float | None = None
    """The loudest of the last two seconds, in dB below full scale; None: no sound comes, or none is listened to."""


class TakeHead(Struct, frozen=True, kw_only=True):
    """The signed end of a take's manifest."""

    take: str
    ledger: str
    lines: int
    segments: int
    seconds: float
    hash: str
    key: str
    signature: str


class Published(Struct, frozen=True, kw_only=True):
    """A meeting's video is there, or there anew."""

    ledger: str


class ControlHello(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line of each side."""

    protocol: int
    key: str = ""


class ToRecorder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line to the recorder: exactly one field is there."""

    hello: ControlHello | None = None
    standing: Standing | None = None
    marks: Marks | None = None
    order: RecorderOrder | None = None
    beat: int | None = None


class FromRecorder(Struct, frozen=True, kw_only=True):
    """A line from the recorder: exactly one field is there."""

    hello: ControlHello | None = None
    state: RecorderState | None = None
    answer: RecorderAnswer | None = None
    head: TakeHead | None = None
    published: Published | None = None
    beat: int | None = None
    bye: str | None = None


class RecorderLine(Protocol):
    """The way to the recorder. Nothing here ever waits for it."""

    def say(self, line: ToRecorder) -> bool:
        """Send one line; False when the recorder is not there."""
