"""Preparing questions: a draft on one item or several, and the repeat of a poll."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Subject
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import ItemState, Meeting, Order, Poll, PollState


def draft(state: Meeting, order: Order, command: c.DraftPoll) -> Decision:
    """A question on one agenda item, or on several at once (bloc)."""
    subjects = (
        Subject(item=command.item, question=command.question, document=command.document),
        *command.bloc,
    )
    unknown = next((s.item for s in subjects if s.item not in state.items), None)
    if unknown is not None:
        return Refusal(Code.ITEM_UNKNOWN, unknown)
    if command.poll is not None and command.poll in state.polls:
        return Refusal(Code.POLL_TAKEN)
    show = command.show_names
    if show is None:
        show = state.profile is not None and bool(state.profile.show_names.value)
    return (
        e.PollDrafted(
            poll=command.poll or _fresh_name(state),
            subjects=subjects,
            matter=command.matter,
            majority=command.majority,
            method=command.method,
            seconds=command.seconds,
            show_names=show,
        ),
    )


def repeat(state: Meeting, order: Order, command: c.RepeatPoll) -> Decision:
    """A new draft linked to a finished poll, before its item is done (domain 5.4)."""
    old = state.polls.get(command.poll)
    if old is None:
        return Refusal(Code.POLL_UNKNOWN)
    if old.state not in {PollState.ANNOUNCED, PollState.VOID}:
        return Refusal(Code.POLL_NOT_FINISHED)
    if state.items[old.subjects[0].item].state is ItemState.DONE:
        return Refusal(Code.ITEM_DONE)
    if command.new_poll is not None and command.new_poll in state.polls:
        return Refusal(Code.POLL_TAKEN)
    first, *rest = old.subjects
    if command.question is not None:
        first = replace(first, question=command.question)
    return (
        e.PollDrafted(
            poll=command.new_poll or _fresh_name(state),
            subjects=(first, *rest),
            matter=old.matter,
            majority=old.majority,
            method=old.method,
            seconds=old.seconds,
            show_names=old.show_names,
            repeats=old.poll,
            reason=command.reason,
        ),
    )


def _fresh_name(state: Meeting) -> str:
    number = len(state.polls) + 1
    while f"p{number}" in state.polls:
        number += 1
    return f"p{number}"


def drafted(state: Meeting, event: e.PollDrafted, at: datetime) -> Meeting:
    """A draft, with no ballots yet."""
    poll = Poll(
        poll=event.poll,
        subjects=event.subjects,
        matter=event.matter,
        majority=event.majority,
        method=event.method,
        seconds=event.seconds,
        show_names=event.show_names,
        repeats=event.repeats,
        repeat_reason=event.reason,
    )
    return replace(state, polls={**state.polls, poll.poll: poll})


RULES: Final[Rules] = {
    c.DraftPoll: Rule(draft, DESK),
    c.RepeatPoll: Rule(repeat, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.PollDrafted: drafted,
}
