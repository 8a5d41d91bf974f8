"""A panel in a poll: what a press lights, when it counts, and what does not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.panels.bus.session import Told
from firmware.panel import shows
from firmware.panel.frame import (
    BROWNOUT,
    BUZZER,
    JAMMED,
    LOCATE,
    LONGEST_WAIT_TENTHS,
    OPEN,
    POLL,
    RECORDED,
    REFUSED,
    TAKEN,
    TESTING,
    TWO_AT_ONCE,
    Frame,
    Key,
    unpack,
)
from firmware.panel.presses import LAST_PRESS
from tests.firmware.table import ABSTAIN, ADDRESS, AGAINST, BALLOT, FOR, SECRET, Table


@pytest.fixture
def table() -> Table:
    """A panel that is served, in an open poll."""
    table = Table()
    table.serve(BALLOT)
    return table


@pytest.mark.parametrize("button", [FOR, AGAINST, ABSTAIN])
def test_a_press_blinks_until_it_is_recorded_and_is_steady_then(table: Table, button: int) -> None:
    assert table.shown == shows.WAITING
    table.tap(button)
    assert table.shown == shows.SENDING + button
    table.poll()
    press = table.press()
    assert press is not None
    assert (press.button, press.tag) == (button, BALLOT.tag)
    assert table.shown == shows.SENDING + button, "told is not recorded"
    table.poll(Told(shows.WAITING, BALLOT.tag, press.number, TAKEN))
    assert table.shown == shows.SENDING + button, "taken is not recorded"
    table.record(press)
    assert table.shown == shows.RECORDED + button
    assert table.session.last.press == 0


def test_a_press_is_told_with_every_answer_until_its_verdict_is_there(table: Table) -> None:
    table.tap(AGAINST)
    for _ in range(5):
        assert table.panel.frame(table.ask(), table.now)
        table.hear(None)  # lost on the way
    table.serve()
    press = table.press()
    assert press is not None
    assert press.button == AGAINST


def test_changing_ones_mind_is_one_press_and_the_older_verdict_changes_nothing(table: Table) -> None:
    table.tap(FOR)
    table.poll()
    first = table.press()
    table.tap(AGAINST)
    assert table.shown == shows.SENDING + AGAINST
    assert first is not None
    table.poll(Told(shows.RECORDED + FOR, BALLOT.tag, first.number, RECORDED))
    assert table.shown == shows.SENDING + AGAINST, "the newer press is not recorded yet"
    second = table.press()
    assert second is not None
    assert second.number > first.number
    table.record(second)
    assert table.shown == shows.RECORDED + AGAINST


def test_a_refused_press_flashes_and_the_show_goes_on(table: Table) -> None:
    table.tap(FOR)
    table.poll()
    press = table.press()
    assert press is not None
    table.poll(Told(shows.WAITING, BALLOT.tag, press.number, REFUSED))
    assert table.shown == shows.REFUSED
    table.wait(801)
    assert table.shown == shows.WAITING


def test_a_press_that_nobody_answers_is_dropped_in_the_end(table: Table) -> None:
    table.tap(FOR)
    table.keep_polling(LONGEST_WAIT_TENTHS * 100 - 1000)
    assert table.shown == shows.SENDING + FOR
    table.keep_polling(1200)
    assert table.shown == shows.REFUSED
    table.poll()
    assert table.session.last.press == 0
    table.wait(801)
    assert table.shown == shows.WAITING


def test_a_press_keeps_what_was_asked_when_it_was_made(table: Table) -> None:
    table.tap(FOR)
    table.poll(Told(shows.WAITING, tag=6))
    press = table.press()
    assert press is not None
    assert press.tag == BALLOT.tag


def test_what_is_asked_while_the_finger_comes_down_is_not_what_it_answers(table: Table) -> None:
    """A press counts once it has been alone for a moment; another question may come within that moment."""
    table.panel.buttons(0b001, table.now)
    table.wait(20)
    table.poll(Told(shows.WAITING, tag=6))
    table.wait(40)
    table.poll()
    press = table.press()
    assert press is not None
    assert press.tag == BALLOT.tag


def test_a_finger_that_comes_down_while_a_test_begins_is_neither_vote_nor_test(table: Table) -> None:
    for flags in (TESTING, 0):
        table.panel.buttons(0b001, table.now)
        table.wait(20)
        table.poll(Told(shows.WAITING, BALLOT.tag, flags=flags))
        table.wait(100)
        table.panel.buttons(0, table.now)
        table.poll()
        assert table.session.last.press == 0
        table.wait(200)
    table.tap(FOR)
    table.poll()
    assert table.press() is not None


def test_two_at_once_is_none_and_is_told_once(table: Table) -> None:
    table.panel.buttons(0b011, table.now)
    table.wait(100)
    assert table.shown == shows.REFUSED
    table.panel.buttons(0, table.now)
    table.poll()
    assert (table.session.last.press, table.session.last.state & TWO_AT_ONCE) == (0, TWO_AT_ONCE)
    table.poll()
    assert table.session.last.state & TWO_AT_ONCE == 0


def test_a_long_press_votes_once_and_a_jammed_button_is_told_until_it_is_free(table: Table) -> None:
    table.panel.buttons(0b010, table.now)
    table.wait(60)
    table.poll()
    press = table.press()
    assert press is not None
    table.record(press)
    table.keep_polling(7_800)
    assert table.shown == shows.RECORDED + AGAINST
    table.keep_polling(400)
    assert table.shown == shows.JAMMED
    assert table.session.last.state & JAMMED
    assert table.press() is None
    table.panel.buttons(0, table.now)
    table.poll()
    assert table.session.last.state & JAMMED == 0
    assert table.shown == shows.RECORDED + AGAINST


def test_a_button_stuck_from_the_start_votes_for_nobody_and_is_told() -> None:
    table = Table(down=0b001)
    table.serve(BALLOT)
    assert table.session.last.down == 0b001
    table.keep_polling(8_200)
    assert table.session.last.state & JAMMED
    assert (table.session.last.press, table.press()) == (0, None)
    assert table.shown == shows.JAMMED


def test_silence_is_shown_and_a_press_in_it_waits_for_the_hall_to_come_back(table: Table) -> None:
    table.wait(1_000)
    assert table.shown == shows.WAITING
    table.wait(1)
    assert table.shown == shows.OFFLINE
    table.tap(ABSTAIN)
    assert table.shown == shows.OFFLINE
    table.wait(2_000)
    table.serve()
    press = table.press()
    assert press is not None
    assert (press.button, press.age) == (ABSTAIN, 2.0)
    assert table.shown == shows.SENDING + ABSTAIN


def test_an_appliance_that_cannot_record_looks_like_none(table: Table) -> None:
    table.tap(FOR)
    table.poll(Told(shows.OFFLINE, BALLOT.tag))
    assert table.shown == shows.OFFLINE


def test_power_lost_between_press_and_light_leaves_no_press_behind_and_another_boot(table: Table) -> None:
    table.tap(FOR)
    table.poll()
    before = table.press()
    table.switch_on(table.panel.hall)
    assert table.shown == shows.OFFLINE
    table.serve()
    assert (table.session.last.press, table.press()) == (0, None)
    table.tap(FOR)
    table.poll()
    after = table.press()
    assert before is not None
    assert after is not None
    assert before.number == after.number
    assert before.boot != after.boot, "the two must not be taken for one"


def test_the_appliance_starts_again_and_the_press_keeps_its_name(table: Table) -> None:
    table.tap(FOR)
    table.poll()
    before = table.press()
    table.restart_master()
    table.serve()
    after = table.press()
    assert before is not None
    assert after is not None
    assert (before.boot, before.number) == (after.boot, after.number)


def test_what_is_pressed_for_a_test_is_no_vote_and_lights_are_the_testers(table: Table) -> None:
    testing = Told(shows.STEADY + 5, tag=0, flags=TESTING)
    table.poll(testing)
    table.tap(FOR)
    table.poll()
    assert table.session.last.press == 1
    assert table.session.last.lit == 0b101
    table.poll(BALLOT)
    assert table.session.last.press == 0
    table.tap(FOR)
    table.poll(testing)
    assert table.session.last.press == 0, "and no vote is taken for a test"


def test_a_finger_that_came_down_in_a_test_makes_no_vote_when_the_test_ends(table: Table) -> None:
    table.poll(Told(shows.STEADY, tag=0, flags=TESTING))
    table.panel.buttons(1 << FOR, table.now)  # not long enough to be a press
    table.poll(BALLOT)
    table.wait(100)
    table.poll()
    assert table.session.last.press == 0
    table.panel.buttons(0, table.now)
    table.wait(100)
    table.tap(FOR)
    table.poll()
    assert table.session.last.press == 1


def test_a_panel_that_is_looked_for_shows_nothing_else(table: Table) -> None:
    table.tap(FOR)
    table.poll(Told(shows.WAITING, BALLOT.tag, flags=LOCATE))
    assert table.shown == shows.LOCATED
    table.poll(BALLOT)
    assert table.shown == shows.SENDING + FOR


def test_the_buzzer_says_recorded_and_refused_where_the_hall_wants_it(table: Table) -> None:
    table.tap(FOR)
    table.poll()
    press = table.press()
    assert press is not None
    table.poll(Told(shows.RECORDED, BALLOT.tag, press.number, RECORDED, flags=BUZZER))
    assert [table.panel.sounds(table.now + ms) for ms in (0, 99, 100, 500)] == [True, True, False, False]
    table.panel.buttons(0b011, table.now)
    assert [table.panel.sounds(table.now + ms) for ms in (0, 100, 200, 300, 400, 500)] == [True, False] * 3


def test_a_start_by_the_watchdog_is_told() -> None:
    table = Table()
    table.switch_on(table.panel.hall, weak=True)
    table.serve()
    assert table.session.last.state & BROWNOUT


def test_numbers_of_a_boot_never_come_twice(table: Table) -> None:
    names = set()
    table.panel._presses._number = LAST_PRESS - 1
    for _ in range(3):
        table.tap(FOR)
        table.serve()
        press = table.press()
        if press is not None:
            assert (press.boot, press.number) not in names
            names.add((press.boot, press.number))
            table.record(press)
        table.wait(200)
    assert {number for _, number in names} == {LAST_PRESS, 1}


# --- whom a panel does not answer


def test_an_old_poll_a_strangers_poll_and_anothers_poll_are_not_answered(table: Table) -> None:
    asked = table.ask()
    assert table.panel.frame(asked, table.now)
    assert table.panel.frame(asked, table.now) is None, "the same once more"
    later = table.ask()
    poll = unpack(later)
    assert table.panel.frame(Frame(ADDRESS, POLL, poll.counter, poll.body).pack(Key(bytes(16))), table.now) is None
    assert table.panel.frame(Frame(ADDRESS + 1, POLL, poll.counter, poll.body).pack(table.key), table.now) is None
    assert table.panel.frame(later, table.now), "and nothing of this has cut it off"


def test_a_replayed_open_does_not_cut_the_panel_off(table: Table) -> None:
    opening = Table(seed=2).ask()
    assert unpack(opening).kind == OPEN
    assert table.panel.frame(opening, table.now), "it cannot know that this is old"
    table.tap(FOR)
    assert table.poll(), "the session goes on"
    assert table.session.last.press == 1


def test_a_whole_recorded_session_changes_nothing_however_often_it_is_played() -> None:
    table = Table()
    tape = []
    for told in (BALLOT, BALLOT, BALLOT, Told(shows.RECORDED, BALLOT.tag)):
        table.told = told
        tape.append(table.ask())
        table.hear(table.panel.frame(tape[-1], table.now))
    assert table.shown == shows.RECORDED
    for restart in (False, True):
        if restart:
            table.switch_on(table.panel.hall)
        table.restart_master()
        table.serve(Told(shows.WAITING, tag=9))
        for _ in range(3):
            answers = [table.panel.frame(data, table.now) for data in tape]
            assert answers[1:] == [None, None, None]
            assert table.shown == shows.WAITING
        assert table.poll()


def test_a_panel_of_another_hall_is_served_by_none_and_says_so() -> None:
    table = Table()
    table.restart_master(bytes(16))
    for _ in range(12):
        assert not table.poll()
        table.wait(200)
    assert table.shown == shows.STRANGER
    table.tap(FOR)
    assert not table.poll()
    table.wait(10_001)
    assert table.shown == shows.OFFLINE
    table.restart_master(SECRET)
    table.serve()
    assert table.session.last.press == 0
    assert table.shown == BALLOT.pattern


@given(st.integers(0, 239), st.lists(st.tuples(st.integers(0, 400), st.integers(-30, 30)), max_size=30))
def test_panels_blink_in_step_with_the_hall(phase: int, polls: list[tuple[int, int]]) -> None:
    """Never more than a tenth beside the hall's count, and never back by more: no light stumbles."""
    table, hall_began = Table(), -phase * 100
    table.serve()
    for pause, late in polls:
        table.wait(pause)
        hall_ms = table.now - hall_began - abs(late)
        table.panel._beat.heard(hall_ms // 100 % shows.CYCLE, table.now)
        beside = (table.panel._beat.tenth(table.now) - (table.now - hall_began) // 100) % shows.CYCLE
        assert beside in {0, shows.CYCLE - 1}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3_000)), max_size=20))
def test_whatever_happens_next_by_itself_is_due_in_time(moves: list[tuple[int, int]]) -> None:
    """A board that sleeps until `due` shows what one that never sleeps does."""
    asleep, awake = Table(seed=3), Table(seed=3)
    for table in (asleep, awake):
        table.serve()
    for down, pause in moves:
        for table in (asleep, awake):
            table.panel.buttons(down, table.now)
        until = asleep.now + pause
        lit, due = asleep.lit, asleep.panel.due(asleep.now)
        while awake.now < until:
            awake.wait(1)
            if awake.now >= due:
                asleep.wait(due - asleep.now)
                lit, due = asleep.lit, asleep.panel.due(asleep.now)
            assert (awake.lit, awake.panel.state) == (lit, asleep.panel.state)
        asleep.wait(until - asleep.now)
