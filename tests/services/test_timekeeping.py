"""Is the clock set: what is believed, what speaks against it, and when a person may set it."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.refusals import Code, Fault
from appliance.services.readiness_facts import ClockFacts
from appliance.services.timekeeping import AGREES_SECONDS, EARLIEST, LATEST, Timekeeping, is_unset, may_set
from tests.house import House

NOW = datetime(2026, 12, 18, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("clock", "newest", "unset"),
    [
        (ClockFacts(watched=True), None, True),
        (ClockFacts(watched=True, synchronised=False), None, True),
        (ClockFacts(watched=True, synchronised=True), None, False),
        (ClockFacts(watched=True, set_by_hand=True), None, False),
        (ClockFacts(watched=True, rtc_offset=0.4), None, False),
        (ClockFacts(watched=True, rtc_offset=AGREES_SECONDS), None, True),
        (ClockFacts(watched=True, rtc_offset=-86400.0), None, True),
        # a battery-backed clock that fell behind the record has no battery; a person and a server are believed
        (ClockFacts(watched=True, rtc_offset=0.4), LATER, True),
        (ClockFacts(watched=True, set_by_hand=True), LATER, False),
        (ClockFacts(watched=True, synchronised=True), LATER, False),
        # a laptop's clock is its owner's
        (ClockFacts(), None, False),
        (ClockFacts(rtc_offset=1e9), LATER, False),
    ],
)
def test_what_speaks_for_the_time(clock: ClockFacts, newest: datetime | None, unset: bool) -> None:
    assert is_unset(clock, NOW, newest) is unset


def test_a_clock_that_stands_before_the_appliance_was_made_is_unset_whatever_battery_it_has() -> None:
    assert is_unset(ClockFacts(watched=True, rtc_offset=0.0), datetime(1970, 1, 1, 0, 3, tzinfo=UTC), None)


def test_a_clock_that_stands_before_its_release_was_made_is_unset_and_is_not_set_so() -> None:
    battery, made = ClockFacts(watched=True, rtc_offset=0.0), NOW + timedelta(days=90)
    assert is_unset(battery, NOW, None, made)
    assert not is_unset(battery, made, None, made)
    refusal = may_set(NOW, None, sitting=False, sure=True, earliest=made)
    assert refusal is not None
    assert refusal.code is Code.CLOCK_IMPLAUSIBLE


@pytest.mark.parametrize(
    ("utc", "sitting", "sure", "code"),
    [
        (NOW, False, False, None),
        (NOW, True, False, Code.CLOCK_SITTING_OPEN),
        (NOW, True, True, Code.CLOCK_SITTING_OPEN),
        (EARLIEST - timedelta(seconds=1), False, True, Code.CLOCK_IMPLAUSIBLE),
        (LATEST, False, True, Code.CLOCK_IMPLAUSIBLE),
    ],
)
def test_when_it_may_be_set(utc: datetime, sitting: bool, sure: bool, code: Code | None) -> None:
    refusal = may_set(utc, None, sitting=sitting, sure=sure)
    assert (refusal.code if refusal else None) is code


def test_behind_the_record_only_with_a_second_yes() -> None:
    refusal = may_set(NOW, LATER, sitting=False, sure=False)
    assert refusal is not None
    assert refusal.code is Code.CLOCK_BEFORE_RECORD
    assert may_set(NOW, LATER, sitting=False, sure=True) is None


def test_a_house_without_a_helper_says_that_it_cannot() -> None:
    keeping = Timekeeping(House.of(5).chamber, ClockFacts)
    with pytest.raises(Fault, match="clock-not-settable"):
        keeping.set(NOW)
