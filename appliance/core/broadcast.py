"""What stands beside the live picture: the public state of each moment, so that the page can show that of the picture.

The picture that a viewer sees is some seconds old. So the page is not pushed "the state"; it is given *frames*, each
with the moment from which it holds (`uptime_ms`, the monotonic clock that the recorder's pictures carry too), and it
shows the frame of the picture on its screen. Pure: made from the public record alone (`public_record`), so a choice,
an early result or a word of a private part cannot be in here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.events import Tally
from appliance.core.public_record import At, PublicPoll, PublicRecord
from appliance.core.sentence import legal_sentence

Sentences = Mapping[str, Mapping[str, str]]
"""Language -> the word files' `sentence` namespace."""

Stage = Literal["none", "before", "sitting", "pause", "closed"]
"""No meeting at all; convened, no sitting yet; a sitting is open; between two sittings; closed."""


class FrameItem(Struct, frozen=True):
    """The item that the meeting is at."""

    item: str
    number: str
    title: str
    presenter: str


class FrameSpeaker(Struct, frozen=True):
    """Who has the floor."""

    name: str
    office: str
    kind: str = ""
    """What they speak for (`discussion`, …), for the words beside the picture; empty where none was said."""


class FrameResult(Struct, frozen=True):
    """A result that has been announced, with the legal sentence in each language."""

    tally: Tally
    adopted: bool
    sentence: Mapping[str, str]


class FramePoll(Struct, frozen=True):
    """The vote that the hall looks at; `result` is there from its announcement on, never before."""

    poll: str
    title: str
    method: str
    state: Literal["open", "held", "closed", "announced", "void"]
    result: FrameResult | None = None


class Frame(Struct, frozen=True, kw_only=True):
    """The public state from one moment on."""

    seq: int
    at: datetime
    uptime_ms: int
    stage: Stage
    sitting: str | None = None
    private: bool = False
    item: FrameItem | None = None
    speaker: FrameSpeaker | None = None
    poll: FramePoll | None = None


def frame_of(record: PublicRecord, at: At, words: Sentences) -> Frame:
    """The public state as `record` has it, which holds from `at` on."""
    sitting, private = record.sitting, record.away is not None
    name = sitting.name if sitting else None
    bare = Frame(seq=at.seq, at=at.time, uptime_ms=at.uptime_ms, stage=stage_of(record), sitting=name, private=private)
    if sitting is None or private:
        return bare
    item = next((i for i in record.items if i.item == record.item), None)
    speaker, poll = record.speaker, record.poll
    return replace(
        bare,
        item=FrameItem(item.item, item.number, item.title, item.presenter) if item else None,
        speaker=FrameSpeaker(speaker.name, speaker.office, speaker.kind or "") if speaker else None,
        poll=_poll(poll, words) if poll else None,
    )


def stage_of(record: PublicRecord) -> Stage:
    """How far the meeting is."""
    if record.convened is None:
        return "none"
    if record.closed is not None:
        return "closed"
    if record.sitting is not None:
        return "sitting"
    return "pause" if record.sittings else "before"


def sentences_of(poll: PublicPoll, words: Sentences) -> dict[str, str]:
    """The legal sentence in each language; empty while nothing has been announced."""
    if poll.state != "announced" or poll.tally is None or poll.adopted is None:
        return {}
    return {language: legal_sentence(poll.tally, poll.adopted, poll.matter, found) for language, found in words.items()}


def joined(frames: Sequence[Frame], frame: Frame) -> tuple[Frame, ...]:
    """`frames` with `frame` behind them, unless it tells nothing new."""
    if frames and _told(frames[-1]) == _told(frame):
        return tuple(frames)
    return (*frames, frame)


def recent(frames: Sequence[Frame], uptime_ms: int, window_ms: int) -> tuple[Frame, ...]:
    """Those that a picture of the last `window_ms` can need: they, and the one before them, which held until then.

    `uptime_ms` starts anew with each boot. What was told before this boot is the past as a whole: of that, the last
    frame stands at the beginning, as if it had been told when the machine was switched on.
    """
    first = len(frames)
    later = uptime_ms
    while first > 0 and frames[first - 1].uptime_ms <= later:
        first -= 1
        later = frames[first].uptime_ms
    here = list(frames[first:])
    if first > 0:
        before = frames[first - 1]
        here.insert(0, _from_boot(before))
    since = uptime_ms - window_ms
    keep = max((place for place, frame in enumerate(here) if frame.uptime_ms <= since), default=0)
    return tuple(here[keep:])


def _poll(poll: PublicPoll, words: Sentences) -> FramePoll | None:
    if poll.state == "away":
        return None
    found = sentences_of(poll, words)
    result = None
    if found and poll.tally is not None and poll.adopted is not None:
        result = FrameResult(poll.tally, poll.adopted, found)
    return FramePoll(poll.poll, poll.subjects[0].question, poll.method.value, poll.state, result)


def _told(frame: Frame) -> tuple[object, ...]:
    return frame.stage, frame.sitting, frame.private, frame.item, frame.speaker, frame.poll


def _from_boot(frame: Frame) -> Frame:
    return replace(frame, uptime_ms=0)
