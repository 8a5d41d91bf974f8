"""The recorder's control socket: how the appliance and the recorder speak.

**The page.** A Unix stream socket, mode 0660, at which the *recorder* listens; lines of JSON (UTF-8, ended by a
line feed), each an object with exactly one of the fields below. Who connects is asked of the kernel
(SO_PEERCRED): root, the recorder's own user and `control_uid` may; anybody else gets `{"bye": "not-allowed"}`.
There is one appliance: a new connection takes the place of the old, which gets `{"bye": "replaced"}`.

From appliance to recorder:

    {"hello": {"protocol": 1}}
    {"standing": {"ledger": "…", "seq": n, "sitting": "s1", "private": false, "since": "<UTC>",
                  "since_uptime_ms": n, "title": "…",
                  "parts": [{"seq": n, "since": "<UTC>", "since_uptime_ms": n}, …]}}
                  after hello and whenever it changes. `sitting` null: none is open. `private` true: họp kín,
                  since when. `since` is when this standing began. The same words stand in the standing file,
                  which is written and fsynced before GoPrivate is answered. `parts`: when each of the
                  meeting's last private parts began, also those that are over: a recorder that hung or was
                  dead meanwhile takes away what it filmed of them, before anything else.
    {"marks": {"ledger": "…", "from": k, "marks": [{…}]}}      chapter marks from number k on (from 0: all of them);
                  what comes replaces everything from k on
    {"order": {"id": "<uuid>", "do": "start" | "stop", "by": "…"}}     answered once
    {"order": {"id": "<uuid>", "do": "look", "by": "…"}}     run the camera for the desks' preview alone, for
                              two minutes from now, or until a take begins or the meeting is private: nothing is
                              kept, and nobody else is shown anything
    {"order": {"id": "<uuid>", "do": "clip", "by": "…", "ledger": "…", "item": "…"}}
    {"beat": 1}               every 2 s

From recorder to appliance:

    {"hello": {"protocol": 1, "key": "<64 hex>"}}
    {"state": {…}}            after hello and whenever it changes (RecorderState)
    {"answer": {"id": "<uuid>", "accepted": true}}
    {"answer": {"id": "<uuid>", "accepted": false, "refusal": code}}      code: one of `Refusal`
    {"head": {…}}             a manifest's signed end (Head), for the ledger: when a take begins, every five
                              minutes, when it pauses and when it ends
    {"published": {"ledger": "…"}}    a meeting's video has been written or written anew
    {"beat": 1}               every 2 s

The same order id gets the same answer and changes nothing. A line of more than 256 KiB ends the connection. Each
side takes a silence of 6 s as the other's death. While no appliance is connected nothing new is shown to the
public; after `unknown_after_seconds` the recorder takes the meeting as private.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from recordings.recorder import RecorderStage
from recordings.segments import Head

PROTOCOL: Final = 1
MAX_LINE: Final = 256 * 1024
BEAT_SECONDS: Final = 2.0
SILENCE_SECONDS: Final = 6.0


class Refusal(StrEnum):
    """Why an order is refused. Each has a sentence in both languages in the word files (`refusal.<code>`)."""

    ALREADY_RECORDING = "already-recording"
    NOT_RECORDING = "not-recording"
    RECORDING_PRIVATE = "recording-private"
    RECORDING_DISK_FULL = "recording-disk-full"
    RECORDING_UNKNOWN = "recording-unknown"
    """No such meeting, item or take."""
    MALFORMED = "malformed"


class PrivateSince(Struct, frozen=True, kw_only=True):
    """When a private part began, by the ledger."""

    seq: int
    since: datetime
    since_uptime_ms: int


class Standing(Struct, frozen=True, kw_only=True):
    """Who may watch, as the ledger has it. Also the content of the standing file."""

    ledger: str
    seq: int
    sitting: str | None
    private: bool
    since: datetime
    since_uptime_ms: int
    title: str = ""
    parts: tuple[PrivateSince, ...] = ()
    """The meeting's last private parts, over or not."""


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened in the meeting, as the public may know it."""

    kind: Literal["sitting", "item", "speaker", "poll", "result"]
    id: str
    """Of the sitting, item or poll; for a speaker `<member or guest>-<seq>`."""
    title: str
    at: datetime
    uptime_ms: int
    item: str | None = None
    """The item it belongs to."""
    ends: datetime | None = None
    ends_uptime_ms: int | None = None
    """When it ended, if it did: the next item, the floor taken, the poll closed."""


class Marks(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Marks of one meeting from number `from` on."""

    ledger: str
    marks: tuple[Mark, ...]
    from_: int = 0


class Order(Struct, frozen=True, kw_only=True):
    """What the chair or clerk asks for."""

    id: str
    do: Literal["start", "stop", "look", "clip"]
    by: str
    ledger: str | None = None
    item: str | None = None


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one answer to an order."""

    id: str
    accepted: bool
    refusal: Refusal | None = None


class Hello(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line of each side."""

    protocol: int
    key: str = ""


class Problem(StrEnum):
    """What is wrong now, worst first. Each has a sentence in the word files (`recording.problem.<code>`)."""

    DISK_FULL = "disk-full"
    NO_SOURCE = "no-source"
    """There is no camera, or it does not open."""
    SOURCE_LOST = "source-lost"
    FROZEN = "frozen"
    ARCHIVE_STALLED = "archive-stalled"
    """The newest file does not grow though the source runs."""
    NO_SOUND = "no-sound"
    """The microphone is not there or cannot be opened: there are pictures, without sound."""
    DISK_LOW = "disk-low"
    LIVE_DOWN = "live-down"
    PUSH_DOWN = "push-down"
    PACKETS_LOST = "packets-lost"
    CLOCK_STEPPED = "clock-stepped"


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

    stage: RecorderStage
    private: bool
    """Taken as private: told so, or not known."""
    known: bool
    """False: nobody has said whether the meeting is private."""
    take: str | None
    ledger: str
    since: datetime | None
    """When the take began."""
    seconds: float
    """Of picture on disk, in this take."""
    gaps: int
    gap_seconds: float
    source: SourceState
    live: bool
    """The public can watch."""
    push: PushState
    free_bytes: int
    seconds_left: int | None
    """So long can still be recorded at the present rate; null: not known yet."""
    problems: tuple[Problem, ...] = ()
    working_on: str = ""
    """What is being finished after a take (`video`, `files`), empty when nothing is."""
    progress: float = 0.0
    looking_until: datetime | None = None
    """The camera runs for the preview alone, till then."""
    sound_peak: float | None = None
    """The loudest of the last two seconds, in dB below full scale; None: no sound comes, or none is listened to."""


class FromAppliance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line from the appliance: exactly one field is there."""

    hello: Hello | None = None
    standing: Standing | None = None
    marks: Marks | None = None
    order: Order | None = None
    beat: int | None = None


class FromRecorder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line from the recorder: exactly one field is there."""

    hello: Hello | None = None
    state: RecorderState | None = None
    answer: Answer | None = None
    head: Head | None = None
    published: "Published | None" = None
    beat: int | None = None
    bye: str | None = None


class Published(Struct, frozen=True, kw_only=True):
    """A meeting's video is there, or there anew."""

    ledger: str
