"""Another box goes on with the ledger: from where, why, and what becomes of the poll that was running.

A copy that is made while the old box writes may lack its last entries. What is there is a whole beginning of the old
ledger, so a poll that is closed in it has all its ballots; only one that is still running may lack some.
"""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import SYSTEM, Decision, Rule, Rules, Tellings
from appliance.core.state import Meeting, Order


def begin(state: Meeting, order: Order, command: c.BeginEpoch) -> Decision:
    """A running poll is voided with the same reason, unless a person has seen this very head on the old box."""
    head = order.facts.previous
    if head is None:
        return Refusal(Code.NO_MEETING)
    matched = command.head_seen is not None and head.startswith(command.head_seen)
    begun = e.EpochBegun(epoch=state.epoch + 1, reason=command.reason, head_before=head, matched=matched)
    running = state.running_poll
    if matched or running is None:
        return (begun,)
    return (begun, e.PollVoided(poll=running.poll, reason=command.reason))


def begun(state: Meeting, event: e.EpochBegun, at: datetime) -> Meeting:
    """Everything else stands as it stood."""
    return replace(state, epoch=event.epoch)


RULES: Final[Rules] = {c.BeginEpoch: Rule(begin, SYSTEM)}

TELLINGS: Final[Tellings] = {e.EpochBegun: begun}
