"""A poll's life: draft → open ⇄ held → closed → confirmed → announced; void until announced.

`NEXT` is the whole of it: nothing else may assign a poll's state. The drawing in ARCHITECTURE.md is
compared with this table by a test.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import election_life, hall_screen, straw
from appliance.core import events as e
from appliance.core.majority import adopted, count
from appliance.core.people import Role
from appliance.core.questions import part_in_the_way
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, TIMER, Decision, Rule, Rules, Tellings
from appliance.core.state import Confirmation, Meeting, Order, Poll, PollState


class PollAction(StrEnum):
    """What can be done to a poll as a whole."""

    OPEN = "OpenPoll"
    HOLD = "HoldPoll"
    RESUME = "ResumePoll"
    CLOSE = "ClosePoll"
    CONFIRM = "ConfirmPoll"
    ANNOUNCE = "AnnouncePoll"
    VOID = "VoidPoll"


NEXT: Final[dict[tuple[PollState, PollAction], PollState]] = {
    (PollState.DRAFT, PollAction.OPEN): PollState.OPEN,
    (PollState.OPEN, PollAction.HOLD): PollState.HELD,
    (PollState.HELD, PollAction.RESUME): PollState.OPEN,
    (PollState.OPEN, PollAction.CLOSE): PollState.CLOSED,
    (PollState.HELD, PollAction.CLOSE): PollState.CLOSED,
    (PollState.CLOSED, PollAction.CONFIRM): PollState.CONFIRMED,
    (PollState.CONFIRMED, PollAction.ANNOUNCE): PollState.ANNOUNCED,
    (PollState.DRAFT, PollAction.VOID): PollState.VOID,
    (PollState.OPEN, PollAction.VOID): PollState.VOID,
    (PollState.HELD, PollAction.VOID): PollState.VOID,
    (PollState.CLOSED, PollAction.VOID): PollState.VOID,
    (PollState.CONFIRMED, PollAction.VOID): PollState.VOID,
}

_REFUSED: Final[dict[PollAction, Code]] = {
    PollAction.OPEN: Code.POLL_NOT_DRAFT,
    PollAction.HOLD: Code.POLL_NOT_OPEN,
    PollAction.RESUME: Code.POLL_NOT_HELD,
    PollAction.CLOSE: Code.POLL_NOT_RUNNING,
    PollAction.CONFIRM: Code.POLL_NOT_CLOSED,
    PollAction.ANNOUNCE: Code.POLL_NOT_CONFIRMED,
    PollAction.VOID: Code.POLL_FINISHED,
}


def find(state: Meeting, poll_id: str, action: PollAction) -> Poll | Refusal:
    """The poll if `NEXT` has a way for this action, otherwise the refusal that names the rule."""
    poll = state.polls.get(poll_id)
    if poll is None:
        return Refusal(Code.POLL_UNKNOWN)
    if (poll.state, action) not in NEXT:
        return Refusal(_REFUSED[action], poll.state)
    return poll


# --- decide


def open_poll(state: Meeting, order: Order, command: c.OpenPoll) -> Decision:
    """Freezes question, document, rule, threshold, N and who is present.

    Below the quorum (a warning, not a rule of law) the chair must say so with `override_quorum`.
    """
    poll = find(state, command.poll, PollAction.OPEN)
    if isinstance(poll, Refusal):
        return poll
    if state.items[poll.subjects[0].item].settled:
        return Refusal(Code.ITEM_DONE)
    sitting, profile = state.sitting, state.profile
    if sitting is None or profile is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if any(p.unfinished for p in state.polls.values()):
        return Refusal(Code.ANOTHER_POLL_RUNNING)
    issuing = election_life.in_hand(state)
    if issuing is not None:
        return Refusal(Code.ELECTION_UNFINISHED, issuing.election)
    refusal = part_in_the_way(state, poll)
    if refusal is not None:
        return refusal
    present = sitting.present()
    if not present:
        return Refusal(Code.NOBODY_PRESENT)
    below = not profile.quorum.reached(len(present), sitting.n)
    if below and not command.override_quorum:
        return Refusal(Code.BELOW_QUORUM, f"{len(present)}/{sitting.n}")
    rule = profile.majority(poll.majority)
    return (
        *straw.cleared(state),
        e.PollOpened(
            poll=poll.poll,
            subjects=poll.subjects,
            rule=rule,
            needed=rule.needed(sitting.n),
            n=sitting.n,
            present=present,
            change_allowed=bool(profile.change_ballot.value),
            seconds=poll.seconds,
            quorum_overridden=below,
        ),
    )


def hold(state: Meeting, order: Order, command: c.HoldPoll) -> Decision:
    """Ballots cast so far stay."""
    poll = find(state, command.poll, PollAction.HOLD)
    return poll if isinstance(poll, Refusal) else (e.PollHeld(poll=poll.poll),)


def resume(state: Meeting, order: Order, command: c.ResumePoll) -> Decision:
    """The countdown goes on where it stood."""
    poll = find(state, command.poll, PollAction.RESUME)
    return poll if isinstance(poll, Refusal) else (e.PollResumed(poll=poll.poll),)


def set_deadline(state: Meeting, order: Order, command: c.SetDeadline) -> Decision:
    """After a restart a poll has no deadline until the chair sets one here."""
    poll = find(state, command.poll, PollAction.CLOSE)
    return poll if isinstance(poll, Refusal) else (e.DeadlineSet(poll=poll.poll, seconds=command.seconds),)


def close(state: Meeting, order: Order, command: c.ClosePoll) -> Decision:
    """By the gavel holder, or by the appliance when the countdown has run out."""
    poll = find(state, command.poll, PollAction.CLOSE)
    if isinstance(poll, Refusal):
        return poll
    by_time = order.actor.role is Role.SYSTEM
    if by_time and poll.state is PollState.HELD:
        return Refusal(Code.POLL_NOT_OPEN, "held while the countdown ran out")
    return (e.PollClosed(poll=poll.poll, how="time" if by_time else "chair"),)


def confirm(state: Meeting, order: Order, command: c.ConfirmPoll) -> Decision:
    """Clerk and gavel holder, two people: two accounts linked to one member are one person."""
    poll = find(state, command.poll, PollAction.CONFIRM)
    if isinstance(poll, Refusal):
        return poll
    if poll.method.counted and poll.counts is None:
        return Refusal(Code.COUNTS_MISSING)
    if command.seen is not None and command.seen != shown(poll, state):
        return Refusal(Code.SEEN_OTHER)
    actor = order.actor
    part = "gavel" if actor.person == state.gavel else "clerk" if actor.role is Role.CLERK else None
    if part is None:
        return Refusal(Code.GAVEL_NOT_YOURS)
    for done in poll.confirmations:
        if done.part == part:
            return Refusal(Code.ALREADY_CONFIRMED)
        if done.person == actor.person or (actor.member is not None and done.member == actor.member):
            return Refusal(Code.SAME_PERSON)
    return (
        e.PollConfirmed(
            poll=poll.poll,
            part="gavel" if part == "gavel" else "clerk",
            person=actor.person,
            member=actor.member,
        ),
    )


def shown(poll: Poll, state: Meeting) -> c.Seen:
    """The numbers as they stand, for whoever is to confirm them."""
    tally = count(poll, state.ballots.get(poll.poll, {}))
    return c.Seen(for_=tally.for_, against=tally.against, abstain=tally.abstain)


def announce(state: Meeting, order: Order, command: c.AnnouncePoll) -> Decision:
    """The numbers told are the ones counted, never typed."""
    poll = find(state, command.poll, PollAction.ANNOUNCE)
    if isinstance(poll, Refusal):
        return poll
    tally = count(poll, state.ballots.get(poll.poll, {}))
    return (e.PollAnnounced(poll=poll.poll, tally=tally, needed=poll.needed, adopted=adopted(poll, tally)),)


def void(state: Meeting, order: Order, command: c.VoidPoll) -> Decision:
    """With a reason; the poll and its ballots stay in the record."""
    poll = find(state, command.poll, PollAction.VOID)
    return poll if isinstance(poll, Refusal) else (e.PollVoided(poll=poll.poll, reason=command.reason),)


# --- evolve


def _change(state: Meeting, poll: Poll) -> Meeting:
    return replace(state, polls={**state.polls, poll.poll: poll})


def _step(state: Meeting, poll_id: str, action: PollAction) -> Poll:
    """The poll moved along `NEXT`. Raises KeyError on a ledger that could not have been written by `decide`."""
    poll = state.polls[poll_id]
    return replace(poll, state=NEXT[poll.state, action])


def opened(state: Meeting, event: e.PollOpened, at: datetime) -> Meeting:
    """Frozen from here on."""
    poll = replace(
        _step(state, event.poll, PollAction.OPEN),
        subjects=event.subjects,
        sitting=state.sittings[-1].sitting,
        rule=event.rule,
        needed=event.needed,
        n=event.n,
        present=frozenset(event.present),
        change_allowed=event.change_allowed,
        seconds=event.seconds,
        quorum_overridden=event.quorum_overridden,
        opened=at,
        taken=event.taken,
        past_reason=event.past_reason,
        present_count=event.present_count,
    )
    ballots = {**state.ballots, event.poll: {}}
    return replace(_change(state, poll), ballots=ballots, hall=hall_screen.given_back(state))


def held(state: Meeting, event: e.PollHeld, at: datetime) -> Meeting:
    """No ballots for now."""
    return _change(state, _step(state, event.poll, PollAction.HOLD))


def resumed(state: Meeting, event: e.PollResumed, at: datetime) -> Meeting:
    """Ballots again."""
    return _change(state, _step(state, event.poll, PollAction.RESUME))


def deadline_set(state: Meeting, event: e.DeadlineSet, at: datetime) -> Meeting:
    """The timer itself is the Chamber's, on the monotonic clock."""
    return _change(state, replace(state.polls[event.poll], seconds=event.seconds))


def closed(state: Meeting, event: e.PollClosed, at: datetime) -> Meeting:
    """The ballots stand; entries that the gavel holder has not confirmed lapse."""
    lapsed = state.entries.get(event.poll, {})
    poll = replace(_step(state, event.poll, PollAction.CLOSE), closed=at, closed_how=event.how, lapsed=lapsed)
    entries = {k: v for k, v in state.entries.items() if k != event.poll}
    return replace(_change(state, poll), entries=entries)


def confirmed(state: Meeting, event: e.PollConfirmed, at: datetime) -> Meeting:
    """Confirmed once both have said so."""
    poll = state.polls[event.poll]
    words = (*poll.confirmations, Confirmation(part=event.part, person=event.person, member=event.member))
    if len(words) == 2:
        poll = _step(state, event.poll, PollAction.CONFIRM)
    return _change(state, replace(poll, confirmations=words))


def announced(state: Meeting, event: e.PollAnnounced, at: datetime) -> Meeting:
    """Part of the record for good."""
    poll = _step(state, event.poll, PollAction.ANNOUNCE)
    return _change(state, replace(poll, tally=event.tally, adopted=event.adopted, announced=at))


def voided(state: Meeting, event: e.PollVoided, at: datetime) -> Meeting:
    """Void, and still in the record."""
    poll = replace(_step(state, event.poll, PollAction.VOID), void_reason=event.reason)
    entries = {k: v for k, v in state.entries.items() if k != event.poll}
    return replace(_change(state, poll), entries=entries)


RULES: Final[Rules] = {
    c.OpenPoll: Rule(open_poll, CHAIR, gavel=True),
    c.HoldPoll: Rule(hold, CHAIR, gavel=True),
    c.ResumePoll: Rule(resume, CHAIR, gavel=True),
    c.SetDeadline: Rule(set_deadline, CHAIR, gavel=True),
    c.ClosePoll: Rule(close, TIMER, gavel=True),
    c.ConfirmPoll: Rule(confirm, DESK),
    c.AnnouncePoll: Rule(announce, CHAIR, gavel=True),
    c.VoidPoll: Rule(void, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.PollOpened: opened,
    e.PollHeld: held,
    e.PollResumed: resumed,
    e.DeadlineSet: deadline_set,
    e.PollClosed: closed,
    e.PollConfirmed: confirmed,
    e.PollAnnounced: announced,
    e.PollVoided: voided,
}
