"""Ballots: a member's own choice, a choice the clerk enters for a member, raised hands counted."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Method
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, CLERK, VOTERS, Decision, Rule, Rules, Tellings
from appliance.core.state import Ballot, Counts, Entry, Meeting, Order, Poll, PollState, Standing

# --- decide


def cast(state: Meeting, order: Order, command: c.CastBallot) -> Decision:
    """One counted choice a member, by whatever device; nobody casts for another (law: no proxy)."""
    member = order.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    refusal = _may_vote(state, command.poll, member) or _too_often(state, command.poll, member)
    if refusal is not None:
        return refusal
    by = "panel" if order.actor.role is Role.PANELS else "tablet"
    return (
        e.BallotCast(
            poll=command.poll, member=member, choice=command.choice, by="panel" if by == "panel" else "tablet"
        ),
    )


def enter(state: Meeting, order: Order, command: c.EnterForMember) -> Decision:
    """A device failed: the clerk enters the spoken choice, the gavel holder must confirm it."""
    refusal = _may_vote(state, command.poll, command.member)
    if refusal is not None:
        return refusal
    if command.member in state.entries.get(command.poll, {}):
        return Refusal(Code.ENTRY_WAITING)
    return (
        e.EntryAsked(
            poll=command.poll,
            member=command.member,
            choice=command.choice,
            reason=command.reason,
            entered_by=order.actor.person,
            entered_by_member=order.actor.member,
        ),
    )


def confirm_entry(state: Meeting, order: Order, command: c.ConfirmEntry) -> Decision:
    """From here the entered choice counts like any other, marked as entered."""
    entry = state.entries.get(command.poll, {}).get(command.member)
    if entry is None:
        return Refusal(Code.ENTRY_UNKNOWN)
    if command.seen is not None and command.seen is not entry.choice:
        return Refusal(Code.SEEN_OTHER)
    actor = order.actor
    if actor.person == entry.entered_by or (actor.member is not None and actor.member == entry.entered_by_member):
        return Refusal(Code.SAME_PERSON)
    refusal = _may_vote(state, command.poll, command.member)
    if refusal is not None:
        return refusal
    return (e.BallotCast(poll=command.poll, member=command.member, choice=entry.choice, by="entered"),)


def reject_entry(state: Meeting, order: Order, command: c.RejectEntry) -> Decision:
    """Nothing is counted for it."""
    if command.member not in state.entries.get(command.poll, {}):
        return Refusal(Code.ENTRY_UNKNOWN)
    return (e.EntryRejected(poll=command.poll, member=command.member),)


def enter_counts(state: Meeting, order: Order, command: c.EnterCounts) -> Decision:
    """The sum cannot exceed those present; who did not raise a hand is *did not press*."""
    poll = state.polls.get(command.poll)
    if poll is None:
        return Refusal(Code.POLL_UNKNOWN)
    if not poll.method.counted:
        return Refusal(Code.NOT_BY_HANDS)
    if not poll.running and poll.state is not PollState.CLOSED:
        return Refusal(Code.POLL_NOT_OPEN, poll.state)
    if command.for_ + command.against + command.abstain > poll.present_number:
        return Refusal(Code.COUNTS_TOO_MANY, str(poll.present_number))
    return (e.CountsEntered(poll=command.poll, for_=command.for_, against=command.against, abstain=command.abstain),)


def _may_vote(state: Meeting, poll_id: str, member: str) -> Refusal | None:
    poll = state.polls.get(poll_id)
    if poll is None:
        return Refusal(Code.POLL_UNKNOWN)
    if poll.state is not PollState.OPEN:
        return Refusal(Code.POLL_NOT_OPEN, poll.state)
    if poll.method is not Method.ELECTRONIC:
        return Refusal(Code.NOT_ELECTRONIC)
    return entitled(state, poll, member) or _cast_for_good(state, poll, member)


def _cast_for_good(state: Meeting, poll: Poll, member: str) -> Refusal | None:
    if not poll.change_allowed and member in state.ballots[poll.poll]:
        return Refusal(Code.ALREADY_CAST)
    return None


def _too_often(state: Meeting, poll_id: str, member: str) -> Refusal | None:
    """A finger or a device that never rests is stopped; the choice recorded last stands."""
    cast = state.ballots[poll_id].get(member)
    if cast is None or state.profile is None or cast.changes < state.profile.ballot_changes.value:
        return None
    return Refusal(Code.TOO_MANY_CHANGES, str(cast.changes))


def entitled(state: Meeting, poll: Poll, member: str) -> Refusal | None:
    """Whoever was in the room when the poll opened, and is in it now."""
    presence = state.sittings[-1].roll.get(member)
    if presence is None:
        return Refusal(Code.NOT_IN_OFFICE)
    if presence.standing is not Standing.PRESENT:
        return Refusal(Code.NOT_PRESENT)
    if member not in poll.present:
        return Refusal(Code.NOT_PRESENT_AT_OPENING)
    return None


# --- evolve


def ballot_cast(state: Meeting, event: e.BallotCast, at: datetime) -> Meeting:
    """The member's one counted choice; an entry that waited for them is settled by it."""
    before = state.ballots[event.poll].get(event.member)
    ballot = Ballot(event.choice, event.by, 0 if before is None else before.changes + 1)
    cast_so_far = {**state.ballots[event.poll], event.member: ballot}
    ballots = {**state.ballots, event.poll: cast_so_far}
    if event.member in state.entries.get(event.poll, {}):
        return replace(state, ballots=ballots, entries=_without(state, event.poll, event.member))
    return replace(state, ballots=ballots)


def entry_asked(state: Meeting, event: e.EntryAsked, at: datetime) -> Meeting:
    """Waits for the gavel holder; counts nothing yet."""
    waiting = {
        **state.entries.get(event.poll, {}),
        event.member: Entry(event.choice, event.reason, event.entered_by, event.entered_by_member),
    }
    return replace(state, entries={**state.entries, event.poll: waiting})


def entry_rejected(state: Meeting, event: e.EntryRejected, at: datetime) -> Meeting:
    """Gone; the entry and its rejection stay in the ledger."""
    return replace(state, entries=_without(state, event.poll, event.member))


def counts_entered(state: Meeting, event: e.CountsEntered, at: datetime) -> Meeting:
    """New numbers need new confirmations."""
    counts = Counts(for_=event.for_, against=event.against, abstain=event.abstain)
    poll = replace(state.polls[event.poll], counts=counts, confirmations=())
    return replace(state, polls={**state.polls, event.poll: poll})


def _without(state: Meeting, poll: str, member: str) -> dict[str, dict[str, Entry]]:
    waiting = {m: entry for m, entry in state.entries[poll].items() if m != member}
    return {**state.entries, poll: waiting}


RULES: Final[Rules] = {
    c.CastBallot: Rule(cast, VOTERS),
    c.EnterForMember: Rule(enter, CLERK),
    c.ConfirmEntry: Rule(confirm_entry, CHAIR, gavel=True),
    c.RejectEntry: Rule(reject_entry, CHAIR, gavel=True),
    c.EnterCounts: Rule(enter_counts, CLERK),
}

TELLINGS: Final[Tellings] = {
    e.BallotCast: ballot_cast,
    e.EntryAsked: entry_asked,
    e.EntryRejected: entry_rejected,
    e.CountsEntered: counts_entered,
}
