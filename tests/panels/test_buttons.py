"""From raw readings to named events: tables, and what must hold for any readings at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.ballot_paper import Choice
from appliance.panels.buttons import Buttons, Reading, Timing, What, at_start, due_at, later, read

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
TIMING = Timing(bounce_seconds=0.03, together_seconds=0.05, jam_seconds=8)
Line = tuple[int, str]
"""At so many milliseconds: `+f` the button for went down, `-a` against went up, `.` time passes."""

LETTERS = {"f": FOR, "a": AGAINST, "n": ABSTAIN}


def happened(*lines: Line, start: Buttons = Buttons()) -> list[str]:  # noqa: B008 - a frozen value
    """The events that these readings bring about, as words."""
    state, words = start, list[str]()
    for at, what in lines:
        if what == ".":
            state, events = later(state, at / 1000, TIMING)
        else:
            state, events = read(state, Reading(LETTERS[what[1]], what[0] == "+", at / 1000), TIMING)
        words += [f"{event.what} {event.button}" if event.button else event.what.value for event in events]
    return words


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(0, "+f"), (49, ".")], []),
        ([(0, "+f"), (50, ".")], ["pressed for"]),
        ([(0, "+a"), (20, "-a"), (50, ".")], ["pressed against"]),
        ([(0, "+n"), (300, "-n"), (900, "+n"), (1200, "-n")], ["pressed abstain", "pressed abstain"]),
        ([(0, "+f"), (2, "-f"), (3, "+f"), (5, "-f"), (6, "+f"), (90, "-f"), (300, ".")], ["pressed for"]),
        ([(0, "+f"), (200, "-f"), (202, "+f"), (204, "-f"), (300, ".")], ["pressed for"]),
        ([(0, "+f"), (10, "+a"), (80, "-a"), (90, "-f"), (300, ".")], ["two-at-once"]),
        ([(0, "+f"), (10, "-f"), (20, "+a"), (300, ".")], ["two-at-once"]),
        ([(0, "+f"), (10, "+a"), (15, "+n"), (90, "-f"), (95, "-n"), (99, "-a"), (300, ".")], ["two-at-once"]),
        ([(0, "+f"), (100, "+a"), (200, "-a"), (300, "-f"), (400, ".")], ["pressed for", "two-at-once"]),
        ([(0, "+f"), (5, "+a"), (90, "-a"), (150, "+a"), (300, ".")], ["two-at-once"]),
        ([(0, "+f"), (5, "+a"), (90, "-a"), (95, "-f"), (300, "+a"), (400, ".")], ["two-at-once", "pressed against"]),
        ([(0, "+f"), (7_999, ".")], ["pressed for"]),
        ([(0, "+f"), (8_000, "."), (20_000, ".")], ["pressed for", "jammed for"]),
        ([(0, "+f"), (9_000, "+a"), (9_100, "-a")], ["pressed for", "jammed for"]),
        (
            [(0, "+f"), (9_000, "-f"), (9_500, "+a"), (9_600, ".")],
            ["pressed for", "jammed for", "freed for", "pressed against"],
        ),
    ],
)
def test_readings_become_events(lines: list[Line], expected: list[str]) -> None:
    assert happened(*lines) == expected


def test_a_button_that_is_down_at_the_start_was_pressed_for_nobody_and_is_jammed_if_it_stays() -> None:
    assert happened((100, "."), (200, "-f"), (300, "+a"), (400, "."), start=at_start({FOR: 0.0})) == ["pressed against"]
    assert happened((8_000, "."), start=at_start({FOR: 0.0})) == ["jammed for"]


readings = st.lists(
    st.tuples(st.sampled_from(list(Choice)), st.booleans(), st.floats(0.0005, 3, allow_nan=False)), max_size=40
)


@given(readings)
def test_there_are_never_more_presses_than_times_that_a_button_went_down(
    steps: list[tuple[Choice, bool, float]],
) -> None:
    state, now, presses, downs = Buttons(), 0.0, 0, 0
    for button, down, pause in steps:
        now += pause
        downs += down and button not in state.down
        state, events = read(state, Reading(button, down, now), TIMING)
        presses += sum(event.what is What.PRESSED for event in events)
    _, events = later(state, now + 100, TIMING)
    assert presses + sum(event.what is What.PRESSED for event in events) <= downs


@given(readings)
def test_nothing_is_due_for_ever(steps: list[tuple[Choice, bool, float]]) -> None:
    state, now = Buttons(), 0.0
    for button, down, pause in steps:
        now += pause
        state, _ = read(state, Reading(button, down, now), TIMING)
    state, _ = later(state, now + 100, TIMING)
    assert due_at(state, TIMING) is None
