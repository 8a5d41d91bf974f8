"""The one door: nobody is told what is not on disk, and no command is done twice."""

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from appliance.adapters.memory import ManualClock, MemoryLedger
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Choice
from appliance.core.ledger import Sealed, unseal, verify
from appliance.core.refusals import Code, Fault, Refusal
from appliance.services.answers import Accepted
from appliance.services.chamber import Told
from tests.house import (
    CHAIR,
    CLERK,
    START,
    House,
    accepted,
    announce_poll,
    cast,
    close_poll,
    convene,
    fresh_id,
    member,
    open_poll,
    refused,
    seq_of,
    sit,
)


@dataclass
class Screen:
    """Listens like the live views do."""

    told: list[Told] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)

    @classmethod
    def of(cls, house: House) -> "Screen":
        """A screen in this house."""
        screen = cls()
        house.chamber.listeners.append(screen.told.append)
        house.chamber.on_fault.append(screen.faults.append)
        return screen


def add_items(house: House) -> House:
    """An agenda for the next meeting."""
    accepted(house.give(CLERK, c.AddItem, item="i1", number="1", title="Nội dung"))
    return house


def close_all(house: House) -> None:
    """The meeting ends, whatever was going on in it."""
    running = house.state.running_poll
    if running is not None:
        accepted(house.give(CHAIR, c.VoidPoll, poll=running.poll, reason="kết thúc"))
    if house.state.sitting is None:
        accepted(house.give(CHAIR, c.OpenSitting))
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(CHAIR, c.CloseMeeting))


@pytest.fixture
def house() -> House:
    return open_poll(sit(convene(House.of(5)), present=4))


@pytest.fixture
def waiting(house: House) -> House:
    """The same hall, where entries wait for the disk until `house.inline.flush()`."""
    house.inline.at_once = False
    return house


def vote(i: int = 1, choice: Choice = Choice.FOR, id: str | None = None) -> c.CastBallot:  # noqa: A002
    return c.CastBallot(id=id or fresh_id(), poll="p1", choice=choice)


def entries_of(house: House) -> int:
    return len(house.memory.entries)


# --- write first, show after


def test_nobody_is_told_before_it_is_on_disk(waiting: House) -> None:
    screen, before = Screen.of(waiting), waiting.state
    waiter = waiting.send(vote(), member(1))
    assert waiter.answer is None
    assert waiting.state is before
    assert screen.told == []
    waiting.inline.flush()
    assert isinstance(waiter.answer, Accepted)
    assert waiting.state.ballots["p1"]["m01"].choice is Choice.FOR
    assert [entry.seq for told in screen.told for entry in told.entries] == [waiter.answer.seq]


def test_what_is_in_flight_is_already_decided_upon(waiting: House) -> None:
    closing = waiting.send(c.ClosePoll(id=fresh_id(), poll="p1"), CHAIR)
    assert refused(waiting.send(vote(), member(1)).answer) is Code.POLL_NOT_OPEN
    waiting.inline.flush()
    accepted(closing.answer)


def test_a_group_is_told_as_one_with_the_meeting_before_and_after(waiting: House) -> None:
    screen, before = Screen.of(waiting), waiting.state
    for i in (1, 2, 3):
        waiting.send(vote(), member(i))
    waiting.inline.flush()
    (told,) = screen.told
    assert (told.before, told.after, len(told.entries)) == (before, waiting.state, 3)
    assert told.head == waiting.chamber.head == waiting.ledger.head()


# --- when the disk refuses


def test_a_failed_commit_answers_everything_in_flight_with_a_fault_and_shows_nothing(waiting: House) -> None:
    screen, before, length = Screen.of(waiting), waiting.state, entries_of(waiting)
    waiters = [waiting.send(vote(), member(i)) for i in (1, 2)]
    closing = waiting.send(c.ClosePoll(id=fresh_id(), poll="p1"), CHAIR)
    waiting.memory.broken = True
    waiting.inline.flush()
    assert [refused(w.answer) for w in (*waiters, closing)] == [Code.STORAGE_FAULT] * 3
    assert waiting.state is before
    assert screen.told == []
    assert entries_of(waiting) == length
    assert [fault is not None for fault in screen.faults] == [True]


def test_what_was_decided_and_lost_does_not_bind_later_commands(waiting: House) -> None:
    waiting.send(c.ClosePoll(id=fresh_id(), poll="p1"), CHAIR)
    waiting.memory.broken = True
    waiting.inline.flush()
    waiting.memory.broken = False
    waiting.inline.at_once = True
    accepted(waiting.give(member(1), c.CastBallot, poll="p1", choice="for"))
    close_poll(waiting)
    assert verify(waiting.ledger.rows(waiting.state.ledger), lambda *_: True).bad is None


def test_the_fault_is_told_once_and_taken_back_once(house: House) -> None:
    screen = Screen.of(house)
    house.memory.broken = True
    for i in (1, 2, 3):
        assert refused(house.send(vote(), member(i)).answer) is Code.STORAGE_FAULT
        house.probe()
    house.memory.broken = False
    house.probe()
    house.probe()
    assert [fault is not None for fault in screen.faults] == [True, False]
    accepted(house.send(vote(), member(1)).answer)


def test_a_tablet_that_resends_after_a_fault_gets_its_ballot_in_once(house: House) -> None:
    ballot = vote()
    house.memory.broken = True
    assert refused(house.send(ballot, member(1)).answer) is Code.STORAGE_FAULT
    house.memory.broken = False
    length = entries_of(house)
    seq = seq_of(house.send(ballot, member(1)).answer)
    assert seq_of(house.send(ballot, member(1)).answer) == seq
    assert entries_of(house) == length + 1


@dataclass(slots=True)
class LyingLedger(MemoryLedger):
    """Says that it failed when it did not, as a disk may when its answer gets lost."""

    lies: int = 0

    def append(self, expected: object, entries: object) -> None:
        """Write, and perhaps deny it."""
        MemoryLedger.append(self, expected, entries)  # type: ignore[arg-type]
        if self.lies:
            self.lies -= 1
            raise Fault(Code.STORAGE_FAULT, "so it says")


def test_what_a_failed_commit_left_on_disk_after_all_is_found_and_shown() -> None:
    ledger = LyingLedger()
    house = open_poll(sit(convene(House.of(5, ledger=ledger)), present=4))
    screen, ballot = Screen.of(house), vote()
    ledger.lies = 1
    assert refused(house.send(ballot, member(1)).answer) is Code.STORAGE_FAULT
    assert house.state.ballots["p1"] == {}
    accepted(house.send(vote(), member(2)).answer)
    assert set(house.state.ballots["p1"]) == {"m01", "m02"}
    assert [len(told.entries) for told in screen.told] == [1, 1]
    seq_of(house.send(ballot, member(1)).answer)
    assert len([s for s in ledger.entries if isinstance(s.entry.events[0], e.BallotCast)]) == 2


def test_a_stale_answer_of_the_disk_is_not_taken_for_a_new_one(waiting: House) -> None:
    """A group that follows a failed one is answered with it; what the writer says of it later is old news."""
    lost = waiting.send(vote(), member(1))
    queued, waiting.inline._queue = waiting.inline._queue, []
    tokens = [token for _, _, token in queued]
    waiting.chamber._settled(tokens, Fault(Code.STORAGE_FAULT))
    state = waiting.state
    waiting.chamber._settled(tokens, None)
    assert waiting.state is state
    assert refused(lost.answer) is Code.STORAGE_FAULT


# --- the same id again


def test_the_same_id_and_content_in_flight_is_one_command_with_two_answers(waiting: House) -> None:
    ballot, length = vote(), entries_of(waiting)
    waiters = [waiting.send(ballot, member(1)) for _ in range(3)]
    waiting.inline.flush()
    assert len({seq_of(w.answer) for w in waiters}) == 1
    assert entries_of(waiting) == length + 1


def test_the_same_id_later_gets_the_first_answer_even_when_the_rules_would_now_refuse(house: House) -> None:
    ballot = vote()
    first = seq_of(house.send(ballot, member(1)).answer)
    close_poll(house)
    length = entries_of(house)
    assert seq_of(house.send(ballot, member(1)).answer) == first
    assert entries_of(house) == length


def test_the_same_id_after_a_restart_gets_the_first_answer(house: House) -> None:
    ballot = vote()
    first = house.send(ballot, member(1)).answer
    drafting = c.DraftPoll(id=fresh_id(), item="i1", question="Thông qua?")
    draft = house.send(drafting, CLERK).answer
    again, length = house.restarted(), entries_of(house)
    assert again.send(ballot, member(1)).answer == first
    assert again.send(drafting, CLERK).answer == draft == Accepted(seq_of(draft), "p2")
    assert entries_of(house) == length


def test_what_was_given_in_one_meeting_does_not_count_again_in_the_next(house: House) -> None:
    ballot = vote()
    first = house.send(ballot, member(1)).answer
    convening = c.ConveneMeeting(id=fresh_id(), title="Kỳ họp thứ 4")
    announce_poll(cast(house, yes=4))
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(CHAIR, c.CloseMeeting))
    second = house.send(convening, CLERK).answer
    open_poll(sit(add_items(house), present=4))
    house = house.restarted()
    assert house.send(ballot, member(1)).answer == first
    assert not house.state.ballots["p1"]
    assert house.send(convening, CLERK).answer == second == Accepted(1)


def test_a_ledger_is_named_by_the_command_that_convened_it_for_good(house: House) -> None:
    first = house.memory.entries[0].entry
    again = c.ConveneMeeting(id=first.ledger, title="Kỳ họp khác")
    for title in ("Kỳ họp thứ 4", "Kỳ họp thứ 5"):
        close_all(house)
        accepted(house.give(CLERK, c.ConveneMeeting, title=title))
    close_all(house)
    house, length = house.restarted(), entries_of(house)
    assert refused(house.send(again, CLERK).answer) is Code.ID_REUSED
    assert entries_of(house) == length


def test_a_spoilt_entry_half_way_leaves_the_meeting_as_it_was(house: House) -> None:
    screen = Screen.of(house)
    house.memory.broken = True
    assert refused(house.send(vote(), member(1)).answer) is Code.STORAGE_FAULT
    before = house.state
    other = house.restarted()
    house.memory.broken = False
    for i in (1, 2):
        accepted(other.send(vote(), member(i)).answer)
    good = house.memory.entries[-1]
    house.memory.entries[-1] = replace(good, body=good.body + b" ")
    assert refused(house.send(vote(), member(3)).answer) is Code.STORAGE_FAULT
    assert house.state == before
    house.memory.entries[-1] = good
    accepted(house.send(vote(), member(3)).answer)
    assert set(house.state.ballots["p1"]) == {"m01", "m02", "m03"}
    assert [type(e).__name__ for told in screen.told for x in told.entries for e in x.events] == ["BallotCast"] * 3


@pytest.mark.parametrize("when", ["in flight", "later", "after a restart"])
def test_the_same_id_with_other_content_or_by_somebody_else_is_refused(house: House, when: str) -> None:
    name = fresh_id()
    house.inline.at_once = when != "in flight"
    house.send(vote(id=name), member(1))
    if when == "after a restart":
        house = house.restarted()
    length = entries_of(house)
    assert refused(house.send(vote(choice=Choice.AGAINST, id=name), member(1)).answer) is Code.ID_REUSED
    assert refused(house.send(vote(id=name), member(2)).answer) is Code.ID_REUSED
    assert entries_of(house) == length


def test_a_refused_command_is_not_remembered_and_is_decided_afresh(house: House) -> None:
    accepted(house.give(CHAIR, c.HoldPoll, poll="p1"))
    ballot = vote()
    assert refused(house.send(ballot, member(1)).answer) is Code.POLL_NOT_OPEN
    accepted(house.give(CHAIR, c.ResumePoll, poll="p1"))
    accepted(house.send(ballot, member(1)).answer)


# --- the clock


def doubts(house: House) -> list[bool]:
    return [sealed.entry.time_doubtful for sealed in house.memory.entries]


@pytest.mark.parametrize("hours", [-26, 5])
def test_a_stepped_clock_refuses_no_ballot_and_the_record_says_that_the_time_is_doubtful(hours: int) -> None:
    house = open_poll(sit(convene(House.of(5)), present=4), seconds=60)
    length = entries_of(house)
    house.clock.advance(10)
    accepted(house.send(vote(), member(1)).answer)
    house.clock.step(hours * 3600)
    accepted(house.send(vote(), member(2)).answer)
    house.clock.step(-hours * 3600)
    accepted(house.send(vote(), member(3)).answer)
    assert doubts(house)[length:] == [False, True, hours > 0]
    assert house.state.polls["p1"].running
    assert house.countdown.remaining_ms("p1") == 50_000


def test_a_clock_that_drifts_a_little_is_trusted(house: House) -> None:
    house.clock.step(1.5)
    accepted(house.send(vote(), member(1)).answer)
    assert not any(doubts(house))


def test_a_clock_set_right_before_the_sitting_is_no_doubt() -> None:
    house = convene(House.of(5))
    house.clock.step(3600)
    sit(house, present=4)
    assert not any(doubts(house))


def test_a_clock_that_woke_up_in_the_past_is_doubtful_after_a_restart(house: House) -> None:
    dead_battery = ManualClock(utc=START.replace(year=1970), uptime_ms=500)
    again = House.of(5, ledger=house.ledger, signer=house.signer, clock=dead_battery)
    accepted(again.send(vote(), member(1)).answer)
    assert doubts(again)[-1]


# --- checkpoints and chains


def signed(house: House) -> list[e.CheckpointSigned]:
    found = [event for sealed in house.memory.entries for event in sealed.entry.events]
    return [event for event in found if isinstance(event, e.CheckpointSigned)]


def test_a_checkpoint_is_signed_when_a_poll_is_announced_and_when_a_sitting_closes(house: House) -> None:
    announce_poll(cast(house, yes=3))
    assert len(signed(house)) == 1
    accepted(house.give(CHAIR, c.CloseSitting))
    assert len(signed(house)) == 2
    accepted(house.give(CHAIR, c.CloseMeeting))
    assert [event.seq for event in signed(house)][-1] == entries_of(house) - 1


def test_the_next_meeting_begins_a_ledger_that_names_the_head_of_the_one_before(house: House) -> None:
    close_poll(house)
    accepted(house.give(CHAIR, c.VoidPoll, poll="p1", reason="sai tên"))
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(CHAIR, c.CloseMeeting))
    head = house.chamber.head
    sit(convene(house), present=3)
    first = next(body for seq, _, body in house.ledger.rows(house.state.ledger) if seq == 1)
    (convened,) = unseal(first).entry.events
    assert isinstance(convened, e.MeetingConvened)
    assert convened.previous == unseal(first).entry.prev == head.hash
    assert len(house.ledger.ledgers()) == 2
    assert house.restarted().state == house.state


# --- loading


def test_a_ledger_with_a_spoiled_entry_is_not_loaded(house: House) -> None:
    good = house.memory.entries[5]
    for spoiled in (replace(good, body=b"{"), replace(good, body=good.body.replace(b"1", b"2"))):
        house.memory.entries[5] = Sealed(good.entry, spoiled.body, good.hash)
        with pytest.raises(Fault, match="entry 6"):
            house.restarted()


def test_a_registry_that_changes_later_changes_nothing_in_an_open_sitting(house: House) -> None:
    house.registry.on_file = replace(house.registry.on_file, roster=())
    accepted(house.send(vote(), member(1)).answer)
    assert house.state.sittings[-1].n == 5


def test_a_listener_is_told_after_the_answer_is_out(house: House) -> None:
    order: list[str] = []
    house.chamber.listeners.append(lambda told: order.append("screens"))
    house.chamber.handle(vote(), member(1), lambda answer: order.append("answer"))
    assert order == ["answer", "screens"]


def test_a_refusal_is_answered_at_once_even_while_the_disk_is_slow(waiting: House) -> None:
    waiting.send(vote(), member(1))
    assert isinstance(waiting.give(member(5), c.CastBallot, poll="p1", choice="for"), Refusal)


def test_nobody_goes_on_from_a_ledger_with_a_missing_entry(house: House) -> None:
    accepted(house.send(vote(), member(1)).answer)
    accepted(house.send(vote(), member(2)).answer)
    del house.memory.entries[-2]
    with pytest.raises(Fault):
        house.restarted()
