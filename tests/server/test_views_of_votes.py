"""What roll calls, straw polls, groups and the presence wall may tell, in screens, minutes and the public's record."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.majority import count
from appliance.core.minutes import Minutes
from appliance.core.minutes_draft import draft as minutes_of
from appliance.core.public_reader import read
from appliance.server.live.audiences import INSIDERS, Audience
from appliance.server.live.votes import by_group
from tests.house import (
    CHAIR,
    CLERK,
    Hall,
    House,
    accepted,
    announce_poll,
    cast,
    close_poll,
    convene,
    draft,
    member,
    name_of,
    open_poll,
    sit,
)
from tests.server.test_views import view

EVERYBODY = [a for a in Audience if a not in {Audience.PANELS, Audience.WATCHER}]
PAST: dict[str, Any] = {
    "item": "i1", "question": "Thông qua chương trình?", "reason": "mất điện", "method": "paper",
    "present": 25, "for_": 20, "against": 3, "abstain": 1,
}  # fmt: skip


def called() -> Hall:
    hall = open_poll(sit(convene(Hall.of(27))), method="roll_call")
    accepted(hall.give(CHAIR, c.CallName, poll="p1", member=name_of(1)))
    accepted(hall.give(CLERK, c.EnterSpoken, poll="p1", member=name_of(1), choice="against"))
    accepted(hall.give(CHAIR, c.CallName, poll="p1", member=name_of(2)))
    return hall


@pytest.mark.parametrize("audience", EVERYBODY)
def test_all_see_whose_name_is_called_and_two_see_what_was_said(audience: Audience) -> None:
    shown = view(called(), audience)
    call = shown["roll_call"]
    assert (call["now"], call["next"]) == (name_of(2), name_of(3))
    assert [line["answered"] for line in call["names"][:3]] == [True, False, False]
    said = [line["choice"] for line in call["names"] if line.get("choice") is not None]
    assert said == (["against"] if audience in INSIDERS else [])


def test_groups_are_told_only_where_names_may_be() -> None:
    hall = announce_poll(cast(open_poll(sit(convene(Hall.of(27)))), yes=14, no=2))
    assert view(hall, Audience.HALL)["poll"]["result"].get("groups") is None
    assert view(hall, Audience.CLERK)["poll"]["result"]["groups"]
    shown = announce_poll(cast(open_poll(sit(convene(Hall.of(27))), show_names=True), yes=14, no=2))
    assert view(shown, Audience.HALL)["poll"]["result"]["groups"]
    by_hands = open_poll(sit(convene(Hall.of(27))), method="hands", show_names=True)
    accepted(by_hands.give(CLERK, c.EnterCounts, poll="p1", for_=14, against=2, abstain=0))
    announce_poll(by_hands)
    assert view(by_hands, Audience.CLERK)["poll"]["result"].get("groups") is None


@given(st.integers(1, 27), st.data())
def test_the_groups_add_up_to_the_whole(present: int, data: st.DataObject) -> None:
    hall = open_poll(sit(convene(Hall.of(27)), present))
    for i in range(1, present + 1):
        choice = data.draw(st.sampled_from(["for", "against", "abstain", None]))
        if choice is not None:
            accepted(hall.give(member(i), c.CastBallot, poll="p1", choice=choice))
    poll = hall.state.polls["p1"]
    tally, groups = count(poll, hall.state.ballots["p1"]), by_group(poll, hall.state)
    for name in ("for_", "against", "abstain", "not_pressed", "absent"):
        assert sum(getattr(group, name) for group in groups) == getattr(tally, name)


def test_a_straw_polls_numbers_are_told_to_all_when_it_is_over_and_the_names_to_nobody() -> None:
    hall = sit(convene(Hall.of(27)))
    accepted(hall.give(CHAIR, c.StartStraw))
    accepted(hall.give(member(1), c.AnswerStraw, straw="t1", answer="no"))
    for audience in EVERYBODY:
        straw = view(hall, audience)["straw"]
        assert (straw["answered"], straw.get("result")) == (1, None)
    accepted(hall.give(CHAIR, c.EndStraw))
    for audience in EVERYBODY:
        assert view(hall, audience)["straw"]["result"] == {"yes": 0, "no": 1, "unsure": 0}


def test_the_wall_tells_who_is_here_and_not_why_somebody_is_away() -> None:
    hall = sit(convene(Hall.of(3)), 1)
    accepted(hall.give(CLERK, c.MarkAbsent, member=name_of(2), excused=False))
    wall = view(hall, Audience.HALL)["presence"]["members"]
    assert [(line["member"], line["here"]) for line in wall] == [("m01", True), ("m02", False), ("m03", False)]
    assert "excused" not in str(view(hall, Audience.HALL))


# --- what is read from the ledger


def minutes(house: House) -> Minutes:
    found = minutes_of(sealed.entry for sealed in house.memory.entries)
    assert found is not None
    return found


def in_session() -> House:
    return sit(convene(House.of(27)))


def test_the_minutes_mark_what_was_entered_afterwards_and_count_no_part_as_a_resolution() -> None:
    house = in_session()
    taken = house.clock.now().utc.isoformat()
    accepted(house.give(CLERK, c.EnterPastPoll, poll="p0", taken=taken, **PAST))
    for actor in (CLERK, CHAIR):
        accepted(house.give(actor, c.ConfirmPoll, poll="p0"))
    accepted(house.give(CHAIR, c.AnnouncePoll, poll="p0"))
    draft(house, "whole")
    draft(house, "part", part_of="whole")
    for poll in ("part", "whole"):
        accepted(house.give(CHAIR, c.OpenPoll, poll=poll))
        announce_poll(cast(house, yes=20, poll=poll), poll)
    past, part, whole = minutes(house).polls
    assert (past.past_reason, past.present, past.tally.for_ if past.tally else 0) == ("mất điện", 25, 20)
    assert (part.part_of, part.whole, whole.parts) == ("whole", "Thông qua dự thảo Nghị quyết?", 1)
    assert [poll.poll for poll, _ in minutes(house).resolutions()] == ["p0", "whole"]
    public = {poll.poll: poll for poll in read(s.entry for s in house.memory.entries).polls}
    assert public["p0"].past_reason == "mất điện"
    assert public["part"].part_of == "whole"


def test_of_a_straw_poll_the_minutes_say_that_it_was_and_the_public_is_told_nothing() -> None:
    house = in_session()
    before = read(s.entry for s in house.memory.entries)
    accepted(house.give(CHAIR, c.StartStraw, question="Ai muốn nghỉ?"))
    accepted(house.give(member(1), c.AnswerStraw, straw="t1", answer="unsure"))
    accepted(house.give(CHAIR, c.EndStraw))
    told = read(s.entry for s in house.memory.entries)
    assert msgspec.structs.replace(told, seq=before.seq) == before
    assert len(minutes(house).passages[-1].straws) == 1
    assert "unsure" not in str(minutes(house))


def test_a_changed_draft_is_read_as_it_was_put_to_the_vote() -> None:
    house = draft(in_session())
    accepted(house.give(CLERK, c.EditPoll, poll="p1", item="i2", question="Câu mới?", method="hands", matter="other"))
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    (poll,) = minutes(house).polls
    assert (poll.subjects[0].question, poll.method, poll.matter) == ("Câu mới?", "hands", "other")
    public = read(s.entry for s in house.memory.entries).polls[0]
    assert (public.subjects[0].item, public.method) == ("i2", "hands")


def test_a_roll_call_is_in_the_minutes_by_name_and_by_group() -> None:
    house = open_poll(in_session(), method="roll_call")
    accepted(house.give(CHAIR, c.CallName, poll="p1", member=name_of(1)))
    accepted(house.give(CLERK, c.EnterSpoken, poll="p1", member=name_of(1), choice="for"))
    close_poll(house)
    for actor in (CLERK, CHAIR):
        accepted(house.give(actor, c.ConfirmPoll, poll="p1", seen={"for": 1, "against": 0, "abstain": 0}))
    accepted(house.give(CHAIR, c.AnnouncePoll, poll="p1"))
    (poll,) = minutes(house).polls
    assert poll.names is not None
    assert [line.choice for line in poll.names][:2] == ["for", None]
    assert sum(group.for_ for group in poll.groups) == 1
    assert sum(group.absent for group in poll.groups) == 2
