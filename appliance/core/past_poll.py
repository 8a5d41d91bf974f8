"""Votes by hands or on slips that were taken while the system was away: entered afterwards, and marked as such.

Such a vote enters the ledger drafted, opened, counted and closed in one entry, so everything that reads the ledger
reads it like any other; `PollOpened.taken` says that it was not taken then. Two people confirm it.
"""

from typing import Final

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import straw
from appliance.core.ballot_paper import Method, Subject
from appliance.core.questions import fresh_name, taken
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CLERK, Decision, Rule, Rules, Tellings
from appliance.core.state import Meeting, Order


def enter_past(state: Meeting, order: Order, command: c.EnterPastPoll) -> Decision:
    """In the sitting in which it was taken, before it closes: N and the rule are that sitting's."""
    sitting, profile = state.sitting, state.profile
    if sitting is None or profile is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    refusal = _stands_against(state, order, command, sitting.n)
    if refusal is not None:
        return refusal
    name = command.poll or fresh_name(state)
    subjects = (Subject(item=command.item, question=command.question, document=command.document),)
    rule = profile.majority(command.majority)
    drafted = e.PollDrafted(
        poll=name,
        subjects=subjects,
        matter=command.matter,
        majority=command.majority,
        method=Method(command.method),
        seconds=None,
        show_names=False,
    )
    opened = e.PollOpened(
        poll=name,
        subjects=subjects,
        rule=rule,
        needed=rule.needed(sitting.n),
        n=sitting.n,
        present=(),
        present_count=command.present,
        change_allowed=False,
        seconds=None,
        quorum_overridden=not profile.quorum.reached(command.present, sitting.n),
        taken=command.taken,
        past_reason=command.reason,
    )
    counted = e.CountsEntered(poll=name, for_=command.for_, against=command.against, abstain=command.abstain)
    return (*straw.cleared(state), drafted, opened, counted, e.PollClosed(poll=name, how="past"))


def _stands_against(state: Meeting, order: Order, command: c.EnterPastPoll, n: int) -> Refusal | None:
    if command.item not in state.items:
        return Refusal(Code.ITEM_UNKNOWN, command.item)
    if command.poll is not None and taken(state, command.poll):
        return Refusal(Code.POLL_TAKEN)
    if any(p.unfinished for p in state.polls.values()):
        return Refusal(Code.ANOTHER_POLL_RUNNING)
    if command.taken > order.now or (state.convened is not None and command.taken < state.convened):
        return Refusal(Code.PAST_POLL_TIME)
    if command.present == 0:
        return Refusal(Code.NOBODY_PRESENT)
    if command.present > n:
        return Refusal(Code.COUNTS_TOO_MANY, str(n))
    if command.for_ + command.against + command.abstain > command.present:
        return Refusal(Code.COUNTS_TOO_MANY, str(command.present))
    return None


RULES: Final[Rules] = {c.EnterPastPoll: Rule(enter_past, CLERK)}
TELLINGS: Final[Tellings] = {}
