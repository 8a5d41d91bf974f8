"""The panel's patterns: the looks of the appliance's table, by numbers that never change."""

from appliance.panels.bus.patterns import NUMBERS, steady
from firmware.panel import shows


def test_every_pattern_of_the_appliance_looks_the_same_on_a_panel() -> None:
    assert {
        number: bytes(sum(lit << light for light, lit in enumerate(frame)) for frame in pattern.frames)
        for pattern, number in NUMBERS.items()
    } == {number: frames for number, frames in shows.PATTERNS.items() if number < shows.STEADY}


def test_any_lights_can_be_lit_for_whoever_tests_them() -> None:
    for bits in range(8):
        lit = (bool(bits & 1), bool(bits & 2), bool(bits & 4))
        assert shows.frames(steady(lit)) == bytes([bits])


def test_all_panels_blink_in_step_when_the_tenths_begin_anew() -> None:
    assert {shows.CYCLE % len(frames) for frames in shows.PATTERNS.values()} == {0}


def test_only_a_recorded_choice_lights_one_light_steadily() -> None:
    steady_ones = {number for number, frames in shows.PATTERNS.items() if set(frames) in ({1}, {2}, {4})}
    for_tests = {shows.STEADY + 1, shows.STEADY + 2, shows.STEADY + 4}
    assert steady_ones - for_tests == {shows.RECORDED, shows.RECORDED + 1, shows.RECORDED + 2}


def test_a_number_of_a_newer_appliance_says_use_a_tablet() -> None:
    assert shows.frames(31) == shows.frames(shows.OFFLINE)
