"""Each rule of lists, tellers and ballots says no by its own code, and then nothing has changed."""

from typing import Any

import pytest
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core.profile import Setting
from appliance.core.refusals import Code
from appliance.core.state import ElectionState
from tests.core.elections import (
    HEAD,
    SECOND,
    TELLERS,
    THIRD,
    announced,
    counted,
    counting,
    drafted,
    elected,
    election,
    hall_of,
    issuing,
    key,
    papers_for,
    person,
    ready,
    unchanged,
)
from tests.house import AUDITOR, CHAIR, CLERK, PROFILE, Hall, accepted, member, name_of

RATING = replace(
    PROFILE, elections=replace(PROFILE.elections, confidence_rating=Setting(value=1, citation="nghị quyết thử"))
)


def draft_of(**fields: Any) -> dict[str, Any]:
    """The fields of a draft."""
    return {"election": "b1", "item": "i1", "kind": "elect", "office": "Chủ tịch", **fields}


def test_a_draft_needs_an_item_a_fresh_name_and_no_person_twice() -> None:
    hall = drafted(hall_of())
    assert unchanged(hall, CLERK, c.DraftElection, **draft_of(election="x", item="i9")) is Code.ITEM_UNKNOWN
    assert unchanged(hall, CLERK, c.DraftElection, **draft_of()) is Code.ELECTION_TAKEN
    twice = [person("a", "Hồ Thị Mẫu"), person("b", "HỒ  Thị Mẫu")]
    assert unchanged(hall, CLERK, c.DraftElection, **draft_of(election="x", candidates=twice)) is Code.CANDIDATE_TAKEN
    assert unchanged(hall, member(1), c.DraftElection, **draft_of(election="x")) is Code.NOT_ALLOWED


def test_a_name_typed_in_another_unicode_form_is_the_same_name() -> None:
    hall = hall_of()
    composed, apart = "H\u1ed3 Thị Mẫu", "Ho\u0302\u0300 Thị Mẫu"
    twice = draft_of(candidates=[person("a", composed), person("b", apart)])
    assert unchanged(hall, CLERK, c.DraftElection, **twice) is Code.CANDIDATE_TAKEN
    told_apart = [person("a", composed, about="thôn Đông"), person("b", apart, about="thôn Đoài")]
    accepted(hall.give(CLERK, c.DraftElection, **draft_of(candidates=told_apart)))


def test_the_ballot_is_in_the_vietnamese_alphabet_by_given_name() -> None:
    hall = hall_of()
    names = ["Nguyễn Văn Đức", "Trần Thị Dung", "Lê Văn Ân", "Phạm Thị An", "Bùi Văn Ăn"]
    people = [person(f"c{i}", name) for i, name in enumerate(names)]
    accepted(hall.give(CLERK, c.DraftElection, **draft_of(candidates=people[:3])))
    for one in people[3:]:
        accepted(hall.give(CLERK, c.NominateCandidate, election="b1", candidate=one))
    told = [p.name for p in election(hall).candidates]
    assert told == ["Phạm Thị An", "Bùi Văn Ăn", "Lê Văn Ân", "Trần Thị Dung", "Nguyễn Văn Đức"]


def test_a_rating_in_three_levels_is_off_until_the_profile_switches_it_on() -> None:
    rating = draft_of(kind="confidence_rating", candidates=[person("a")])
    assert unchanged(hall_of(), CLERK, c.DraftElection, **rating) is Code.CONFIDENCE_RATING_OFF
    accepted(hall_of(profile=RATING).give(CLERK, c.DraftElection, **rating))


def test_a_closed_list_stays_as_it_is() -> None:
    hall = ready(drafted(hall_of()))
    assert unchanged(hall, CLERK, c.NominateCandidate, election="b1", candidate=person("z")) is Code.LIST_CLOSED
    gone: dict[str, Any] = {"election": "b1", "candidate": "a", "reason": "xin rút"}
    assert unchanged(hall, CLERK, c.WithdrawCandidate, **gone) is Code.LIST_CLOSED
    unknown: dict[str, Any] = {"election": "b1", "candidate": "q", "reason": "xin rút"}
    assert unchanged(hall, CLERK, c.WithdrawCandidate, **unknown) is Code.CANDIDATE_UNKNOWN


def test_an_empty_list_is_neither_voted_on_nor_closed() -> None:
    hall = hall_of()
    accepted(hall.give(CLERK, c.DraftElection, **draft_of()))
    accepted(hall.give(CHAIR, c.OpenNominations, election="b1"))
    assert unchanged(hall, CHAIR, c.CloseList, election="b1") is Code.NO_CANDIDATES
    assert unchanged(hall, CLERK, c.DraftElectionPoll, election="b1", purpose="list") is Code.NO_CANDIDATES


@pytest.mark.parametrize("number", [0, 1, 2, 4, 7])
def test_the_tellers_are_three_or_five(number: int) -> None:
    hall = drafted(hall_of())
    some = [{"who": name_of(i), "name": "x"} for i in range(1, number + 1)]
    assert unchanged(hall, CLERK, c.ProposeTellers, election="b1", tellers=some) is Code.TELLERS_NUMBER


def test_the_tellers_have_one_head_one_secretary_and_nobody_twice() -> None:
    hall = drafted(hall_of())
    two_heads = [{**teller, "part": "head"} for teller in TELLERS]
    assert unchanged(hall, CLERK, c.ProposeTellers, election="b1", tellers=two_heads) is Code.TELLERS_PARTS
    twice = [*TELLERS[:2], {**TELLERS[2], "who": TELLERS[0]["who"]}]
    assert unchanged(hall, CLERK, c.ProposeTellers, election="b1", tellers=twice) is Code.TELLERS_PARTS


def test_nobody_counts_ballots_with_their_own_name_on_them() -> None:
    hall = hall_of()
    mine = person("x", "Vũ Mẫu", member=name_of(21))
    accepted(hall.give(CLERK, c.DraftElection, **draft_of(candidates=[mine])))
    assert unchanged(hall, CLERK, c.ProposeTellers, election="b1", tellers=TELLERS) is Code.TELLER_ON_BALLOT
    other = drafted(hall_of())
    accepted(other.give(CLERK, c.ProposeTellers, election="b1", tellers=TELLERS))
    assert unchanged(other, CLERK, c.NominateCandidate, election="b1", candidate=mine) is Code.TELLER_ON_BALLOT


def test_elected_tellers_are_not_exchanged_and_there_must_be_some() -> None:
    hall = ready(drafted(hall_of()))
    assert unchanged(hall, CLERK, c.ProposeTellers, election="b1", tellers=TELLERS) is Code.TELLERS_ELECTED
    bare = drafted(hall_of())
    assert unchanged(bare, CLERK, c.DraftElectionPoll, election="b1", purpose="tellers") is Code.NO_TELLERS


def test_what_is_not_there_is_named_so() -> None:
    hall = hall_of()
    assert unchanged(hall, CHAIR, c.OpenNominations, election="q") is Code.ELECTION_UNKNOWN
    assert unchanged(hall, HEAD, c.KeyPaper, election="q", paper=1) is Code.ELECTION_UNKNOWN


def test_the_box_closes_only_when_it_is_known_how_many_ballots_went_out() -> None:
    hall = issuing(ready(drafted(hall_of())))
    assert unchanged(hall, CHAIR, c.CloseBox, election="b1") is Code.BALLOTS_NOT_RECORDED


@pytest.mark.parametrize(
    ("issued", "exchanged", "fits"), [(25, 0, True), (26, 0, False), (26, 1, True), (27, 1, False), (2, 3, False)]
)
def test_handed_out_is_at_most_present_and_exchanged(issued: int, exchanged: int, fits: bool) -> None:
    hall = issuing(ready(drafted(hall_of())))
    asked: dict[str, Any] = {"election": "b1", "issued": issued, "exchanged": exchanged}
    if fits:
        accepted(hall.give(CLERK, c.RecordIssued, **asked))
    else:
        assert unchanged(hall, CLERK, c.RecordIssued, **asked) is Code.BALLOTS_ISSUED_TOO_MANY
    assert unchanged(hall, THIRD, c.RecordIssued, **asked) is Code.NOT_A_TELLER


def test_no_more_ballots_come_back_than_went_out_and_were_not_exchanged() -> None:
    hall = issuing(ready(drafted(hall_of())))
    accepted(hall.give(SECOND, c.RecordIssued, election="b1", issued=26, exchanged=1))
    accepted(hall.give(CHAIR, c.CloseBox, election="b1"))
    assert unchanged(hall, HEAD, c.OpenBox, election="b1", collected=26) is Code.BALLOTS_COLLECTED_TOO_MANY
    accepted(hall.give(HEAD, c.OpenBox, election="b1", collected=25))
    accepted(hall.give(HEAD, c.OpenBox, election="b1", collected=24))  # a slip, mended before the first paper
    accepted(hall.give(HEAD, c.KeyPaper, election="b1", paper=1, invalid="no_seal"))
    assert unchanged(hall, HEAD, c.OpenBox, election="b1", collected=25) is Code.ELECTION_BOX_NOT_CLOSED


def at_the_count(collected: int = 3, seats: int = 1) -> Hall:
    """Counting, with candidates a and b."""
    return counting(issuing(ready(drafted(hall_of(), seats=seats))), collected)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"marks": {"a": "yes"}}, Code.PAPER_MARKS_WRONG),
        ({"marks": {"a": "yes", "b": "no", "z": "no"}}, Code.PAPER_MARKS_WRONG),
        ({"marks": {"a": "high", "b": "low"}}, Code.PAPER_MARKS_WRONG),
        ({"marks": {}}, Code.PAPER_MARKS_WRONG),
        ({"marks": {"a": "yes", "b": "no"}, "invalid": "signed"}, Code.PAPER_MARKS_WRONG),
        ({"marks": {"a": "spoiled", "b": "spoiled"}}, Code.PAPER_NO_LINE),
        ({"marks": {"a": "yes", "b": "yes"}}, Code.PAPER_TOO_MANY_NAMES),
        ({"paper": 4, "invalid": "signed"}, Code.PAPER_UNKNOWN),
    ],
)
def test_a_paper_is_keyed_whole_or_with_the_reason_why_it_is_invalid(what: dict[str, Any], code: Code) -> None:
    assert unchanged(at_the_count(), HEAD, c.KeyPaper, election="b1", **{"paper": 1, **what}) is code


def test_only_two_of_the_committee_key_and_each_their_own() -> None:
    hall = at_the_count()
    paper: dict[str, Any] = {"election": "b1", "paper": 1, "marks": {"a": "yes", "b": "no"}}
    for stranger in (member(1), CLERK, CHAIR, AUDITOR):
        assert unchanged(hall, stranger, c.KeyPaper, **paper) is Code.NOT_A_TELLER
    assert unchanged(hall, HEAD, c.ReplaceKeyed, **paper) is Code.PAPER_NOT_KEYED
    accepted(hall.give(HEAD, c.KeyPaper, **paper))
    assert unchanged(hall, HEAD, c.KeyPaper, **paper) is Code.PAPER_KEYED
    accepted(hall.give(SECOND, c.KeyPaper, **paper))
    assert unchanged(hall, THIRD, c.KeyPaper, **paper) is Code.TWO_KEY_ALREADY


def test_a_teller_who_cannot_go_on_is_replaced_and_what_they_keyed_is_dropped() -> None:
    hall = key(key(at_the_count(1), ["signed"], HEAD), ["signed"], SECOND)
    drop: dict[str, Any] = {"election": "b1", "teller": name_of(22), "reason": "mệt"}
    assert unchanged(hall, CLERK, c.DropKeying, **drop) is Code.NOT_ALLOWED
    assert unchanged(hall, CHAIR, c.DropKeying, **{**drop, "teller": name_of(23)}) is Code.NOT_A_TELLER
    accepted(hall.give(CHAIR, c.DropKeying, **drop))
    assert unchanged(hall, HEAD, c.FinishCount, election="b1") is Code.PAPERS_MISSING
    key(hall, ["signed"], THIRD)
    accepted(hall.give(THIRD, c.FinishCount, election="b1"))


def test_the_count_ends_only_when_nothing_is_missing_and_nothing_differs() -> None:
    yes, no = {"a": "yes", "b": "no"}, {"a": "no", "b": "yes"}
    hall = key(at_the_count(3), [yes, yes, "no_seal"], HEAD)
    assert unchanged(hall, HEAD, c.FinishCount, election="b1") is Code.PAPERS_MISSING
    key(hall, [yes, no, "signed"], SECOND)
    assert unchanged(hall, member(1), c.FinishCount, election="b1") is Code.NOT_A_TELLER
    assert unchanged(hall, SECOND, c.FinishCount, election="b1") is Code.PAPERS_DIFFER
    accepted(hall.give(SECOND, c.ReplaceKeyed, election="b1", paper=2, marks=yes))
    assert unchanged(hall, SECOND, c.FinishCount, election="b1") is Code.PAPERS_DIFFER
    accepted(hall.give(HEAD, c.ReplaceKeyed, election="b1", paper=3, invalid="signed"))
    accepted(hall.give(HEAD, c.FinishCount, election="b1"))
    assert election(hall).state is ElectionState.COUNTED
    assert election(hall).result is not None


def test_a_further_round_needs_a_told_result_with_open_seats_and_happens_once() -> None:
    hall = counting(issuing(ready(drafted(hall_of()))), 3)
    ask: dict[str, Any] = {"election": "b1", "new_election": "b2"}
    assert unchanged(hall, CLERK, c.NextRound, **ask) is Code.ELECTION_NOT_ANNOUNCED
    assert unchanged(hall, CLERK, c.DraftElectionPoll, election="b1", purpose="result") is Code.ELECTION_NOT_ANNOUNCED
    full = elected(drafted(hall_of()), papers_for(a=14, b=11))
    assert unchanged(full, CLERK, c.NextRound, **ask) is Code.SEATS_FILLED
    open_seat = elected(drafted(hall_of()), papers_for(a=12, b=13))
    assert unchanged(open_seat, CLERK, c.NextRound, election="b1", new_election="b1") is Code.ELECTION_TAKEN
    stranger: dict[str, Any] = {**ask, "candidates": ["z"]}
    assert unchanged(open_seat, CLERK, c.NextRound, **stranger) is Code.CANDIDATE_UNKNOWN
    accepted(open_seat.give(CLERK, c.NextRound, **ask))
    again: dict[str, Any] = {"election": "b1", "new_election": "b3"}
    assert unchanged(open_seat, CLERK, c.NextRound, **again) is Code.ROUND_TAKEN


def test_the_tied_at_the_last_seat_meet_again_and_nobody_else() -> None:
    hall = elected(drafted(hall_of(), "a", "b", "c", "d", seats=2), papers_for(a=20, b=14, c=14, d=2))
    result = election(hall).result
    assert result is not None
    assert (result.chosen, result.tied, result.open_seats) == (("a",), ("b", "c"), 1)
    wrong: dict[str, Any] = {"election": "b1", "new_election": "b2", "candidates": ["b", "d"]}
    assert unchanged(hall, CLERK, c.NextRound, **wrong) is Code.ROUND_AMONG_TIED
    accepted(hall.give(CLERK, c.NextRound, election="b1", new_election="b2"))
    second = election(hall, "b2")
    assert second.state is ElectionState.READY
    assert ([p.candidate for p in second.candidates], second.seats, second.round) == (["b", "c"], 1, 2)
    assert second.tellers == election(hall).tellers
    papers = papers_for(b=10, c=15)
    announced(counted(counting(issuing(hall, "b2"), 25, "b2"), papers, "b2"), "b2")
    last = election(hall, "b2").result
    assert last is not None
    assert last.chosen == ("c",)
    assert election(hall).result is result
