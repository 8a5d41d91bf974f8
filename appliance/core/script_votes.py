"""The script of roll calls and straw polls: whose name comes next, and a show of opinion within reach."""

from appliance.core import commands as c
from appliance.core.ballot_paper import Method
from appliance.core.roll_call import called_now, next_name
from appliance.core.script_step import ID, Candidate, Say, Turn
from appliance.core.state import Meeting, Poll, PollState


def steps(state: Meeting) -> list[Candidate]:
    """The next name of a roll call; otherwise what a straw poll needs."""
    if state.sitting is None:
        return []
    poll = state.running_poll
    if poll is not None:
        return _name(state, poll) if poll.method is Method.ROLL_CALL and poll.state is PollState.OPEN else []
    straw = state.straw
    if straw is None:
        return [Candidate(c.StartStraw(id=ID), Turn.ASIDE, say=(Say("StartStraw"),))]
    if straw.open:
        return [Candidate(c.EndStraw(id=ID), Turn.GOING_ON, main=True)]
    return [Candidate(c.EndStraw(id=ID), Turn.ASIDE, label="HideStraw")]


def waits_for_a_name(state: Meeting, poll: Poll) -> bool:
    """Whether a roll call has somebody left who has not answered: then it is not to be closed yet."""
    return poll.method is Method.ROLL_CALL and (next_name(state, poll) or called_now(state, poll)) is not None


def _name(state: Meeting, poll: Poll) -> list[Candidate]:
    """While the one who was called last has not answered, the chair waits; the next name is within reach."""
    member = next_name(state, poll)
    if member is None:
        return []
    name = state.sittings[-1].members[member].name
    waits = called_now(state, poll) is not None and len(poll.called) > 0
    call = c.CallName(id=ID, poll=poll.poll, member=member)
    said = (Say("CallName", {"name": name}),)
    hint = "CallName" if waits else ""
    return [Candidate(call, Turn.GOING_ON, main=not waits, say=said, values={"name": name}, hint=hint)]
