"""What stands beside the live picture: the frame of each moment, and what must never be in one."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.broadcast import Frame, frame_of, joined, recent
from appliance.core.ledger import read
from appliance.core.public_reader import PublicReader
from appliance.core.public_record import At
from tests.house import CHAIR, START, House, accepted, announce_poll, cast, close_poll, confirm_poll, convene, open_poll
from tests.house import sit as sit_down

WORDS = {"vi": {"result": "{for}/{n} {percent} {outcome}", "other_adopted": "Thông qua.", "comma": ","}}
WORDS["vi"] |= dict.fromkeys(("resolution_adopted", "resolution_rejected", "other_rejected"), "Kết luận.")


def frames_of(house: House) -> tuple[Frame, ...]:
    """All frames of what is in the house's ledger, as the portal makes them."""
    reader = PublicReader()
    found: tuple[Frame, ...] = ()
    bodies = (body for _, _, body in house.ledger.rows(house.state.ledger))
    for entry in read(bodies):
        if reader.read(entry):
            at = At(entry.time, entry.uptime_ms, entry.seq)
            found = joined(found, frame_of(reader.record, at, WORDS))
    return found


def written(frames: tuple[Frame, ...]) -> str:
    """As the public gets it."""
    return msgspec.json.encode(frames).decode()


def house() -> House:
    return sit_down(convene(House.of()), present=25)


def test_the_frame_tells_the_item_the_meeting_is_at() -> None:
    last = frames_of(house())[-1]
    assert (last.stage, last.private) == ("sitting", False)
    assert last.item is not None
    assert (last.item.number, last.item.title) == ("1", "Nội dung 1")


def test_ballots_are_told_to_nobody() -> None:
    before = frames_of(open_poll(house()))
    after = frames_of(cast(open_poll(house()), yes=20, no=3))
    assert len(after) == len(before)
    assert "for" not in written(after).replace("before", "")


@pytest.mark.parametrize("step", [close_poll, confirm_poll])
def test_a_result_is_told_from_its_announcement_on_and_not_before(step: Any) -> None:
    here = cast(open_poll(house()), yes=20, no=3)
    step(here)
    frame = frames_of(here)[-1]
    assert frame.poll is not None
    assert (frame.poll.state, frame.poll.result) == ("closed", None)
    assert "tally" not in written(frames_of(here)).replace('"result":null', "")


def test_an_announced_result_stands_with_its_sentence() -> None:
    frame = frames_of(announce_poll(cast(open_poll(house()), yes=20, no=3)))[-1]
    assert frame.poll is not None
    assert frame.poll.result is not None
    assert frame.poll.result.tally.for_ == 20
    assert frame.poll.result.sentence["vi"].startswith("20/27")


def test_while_private_nothing_is_told_but_that_it_is_so() -> None:
    here = house()
    accepted(here.give(CHAIR, c.GoPrivate))
    shut = frames_of(here)[-1]
    accepted(here.give(CHAIR, c.StartItem, item="i2"))
    announce_poll(cast(open_poll(here, item="i2"), yes=20))
    frames = frames_of(here)
    assert frames[-1] == shut
    assert (shut.private, shut.item, shut.poll, shut.speaker) == (True, None, None, None)
    assert "Nội dung 2" not in written(frames)


def test_a_vote_of_the_private_part_is_not_told_afterwards_either() -> None:
    here = house()
    accepted(here.give(CHAIR, c.GoPrivate))
    announce_poll(cast(open_poll(here), yes=20))
    accepted(here.give(CHAIR, c.GoPublic))
    last = frames_of(here)[-1]
    assert last.private is False
    assert last.poll is None
    assert "20/27" not in written(frames_of(here))


def frame(uptime_ms: int, seq: int = 1) -> Frame:
    return Frame(seq=seq, at=START, uptime_ms=uptime_ms, stage="sitting")


def shown(frames: tuple[Frame, ...], uptime_ms: int) -> int:
    """The page's own rule (web/src/portal/frames.ts)."""
    found = frames[0]
    for one in frames:
        if one.uptime_ms <= uptime_ms:
            found = one
    return found.seq


def test_what_was_told_before_this_boot_stands_as_the_beginning() -> None:
    frames = (frame(50_000, 1), frame(90_000, 2), frame(3_000, 3), frame(7_000, 4))
    kept = recent(frames, uptime_ms=8_000, window_ms=60_000)
    assert [(one.seq, one.uptime_ms) for one in kept] == [(2, 0), (3, 3_000), (4, 7_000)]


def test_before_anything_was_told_in_this_boot_the_newest_stands_alone() -> None:
    kept = recent((frame(50_000, 1), frame(90_000, 2)), uptime_ms=4_000, window_ms=60_000)
    assert [(one.seq, one.uptime_ms) for one in kept] == [(2, 0)]


@given(st.lists(st.integers(0, 10_000), min_size=1).map(sorted), st.integers(0, 3_000), st.integers(0, 3_000))
def test_every_picture_of_the_window_finds_the_state_of_its_moment(told: list[int], window: int, old: int) -> None:
    frames = tuple(frame(uptime_ms, seq) for seq, uptime_ms in enumerate(told))
    now = told[-1]
    moment = now - min(old, window)
    assert shown(recent(frames, now, window), moment) == shown(frames, moment)
