"""Sections of roll calls and straw polls, and a named vote's numbers by group. Pure.

A spoken choice has been heard by the whole hall, and yet the screens show it to clerk and gavel holder alone while the
vote runs: no screen ever adds a partial result up.
"""

from collections import Counter

from appliance.core.ballot_paper import Choice, Method
from appliance.core.roll_call import called_now, next_name
from appliance.core.state import Meeting, Poll, Sitting, Standing
from appliance.server.live.audiences import INSIDERS, Around, Audience
from appliance.server.view import (
    CalledView,
    GroupResult,
    PresenceView,
    RollCallView,
    StrawResult,
    StrawView,
    WallPlace,
)


def sitting_of(poll: Poll, state: Meeting) -> Sitting:
    """The sitting in which it was opened."""
    return next((s for s in state.sittings if s.sitting == poll.sitting), state.sittings[-1])


def roll_call(state: Meeting, around: Around, audience: Audience) -> RollCallView | None:
    """Who has been called, whose answer is awaited, who comes next."""
    poll = state.running_poll
    if poll is None or poll.method is not Method.ROLL_CALL:
        return None
    ballots, members = state.ballots.get(poll.poll, {}), sitting_of(poll, state).members
    return RollCallView(
        poll=poll.poll,
        now=called_now(state, poll),
        next=next_name(state, poll),
        names=tuple(
            CalledView(
                member=member,
                name=facts.name,
                seat=facts.seat,
                called=member in poll.called,
                answered=member in ballots,
                choice=ballots[member].choice if member in ballots and audience in INSIDERS else None,
            )
            for member, facts in members.items()
            if member in poll.present
        ),
    )


def presence(state: Meeting, around: Around, audience: Audience) -> PresenceView | None:
    """The wall of who is here; nobody's reason for being away is on it."""
    sitting = state.sitting
    if sitting is None:
        return None
    return PresenceView(
        tuple(
            WallPlace(
                member=member,
                name=facts.name,
                seat=facts.seat,
                group=facts.group,
                here=sitting.roll[member].standing is Standing.PRESENT,
            )
            for member, facts in sitting.members.items()
        )
    )


def straw(state: Meeting, around: Around, audience: Audience) -> StrawView | None:
    """How many have answered; the numbers when it is over, to all at once."""
    poll = state.straw
    if poll is None:
        return None
    sitting = state.sitting
    told = Counter(voice.answer for voice in poll.answers.values())
    return StrawView(
        straw=poll.straw,
        question=poll.question,
        open=poll.open,
        answered=len(poll.answers),
        present=len(sitting.present()) if sitting is not None else 0,
        result=None if poll.open else StrawResult(told["yes"], told["no"], told["unsure"]),
    )


def by_group(poll: Poll, state: Meeting) -> tuple[GroupResult, ...]:
    """The groups in the council's order; whoever belongs to none stands under an empty name."""
    members, ballots = sitting_of(poll, state).members, state.ballots.get(poll.poll, {})
    groups: dict[str, Counter[Choice | bool | None]] = {}
    for member, facts in members.items():
        here = member in poll.present
        cast = ballots[member].choice if member in ballots else None
        groups.setdefault(facts.group, Counter())[cast if here else False] += 1
    return tuple(
        GroupResult(
            group=group,
            for_=found[Choice.FOR],
            against=found[Choice.AGAINST],
            abstain=found[Choice.ABSTAIN],
            not_pressed=found[None],
            absent=found[False],
        )
        for group, found in groups.items()
    )
