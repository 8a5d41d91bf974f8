"""The line that the panels of these tests hang on does to frames what a line does."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.firmware.wire import Faults, Wire

FRAMES = [bytes([number]) * 24 for number in range(40)]


def through(faults: Faults, seed: int = 1) -> list[bytes]:
    """All frames, one after the other."""
    wire, now, arrived = Wire(random.Random(seed), faults=faults), 0.0, list[bytes]()
    for frame in FRAMES:
        wire.say("master", frame, now)
        now += 0.01
        arrived += [data for _, data in wire.arrived(now)]
    return arrived


def test_a_frame_arrives_when_its_last_bit_is_out() -> None:
    wire = Wire(random.Random(1), baud=250_000)
    wire.say("master", FRAMES[1], 1.0)
    arrival = wire.next_arrival()
    assert arrival is not None
    assert abs(arrival - 1.00096) < 1e-9
    assert wire.arrived(1.0009) == []
    assert wire.arrived(arrival) == [("master", FRAMES[1])]


def test_two_who_speak_at_once_garble_each_other_and_one_after_the_other_do_not() -> None:
    wire = Wire(random.Random(1))
    wire.say("one", FRAMES[1], 0.0)
    wire.say("other", FRAMES[2], 0.0005)
    assert {data for _, data in wire.arrived(1.0)} & {FRAMES[1], FRAMES[2]} == set()
    assert wire.collisions == 1
    wire.say("one", FRAMES[1], 2.0)
    wire.say("one", FRAMES[3], 2.0)
    assert [data for _, data in wire.arrived(3.0)] == [FRAMES[1], FRAMES[3]]


@given(st.integers(0, 1000))
def test_faults_are_what_they_are_called(seed: int) -> None:
    assert through(Faults(), seed) == FRAMES
    assert through(Faults(drop=1.0), seed) == []
    assert through(Faults(double=1.0), seed) == [frame for frame in FRAMES for _ in range(2)]
    flipped = through(Faults(corrupt=1.0), seed)
    assert len(flipped) == len(FRAMES)
    assert [len(frame) for frame in flipped] == [24] * len(FRAMES)
    assert sorted(through(Faults(reorder=0.3), seed))[:39] <= FRAMES
    some = through(Faults(corrupt=0.1, drop=0.1, double=0.1), seed)
    assert 0 < len(set(some) & set(FRAMES)) < len(FRAMES) or some == FRAMES
