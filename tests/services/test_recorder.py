"""The recorder's orders through the door, what it is told of the meeting, and its word in the ledger."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.adapters.memory import ManualTimers
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Actor
from appliance.core.refusals import Code
from appliance.services import recorder_commands as rc
from appliance.services import recorder_words as w
from appliance.services.answers import Accepted
from appliance.services.chronicle import Chronicle
from appliance.services.recorder import MARKS_AT_ONCE, Recorder
from tests.house import (
    AUDITOR,
    CHAIR,
    CLERK,
    TECHNICIAN,
    House,
    Waiter,
    accepted,
    command_of,
    convene,
    fresh_id,
    member,
    open_poll,
    refused,
    sit,
)

STATE = w.RecorderState(
    stage="idle", private=False, known=True, take=None, ledger="", since=None, seconds=0.0, gaps=0, gap_seconds=0.0,
    source=w.SourceState(kind="test", running=True), live=False, push=w.PushState(configured=False, connected=False),
    free_bytes=10**10, seconds_left=None,
)  # fmt: skip
HEAD = w.TakeHead(
    take="20261218T010000Z-s1-abcd", ledger="1" * 32, lines=3, segments=2, seconds=8.4, hash="ab" * 32,
    key="cd" * 32, signature="ef" * 64,
)  # fmt: skip


@dataclass
class Line:
    """A RecorderLine that keeps what was said."""

    there: bool = True
    said: list[w.ToRecorder] = field(default_factory=list)

    def say(self, line: w.ToRecorder) -> bool:
        if self.there:
            self.said.append(line)
        return self.there

    @property
    def orders(self) -> list[w.RecorderOrder]:
        return [line.order for line in self.said if line.order is not None]

    @property
    def marks(self) -> list[w.Marks]:
        return [line.marks for line in self.said if line.marks is not None]

    @property
    def standings(self) -> list[w.Standing]:
        return [line.standing for line in self.said if line.standing is not None]


@dataclass
class Hall:
    """A house with a recorder at the other end of the line."""

    house: House
    line: Line = field(default_factory=Line)
    timers: ManualTimers = field(default_factory=ManualTimers)

    def __post_init__(self) -> None:
        chronicle = Chronicle(self.house.chamber, self.house.ledger, self.house.clock)
        self.recorder = Recorder(self.house.chamber, chronicle, self.timers, self.line)

    def online(self) -> "Hall":
        self.recorder.connected()
        self.recorder.heard(w.FromRecorder(state=STATE))
        return self

    def give(self, kind: type[Any], actor: Actor = CHAIR, **fields: Any) -> Waiter:
        waiter = Waiter()
        self.recorder.handle(command_of(kind, fields), actor, waiter)  # type: ignore[arg-type]
        return waiter

    def answers(self, order: str, refusal: str | None = None) -> None:
        answer = w.RecorderAnswer(id=order, accepted=refusal is None, refusal=refusal)
        self.recorder.heard(w.FromRecorder(answer=answer))


@pytest.fixture
def hall() -> Hall:
    return Hall(sit(convene(House.of(5)), present=4)).online()


def test_an_order_is_answered_by_the_recorder(hall: Hall) -> None:
    waiter = hall.give(rc.StartRecording, TECHNICIAN)
    (order,) = hall.line.orders
    assert (order.do, order.by, waiter.answer) == ("start", "technician", None)
    hall.answers(order.id)
    assert waiter.answer == Accepted(hall.house.chamber.head.seq)
    assert hall.timers.due == []


@pytest.mark.parametrize("actor", [CHAIR, CLERK, TECHNICIAN])
def test_the_camera_may_be_tried_before_there_is_any_sitting(actor: Actor) -> None:
    hall = Hall(House.of(5)).online()
    waiter = hall.give(rc.CheckCamera, actor)
    (order,) = hall.line.orders
    assert order.do == "look"
    hall.answers(order.id)
    accepted(waiter.answer)


@pytest.mark.parametrize(
    "code",
    [
        "already-recording",
        "not-recording",
        "recording-private",
        "recording-disk-full",
        "recording-unknown",
        "malformed",
    ],
)
def test_its_refusals_are_the_houses(hall: Hall, code: str) -> None:
    waiter = hall.give(rc.StopRecording, CLERK)
    hall.answers(hall.line.orders[0].id, code)
    assert refused(waiter.answer) == code


def test_a_refusal_that_we_do_not_know_is_a_bug_and_not_a_crash(hall: Hall) -> None:
    waiter = hall.give(rc.StopRecording)
    hall.answers(hall.line.orders[0].id, "too-windy")
    assert refused(waiter.answer) is Code.INTERNAL_ERROR


def test_a_clip_names_its_meeting_and_item(hall: Hall) -> None:
    hall.give(rc.MakeClip, CLERK, ledger=hall.house.state.ledger, item="i1")
    (order,) = hall.line.orders
    assert (order.do, order.ledger, order.item) == ("clip", hall.house.state.ledger, "i1")


@pytest.mark.parametrize(
    ("kind", "actor"),
    [(rc.StartRecording, AUDITOR), (rc.CheckCamera, AUDITOR), (rc.StopRecording, member(1)), (rc.MakeClip, TECHNICIAN)],
)
def test_others_may_not(hall: Hall, kind: type[Any], actor: Actor) -> None:
    fields = {"ledger": "x", "item": "i1"} if kind is rc.MakeClip else {}
    assert refused(hall.give(kind, actor, **fields).answer) is Code.NOT_ALLOWED
    assert hall.line.orders == []


def test_no_recorder_is_said_at_once(hall: Hall) -> None:
    hall.recorder.lost()
    assert refused(hall.give(rc.StartRecording).answer) is Code.RECORDER_ABSENT


def test_a_recorder_that_does_not_answer_is_answered_for(hall: Hall) -> None:
    waiter = hall.give(rc.StartRecording)
    hall.timers.ring()
    assert refused(waiter.answer) is Code.RECORDER_ABSENT
    hall.answers(hall.line.orders[0].id)  # too late, and nobody waits


def test_a_line_that_breaks_answers_whoever_waits(hall: Hall) -> None:
    waiter = hall.give(rc.StartRecording)
    hall.recorder.lost()
    assert refused(waiter.answer) is Code.RECORDER_ABSENT
    assert hall.timers.due == []


def test_nothing_is_recorded_outside_a_sitting() -> None:
    hall = Hall(convene(House.of(5))).online()
    assert refused(hall.give(rc.StartRecording).answer) is Code.SITTING_NOT_OPEN


def test_the_same_id_gives_one_order_and_one_answer(hall: Hall) -> None:
    same: dict[str, Any] = {"id": fresh_id()}
    first, second = hall.give(rc.StartRecording, **same), hall.give(rc.StartRecording, **same)
    assert refused(hall.give(rc.StopRecording, **same).answer) is Code.ID_REUSED
    assert len(hall.line.orders) == 1
    hall.answers(same["id"])
    third = hall.give(rc.StartRecording, **same)
    assert first.answer == second.answer == third.answer
    assert refused(hall.give(rc.StartRecording, CLERK, **same).answer) is Code.ID_REUSED
    assert len(hall.line.orders) == 1


def test_a_recorder_that_comes_is_told_where_the_meeting_stands_and_all_marks(hall: Hall) -> None:
    (standing,) = hall.line.standings
    assert (standing.sitting, standing.private) == ("s1", False)
    assert [(m.from_, [mark.kind for mark in m.marks]) for m in hall.line.marks] == [(0, ["sitting", "item"])]
    hall.line.said.clear()
    hall.recorder.lost()
    hall.recorder.connected()
    assert (hall.line.standings, len(hall.line.marks)) == ([standing], 1)


def test_of_what_follows_it_is_told_only_what_has_changed(hall: Hall) -> None:
    hall.line.said.clear()
    accepted(hall.house.give(CHAIR, c.StartItem, item="i2"))
    assert [(m.from_, [mark.id for mark in m.marks]) for m in hall.line.marks] == [(1, ["i1", "i2"])]
    hall.line.said.clear()
    accepted(hall.house.give(CLERK, c.CheckIn, member="m05"))
    assert hall.line.said == []


def test_privacy_is_told_at_once(hall: Hall) -> None:
    hall.line.said.clear()
    accepted(hall.house.give(CHAIR, c.GoPrivate))
    assert [(s.private, s.since_uptime_ms) for s in hall.line.standings] == [(True, hall.house.clock.uptime_ms)]


def test_a_long_meetings_marks_come_in_lines_of_a_bearable_length(hall: Hall) -> None:
    for _ in range(MARKS_AT_ONCE):
        accepted(hall.house.give(CHAIR, c.GiveFloor, member="m01"))
        accepted(hall.house.give(CHAIR, c.EndFloor))
    hall.line.said.clear()
    hall.recorder.connected()
    assert [m.from_ for m in hall.line.marks] == [0, MARKS_AT_ONCE]
    assert sum(len(m.marks) for m in hall.line.marks) == MARKS_AT_ONCE + 2


def test_a_new_meeting_begins_its_marks_anew(hall: Hall) -> None:
    accepted(hall.house.give(CHAIR, c.CloseSitting))
    accepted(hall.house.give(CHAIR, c.CloseMeeting))
    hall.line.said.clear()
    sit(convene(hall.house), present=3)
    assert {m.ledger for m in hall.line.marks} == {hall.house.state.ledger}
    assert hall.line.marks[0].from_ == 0


def sealed(house: House) -> list[e.RecordingSealed]:
    return [x for s in house.memory.entries for x in s.entry.events if isinstance(x, e.RecordingSealed)]


def test_a_signed_head_goes_into_the_ledger_once(hall: Hall) -> None:
    hall.recorder.heard(w.FromRecorder(head=HEAD))
    hall.recorder.heard(w.FromRecorder(head=HEAD))
    again = Hall(hall.house.restarted()).online()
    again.recorder.heard(w.FromRecorder(head=HEAD))
    (event,) = sealed(hall.house)
    assert (event.take, event.head, event.milliseconds, event.ledger) == (HEAD.take, HEAD.hash, 8_400, HEAD.ledger)


def test_a_head_that_the_disk_refused_is_given_again(hall: Hall) -> None:
    hall.house.memory.broken = True
    hall.recorder.heard(w.FromRecorder(head=HEAD))
    assert sealed(hall.house) == []
    hall.house.memory.broken = False
    hall.timers.ring()
    assert len(sealed(hall.house)) == 1


@pytest.mark.parametrize("bad", [{"hash": "nonsense"}, {"lines": -1}, {"seconds": float("inf")}, {"take": "../x"}])
def test_a_head_that_is_none_is_left_out(hall: Hall, bad: dict[str, Any]) -> None:
    fields = {name: getattr(HEAD, name) for name in HEAD.__struct_fields__}
    hall.recorder.heard(w.FromRecorder(head=w.TakeHead(**{**fields, **bad})))
    assert sealed(hall.house) == []


def test_a_seal_after_the_meeting_is_under_a_checkpoint(hall: Hall) -> None:
    accepted(hall.house.give(CHAIR, c.CloseSitting))
    accepted(hall.house.give(CHAIR, c.CloseMeeting))
    hall.recorder.heard(w.FromRecorder(head=HEAD))
    last = [type(x) for s in hall.house.memory.entries[-2:] for x in s.entry.events]
    assert last == [e.RecordingSealed, e.CheckpointSigned]


def test_who_listens_is_told_what_the_recorder_says(hall: Hall) -> None:
    told: list[tuple[bool, str | None]] = []
    hall.recorder.listeners.append(lambda: told.append((hall.recorder.online, hall.recorder.published)))
    hall.recorder.heard(w.FromRecorder(published=w.Published(ledger="1" * 32)))
    hall.recorder.lost()
    hall.recorder.lost()
    assert told == [(True, "1" * 32), (False, "1" * 32)]


def test_a_recorder_that_is_away_costs_the_vote_nothing(hall: Hall) -> None:
    hall.line.there = False
    hall.recorder.lost()
    open_poll(hall.house)
    accepted(hall.house.give(member(1), c.CastBallot, poll="p1", choice="for"))
    hall.line.there = True
    hall.recorder.connected()
    assert [mark.kind for m in hall.line.marks for mark in m.marks].count("poll") == 1
