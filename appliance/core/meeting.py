"""The two functions everything rests on: `decide` (may this happen?) and `evolve` (it happened).

`RULES` says for each command who may give it and which function decides; `TELLINGS` says for each
event which function applies it. Each room of `core` has its own lines of both; here they are joined.
To add a capability, add a command, its events, and a line to each of its room's two tables.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from appliance.core import (
    agenda,
    agenda_changes,
    ballots,
    election_count,
    election_life,
    election_list,
    election_votes,
    epoch,
    floor,
    frame,
    hall_screen,
    past_poll,
    poll,
    questioning,
    questions,
    roll,
    roll_call,
    speakers,
    straw,
)
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import Decision, Rules, Tellings
from appliance.core.state import Meeting, MeetingStage, Order

_ROOMS: Final = (
    frame,
    epoch,
    agenda,
    agenda_changes,
    roll,
    questions,
    poll,
    ballots,
    roll_call,
    past_poll,
    straw,
    speakers,
    floor,
    questioning,
    hall_screen,
    election_list,
    election_votes,
    election_life,
    election_count,
)

RULES: Final[Rules] = {command: rule for room in _ROOMS for command, rule in room.RULES.items()}
TELLINGS: Final[Tellings] = {event: telling for room in _ROOMS for event, telling in room.TELLINGS.items()}


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
    """What may be given while no meeting goes on: one is convened, the last take of the one before is sealed, or
    another box goes on with its ledger."""
    late = type(command) in {c.SealRecording, c.BeginEpoch} and state.stage is MeetingStage.CLOSED
    return late or type(command) is c.ConveneMeeting


def evolve(state: Meeting, event: e.Event, at: datetime) -> Meeting:
    """The meeting after `event`, which happened at `at`. Never refuses: what is in the ledger has happened."""
    return TELLINGS[type(event)](state, event, at)


def replay(state: Meeting, happened: Iterable[tuple[e.Event, datetime]]) -> Meeting:
    """`reduce(evolve, …)`: the state after a power cut is this over the ledger."""
    for event, at in happened:
        state = evolve(state, event, at)
    return state
