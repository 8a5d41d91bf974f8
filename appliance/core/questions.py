"""Preparing questions: a draft on one item or several, its changes, its parts, and the repeat of a poll."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Matter, Method, Subject
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import Meeting, Order, Poll, PollState


def draft(state: Meeting, order: Order, command: c.DraftPoll) -> Decision:
    """A question on one agenda item, or on several at once (bloc)."""
    subjects = (
        Subject(item=command.item, question=command.question, document=command.document),
        *command.bloc,
    )
    unknown = next((s.item for s in subjects if s.item not in state.items), None)
    if unknown is not None:
        return Refusal(Code.ITEM_UNKNOWN, unknown)
    if command.poll is not None and taken(state, command.poll):
        return Refusal(Code.POLL_TAKEN)
    if command.part_of is not None:
        refusal = _not_the_whole(state, command.part_of)
        if refusal is not None:
            return refusal
    return (
        e.PollDrafted(
            poll=command.poll or fresh_name(state),
            subjects=subjects,
            matter=command.matter if command.part_of is None else Matter.OTHER,
            majority=command.majority,
            method=command.method,
            seconds=command.seconds,
            show_names=_shows_names(state, command.show_names, command.method),
            part_of=command.part_of,
        ),
    )


def edit(state: Meeting, order: Order, command: c.EditPoll) -> Decision:
    """A draft as it is to be; two who change it at once: the second is told."""
    old = _draft_of(state, command.poll)
    if isinstance(old, Refusal):
        return old
    if command.seen is not None and command.seen != old.revision:
        return Refusal(Code.EDITED_MEANWHILE, str(old.revision))
    subjects = (Subject(item=command.item, question=command.question, document=command.document), *command.bloc)
    unknown = next((s.item for s in subjects if s.item not in state.items), None)
    if unknown is not None:
        return Refusal(Code.ITEM_UNKNOWN, unknown)
    return (
        e.PollEdited(
            poll=old.poll,
            subjects=subjects,
            matter=command.matter if old.part_of is None else Matter.OTHER,
            majority=command.majority,
            method=command.method,
            seconds=command.seconds,
            show_names=_shows_names(state, command.show_names, command.method),
        ),
    )


def drop(state: Meeting, order: Order, command: c.DropPoll) -> Decision:
    """A draft that was never opened leaves no vote behind; one that has parts is dropped after them."""
    old = _draft_of(state, command.poll)
    if isinstance(old, Refusal):
        return old
    if parts_of(state, old.poll):
        return Refusal(Code.POLL_HAS_PARTS)
    return (e.PollDropped(poll=old.poll),)


def repeat(state: Meeting, order: Order, command: c.RepeatPoll) -> Decision:
    """A new draft linked to a finished poll, before its item is done (domain 5.4)."""
    old = state.polls.get(command.poll)
    if old is None:
        return Refusal(Code.POLL_UNKNOWN)
    if old.state not in {PollState.ANNOUNCED, PollState.VOID}:
        return Refusal(Code.POLL_NOT_FINISHED)
    if state.items[old.subjects[0].item].settled:
        return Refusal(Code.ITEM_DONE)
    if command.new_poll is not None and taken(state, command.new_poll):
        return Refusal(Code.POLL_TAKEN)
    if old.part_of is not None and not _still_draft(state, old.part_of):
        return Refusal(Code.WHOLE_NOT_DRAFT)
    first, *rest = old.subjects
    if command.question is not None:
        first = replace(first, question=command.question)
    return (
        e.PollDrafted(
            poll=command.new_poll or fresh_name(state),
            subjects=(first, *rest),
            matter=old.matter,
            majority=old.majority,
            method=old.method,
            seconds=old.seconds,
            show_names=old.show_names,
            repeats=old.poll,
            reason=command.reason,
            part_of=old.part_of,
        ),
    )


def parts_of(state: Meeting, whole: str) -> tuple[Poll, ...]:
    """The polls that vote on parts of this one, but for those that are void."""
    return tuple(p for p in state.polls.values() if p.part_of == whole and p.state is not PollState.VOID)


def part_in_the_way(state: Meeting, poll: Poll) -> Refusal | None:
    """Part by part, then the whole: what the order of the two stands against, for a poll that is to be opened."""
    if poll.part_of is not None and not _still_draft(state, poll.part_of):
        return Refusal(Code.WHOLE_NOT_DRAFT)
    waiting = next((p.poll for p in parts_of(state, poll.poll) if p.state is not PollState.ANNOUNCED), None)
    return Refusal(Code.PARTS_UNFINISHED, waiting) if waiting is not None else None


def taken(state: Meeting, name: str) -> bool:
    """Whether a poll has or had this name."""
    return name in state.polls or name in state.dropped_polls


def fresh_name(state: Meeting) -> str:
    """A name for a poll that none has or had."""
    number = len(state.polls) + len(state.dropped_polls) + 1
    while taken(state, f"p{number}"):
        number += 1
    return f"p{number}"


def _not_the_whole(state: Meeting, name: str) -> Refusal | None:
    whole = state.polls.get(name)
    if whole is None:
        return Refusal(Code.POLL_UNKNOWN, name)
    if whole.part_of is not None:
        return Refusal(Code.PART_OF_PART)
    return None if whole.state is PollState.DRAFT else Refusal(Code.WHOLE_NOT_DRAFT)


def _still_draft(state: Meeting, name: str) -> bool:
    return name in state.polls and state.polls[name].state is PollState.DRAFT


def _draft_of(state: Meeting, name: str) -> Poll | Refusal:
    poll = state.polls.get(name)
    if poll is None:
        return Refusal(Code.POLL_UNKNOWN)
    return poll if poll.state is PollState.DRAFT else Refusal(Code.POLL_NOT_DRAFT, poll.state)


def _shows_names(state: Meeting, wanted: bool | None, method: Method) -> bool:
    """In a roll call the hall has heard every name; otherwise as asked for, or as the council's rules say."""
    if method is Method.ROLL_CALL:
        return True
    by_rule = state.profile is not None and bool(state.profile.show_names.value)
    return method.named and (by_rule if wanted is None else wanted)


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
        part_of=event.part_of,
    )
    return replace(state, polls={**state.polls, poll.poll: poll})


def edited(state: Meeting, event: e.PollEdited, at: datetime) -> Meeting:
    """Still a draft, one revision on."""
    old = state.polls[event.poll]
    poll = replace(
        old,
        subjects=event.subjects,
        matter=event.matter,
        majority=event.majority,
        method=event.method,
        seconds=event.seconds,
        show_names=event.show_names,
        revision=old.revision + 1,
    )
    return replace(state, polls={**state.polls, poll.poll: poll})


def dropped(state: Meeting, event: e.PollDropped, at: datetime) -> Meeting:
    """Gone, but its name stays taken: a command that still names it must never meet another poll."""
    polls = {name: poll for name, poll in state.polls.items() if name != event.poll}
    return replace(state, polls=polls, dropped_polls=state.dropped_polls | {event.poll})


RULES: Final[Rules] = {
    c.DraftPoll: Rule(draft, DESK),
    c.EditPoll: Rule(edit, DESK),
    c.DropPoll: Rule(drop, DESK),
    c.RepeatPoll: Rule(repeat, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.PollDrafted: drafted,
    e.PollEdited: edited,
    e.PollDropped: dropped,
}
