"""The recorder as the house knows it: what it says, what it is told, and the orders that it answers.

Nothing here waits: an order that is not answered in time is answered for it (`recorder-absent`), and whatever the
recorder does or fails to do, the meeting goes on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from appliance.core import ledger as lg
from appliance.core.commands import Command, SealRecording
from appliance.core.people import Actor
from appliance.core.public_record import Mark
from appliance.core.refusals import Code, Refusal
from appliance.services import recorder_words as w
from appliance.services.answers import Accepted, Answer, Reply
from appliance.services.chamber import SYSTEM, Chamber
from appliance.services.chronicle import Chronicle
from appliance.services.ports import Timers
from appliance.services.recorder_commands import MAY, MakeClip, RecorderCommand, StartRecording

ANSWER_SECONDS: Final = 2.0
SEAL_AGAIN_SECONDS: Final = 5.0
REMEMBERED: Final = 500
MARKS_AT_ONCE: Final = 20
"""Marks in one line: with the longest titles that a command allows they stay well below the longest line."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    """An order on its way, and who waits for its answer."""

    content: str
    replies: list[Reply]
    cancel: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Recorder:
    """`handle` is the door's way to it; `connected`, `heard` and `lost` are the line's. All on the hub."""

    chamber: Chamber
    chronicle: Chronicle
    timers: Timers
    line: w.RecorderLine
    online: bool = False
    state: w.RecorderState | None = None
    published: str | None = None
    """The meeting whose video was written last."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Called when what is said of the recorder has changed."""
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _answered: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    _standing: w.Standing | None = None
    _marks: tuple[str, tuple[Mark, ...]] = ("", ())

    def __post_init__(self) -> None:
        self.chronicle.listeners.append(self.changed)

    # --- orders

    def handle(self, command: RecorderCommand, actor: Actor, reply: Reply) -> None:
        """Pass an order on; `reply` is called once, with the recorder's answer or because there was none."""
        if actor.role not in MAY[type(command)]:
            reply(Refusal(Code.NOT_ALLOWED))
            return
        content = lg.sha256(lg.canonical({"actor": actor, "command": command}))
        first = self._answered.get(command.id)
        waiting = self._waiting.get(command.id)
        if first is not None:
            reply(first[1] if first[0] == content else Refusal(Code.ID_REUSED))
        elif waiting is not None and waiting.content == content:
            waiting.replies.append(reply)
        elif waiting is not None:
            reply(Refusal(Code.ID_REUSED))
        elif isinstance(command, StartRecording) and self.chronicle.record.sitting is None:
            reply(Refusal(Code.SITTING_NOT_OPEN))
        elif self.online and self.line.say(w.ToRecorder(order=_order(command, actor))):
            late = self.timers.after(ANSWER_SECONDS, lambda: self._answer(command.id, _ABSENT))
            self._waiting[command.id] = _Waiting(content, [reply], late)
        else:
            reply(_ABSENT)

    def _answer(self, order: str, answer: Answer) -> None:
        waiting = self._waiting.pop(order, None)
        if waiting is None:
            return  # it came too late, and nobody waits any more
        waiting.cancel()
        if isinstance(answer, Accepted):
            self._answered[order] = (waiting.content, answer)
            if len(self._answered) > REMEMBERED:
                del self._answered[next(iter(self._answered))]
        for reply in waiting.replies:
            reply(answer)

    # --- the line

    def connected(self) -> None:
        """The line is open: say where the meeting stands, and all that has happened in it."""
        self._standing, self._marks = None, ("", ())
        self.changed()

    def lost(self) -> None:
        """Nobody is at the other end."""
        for order in list(self._waiting):
            self._answer(order, _ABSENT)
        if self.online:
            self.online = False
            self._tell()

    def heard(self, line: w.FromRecorder) -> None:
        """The recorder has said something."""
        if line.state is not None:
            self.online, self.state = True, line.state
            self._tell()
        elif line.answer is not None:
            self._answer(line.answer.id, self._meant(line.answer))
        elif line.head is not None:
            self._seal(line.head)
        elif line.published is not None:
            self.published = line.published.ledger
            self._tell()

    def changed(self) -> None:
        """The ledger has grown: tell what the recorder must know of it, if it is there."""
        standing, record = self.chronicle.standing(), self.chronicle.record
        if self._standing is None or standing.seq != self._standing.seq or standing.ledger != self._standing.ledger:
            self._standing = standing if self.line.say(w.ToRecorder(standing=standing)) else None
        ledger, told = self._marks
        if record.ledger != ledger:
            told = ()
        elif record.marks is told:
            return
        if record.ledger and self._tell_marks(record.ledger, told, record.marks):
            self._marks = (record.ledger, record.marks)

    def _tell_marks(self, ledger: str, told: tuple[Mark, ...], marks: tuple[Mark, ...]) -> bool:
        both = min(len(told), len(marks))
        same = next((i for i in range(both) if told[i] != marks[i]), both)
        for start in range(same, len(marks), MARKS_AT_ONCE):
            part = w.Marks(ledger=ledger, from_=start, marks=marks[start : start + MARKS_AT_ONCE])
            if not self.line.say(w.ToRecorder(marks=part)):
                return False
        return True

    def _meant(self, answer: w.RecorderAnswer) -> Answer:
        if answer.accepted:
            return Accepted(self.chamber.head.seq)
        try:
            return Refusal(Code(answer.refusal or ""))
        except ValueError:
            return Refusal(Code.INTERNAL_ERROR, f"the recorder refuses: {answer.refusal}")

    def _seal(self, head: w.TakeHead) -> None:
        """Into the ledger with it. Its id comes from what it says, so that no head is written twice."""
        try:
            command = msgspec.convert(
                {
                    "type": "SealRecording",
                    "id": lg.sha256(lg.canonical([head.ledger, head.take, head.hash, head.signature]))[:32],
                    "ledger": head.ledger,
                    "take": head.take,
                    "lines": head.lines,
                    "segments": head.segments,
                    "milliseconds": round(head.seconds * 1000),
                    "head": head.hash,
                    "key": head.key,
                    "signature": head.signature,
                },
                SealRecording,
            )
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            log.error("the recorder's head cannot be kept: %s", error)
            return
        self._give(command)

    def _give(self, command: Command) -> None:
        def answered(answer: Answer) -> None:
            if not isinstance(answer, Refusal):
                return
            log.warning("the recording is not sealed: %s %s", answer.code, answer.detail)
            if answer.code is Code.STORAGE_FAULT:
                self.timers.after(SEAL_AGAIN_SECONDS, lambda: self._give(command))

        self.chamber.handle(command, SYSTEM, answered)

    def _tell(self) -> None:
        for listen in self.listeners:
            listen()


_ABSENT: Final = Refusal(Code.RECORDER_ABSENT)
_DO: Final[dict[str, Literal["start", "stop", "look", "clip"]]] = {
    "StartRecording": "start", "StopRecording": "stop", "CheckCamera": "look", "MakeClip": "clip",
}  # fmt: skip


def _order(command: RecorderCommand, actor: Actor) -> w.RecorderOrder:
    do = _DO[type(command).__name__]
    if isinstance(command, MakeClip):
        return w.RecorderOrder(id=command.id, do=do, by=actor.person, ledger=command.ledger, item=command.item)
    return w.RecorderOrder(id=command.id, do=do, by=actor.person)
