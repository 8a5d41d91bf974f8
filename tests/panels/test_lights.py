"""What the lights show: one table of situations, and that no two shows can be taken for each other."""

import itertools
from typing import Any

import pytest

from appliance.core.ballot_paper import Choice
from appliance.core.state import PollState, Standing
from appliance.panels import lights as shown
from appliance.panels.lights import TICK_SECONDS, Pattern, Show, Situation, lights

FOR, AGAINST = Choice.FOR, Choice.AGAINST
VOTER: dict[str, Any] = {"sitting": True, "standing": Standing.PRESENT, "entitled": True, "poll": PollState.OPEN}


@pytest.mark.parametrize(
    ("facts", "show"),
    [
        ({}, "waiting"),
        ({"online": False}, "offline"),
        ({"online": False, "recorded": FOR}, "offline"),
        ({"online": False, "sending": FOR}, "offline"),
        ({"fault": True}, "offline"),
        ({"fault": True, "recorded": FOR}, "recorded"),
        ({"jammed": True, "recorded": FOR}, "jammed"),
        ({"refused": True, "recorded": FOR}, "refused"),
        ({"sending": FOR}, "sending"),
        ({"sending": AGAINST, "recorded": FOR}, "sending"),
        ({"sending": "check-in", "standing": Standing.LEFT}, "sending"),
        ({"recorded": FOR}, "recorded"),
        ({"recorded": FOR, "poll": PollState.HELD}, "recorded"),
        ({"recorded": FOR, "poll": PollState.CLOSED}, "recorded"),
        ({"recorded": FOR, "poll": PollState.CONFIRMED}, "recorded"),
        ({"recorded": FOR, "poll": PollState.ANNOUNCED}, "dark"),
        ({"recorded": FOR, "poll": PollState.VOID}, "dark"),
        ({"recorded": FOR, "standing": Standing.LEFT}, "recorded"),
        ({"poll": PollState.HELD}, "held"),
        ({"poll": PollState.HELD, "entitled": False}, "dark"),
        ({"poll": PollState.CLOSED}, "dark"),
        ({"poll": None}, "dark"),
        ({"entitled": False}, "not-your-poll"),
        ({"standing": Standing.EXPECTED}, "check-in"),
        ({"standing": Standing.LEFT}, "check-in"),
        ({"standing": Standing.EXCUSED, "poll": None}, "check-in"),
        ({"standing": Standing.UNEXCUSED, "poll": None}, "check-in"),
        ({"standing": Standing.ASKED}, "asked"),
        ({"standing": None}, "dark"),
        ({"sitting": False, "poll": None}, "dark"),
        ({"poll": None, "speech": "waiting"}, "wants-floor"),
        ({"poll": PollState.ANNOUNCED, "speech": "speaking"}, "speaking"),
        ({"speech": "speaking"}, "waiting"),
        ({"recorded": FOR, "speech": "waiting"}, "recorded"),
    ],
)
def test_a_situation_has_its_show(facts: dict[str, Any], show: str) -> None:
    assert lights(Situation(**{**VOTER, **facts})).show == show


ALL = [
    shown.OFFLINE,
    shown.JAMMED,
    shown.REFUSED,
    *shown.SENDING.values(),
    shown.SENDING_CHECK_IN,
    shown.CHECK_IN,
    shown.ASKED,
    shown.NOT_YOUR_POLL,
    shown.WAITING,
    *shown.RECORDED.values(),
    shown.HELD,
    shown.SPEAKING,
    shown.WANTS_FLOOR,
    shown.DARK,
]


def looks(pattern: Pattern) -> set[tuple[Any, ...]]:
    """Six seconds of a pattern, from every moment at which somebody may begin to look."""
    whole = [pattern.frames[i % len(pattern.frames)] for i in range(2 * 60)]
    return {tuple(whole[i : i + 60]) for i in range(60)}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ALL, 2)), ids=lambda p: p.show)
def test_no_two_patterns_look_alike_whenever_one_begins_to_look(one: Pattern, other: Pattern) -> None:
    assert looks(one).isdisjoint(looks(other))


def test_every_show_has_a_pattern() -> None:
    assert {pattern.show for pattern in ALL} == set(Show)


def test_only_a_recorded_choice_is_one_steady_light() -> None:
    steady = [p for p in ALL if len(set(p.frames)) == 1 and sum(p.frames[0]) == 1]
    assert [p.show for p in steady] == ["recorded"] * 3
    assert [p.frames[0] for p in steady] == [(True, False, False), (False, True, False), (False, False, True)]


@pytest.mark.parametrize("pattern", ALL, ids=lambda p: p.show)
def test_whoever_wakes_at_each_next_change_shows_every_frame(pattern: Pattern) -> None:
    now, frames = 1000.0, [pattern.at(1000.0)]
    while len(frames) < 8 and (change := pattern.next_change(now)) is not None:
        assert change > now
        ticks = round((change - now) / TICK_SECONDS)
        assert {pattern.at(now + i * TICK_SECONDS) for i in range(ticks)} == {frames[-1]}
        now = change
        frames.append(pattern.at(now))
        assert frames[-1] != frames[-2]
    assert (len(frames) == 1) == (len(set(pattern.frames)) == 1)


def test_steady_lights_wake_nobody() -> None:
    for pattern in (*shown.RECORDED.values(), shown.HELD, shown.DARK):
        assert pattern.next_change(12.34) is None


def test_lights_are_named_for_the_simulator() -> None:
    assert [shown.WAITING.word(i) for i in range(3)] == ["blink"] * 3
    assert [shown.RECORDED[AGAINST].word(i) for i in range(3)] == ["off", "on", "off"]
    assert [shown.SENDING[FOR].word(i) for i in range(3)] == ["flash", "off", "off"]
    assert [shown.NOT_YOUR_POLL.word(i) for i in range(3)] == ["off", "flash", "off"]


def test_the_handbooks_table_names_every_show_in_the_order_in_which_they_are_tried() -> None:
    table = [line.split("|")[1].strip() for line in (shown.__doc__ or "").splitlines() if line.startswith("|")]
    every = [show.value for show in Show]
    assert [row for row in table if row != "show" and set(row) != {"-"}] == [*every, *every], (
        "of three lights, and of one"
    )


ONE = list(dict.fromkeys(shown.one_light(pattern) for pattern in ALL))


def test_one_light_has_a_look_for_every_show() -> None:
    assert {pattern.show for pattern in ONE} == set(Show)
    for pattern in ALL:
        assert shown.one_light(pattern).show == pattern.show
        assert set(shown.one_light(pattern).frames) <= {(True,) * 3, (False,) * 3}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ONE, 2)), ids=lambda p: p.show)
def test_no_two_looks_of_one_light_are_alike_whenever_one_begins_to_look(one: Pattern, other: Pattern) -> None:
    assert looks(one).isdisjoint(looks(other))


def test_one_light_that_is_on_almost_always_is_a_recorded_choice_and_nothing_else() -> None:
    share = {pattern: sum(frame[0] for frame in pattern.frames) / len(pattern.frames) for pattern in ONE}
    recorded = {pattern for pattern in ONE if pattern.show == "recorded"}
    assert len(recorded) == 3
    assert {pattern for pattern, lit in share.items() if lit >= 0.9} == recorded
    assert max(lit for pattern, lit in share.items() if pattern not in recorded) <= 0.8


def test_one_light_flashes_within_the_time_for_which_a_refusal_is_shown() -> None:
    ticks = round(shown.REFUSED_SECONDS / TICK_SECONDS)
    refused = shown.one_light(shown.REFUSED)
    for begin in range(len(refused.frames)):
        states = [refused.frames[(begin + i) % len(refused.frames)][0] for i in range(ticks)]
        assert states.count(True) == states.count(False)
