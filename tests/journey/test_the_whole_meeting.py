"""The year-end session of 24 items, from an empty installation to the closing, by people in real browsers.

Chair, clerk, hall and three delegates (two of them the tellers) each have a browser; the others vote with their cards
over the wire. One member is away, one late, one leaves at noon; one resolution fails, one vote is taken again, and the
election on paper has two rounds. What came of it stands in `whole_meeting_table.py`, written by hand.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journey import whole_meeting_after as after
from tests.journey import whole_meeting_before as before
from tests.journey import whole_meeting_day as day
from tests.journey.whole_meeting_house import House


@pytest.mark.timeout(600)  # a whole day, in six browsers; two quiet cores need less than four minutes
def test_the_whole_meeting_is_held_and_every_account_of_it_agrees(browser: Browser, tmp_path: Path) -> None:
    house = House(browser, tmp_path / "data")
    before.the_clerk_puts_the_council_on_file(house)
    before.the_chair_gets_an_account(house)
    before.cards_are_printed(house)
    before.the_meeting_is_prepared(house)
    before.its_votes_are_prepared(house)
    before.the_meeting_is_convened(house)
    before.the_hall_is_let_in(house)
    house.delegates_come()
    before.three_delegates_send_questions(house)
    before.the_clerk_selects_them(house)
    day.the_morning_opens(house)
    day.the_programme_is_voted_on(house)
    day.the_reports_are_heard(house)
    day.one_speaks(house)
    day.one_leaves_at_noon(house)
    day.the_afternoon_opens(house)
    day.three_questions_are_answered(house)
    day.one_is_elected(house)
    day.the_resolutions_are_voted_on(house)
    day.the_election_is_confirmed(house)
    day.the_meeting_is_closed(house)
    after.the_api_agrees(house)
    after.the_ledger_agrees(house)
    after.the_minutes_agree(house)
    assert house.close() == 0
