"""How the recorder's own processes speak with each other: JSON lines on a child's standard input and output.

The main process (`process/`) starts each child and is its only reader. A child that says nothing for
`SILENCE_SECONDS` is taken as hung and is killed and started again; so each says `{"beat": 1}` every second.
"""

from typing import Final, Literal

from msgspec import Struct

from recordings.segments import Head, Line

BEAT_SECONDS: Final = 1.0
SILENCE_SECONDS: Final = 4.0

SILENT: Final = -1000.0
"""In place of a level: no sound comes."""

Show = Literal["live", "private", "unknown", "off"]
"""`live`: the public may see it. `private`: told so: withdraw everything at once. `unknown`: the appliance is away:
hold back what is new, keep what was shown. `off`: no sitting, or the recording is stopped: withdraw."""


class Word(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line to a child; exactly one field is there."""

    show: Show | None = None
    """To live, house, push and preview."""
    end_at_uptime_ms: int | None = None
    """To the archive: close the take's open segment, and keep no picture from this moment on; then exit 0.
    SIGTERM closes it with all that has come."""


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line from a child; exactly one field is there."""

    beat: int | None = None
    opened: int | None = None
    """Archive: segment n has its first picture on disk."""
    gap_seconds: float | None = None
    """Archive, just before `opened`: the segment comes after a gap of so long, whose line follows with its own."""
    line: Line | None = None
    """Archive: a line has been added to the manifest."""
    head: Head | None = None
    """Archive: the manifest's end has been signed anew."""
    bytes_written: int | None = None
    """Archive, every second: of the open segment."""
    disk_full: bool | None = None
    shown: Show | None = None
    """To each `show`: this is what is shown now (live: the files say so already)."""
    viewers: int | None = None
    """House."""
    connected: bool | None = None
    """Push."""
    frozen: bool | None = None
    """Preview: the picture has not changed for `lost_after_seconds`."""
    sound_peak: float | None = None
    """Preview, when it changes: the loudest of the last two seconds, in dB below full scale; `SILENT`: none came."""
    frames: int | None = None
    """A camera that is no ffmpeg: pictures so far (ffmpeg says `frame=n` with -progress)."""
    sound: bool | None = None
    """A camera with a microphone, when it opens: whether that can be heard."""
    finished: str | None = None
    """Finishing: this meeting's video has been written."""
    progress: tuple[str, float] | None = None
    """Finishing: what is being made, and how far it is (0 to 1)."""
