"""The chair's script: what it offers is legal, what it holds back says why, and the main step leads on."""

from appliance.core import commands as c
from appliance.core.people import Actor
from appliance.core.refusals import Code
from appliance.core.script import Step, steps
from tests.house import (
    CHAIR,
    CLERK,
    OTHER_CHAIR,
    Hall,
    accepted,
    announce_poll,
    close_poll,
    convene,
    draft,
    open_poll,
    sit,
)


def script(hall: Hall, actor: Actor = CHAIR) -> tuple[Step, ...]:
    """What this chair is offered now."""
    return steps(hall.state, actor, hall.now, hall.facts)


def main(hall: Hall) -> c.Command | None:
    """The one step to take next."""
    found = [step.command for step in script(hall) if step.main]
    assert len(found) <= 1
    return found[0] if found else None


def offers(hall: Hall, kind: type[c.Command]) -> bool:
    """Whether the chair may give such a command now."""
    return any(isinstance(step.command, kind) and step.refusal is None for step in script(hall))


def in_hall() -> Hall:
    return sit(convene(Hall.of(27)))


def test_from_opening_the_sitting_to_telling_the_result_the_main_step_leads_on() -> None:
    hall = convene(Hall.of(27))
    assert isinstance(main(hall), c.OpenSitting)
    sit(hall, item=None)
    assert isinstance(main(hall), c.StartItem)
    accepted(hall.give(CHAIR, c.StartItem, item="i1"))
    draft(hall)
    assert main(hall) == c.OpenPoll(id="0" * 32, poll="p1")
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    assert isinstance(main(hall), c.ClosePoll)
    close_poll(hall)
    assert isinstance(main(hall), c.ConfirmPoll)
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    assert main(hall) is None, "the chair waits for the clerk"
    accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
    assert isinstance(main(hall), c.AnnouncePoll)


def test_below_the_quorum_opening_stays_the_main_step_and_says_what_stands_against_it() -> None:
    hall = draft(sit(convene(Hall.of(27)), present=17))
    step = next(s for s in script(hall) if s.main)
    assert isinstance(step.command, c.OpenPoll)
    assert step.refusal is Code.BELOW_QUORUM


def test_in_a_held_poll_the_main_step_is_to_go_on() -> None:
    hall = open_poll(in_hall())
    accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
    assert isinstance(main(hall), c.ResumePoll)


def test_a_timed_poll_may_be_closed_early_but_nobody_is_pushed_to() -> None:
    hall = open_poll(in_hall(), seconds=60)
    assert main(hall) is None
    assert offers(hall, c.ClosePoll)


def test_a_repeat_comes_before_what_is_new_and_is_offered_once() -> None:
    hall = open_poll(draft(in_hall(), "p2"))
    accepted(hall.give(CHAIR, c.VoidPoll, poll="p1", reason="sai tên nghị quyết"))
    assert offers(hall, c.RepeatPoll)
    accepted(hall.give(CHAIR, c.RepeatPoll, poll="p1", reason="sai tên", new_poll="p3"))
    assert main(hall) == c.OpenPoll(id="0" * 32, poll="p3")
    assert not offers(hall, c.RepeatPoll)
    accepted(hall.give(CHAIR, c.VoidPoll, poll="p3", reason="nhầm"))
    assert offers(hall, c.RepeatPoll), "the repeat was thrown away"


def test_a_sitting_is_to_be_closed_only_when_the_agenda_is_through() -> None:
    hall = in_hall()
    assert not isinstance(main(hall), c.CloseSitting)
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert isinstance(main(hall), c.CloseSitting)
    empty = Hall.of(27)
    accepted(empty.give(CLERK, c.ConveneMeeting, title="Kỳ họp"))
    accepted(empty.give(CHAIR, c.OpenSitting))
    assert main(empty) is None, "a new sitting with no agenda yet is not to be closed"


def test_who_does_not_hold_the_gavel_is_told_so_and_given_no_main_step() -> None:
    told = script(open_poll(in_hall()), OTHER_CHAIR)
    assert not any(step.main or step.refusal is None for step in told)
    assert Code.GAVEL_NOT_YOURS in {step.refusal for step in told}


def test_an_entry_that_nobody_confirmed_in_time_counts_nothing_and_is_not_forgotten() -> None:
    hall = open_poll(in_hall())
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    poll = announce_poll(hall).state.polls["p1"]
    assert list(poll.lapsed) == ["m02"]
    assert poll.tally is not None
    assert poll.tally.for_ == 0
