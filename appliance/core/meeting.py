"""The two functions everything rests on: `decide` (may this happen?) and `evolve` (it happened).

`RULES` says for each command who may give it and which function decides; `TELLINGS` says for each
event which function applies it. To add a capability, add a command, its events, and a line to each.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from appliance.core import agenda, ballots, floor, poll, questions, roll
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Meeting, MeetingStage, Order

Decision = tuple[e.Event, ...] | Refusal


class Rule(NamedTuple):
    """Who may give a command, whether the gavel is needed, and the function that decides."""

    decide: Callable[[Meeting, Order, Any], Decision]
    roles: frozenset[Role]
    gavel: bool = False


_CLERK = frozenset({Role.CLERK})
_CHAIR = frozenset({Role.CHAIR})
_DESK = frozenset({Role.CLERK, Role.CHAIR})
_SYSTEM = frozenset({Role.SYSTEM})
_TIMER = frozenset({Role.CHAIR, Role.SYSTEM})
_MEMBERS = frozenset({Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.PANELS})
_VOTERS = frozenset({Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.PANELS, Role.TECHNICIAN, Role.AUDITOR})
"""Whoever is also a member votes under the same sign-in; `cast` refuses those who are not."""

RULES: Final[dict[type[c.Command], Rule]] = {
    c.ConveneMeeting: Rule(agenda.convene, _CLERK),
    c.CloseMeeting: Rule(agenda.close_meeting, _CHAIR, gavel=True),
    c.AddItem: Rule(agenda.add_item, _CLERK),
    c.StartItem: Rule(agenda.start_item, _CHAIR, gavel=True),
    c.OpenSitting: Rule(agenda.open_sitting, _CHAIR),
    c.CloseSitting: Rule(agenda.close_sitting, _CHAIR, gavel=True),
    c.GoPrivate: Rule(agenda.go_private, _CHAIR, gavel=True),
    c.GoPublic: Rule(agenda.go_public, _CHAIR, gavel=True),
    c.HandGavel: Rule(agenda.hand_gavel, _CHAIR),
    c.CheckIn: Rule(roll.check_in, _MEMBERS),
    c.ConfirmCheckIn: Rule(roll.confirm_check_in, _CLERK),
    c.CheckOut: Rule(roll.check_out, _MEMBERS - {Role.PANELS}),
    c.MarkAbsent: Rule(roll.mark_absent, _CLERK),
    c.DraftPoll: Rule(questions.draft, _DESK),
    c.OpenPoll: Rule(poll.open_poll, _CHAIR, gavel=True),
    c.HoldPoll: Rule(poll.hold, _CHAIR, gavel=True),
    c.ResumePoll: Rule(poll.resume, _CHAIR, gavel=True),
    c.SetDeadline: Rule(poll.set_deadline, _CHAIR, gavel=True),
    c.CastBallot: Rule(ballots.cast, _VOTERS),
    c.EnterForMember: Rule(ballots.enter, _CLERK),
    c.ConfirmEntry: Rule(ballots.confirm_entry, _CHAIR, gavel=True),
    c.RejectEntry: Rule(ballots.reject_entry, _CHAIR, gavel=True),
    c.EnterCounts: Rule(ballots.enter_counts, _CLERK),
    c.ClosePoll: Rule(poll.close, _TIMER, gavel=True),
    c.ConfirmPoll: Rule(poll.confirm, _DESK),
    c.AnnouncePoll: Rule(poll.announce, _CHAIR, gavel=True),
    c.VoidPoll: Rule(poll.void, _CHAIR, gavel=True),
    c.RepeatPoll: Rule(questions.repeat, _CHAIR, gavel=True),
    c.GiveFloor: Rule(floor.give, _CHAIR, gavel=True),
    c.EndFloor: Rule(floor.end, _CHAIR, gavel=True),
    c.SealRecording: Rule(floor.seal_recording, _SYSTEM),
}

TELLINGS: Final[dict[type[e.Event], Callable[[Meeting, Any, datetime], Meeting]]] = {
    e.MeetingConvened: agenda.convened,
    e.MeetingClosed: agenda.meeting_closed,
    e.ItemAdded: agenda.item_added,
    e.ItemStarted: agenda.item_started,
    e.SittingOpened: agenda.sitting_opened,
    e.SittingClosed: agenda.sitting_closed,
    e.WentPrivate: agenda.went_private,
    e.WentPublic: agenda.went_public,
    e.GavelTaken: agenda.gavel_taken,
    e.CheckInAsked: roll.check_in_asked,
    e.CheckedIn: roll.checked_in,
    e.CheckedOut: roll.checked_out,
    e.MarkedAbsent: roll.marked_absent,
    e.PollDrafted: questions.drafted,
    e.PollOpened: poll.opened,
    e.PollHeld: poll.held,
    e.PollResumed: poll.resumed,
    e.DeadlineSet: poll.deadline_set,
    e.BallotCast: ballots.ballot_cast,
    e.EntryAsked: ballots.entry_asked,
    e.EntryRejected: ballots.entry_rejected,
    e.CountsEntered: ballots.counts_entered,
    e.PollClosed: poll.closed,
    e.PollConfirmed: poll.confirmed,
    e.PollAnnounced: poll.announced,
    e.PollVoided: poll.voided,
    e.CheckpointSigned: lambda state, event, at: state,
    e.FloorGiven: floor.floor_given,
    e.FloorEnded: floor.floor_ended,
    e.RecordingSealed: lambda state, event, at: state,
}


def decide(state: Meeting, order: Order) -> Decision:
    """What would happen if this order were given now: the events, or the refusal that names the rule.

    Pure: neither reads a clock nor changes anything; all it needs is in `state` and `order`.
    """
    rule = RULES[type(order.command)]
    actor = order.actor
    if actor.role not in rule.roles:
        return Refusal(Code.NOT_ALLOWED)
    if state.stage is not MeetingStage.CONVENED and not _outlives(state, order.command):
        return Refusal(Code.NO_MEETING if state.stage is MeetingStage.NONE else Code.MEETING_CLOSED)
    if rule.gavel and actor.person != state.gavel and actor.role is not Role.SYSTEM:
        return Refusal(Code.GAVEL_NOT_YOURS)
    return rule.decide(state, order, order.command)


def _outlives(state: Meeting, command: c.Command) -> bool:
    """What may be given while no meeting goes on: one is convened, or the last take of the one before is sealed."""
    sealed = type(command) is c.SealRecording and state.stage is MeetingStage.CLOSED
    return sealed or type(command) is c.ConveneMeeting


def evolve(state: Meeting, event: e.Event, at: datetime) -> Meeting:
    """The meeting after `event`, which happened at `at`. Never refuses: what is in the ledger has happened."""
    return TELLINGS[type(event)](state, event, at)


def replay(state: Meeting, happened: Iterable[tuple[e.Event, datetime]]) -> Meeting:
    """`reduce(evolve, …)`: the state after a power cut is this over the ledger."""
    for event, at in happened:
        state = evolve(state, event, at)
    return state
