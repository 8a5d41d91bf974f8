"""The panel's buttons: the very rules of the appliance's, whatever the fingers do."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.panels import buttons as theirs
from appliance.panels.lights import ORDER
from firmware.panel import buttons as ours

TIMING = theirs.Timing(bounce_seconds=ours.BOUNCE_MS, together_seconds=ours.TOGETHER_MS, jam_seconds=ours.JAM_MS)
"""In milliseconds, so that both reckon exactly."""
WHAT = {
    ours.PRESSED: theirs.What.PRESSED,
    ours.TWO_AT_ONCE: theirs.What.TWO_AT_ONCE,
    ours.JAMMED: theirs.What.JAMMED,
    ours.FREED: theirs.What.FREED,
}
pauses = st.one_of(st.integers(0, 60), st.sampled_from([29, 30, 49, 50, 51, 7_999, 8_000]), st.integers(0, 20_000))
readings = st.lists(st.tuples(pauses, st.integers(0, 7)), max_size=25)


def named(events: "tuple[tuple[int, int], ...]") -> tuple[theirs.ButtonEvent, ...]:
    return tuple(
        theirs.ButtonEvent(WHAT[what], None if button == ours.NONE else ORDER[button]) for what, button in events
    )


@given(st.integers(0, 7), readings)
def test_the_panel_and_the_appliance_make_the_same_of_any_readings(first: int, moves: list[tuple[int, int]]) -> None:
    panel, now = ours.Buttons(first, 0), 0
    state = theirs.at_start({choice: 0.0 for button, choice in enumerate(ORDER) if first >> button & 1})
    for pause, down in moves:
        now += pause
        state, expected = theirs.later(state, now, TIMING)
        for button, choice in enumerate(ORDER):
            state, more = theirs.read(state, theirs.Reading(choice, bool(down >> button & 1), now), TIMING)
            expected += more
        assert named(panel.read(down, now)) == expected
        assert panel.due() == theirs.due_at(state, TIMING)
        assert panel.jammed == state.jammed


@given(st.integers(1, 20_000))
def test_a_long_press_is_one_press(held_ms: int) -> None:
    panel = ours.Buttons(0, 0)
    events = panel.read(1, 0) + panel.read(0, held_ms) + panel.later(60_000)
    assert [button for what, button in events if what == ours.PRESSED] == [0]
    assert ((ours.JAMMED, 0) in events) == (held_ms >= ours.JAM_MS)


@given(st.integers(1, 7), st.integers(0, 30_000))
def test_what_is_down_from_the_start_was_pressed_for_nobody(down: int, until: int) -> None:
    panel = ours.Buttons(down, 0)
    events = panel.later(until)
    assert all(what == ours.JAMMED for what, _ in events)
    assert bool(events) == (until >= ours.JAM_MS)
    freed = panel.read(0, until + 1)
    assert bool(freed) == bool(events)
    assert (ours.PRESSED, 1) in panel.read(2, until + 1_000) + panel.later(until + 2_000)
