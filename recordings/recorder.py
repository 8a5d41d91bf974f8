"""The recorder's stages, pure: what it does next, given what is asked, what is known, and what is there."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from recordings.reports import Show
from recordings.segments import GapReason


class RecorderStage(StrEnum):
    """Where the recorder stands."""

    IDLE = "idle"
    STARTING = "starting"
    """A take is wanted; the first picture is not on disk yet, or not again (source lost, private)."""
    RECORDING = "recording"
    STOPPING = "stopping"
    """The last segment is being closed and the manifest signed."""


NEXT: Final[dict[RecorderStage, frozenset[RecorderStage]]] = {
    RecorderStage.IDLE: frozenset({RecorderStage.STARTING}),
    RecorderStage.STARTING: frozenset({RecorderStage.RECORDING, RecorderStage.STOPPING}),
    RecorderStage.RECORDING: frozenset({RecorderStage.STARTING, RecorderStage.STOPPING}),
    RecorderStage.STOPPING: frozenset({RecorderStage.IDLE}),
}


class Eyes(StrEnum):
    """Who may see the meeting, as far as the recorder knows."""

    PUBLIC = "public"
    HELD = "held"
    """The appliance has been away for a moment: recorded, but nothing new is shown."""
    UNKNOWN = "unknown"
    """It has been away for too long: taken as private."""
    PRIVATE = "private"
    """Told so, or there is no word on disk that can be read."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was heard of who may see the meeting."""

    on_disk: bool | None
    """The standing file says private; None: it is not there or cannot be read."""
    by_link: bool | None
    """The appliance's last word over the socket, however old; None: it has said nothing yet."""
    away_seconds: float
    """Since the appliance was last there; 0 while it is."""


def eyes(told: Told, unknown_after_seconds: float) -> Eyes:
    """One word for *private* is enough; *public* needs the file and the appliance itself."""
    if told.on_disk is None or told.on_disk or told.by_link:
        return Eyes.PRIVATE
    if told.away_seconds <= 0:
        return Eyes.PUBLIC
    return Eyes.HELD if told.away_seconds < unknown_after_seconds else Eyes.UNKNOWN


@dataclass(frozen=True, slots=True)
class Subject:
    """What a take is of. Another subject is another take."""

    ledger: str
    sitting: str | None
    """None: no sitting is open; a take by hand may still be wanted."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The last order of the chair or clerk: it holds for the sitting in which it was given."""

    subject: Subject
    on: bool

    def holds(self, subject: Subject) -> bool:
        """A take started before the sitting goes on into it; all else ends with its sitting."""
        if subject == self.subject:
            return True
        return self.on and self.subject.sitting is None and subject.ledger == self.subject.ledger


def wanted(known: Subject | None, hand: Hand | None, take: Subject | None, start_with_sitting: bool) -> Subject | None:
    """What is to be recorded now, whether or not it may be. While nothing is known, an open take stays open."""
    if known is None:
        return take
    if hand is not None and hand.holds(known):
        return known if hand.on else None
    return known if known.sitting is not None and start_with_sitting else None


class Archive(StrEnum):
    """What the archive's process is to do."""

    RUN = "run"
    CLOSE = "close"
    """Close what is open, take away what may not be kept, sign, and end."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the next step depends on."""

    stage: RecorderStage
    eyes: Eyes
    wanted: Subject | None
    take: Subject | None
    """Of the open take; None: none is."""
    closed: bool
    """The open take's files are closed and signed, with nothing in them that may not be kept."""
    on_disk: bool
    """Pictures are coming to disk: the archive has a segment open, the source's count of pictures moves."""
    disk_full: bool
    looking: bool = False
    """Somebody at a desk wants to see what the camera sees before there is a take."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be so from now on."""

    stage: RecorderStage
    source: bool
    archive: Archive
    show: Show
    preview: Show
    """The desks also see what nobody else is shown: a take by hand, the camera before there is a take."""


def step(now: Situation) -> Step:
    """The next stage, which children run, and what the public gets."""
    stage = _stage(now)
    on = stage in {RecorderStage.STARTING, RecorderStage.RECORDING}
    seen = on and now.eyes in {Eyes.PUBLIC, Eyes.HELD}
    # On a full disk the archive runs on: it discards, and goes on by itself when there is room.
    archive = Archive.RUN if seen else Archive.NONE if now.take is None or now.closed else Archive.CLOSE
    looked_at = stage is RecorderStage.IDLE and may_look(now.looking, now.eyes)
    show, source = _show(now, on), seen or looked_at
    return Step(stage=stage, source=source, archive=archive, show=show, preview="live" if source else show)


def may_look(looking: bool, now: Eyes) -> bool:
    """Whether the camera may run for the preview alone."""
    return looking and now in {Eyes.PUBLIC, Eyes.HELD}


def _stage(now: Situation) -> RecorderStage:
    match now.stage:
        case RecorderStage.IDLE:
            return RecorderStage.IDLE if now.wanted is None else RecorderStage.STARTING
        case RecorderStage.STOPPING:
            return RecorderStage.IDLE if now.take is None else RecorderStage.STOPPING
        case RecorderStage.STARTING | RecorderStage.RECORDING:
            if now.wanted is None or now.take not in {None, now.wanted}:
                return RecorderStage.STOPPING
            coming = now.on_disk and not now.disk_full and now.eyes in {Eyes.PUBLIC, Eyes.HELD}
            return RecorderStage.RECORDING if coming else RecorderStage.STARTING


def _show(now: Situation, on: bool) -> Show:
    if now.eyes is Eyes.PRIVATE:
        return "private"
    if not on or now.wanted is None or now.wanted.sitting is None:
        return "off"
    return "live" if now.eyes is Eyes.PUBLIC else "unknown"


def reason_of(now: Eyes) -> GapReason:
    """Why no pictures are kept, when it is the recorder itself that keeps none."""
    return "private" if now is Eyes.PRIVATE else "unknown" if now is Eyes.UNKNOWN else "paused"


def backoff_seconds(failures: int) -> float:
    """How long after its end a child is started again: at once, then ever later, at most 5 s."""
    return min(5.0, 0.05 * 2.0 ** min(10, max(0, failures - 1)))
