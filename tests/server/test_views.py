"""Who sees what: no view tells more than its audience may know, in any state of a poll."""

import itertools
from typing import Any

import msgspec
import pytest

from appliance.core import commands as c
from appliance.server.live import sections
from appliance.server.live.audiences import DESK, INSIDERS, SECTIONS, Around, Audience, audience_of
from appliance.server.live.polls import Polls, mine_of, progress
from appliance.server.live.table import sections_table
from appliance.server.words import LANGUAGES, Words
from tests.core.a_random_meeting import ROOT
from tests.house import (
    AUDITOR,
    CHAIR,
    CLERK,
    OTHER_CHAIR,
    Hall,
    accepted,
    announce_poll,
    cast,
    close_poll,
    confirm_poll,
    convene,
    draft,
    member,
    open_poll,
    sit,
)

WORDS = Words(ROOT / "web" / "src" / "words")
POLLS = Polls({language: WORDS.namespace(language, "sentence") for language in LANGUAGES})
TABLE = sections_table(POLLS, lambda state, audience: ())
AROUND = Around()
OUTSIDERS = frozenset(Audience) - INSIDERS


def view(hall: Hall, audience: Audience, around: Around = AROUND) -> dict[str, Any]:
    """Everything that this audience is shown, as it goes over the wire."""
    built = {name: TABLE[name].build(hall.state, around, audience) for name in SECTIONS[audience]}
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(built))
    return found


def voted(**fields: Any) -> Hall:
    """27 members, 25 present, a poll with 13 for, 2 against, 3 abstaining."""
    return cast(open_poll(sit(convene(Hall.of())), **fields), yes=13, no=2, none=3)


def choices_in(value: Any) -> list[Any]:
    """Every `choice` and every tally anywhere in a view."""
    if isinstance(value, dict):
        own = [value[key] for key in ("choice", "tally", "result", "names") if value.get(key) is not None]
        return own + list(itertools.chain.from_iterable(map(choices_in, value.values())))
    return list(itertools.chain.from_iterable(map(choices_in, value))) if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("audience", [a for a in Audience if a is not Audience.PANELS])
@pytest.mark.parametrize("held", [False, True])
def test_while_a_poll_runs_nobody_sees_a_choice_or_a_partial_result(audience: Audience, held: bool) -> None:
    hall = voted(show_names=True)
    if held:
        hall.give(CHAIR, c.HoldPoll, poll="p1")
    assert choices_in(view(hall, audience)) == []


def test_while_a_poll_runs_everybody_sees_how_many_have_pressed() -> None:
    hall = voted()
    for audience in (a for a in Audience if "progress" in SECTIONS[a]):
        shown = view(hall, audience)["progress"]
        assert (shown["pressed"], shown["present"]) == (18, 25)


def test_who_is_still_missing_is_told_to_the_desk_alone() -> None:
    hall = voted()
    for audience in (a for a in Audience if "progress" in SECTIONS[a]):
        waiting = view(hall, audience)["progress"].get("waiting")
        assert waiting == ([f"m{i:02}" for i in range(19, 26)] if audience in DESK else None)


def test_a_panel_is_shown_the_choice_of_its_own_seat_and_only_while_the_poll_is_unfinished() -> None:
    hall = voted()
    lit = {seat["seat"]: seat.get("choice") for seat in view(hall, Audience.PANELS)["seats"]}
    assert (lit["A1"], lit["A14"], lit["A18"], lit["A19"]) == ("for", "against", "abstain", None)
    announce_poll(hall)
    assert all(seat.get("choice") is None for seat in view(hall, Audience.PANELS)["seats"])


@pytest.mark.parametrize("end", [close_poll, confirm_poll])
def test_a_closed_poll_shows_its_result_to_clerk_and_gavel_holder_alone(end: Any) -> None:
    hall = end(voted(show_names=True))
    for audience in INSIDERS:
        result = view(hall, audience)["poll"]["result"]
        assert result["tally"]["for"] == 13
        assert not result["adopted"]
        assert len(result["names"]) == 25
    for audience in OUTSIDERS - {Audience.PANELS}:
        assert choices_in(view(hall, audience)) == []


def test_an_announced_poll_shows_its_result_to_all() -> None:
    hall = announce_poll(voted())
    for audience in (a for a in Audience if "poll" in SECTIONS[a]):
        result = view(hall, audience)["poll"]["result"]
        assert result["tally"] == {
            "for": 13, "against": 2, "abstain": 3, "not_pressed": 7, "present": 25, "absent": 2, "n": 27,
        }  # fmt: skip
        assert result["percent_for"] == "48,15"
        assert result["percent_not_voting"] == "37,04", "3 abstained and 7 pressed nothing, of 27"
        assert "13 đại biểu tán thành" in result["sentence"]["vi"]


@pytest.mark.parametrize("show_names", [False, True])
def test_names_reach_the_hall_only_if_the_council_shows_them(show_names: bool) -> None:
    hall = announce_poll(voted(show_names=show_names))
    for audience in (Audience.HALL, Audience.DELEGATE, Audience.CHAIR, Audience.WATCHER):
        assert (view(hall, audience)["poll"]["result"].get("names") is not None) == show_names
    for audience in INSIDERS:
        assert len(view(hall, audience)["poll"]["result"]["names"]) == 25


def test_names_tell_apart_who_chose_and_who_did_not_press() -> None:
    names = view(announce_poll(voted(show_names=True)), Audience.HALL)["poll"]["result"]["names"]
    assert [names[i]["choice"] for i in (0, 13, 15, 18)] == ["for", "against", "abstain", None]


def test_a_show_of_hands_has_no_names_and_no_progress() -> None:
    hall = open_poll(sit(convene(Hall.of())), method="hands", show_names=True)
    assert view(hall, Audience.CLERK)["progress"] is None
    hall.give(CLERK, c.EnterCounts, poll="p1", for_=20, against=1, abstain=0)
    announce_poll(hall)
    result = view(hall, Audience.CLERK)["poll"]["result"]
    assert result["tally"]["for"] == 20
    assert result.get("names") is None


def test_hands_that_are_not_counted_yet_are_no_result_of_nought() -> None:
    hall = close_poll(open_poll(sit(convene(Hall.of())), method="hands"))
    assert view(hall, Audience.CLERK)["poll"].get("result") is None


def test_a_void_poll_shows_its_reason_and_no_result_to_anybody() -> None:
    hall = voted(show_names=True)
    hall.give(CHAIR, c.VoidPoll, poll="p1", reason="Nhầm tên dự thảo")
    for audience in (Audience.HALL, Audience.CLERK, Audience.GAVEL):
        shown = view(hall, audience)["poll"]
        assert shown["void_reason"] == "Nhầm tên dự thảo"
        assert choices_in(shown) == []


def test_an_earlier_poll_in_the_desk_list_keeps_the_same_rules() -> None:
    hall = announce_poll(voted())
    draft(hall, "p2", item="i1")
    open_poll(hall, "p3", item="i1")
    cast(hall, yes=4, poll="p3")
    listed = {poll["poll"]: poll for poll in view(hall, Audience.CHAIR)["polls"]}
    assert listed["p1"]["result"] is not None
    assert listed["p3"]["result"] is None


def test_an_entered_choice_is_shown_only_to_the_two_who_settle_it() -> None:
    hall = voted()
    hall.give(CLERK, c.EnterForMember, poll="p1", member="m20", choice="against", reason="Máy hỏng")
    for audience in INSIDERS:
        assert view(hall, audience)["entries"][0]["choice"] == "against"
    assert view(hall, Audience.CHAIR)["entries"] == []
    assert choices_in(view(hall, Audience.HALL)) == []


def test_only_the_account_with_the_gavel_is_an_insider_among_the_chairs() -> None:
    hall = voted()
    assert audience_of(CHAIR, hall.state) is Audience.GAVEL
    assert audience_of(OTHER_CHAIR, hall.state) is Audience.CHAIR
    hall.give(OTHER_CHAIR, c.HandGavel, to=OTHER_CHAIR.person)
    assert audience_of(CHAIR, hall.state) is Audience.CHAIR
    assert audience_of(OTHER_CHAIR, hall.state) is Audience.GAVEL
    assert audience_of(AUDITOR, hall.state) is Audience.WATCHER


def test_ones_own_section_tells_ones_own_ballot_and_nobody_elses() -> None:
    hall = voted()
    mine = mine_of(hall.state)
    own = {name: shown.ballot for i in range(1, 28) if (shown := mine(name := f"m{i:02}")) is not None}
    assert own["m14"] is not None
    assert own["m14"].choice == "against"
    assert own["m25"] is None
    assert mine("stranger") is None


def test_entitled_is_who_was_present_at_opening_and_still_is() -> None:
    hall = voted()
    hall.give(CLERK, c.CheckIn, member="m26")
    hall.give(member(3), c.CheckOut)
    mine = mine_of(hall.state)
    entitled = {i: shown.entitled for i in (2, 3, 26, 27) if (shown := mine(f"m{i:02}")) is not None}
    assert entitled == {2: True, 3: False, 26: False, 27: False}


def test_a_member_is_offline_without_a_tablet_and_without_a_working_panel() -> None:
    hall = sit(convene(Hall.of(n=4)), present=3)
    around = Around(connected=frozenset({"m01"}), panels="online", working=frozenset({"A2"}))
    shown = sections.devices(hall.state, around, Audience.CLERK)
    assert (shown.expected, shown.offline, shown.offline_members) == (3, 1, ("m03",))
    assert sections.devices(hall.state, around, Audience.HALL).offline_members is None
    around = Around(connected=frozenset({"m01"}), panels="offline")
    assert sections.devices(hall.state, around, Audience.HALL).offline == 2


def test_attendance_says_what_the_numbers_mean() -> None:
    hall = sit(convene(Hall.of(n=27)), present=13)
    shown = sections.attendance(hall.state, AROUND, Audience.HALL)
    assert shown is not None
    assert (shown.n, shown.present, shown.absent) == (27, 13, 14)
    assert (shown.quorum_needed, shown.quorum_met) == (18, False)
    assert (shown.majority_needed, shown.two_thirds_needed, shown.can_pass) == (14, 18, False)


def test_the_room_code_is_shown_on_the_hall_screen_and_nowhere_else() -> None:
    assert [a for a in Audience if "room" in SECTIONS[a]] == [Audience.HALL]


def test_requests_for_access_are_shown_to_the_clerk_and_nobody_else() -> None:
    assert [a for a in Audience if "requests" in SECTIONS[a]] == [Audience.CLERK]


def test_progress_is_over_when_the_poll_is_closed() -> None:
    assert progress(close_poll(voted()).state, AROUND, Audience.HALL) is None


def test_an_entry_that_lapsed_is_shown_to_the_two_who_confirm_and_to_nobody_else() -> None:
    hall = open_poll(sit(convene(Hall.of(27))))
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="against", reason="hỏng máy"))
    close_poll(hall)
    for audience in (a for a in Audience if "poll" in SECTIONS[a]):
        lapsed = view(hall, audience)["poll"]["lapsed"]
        if audience in INSIDERS:
            assert [(entry["member"], entry["choice"]) for entry in lapsed] == [("m02", "against")]
        else:
            assert lapsed is None
