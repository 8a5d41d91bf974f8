"""The minutes page leads to the minutes of every meeting."""

import random

from appliance.core import commands as c
from tests.core.a_random_meeting import CHAIR, CLERK, RandomMeeting
from tests.server.test_minutes_page import desk_of


def test_after_the_next_meeting_is_convened_the_minutes_before_can_still_be_found() -> None:
    meeting = RandomMeeting(random.Random(1), 27)
    meeting.play(0)
    first = meeting.store.head().ledger
    desk = desk_of(meeting.store)
    assert "?ledger=" not in desk.sheet(desk.minutes(None), "vi"), "one meeting needs no list"
    assert meeting.give(c.CloseSitting, CHAIR)
    assert meeting.give(c.CloseMeeting, CHAIR)
    assert meeting.give(c.ConveneMeeting, CLERK, title="Kỳ họp sau")
    assert [title for _, title in desk.meetings()] == ["Kỳ họp sau", "Kỳ họp thử"]
    assert f'<a href="/minutes?ledger={first}">Kỳ họp thử</a>' in desk.sheet(desk.minutes(None), "vi")
    assert '<a href="/minutes?ledger=' in desk.sheet(desk.minutes(first), "vi")
