"""Whom the master asks next: everybody within the bound, the silent at little cost, news soon."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.panels.bus.arithmetic import BAUD, PROMISE_MS, press_ms, round_ms, table
from appliance.panels.bus.schedule import EXTRA_EVERY, MOST_PANELS, Next, Schedule, Turn


def fresh(live: int, silent: int = 0) -> Schedule:
    """So many that answer, and so many that do not."""
    schedule = Schedule()
    schedule.panels(range(1, live + silent + 1))
    for address in range(1, live + 1):
        schedule.heard(address)
    return schedule


@given(
    st.integers(1, MOST_PANELS), st.integers(0, 8), st.lists(st.integers(1, MOST_PANELS), max_size=200), st.booleans()
)
def test_nobody_waits_longer_than_the_arithmetic_says(live: int, silent: int, news: list[int], looking: bool) -> None:
    schedule, waited = fresh(live, silent), dict.fromkeys(range(1, live + 1), 0)
    schedule.looking = looking
    bound = (live + 2) * EXTRA_EVERY / (EXTRA_EVERY - 1) + 2
    for _ in range(300):
        if news:
            schedule.urgent(news.pop())
        found = schedule.next()
        assert found is not None
        for address in waited:
            waited[address] = 0 if found.address == address and found.turn is Turn.PANEL else waited[address] + 1
            assert waited[address] <= bound


def test_news_is_told_out_of_turn_and_once() -> None:
    schedule = fresh(MOST_PANELS)
    for _ in range(EXTRA_EVERY):
        schedule.next()
    schedule.urgent(MOST_PANELS)
    turns = [schedule.next() for _ in range(EXTRA_EVERY)]
    assert sum(turn is not None and turn.address == MOST_PANELS for turn in turns) == 1


def test_the_silent_cost_one_question_a_round_and_each_gets_its_turn() -> None:
    schedule = fresh(3, silent=4)
    turns = [schedule.next() for _ in range(16)]
    assert [turn.address for turn in turns if turn and turn.turn is Turn.SILENT] == [4, 5, 6, 7]
    assert [turn.first for turn in turns[:5] if turn] == [True, False, False, False, True]


def test_a_new_one_is_looked_for_once_a_round_and_only_when_asked() -> None:
    schedule = Schedule()
    assert schedule.next() is None
    schedule.looking = True
    assert [schedule.next() for _ in range(2)] == [Next(Turn.WHO, 0, True)] * 2


def test_who_was_taken_away_is_asked_no_more() -> None:
    schedule = fresh(3)
    schedule.urgent(2)
    schedule.panels([1, 3])
    asked = {found.address for found in (schedule.next() for _ in range(20)) if found}
    assert asked == {1, 3}


def test_a_full_dongle_keeps_the_promise_by_reckoning() -> None:
    assert round_ms(MOST_PANELS, BAUD) <= PROMISE_MS
    assert round_ms(MOST_PANELS, 115_200) > PROMISE_MS  # which is why it is not the baud rate
    middle, worst = press_ms(MOST_PANELS, BAUD)
    assert middle < worst
    assert "247 ms" in table()
