"""Straw polls: the hall's opinion in one tap. No vote: no majority, no result in law, nothing among the polls.

The numbers are shown when the chair ends it, never before; who answered what is shown to nobody.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, VOTERS, Decision, Rule, Rules, Tellings
from appliance.core.state import Meeting, Order, Standing, Straw, StrawVoice


def cleared(state: Meeting) -> tuple[e.Event, ...]:
    """What takes a straw poll off the screens, because something else comes."""
    return () if state.straw is None else (e.StrawEnded(straw=state.straw.straw, shown=False),)


# --- decide


def start(state: Meeting, order: Order, command: c.StartStraw) -> Decision:
    """Never beside a vote: nobody shall take the one for the other."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if any(p.unfinished for p in state.polls.values()):
        return Refusal(Code.ANOTHER_POLL_RUNNING)
    if state.straw is not None and state.straw.open:
        return Refusal(Code.STRAW_RUNNING)
    if not sitting.present():
        return Refusal(Code.NOBODY_PRESENT)
    started = e.StrawStarted(straw=f"t{state.straws + 1}", question=command.question.strip())
    return (*cleared(state), started)


def answer(state: Meeting, order: Order, command: c.AnswerStraw) -> Decision:
    """Delegates in the room, from a tablet: a panel's buttons are for votes alone."""
    member = order.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    straw, sitting, profile = state.straw, state.sitting, state.profile
    if straw is None or not straw.open or straw.straw != command.straw or sitting is None or profile is None:
        return Refusal(Code.STRAW_NOT_OPEN)
    presence = sitting.roll.get(member)
    if presence is None:
        return Refusal(Code.NOT_IN_OFFICE)
    if presence.standing is not Standing.PRESENT:
        return Refusal(Code.NOT_PRESENT)
    before = straw.answers.get(member)
    if before is not None and before.changes >= profile.ballot_changes.value:
        return Refusal(Code.TOO_MANY_CHANGES)
    return (e.StrawAnswered(straw=straw.straw, member=member, answer=command.answer),)


def end(state: Meeting, order: Order, command: c.EndStraw) -> Decision:
    """First the numbers are shown, then they go."""
    straw = state.straw
    if straw is None:
        return Refusal(Code.STRAW_NOT_OPEN)
    return (e.StrawEnded(straw=straw.straw, shown=straw.open),)


# --- evolve


def started(state: Meeting, event: e.StrawStarted, at: datetime) -> Meeting:
    """Nobody has answered yet."""
    return replace(state, straw=Straw(event.straw, event.question, at), straws=state.straws + 1)


def answered(state: Meeting, event: e.StrawAnswered, at: datetime) -> Meeting:
    """The member's last word counts."""
    straw = state.straw
    if straw is None:
        return state
    before = straw.answers.get(event.member)
    voice = StrawVoice(event.answer, 0 if before is None else before.changes + 1)
    return replace(state, straw=replace(straw, answers={**straw.answers, event.member: voice}))


def ended(state: Meeting, event: e.StrawEnded, at: datetime) -> Meeting:
    """Shown until something else comes, or gone."""
    straw = state.straw
    return replace(state, straw=replace(straw, open=False) if straw is not None and event.shown else None)


RULES: Final[Rules] = {
    c.StartStraw: Rule(start, CHAIR, gavel=True),
    c.AnswerStraw: Rule(answer, VOTERS - {Role.PANELS}),
    c.EndStraw: Rule(end, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.StrawStarted: started,
    e.StrawAnswered: answered,
    e.StrawEnded: ended,
}
