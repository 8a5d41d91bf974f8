"""What screens are shown of the floor, the recorder and the camera: more sections of a view."""

from typing import Literal

from msgspec import Struct

from appliance.core.speech import SpeechKind


class FloorView(Struct, frozen=True):
    """Section `floor`: who speaks; null: nobody. `seconds`: how long, when this was sent; count on from then."""

    member: str | None
    """Null for a guest."""
    name: str
    office: str
    since: str
    seconds: int
    kind: SpeechKind | None = None
    group: str = ""
    request: str | None = None
    seconds_allowed: int | None = None
    """The time given, with what was added; null: no limit. Nothing is cut off when it is over."""
    warning_seconds: int = 0
    overran: bool = False


class SourceView(Struct, frozen=True):
    """The recorder's camera."""

    kind: str = ""
    """`picamera`, `v4l2`, `rtsp`, `file`, or `test`: a test pattern, which is to be said on screen."""
    running: bool = False
    since: str | None = None


class PushedView(Struct, frozen=True):
    """The live stream's way to an outside server."""

    configured: bool = False
    connected: bool = False
    since: str | None = None


class RecordingView(Struct, frozen=True):
    """Section `recording` (chair, clerk, technician, auditor); null: no recorder is fitted.

    While it is not `online` the rest is what it last said.
    """

    online: bool
    stage: Literal["idle", "starting", "recording", "stopping"] = "idle"
    private: bool = False
    """Taken as private: told so, or not known."""
    known: bool = False
    """False: it has not been told whether the meeting is private, and takes it as such."""
    take: str | None = None
    since: str | None = None
    seconds: int = 0
    """Of picture on disk, in this take, when this was sent."""
    gaps: int = 0
    gap_seconds: int = 0
    source: SourceView = SourceView()
    live: bool = False
    """The public can watch."""
    push: PushedView = PushedView()
    free_bytes: int = 0
    seconds_left: int | None = None
    """So long can still be recorded; null: not known yet."""
    problems: tuple[str, ...] = ()
    """Worst first; each has a sentence in the word files (`recording.problem.<code>`)."""
    working_on: str = ""
    """What is being finished after a take: `video`, `files`; empty: nothing."""
    progress: float = 0.0
    looking_until: str | None = None
    """The camera runs for the desks' preview alone, till then."""
    watch: str | None = None
    """Where the public watches."""
    published: str | None = None
    """The meeting (its ledger) whose video was written last."""


class CameraView(Struct, frozen=True):
    """Section `camera` (everybody in the hall): whether those in the room are being filmed, as the recorder says.

    `live`: recorded, and the public watches; `recording`; `private`: neither, because the meeting is; `off`;
    `unknown`: the recorder does not answer. Null: no recorder is fitted.
    """

    state: Literal["live", "recording", "private", "off", "unknown"]
