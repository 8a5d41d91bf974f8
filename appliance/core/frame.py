"""The meeting's frame: convening and closing, sittings, private and public, the gavel."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import convening, election_life, floor, hall_screen, roll, straw
from appliance.core import events as e
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, CLERK, Decision, Rule, Rules, Tellings, unchanged
from appliance.core.state import (
    ItemState,
    Meeting,
    MeetingStage,
    Order,
    Presence,
    Sitting,
    Standing,
)

# --- decide


def convene(state: Meeting, order: Order, command: c.ConveneMeeting) -> Decision:
    """A new ledger, named by the command that asks for it."""
    if state.stage is MeetingStage.CONVENED:
        return Refusal(Code.MEETING_RUNNING)
    facts = order.facts
    if facts.profile is None:
        return Refusal(Code.INTERNAL_ERROR, "no rule profile")
    if command.plan is not None and facts.plan is None:
        return Refusal(Code.PLAN_UNKNOWN)
    prepared = convening.prepared(facts.plan, facts) if facts.plan is not None else ()
    if isinstance(prepared, Refusal):
        return prepared
    return (
        e.MeetingConvened(
            ledger=command.id.lower(),
            council=facts.council,
            term=facts.term,
            title=command.title,
            place=command.place,
            previous=facts.previous,
            profile=facts.profile,
            plan=command.plan,
            rehearsal=facts.rehearsal,
        ),
        *prepared,
    )


def close_meeting(state: Meeting, order: Order, command: c.CloseMeeting) -> Decision:
    """Only after the last sitting has closed, and not while ballots are uncounted."""
    if state.sitting is not None:
        return Refusal(Code.SITTING_ALREADY_OPEN)
    uncounted = election_life.unfinished(state)
    if uncounted is not None:
        return Refusal(Code.ELECTION_UNFINISHED, uncounted.election)
    return (e.MeetingClosed(),)


def open_sitting(state: Meeting, order: Order, command: c.OpenSitting) -> Decision:
    """N and the members' facts are frozen here; the chair who opens takes the gavel."""
    if state.sitting is not None:
        return Refusal(Code.SITTING_ALREADY_OPEN)
    if not order.facts.roster:
        return Refusal(Code.NO_MEMBERS)
    opened = e.SittingOpened(sitting=f"s{len(state.sittings) + 1}", name=command.name, members=order.facts.roster)
    excused = roll.excused_ahead(order.facts, order.now)
    person = order.actor.person
    if state.gavel == person:
        return (opened, *excused)
    return (opened, *excused, e.GavelTaken(person=person, name=order.facts.chairs.get(person, "")))


def close_sitting(state: Meeting, order: Order, command: c.CloseSitting) -> Decision:
    """Refused while a poll is between opening and announcement: finish it or void it first."""
    sitting = state.sitting
    if sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    unfinished = next((p for p in state.polls.values() if p.unfinished), None)
    if unfinished is not None:
        return Refusal(Code.POLL_UNFINISHED, unfinished.poll)
    issuing = election_life.in_hand(state)
    if issuing is not None:
        return Refusal(Code.ELECTION_UNFINISHED, issuing.election)
    closed = e.SittingClosed(sitting=sitting.sitting)
    over = (*floor.ended(state), *straw.cleared(state))
    return (*over, e.WentPublic(), closed) if state.private else (*over, closed)


def go_private(state: Meeting, order: Order, command: c.GoPrivate) -> Decision:
    """For the sitting, or until the current item ends (law: the council may decide to sit in private)."""
    if state.sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if state.private in {"sitting", command.scope}:
        return Refusal(Code.ALREADY_PRIVATE)
    if command.scope == "item" and state.current_item is None:
        return Refusal(Code.NO_CURRENT_ITEM)
    return (e.WentPrivate(scope=command.scope),)


def go_public(state: Meeting, order: Order, command: c.GoPublic) -> Decision:
    """Back before the public."""
    return (e.WentPublic(),) if state.private else Refusal(Code.NOT_PRIVATE)


def hand_gavel(state: Meeting, order: Order, command: c.HandGavel) -> Decision:
    """The holder hands it on; a chair whose colleague has gone may take it for themselves. Always logged."""
    name = order.facts.chairs.get(command.to)
    if name is None:
        return Refusal(Code.PERSON_UNKNOWN)
    if state.gavel == command.to:
        return Refusal(Code.GAVEL_ALREADY_YOURS)
    if order.actor.person not in {state.gavel, command.to}:
        return Refusal(Code.GAVEL_NOT_YOURS)
    return (e.GavelTaken(person=command.to, name=name),)


# --- evolve


def convened(state: Meeting, event: e.MeetingConvened, at: datetime) -> Meeting:
    """A meeting begins from nothing."""
    return Meeting(
        ledger=event.ledger,
        stage=MeetingStage.CONVENED,
        council=event.council,
        term=event.term,
        title=event.title,
        place=event.place,
        convened=at,
        profile=event.profile,
        plan=event.plan,
        rehearsal=event.rehearsal,
    )


def meeting_closed(state: Meeting, event: e.MeetingClosed, at: datetime) -> Meeting:
    """The last item is done with the meeting."""
    items, current = dict(state.items), state.current_item
    if current is not None:
        items[current] = replace(items[current], state=ItemState.DONE, ended=at)
    return replace(state, stage=MeetingStage.CLOSED, closed=at, items=items, current_item=None)


def sitting_opened(state: Meeting, event: e.SittingOpened, at: datetime) -> Meeting:
    """A fresh roll: everybody is expected, nobody is here yet."""
    members = {m.member: m for m in event.members}
    sitting = Sitting(
        sitting=event.sitting, name=event.name, opened=at, members=members, roll=dict.fromkeys(members, Presence())
    )
    return replace(state, sittings=(*state.sittings, sitting), hall=hall_screen.given_back(state))


def sitting_closed(state: Meeting, event: e.SittingClosed, at: datetime) -> Meeting:
    """Everyone still here leaves with the sitting."""
    last = state.sittings[-1]
    roll = {
        m: replace(p, stays=(*p.stays[:-1], replace(p.stays[-1], until=at))) if p.standing is Standing.PRESENT else p
        for m, p in last.roll.items()
    }
    return replace(state, sittings=(*state.sittings[:-1], replace(last, roll=roll, closed=at)))


def went_private(state: Meeting, event: e.WentPrivate, at: datetime) -> Meeting:
    """Away from the public."""
    return replace(state, private=event.scope)


def went_public(state: Meeting, event: e.WentPublic, at: datetime) -> Meeting:
    """Before the public."""
    return replace(state, private=None)


def gavel_taken(state: Meeting, event: e.GavelTaken, at: datetime) -> Meeting:
    """Exactly one person chairs."""
    return replace(state, gavel=event.person, gavel_name=event.name)


RULES: Final[Rules] = {
    c.ConveneMeeting: Rule(convene, CLERK),
    c.CloseMeeting: Rule(close_meeting, CHAIR, gavel=True),
    c.OpenSitting: Rule(open_sitting, CHAIR),
    c.CloseSitting: Rule(close_sitting, CHAIR, gavel=True),
    c.GoPrivate: Rule(go_private, CHAIR, gavel=True),
    c.GoPublic: Rule(go_public, CHAIR, gavel=True),
    c.HandGavel: Rule(hand_gavel, CHAIR),
}

TELLINGS: Final[Tellings] = {
    e.MeetingConvened: convened,
    e.MeetingClosed: meeting_closed,
    e.SittingOpened: sitting_opened,
    e.SittingClosed: sitting_closed,
    e.WentPrivate: went_private,
    e.WentPublic: went_public,
    e.GavelTaken: gavel_taken,
    e.CheckpointSigned: unchanged,
}
