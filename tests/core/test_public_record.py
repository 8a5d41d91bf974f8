"""What the public may know: everything of the public part, nothing of the private one, and each thing at its time."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ledger import LedgerEntry
from appliance.core.ledger import read as entries_of
from appliance.core.public_reader import PublicReader, read
from appliance.core.public_record import Mark, PublicRecord
from tests.core.a_random_meeting import RandomMeeting
from tests.house import (
    CHAIR,
    CLERK,
    START,
    SYSTEM,
    House,
    accepted,
    announce_poll,
    cast,
    close_poll,
    convene,
    open_poll,
)
from tests.house import sit as sit_down


def sat() -> House:
    """A sitting at item i1, where every further command comes ten seconds after the one before."""
    return sit_down(convene(House.of(9), items=3), present=6)


def after(house: House, seconds: float) -> House:
    house.clock.advance(seconds)
    return house


def give(house: House, kind: type[c.Command], **fields: object) -> None:
    accepted(after(house, 10).give(CHAIR, kind, **fields))  # type: ignore[arg-type]


def record(house: House) -> PublicRecord:
    return read(sealed.entry for sealed in house.memory.entries)


def marks(house: House, kind: str) -> list[tuple[str, float, float | None]]:
    """Of one kind: what, when it began and when it ended, in seconds after the clock began."""
    return [
        (mark.id.split("-")[0], _seconds(mark.uptime_ms), _seconds(mark.ends_uptime_ms))
        for mark in record(house).marks
        if mark.kind == kind
    ]


def _seconds(uptime_ms: int | None) -> float:
    return -1 if uptime_ms is None else (uptime_ms - 1_000) / 1_000


def test_a_public_meeting_is_told_whole() -> None:
    house = sat()
    give(house, c.GiveFloor, member="m02")
    give(house, c.GiveFloor, guest="Bà Khách Mời")
    give(house, c.EndFloor)
    cast(open_poll(after(house, 10), show_names=True), yes=5, no=1)
    announce_poll(after(house, 10))
    give(house, c.StartItem, item="i2")
    give(house, c.CloseSitting)
    told = record(house)
    assert [item.started != () for item in told.items] == [True, True, False]
    assert marks(house, "sitting") == [("s1", 0, 70)]
    assert marks(house, "item") == [("i1", 0, 60), ("i2", 60, 70)]
    assert marks(house, "speaker") == [("m02", 10, 20), ("guest", 20, 30)]
    assert marks(house, "poll") == [("p1", 40, 50)]
    assert marks(house, "result") == [("p1", 50, -1)]
    (poll,) = told.polls
    assert poll.state == "announced"
    assert poll.tally is not None
    assert (poll.tally.for_, poll.tally.against, poll.adopted) == (5, 1, True)
    assert poll.names is not None
    assert [ballot.choice for ballot in poll.names] == ["for"] * 5 + ["against"]
    assert [speaker.name for speaker in told.speakers] == ["Nguyễn Văn Mẫu 2", "Bà Khách Mời"]
    assert (told.sitting, told.item, told.speaker) == (None, None, None)


def test_a_vote_has_no_numbers_before_it_is_announced() -> None:
    house = cast(open_poll(sat(), show_names=True), yes=5)
    for state in ("open", "closed"):
        (poll,) = record(house).polls
        assert (poll.state, poll.tally, poll.adopted, poll.names) == (state, None, None, None)
        assert record(house).poll == poll
        if state == "open":
            close_poll(house)
    accepted(house.give(CHAIR, c.VoidPoll, poll="p1", reason="sai tên"))
    (poll,) = record(house).polls
    assert (poll.state, poll.tally, poll.names, poll.void_reason) == ("void", None, None, "sai tên")


def test_who_voted_how_is_told_only_where_the_council_shows_names() -> None:
    house = announce_poll(cast(open_poll(sat(), show_names=False), yes=5))
    (poll,) = record(house).polls
    assert poll.tally is not None
    assert poll.names is None


def test_what_is_said_in_private_is_never_told() -> None:
    house = sat()
    give(house, c.GoPrivate)
    give(house, c.GiveFloor, guest="Người Mật")
    accepted(house.give(CLERK, c.AddItem, item="i9", number="9", title="Nội dung mật"))
    give(house, c.StartItem, item="i9")
    cast(open_poll(house, "p9", item="i9", show_names=True), yes=6, poll="p9")
    announce_poll(house, "p9")
    give(house, c.StartItem, item="i2")
    during = record(house)
    assert (during.item, during.speaker, during.poll) == (None, None, None)
    give(house, c.GoPublic)
    text = json.dumps(_plain(record(house)))
    assert "Người Mật" not in text
    assert "i9" not in text
    assert record(house).polls == ()
    assert record(house).item == "i2"
    assert marks(house, "item") == [("i1", 0, 10), ("i2", 50, -1)]
    assert [(p.since.uptime_ms, p.until and p.until.uptime_ms) for p in record(house).private] == [(11_000, 51_000)]


def test_what_goes_on_when_the_doors_open_again_is_gone_on_with() -> None:
    house = sat()
    give(house, c.GiveFloor, member="m02")
    give(house, c.GoPrivate)
    give(house, c.GoPublic)
    assert marks(house, "item") == [("i1", 0, -1)]
    assert marks(house, "speaker") == [("m02", 10, -1)]
    assert record(house).speaker is not None


def test_what_ended_in_private_ended_when_the_doors_were_closed() -> None:
    house = sat()
    give(house, c.GiveFloor, member="m02")
    give(house, c.GoPrivate, scope="item")
    give(house, c.GiveFloor, member="m03")
    give(house, c.StartItem, item="i2")
    assert marks(house, "item") == [("i1", 0, 20), ("i2", 40, -1)]
    assert marks(house, "speaker") == [("m02", 10, 20)]
    give(house, c.GoPrivate)
    give(house, c.CloseSitting)
    assert marks(house, "item")[-1] == ("i2", 40, 50)
    assert marks(house, "sitting") == [("s1", 0, 60)]


def test_a_wider_privacy_does_not_begin_anew() -> None:
    house = sat()
    give(house, c.GoPrivate, scope="item")
    stood = record(house).stood
    give(house, c.GoPrivate, scope="sitting")
    assert record(house).stood == stood
    assert len(record(house).private) == 1


def test_a_vote_that_was_taken_in_private_and_announced_in_public_is_told_from_its_announcement() -> None:
    house = sat()
    give(house, c.GoPrivate)
    cast(open_poll(house), yes=6)
    give(house, c.GoPublic)
    assert record(house).polls == ()
    announce_poll(after(house, 10))
    (poll,) = record(house).polls
    assert (poll.state, poll.opened) == ("announced", poll.announced)
    assert marks(house, "poll") == []
    assert marks(house, "result") == [("p1", 30, -1)]


def test_a_vote_that_went_away_with_the_public_is_told_as_it_is_when_they_are_back() -> None:
    house = open_poll(after(sat(), 10))
    give(house, c.GoPrivate)
    give(house, c.HoldPoll, poll="p1")
    give(house, c.GoPublic)
    assert record(house).polls[0].state == "held"
    assert marks(house, "poll") == [("p1", 10, -1)]
    give(house, c.GoPrivate)
    announce_poll(house)
    give(house, c.GoPublic)
    assert (record(house).polls[0].state, record(house).polls[0].tally) == ("away", None)
    assert marks(house, "poll") == [("p1", 10, 50)]
    assert marks(house, "result") == []


def test_an_item_that_is_come_back_to_has_a_mark_each_time_and_a_sitting_ends_it() -> None:
    house = sat()
    give(house, c.StartItem, item="i2")
    give(house, c.StartItem, item="i1")
    give(house, c.CloseSitting)
    give(house, c.OpenSitting, name="Buổi chiều")
    assert marks(house, "item") == [("i1", 0, 10), ("i2", 10, 20), ("i1", 20, 30), ("i1", 40, -1)]
    assert [sitting.name for sitting in record(house).sittings] == ["Buổi sáng", "Buổi chiều"]


def test_a_stepped_clock_moves_no_mark_on_the_monotonic_one() -> None:
    house = sat()
    house.clock.step(-7)
    give(house, c.StartItem, item="i2")
    assert marks(house, "item") == [("i1", 0, 10), ("i2", 10, -1)]
    second = next(mark for mark in record(house).marks if mark.id == "i2")
    assert second.at == START + timedelta(seconds=3)
    assert record(house).items[1].started[0].doubtful


def test_another_meeting_begins_another_record() -> None:
    house = sat()
    give(house, c.CloseSitting)
    give(house, c.CloseMeeting)
    first = record(house)
    assert first.closed is not None
    accepted(house.give(SYSTEM, c.SealRecording, ledger=first.ledger, **_SEAL))  # type: ignore[arg-type]
    assert record(house).marks == first.marks
    convene(house)
    assert (record(house).ledger, record(house).marks) == (house.state.ledger, ())


_SEAL = {
    "take": "20261218T010000Z-s1-abcd", "lines": 3, "segments": 2, "milliseconds": 8_400,
    "head": "ab" * 32, "key": "cd" * 32, "signature": "ef" * 64,
}  # fmt: skip


@given(seed=st.integers(0, 2**32), steps=st.integers(5, 120))
def test_whatever_happens_the_public_record_is_whole_and_keeps_what_is_private(seed: int, steps: int) -> None:
    meeting = RandomMeeting(random.Random(seed), 5)
    meeting.play(steps)
    entries = list(entries_of(meeting.bodies()))
    reader = PublicReader()
    before: tuple[Mark, ...] = ()
    for entry in entries:
        reader.read(entry)
        told = reader.record.marks
        # A mark that was told keeps its place, kind and beginning: only its end may be added.
        assert [(m.kind, m.id, m.uptime_ms) for m in told[: len(before)]] == [
            (m.kind, m.id, m.uptime_ms) for m in before
        ]
        assert all(old.ends is None or old == new for old, new in zip(before, told, strict=False))
        before = told
    record = reader.record
    assert read(entries) == record
    assert record.seq == entries[-1].seq
    _keeps_private(entries, record)
    state = meeting.chamber.durable
    assert (record.away is not None) == bool(state.private)
    assert (record.sitting is None) == (state.sitting is None)
    if record.away is None and state.sitting is not None:
        assert record.item == state.current_item
        assert (record.speaker and record.speaker.name) == (state.floor and state.floor.name)
    for mark in record.marks:
        assert mark.ends_uptime_ms is None or mark.ends_uptime_ms >= mark.uptime_ms


def _keeps_private(entries: list[LedgerEntry], record: PublicRecord) -> None:
    """No moment inside a private part has got into the record, but those at which it began and ended."""
    private = set(_private_seqs(entries))
    for poll in record.polls:
        assert not {poll.opened.seq, poll.announced.seq if poll.announced else 0} & private
    assert not {at.seq for item in record.items for at in item.started} & private
    assert not {speaker.since.seq for speaker in record.speakers} & private
    inside = {entry.uptime_ms for entry in entries if entry.seq in private}
    edges = {entry.uptime_ms for entry in entries if entry.seq not in private}
    assert not ({mark.uptime_ms for mark in record.marks} & (inside - edges))
    assert not ({mark.ends_uptime_ms for mark in record.marks} & (inside - edges))


def _private_seqs(entries: list[LedgerEntry]) -> Iterator[int]:
    away = False
    for entry in entries:
        if away and not any(isinstance(event, e.WentPublic) for event in entry.events):
            yield entry.seq
        for event in entry.events:
            away = (away or isinstance(event, e.WentPrivate)) and not isinstance(event, e.WentPublic)


def _plain(record: PublicRecord) -> object:
    import msgspec

    return msgspec.to_builtins(record)
