"""Roll call: the chair calls each member by name, in the council's order, and the clerk enters what is said.

The chair sees each choice as it is entered; a slip is mended by entering it again until the poll closes.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Method
from appliance.core.ballots import entitled
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, CLERK, Decision, Rule, Rules, Tellings
from appliance.core.state import Meeting, Order, Poll, PollState, Standing


def next_name(state: Meeting, poll: Poll) -> str | None:
    """Who is to be called now: the next in the council's order who is in the room and has not been called; when all
    have been, whoever did not answer and was called longest ago. None: there is nobody left to call."""
    roll, ballots = state.sittings[-1].roll, state.ballots.get(poll.poll, {})
    waiting = [m for m, p in roll.items() if m in poll.present and p.standing is Standing.PRESENT and m not in ballots]
    fresh = next((m for m in waiting if m not in poll.called), None)
    return fresh or next((m for m in poll.called if m in waiting), None)


def called_now(state: Meeting, poll: Poll) -> str | None:
    """The member who was called last and has not answered yet."""
    last = poll.called[-1] if poll.called else None
    return last if last is not None and last not in state.ballots.get(poll.poll, {}) else None


# --- decide


def call(state: Meeting, order: Order, command: c.CallName) -> Decision:
    """Anybody who may vote in it, also a second time: whoever did not answer is called again."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    refusal = entitled(state, poll, command.member)
    return refusal if refusal is not None else (e.NameCalled(poll=poll.poll, member=command.member),)


def enter_spoken(state: Meeting, order: Order, command: c.EnterSpoken) -> Decision:
    """Only for those who have been called: a choice can never land on a name that nobody said."""
    poll = _running(state, command.poll)
    if isinstance(poll, Refusal):
        return poll
    refusal = entitled(state, poll, command.member)
    if refusal is not None:
        return refusal
    if command.member not in poll.called:
        return Refusal(Code.NOT_CALLED)
    return (e.BallotCast(poll=poll.poll, member=command.member, choice=command.choice, by="spoken"),)


def _running(state: Meeting, name: str) -> Poll | Refusal:
    poll = state.polls.get(name)
    if poll is None:
        return Refusal(Code.POLL_UNKNOWN)
    if poll.method is not Method.ROLL_CALL:
        return Refusal(Code.NOT_ROLL_CALL)
    return poll if poll.state is PollState.OPEN else Refusal(Code.POLL_NOT_OPEN, poll.state)


# --- evolve


def name_called(state: Meeting, event: e.NameCalled, at: datetime) -> Meeting:
    """The one called last comes last."""
    poll = state.polls[event.poll]
    called = (*(m for m in poll.called if m != event.member), event.member)
    return replace(state, polls={**state.polls, poll.poll: replace(poll, called=called)})


RULES: Final[Rules] = {
    c.CallName: Rule(call, CHAIR, gavel=True),
    c.EnterSpoken: Rule(enter_spoken, CLERK),
}

TELLINGS: Final[Tellings] = {e.NameCalled: name_called}
