"""A secret vote's life: NEXT is what `decide` allows, no more and no less; and what the life does to the meeting."""

from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core import script_elections
from appliance.core.ballot_marks import Purpose
from appliance.core.election_life import NEXT, ElectionAction
from appliance.core.meeting import RULES
from appliance.core.refusals import Code, Refusal
from appliance.core.state import ElectionState
from tests.core.elections import (
    HEAD,
    announced,
    counted,
    counting,
    drafted,
    elected,
    election,
    hall_of,
    issuing,
    papers_for,
    ready,
    unchanged,
    vote,
)
from tests.house import CHAIR, CLERK, Hall, accepted, announce_poll, cast, draft, facts, name_of, open_poll

_S = ElectionState
PAPERS = papers_for(20, a=15, b=5)


def hall_with(state: ElectionState) -> Hall:
    """A hall whose election is in this state and could go on from it."""
    hall = drafted(hall_of())
    if state is _S.DRAFTED:
        return hall
    if state is _S.NOMINATING:
        accepted(hall.give(CHAIR, c.OpenNominations, election="b1"))
        vote(hall, "list")
        return hall
    if state is _S.LISTED:
        hall = hall_with(_S.NOMINATING)
        accepted(hall.give(CHAIR, c.CloseList, election="b1"))
        accepted(hall.give(CLERK, c.ProposeTellers, election="b1", tellers=_TELLERS))
        vote(hall, "tellers")
        return hall
    ready(hall)
    if state is _S.VOID:
        accepted(hall.give(CHAIR, c.VoidElection, election="b1", reason="in sai tên"))
    if state in {_S.READY, _S.VOID}:
        return hall
    issuing(hall)
    accepted(hall.give(CLERK, c.RecordIssued, election="b1", issued=25))
    if state is _S.ISSUING:
        return hall
    if state is _S.BOX_CLOSED:
        accepted(hall.give(CHAIR, c.CloseBox, election="b1"))
        return hall
    counting(hall, len(PAPERS))
    return {_S.COUNTING: _keyed, _S.COUNTED: _counted, _S.CONFIRMED: _confirmed, _S.ANNOUNCED: _announced}[state](hall)


_TELLERS = [
    {"who": name_of(21), "name": "x", "part": "head"},
    {"who": name_of(22), "name": "x", "part": "secretary"},
    {"who": name_of(23), "name": "x"},
]


def _keyed(hall: Hall) -> Hall:
    counted(hall, PAPERS)
    accepted(hall.give(CHAIR, c.ReopenCount, election="b1", reason="xem lại"))
    return hall


def _counted(hall: Hall) -> Hall:
    return counted(hall, PAPERS)


def _confirmed(hall: Hall) -> Hall:
    counted(hall, PAPERS)
    accepted(hall.give(CLERK, c.ConfirmElection, election="b1", count=1))
    accepted(hall.give(CHAIR, c.ConfirmElection, election="b1", count=1))
    return hall


def _announced(hall: Hall) -> Hall:
    return announced(counted(hall, PAPERS))


def act(hall: Hall, action: ElectionAction) -> Any:
    """Give the action by whoever may; a confirmation by both."""
    kind = {command.__name__: command for command in RULES}[action.value]
    extra: dict[str, Any] = {}
    if action in {ElectionAction.VOID, ElectionAction.REOPEN}:
        extra = {"reason": "đếm lại"}
    if action is ElectionAction.OPEN_BOX:
        extra = {"collected": 20}
    if action is ElectionAction.CONFIRM:
        extra = {"count": election(hall).count}
    by = HEAD if action in {ElectionAction.OPEN_BOX, ElectionAction.FINISH} else CHAIR
    answer = hall.give(by, kind, election="b1", **extra)
    if action is ElectionAction.CONFIRM and not isinstance(answer, Refusal):
        accepted(hall.give(CLERK, kind, election="b1", **extra))
    return answer


@pytest.mark.parametrize("action", ElectionAction)
@pytest.mark.parametrize("state", ElectionState)
def test_an_election_moves_only_along_the_table(state: ElectionState, action: ElectionAction) -> None:
    hall = hall_with(state)
    assert election(hall).state is state
    before = hall.state
    answer = act(hall, action)
    if (state, action) in NEXT:
        accepted(answer)
        assert election(hall).state is NEXT[state, action]
    else:
        assert isinstance(answer, Refusal)
        assert hall.state is before


def test_while_ballots_are_handed_out_the_meeting_does_nothing_else() -> None:
    hall = draft(hall_with(_S.ISSUING), "p9")
    assert unchanged(hall, CHAIR, c.StartItem, item="i2") is Code.ELECTION_UNFINISHED
    assert unchanged(hall, CHAIR, c.CloseSitting) is Code.ELECTION_UNFINISHED
    assert unchanged(hall, CHAIR, c.OpenPoll, poll="p9") is Code.ELECTION_UNFINISHED


def test_while_the_tellers_count_the_meeting_goes_on_but_does_not_end() -> None:
    hall = hall_with(_S.BOX_CLOSED)
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    announce_poll(cast(open_poll(hall, "p9", item="i2"), yes=20, poll="p9"), "p9")
    accepted(hall.give(CHAIR, c.CloseSitting))
    assert unchanged(hall, CHAIR, c.CloseMeeting) is Code.ELECTION_UNFINISHED
    accepted(hall.give(CHAIR, c.OpenSitting))
    accepted(hall.give(HEAD, c.OpenBox, election="b1", collected=0))
    accepted(hall.give(HEAD, c.FinishCount, election="b1"))
    announced(hall)
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CHAIR, c.CloseMeeting))


def test_only_an_adopted_vote_on_the_list_as_it_stands_closes_it() -> None:
    hall = drafted(hall_of())
    accepted(hall.give(CHAIR, c.OpenNominations, election="b1"))
    assert unchanged(hall, CHAIR, c.CloseList, election="b1") is Code.ELECTION_POLL_MISSING
    vote(hall, "list", yes=13)
    assert unchanged(hall, CHAIR, c.CloseList, election="b1") is Code.ELECTION_POLL_REJECTED
    vote(hall, "list", yes=14)
    accepted(hall.give(CLERK, c.NominateCandidate, election="b1", candidate={"candidate": "c", "name": "Lê Mẫu C"}))
    assert unchanged(hall, CHAIR, c.CloseList, election="b1") is Code.ELECTION_POLL_MISSING
    accepted(hall.give(CLERK, c.DraftElectionPoll, election="b1", purpose="list", poll="again"))
    assert "Lê Mẫu C" in hall.state.polls["again"].subjects[0].question
    accepted(hall.give(CHAIR, c.OpenPoll, poll="again"))
    withdrawal = {"election": "b1", "candidate": "c", "reason": "xin rút"}
    assert unchanged(hall, CLERK, c.WithdrawCandidate, **withdrawal) is Code.POLL_UNFINISHED


def test_a_repeat_of_the_vote_on_the_list_counts_in_its_place() -> None:
    hall = drafted(hall_of())
    accepted(hall.give(CHAIR, c.OpenNominations, election="b1"))
    first = vote(hall, "list", yes=20)
    accepted(hall.give(CHAIR, c.RepeatPoll, poll=first, reason="sai tên", new_poll="again"))
    accepted(hall.give(CHAIR, c.OpenPoll, poll="again"))
    announce_poll(cast(hall, yes=3, poll="again"), "again")
    assert unchanged(hall, CHAIR, c.CloseList, election="b1") is Code.ELECTION_POLL_REJECTED


def test_confirming_takes_two_people_and_the_count_that_they_saw() -> None:
    hall = hall_with(_S.COUNTED)
    accepted(hall.give(CLERK, c.ConfirmElection, election="b1", count=1))
    assert unchanged(hall, CLERK, c.ConfirmElection, election="b1", count=1) is Code.ALREADY_CONFIRMED
    accepted(hall.give(CHAIR, c.ReopenCount, election="b1", reason="nhầm một phiếu"))
    accepted(hall.give(HEAD, c.FinishCount, election="b1"))
    assert not election(hall).confirmations
    assert unchanged(hall, CHAIR, c.ConfirmElection, election="b1", count=1) is Code.SEEN_OTHER


def test_below_the_quorum_ballots_are_handed_out_only_with_the_chairs_own_word() -> None:
    hall = ready(drafted(hall_of()))
    for i in range(1, 11):
        accepted(hall.give(CLERK, c.CheckOut, member=name_of(i)))
    assert unchanged(hall, CHAIR, c.IssueBallots, election="b1") is Code.BELOW_QUORUM
    issuing(hall)
    assert election(hall).quorum_overridden
    assert len(election(hall).present) == 15


def test_a_round_is_confirmed_by_a_resolution_of_the_council() -> None:
    hall = elected(drafted(hall_of()), papers_for(a=20, b=3))
    accepted(hall.give(CLERK, c.DraftElectionPoll, election="b1", purpose="result", poll="nq"))
    question = hall.state.polls["nq"].subjects[0].question
    assert question.startswith("Thông qua Nghị quyết xác nhận kết quả bầu Ủy viên")
    assert "Trần Thị Mẫu A" in question
    assert "Trần Thị Mẫu B" not in question
    assert election(hall).polls[Purpose.RESULT] == "nq"


def test_the_resolution_on_who_was_elected_waits_for_the_item_that_is_kept_for_it() -> None:
    hall = drafted(hall_of())
    accepted(hall.give(CLERK, c.AddItem, item="nq", number="3", title="Xác nhận kết quả", kind="draft_resolution"))
    elected(hall, papers_for(a=20, b=3))
    drafts = [x for x in script_elections.steps(hall.state) if isinstance(x.command, c.DraftElectionPoll)]
    assert [x.main for x in drafts] == [False]
    accepted(hall.give(CHAIR, c.StartItem, item="nq"))
    drafts = [x for x in script_elections.steps(hall.state) if isinstance(x.command, c.DraftElectionPoll)]
    assert [x.main for x in drafts] == [True]
    accepted(hall.give(CHAIR, c.DraftElectionPoll, election="b1", purpose="result", poll="kq"))
    assert hall.state.polls["kq"].subjects[0].item == "nq"


def test_removal_from_office_changes_n_only_from_the_next_sitting_on() -> None:
    hall = drafted(hall_of(), "a", kind="remove", of_delegate=True)
    elected(hall, [{"a": "yes"}] * 25)
    assert election(hall).result is not None
    hall.facts = facts(26)  # the clerk has noted it on file
    announce_poll(cast(open_poll(hall, "p9"), yes=14, poll="p9"), "p9")
    assert hall.state.polls["p9"].n == 27
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CHAIR, c.OpenSitting))
    assert hall.state.sitting is not None
    assert hall.state.sitting.n == 26
