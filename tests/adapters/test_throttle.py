"""The brake on an address: counts each by itself, and a stepped clock does not hold it."""

from appliance.adapters.memory import ManualClock
from appliance.adapters.throttle import AddressThrottle


def test_an_address_is_refused_after_its_number_of_attempts() -> None:
    throttle = AddressThrottle(3, ManualClock())
    assert [throttle.allows("10.0.0.1") for _ in range(5)] == [True, True, True, False, False]


def test_another_address_is_not_held_by_it() -> None:
    throttle = AddressThrottle(1, ManualClock())
    assert throttle.allows("10.0.0.1")
    assert not throttle.allows("10.0.0.1")
    assert throttle.allows("10.0.0.2")


def test_zero_means_no_limit() -> None:
    throttle = AddressThrottle(0, ManualClock())
    assert all(throttle.allows("10.0.0.1") for _ in range(1000))


def test_a_wall_clock_that_was_stepped_starts_the_count_anew() -> None:
    clock = ManualClock()
    throttle = AddressThrottle(1, clock)
    assert throttle.allows("10.0.0.1")
    clock.step(-3600)
    assert throttle.allows("10.0.0.1")
    assert not throttle.allows("10.0.0.1")
