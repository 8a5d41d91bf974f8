"""A speaker's time is up when the monotonic clock says so; it is noted in the record and cuts nobody off."""

from appliance.core import commands as c
from appliance.core import events as e
from appliance.services.chronicle import Chronicle
from appliance.services.speaking_clock import SpeakingClock
from tests.house import CHAIR, House, accepted, convene, member, sit


def watched(house: House) -> House:
    chronicle = Chronicle(house.chamber, house.ledger, house.clock)
    SpeakingClock(house.chamber, house.clock, house.timers, chronicle.speaking_ms)
    return house


def overruns(house: House) -> int:
    return sum(isinstance(x, e.FloorOverran) for s in house.memory.entries for x in s.entry.events)


def test_it_rings_after_the_time_given_and_the_speaker_speaks_on() -> None:
    house = watched(sit(convene(House.of(9)), present=6))
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", seconds=60))
    assert [seconds for seconds, _ in house.timers.due] == [60]
    house.timers.ring()
    assert overruns(house) == 1
    assert house.state.floor is not None
    assert house.timers.due == []


def test_time_added_moves_it_and_the_end_of_the_speech_stops_it() -> None:
    house = watched(sit(convene(House.of(9)), present=6))
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", seconds=60))
    house.clock.advance(20)
    accepted(house.give(CHAIR, c.AddTime, seconds=30))
    assert [seconds for seconds, _ in house.timers.due] == [70]
    accepted(house.give(CHAIR, c.EndFloor))
    assert house.timers.due == []


def test_a_clock_that_is_stepped_moves_nothing() -> None:
    house = watched(sit(convene(House.of(9)), present=6))
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", seconds=60))
    house.clock.step(3600)
    accepted(house.give(member(2), c.AskToSpeak))
    assert [seconds for seconds, _ in house.timers.due] == [60]


def test_after_a_restart_it_goes_on_from_where_it_was() -> None:
    house = sit(convene(House.of(9)), present=6)
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", seconds=60))
    house.clock.advance(25)
    again = watched(house.restarted())
    assert [seconds for seconds, _ in again.timers.due] == [35]


def test_a_disk_that_refuses_is_asked_again() -> None:
    house = watched(sit(convene(House.of(9)), present=6))
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", seconds=60))
    house.memory.broken = True
    house.timers.ring()
    assert overruns(house) == 0
    house.memory.broken = False
    house.timers.ring()
    assert overruns(house) == 1
