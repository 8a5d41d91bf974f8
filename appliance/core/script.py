"""The chair's script: the steps that lead on from here, and why the others are not possible.

It asks `decide` itself, so the script can never offer what the rules refuse.
"""

from datetime import datetime

from msgspec import Struct

from appliance.core import commands as c
from appliance.core.ballot_paper import Method
from appliance.core.meeting import decide
from appliance.core.people import Actor
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Facts, ItemState, Meeting, Order, Poll, PollState

_ID = "0" * 32


class Step(Struct, frozen=True):
    """One command as it would be given, and the rule that stands against it, if one does."""

    command: c.Command
    refusal: Code | None
    main: bool = False


def steps(state: Meeting, actor: Actor, now: datetime, facts: Facts) -> tuple[Step, ...]:
    """The chair's next steps, the main one marked; those refused say why."""
    found: list[Step] = []
    main_taken = False
    for command, can_be_main in _candidates(state):
        verdict = decide(state, Order(command, actor, now, facts))
        refusal = verdict.code if isinstance(verdict, Refusal) else None
        main = can_be_main and refusal in {None, Code.BELOW_QUORUM} and not main_taken
        main_taken = main_taken or main
        found.append(Step(command, refusal, main))
    return tuple(found)


def _candidates(state: Meeting) -> list[tuple[c.Command, bool]]:
    """Commands in the order of a meeting; True for those that can be the main next step."""
    poll = poll_on_the_table(state)
    found: list[tuple[c.Command, bool]] = []
    if state.sitting is None:
        found.append((c.OpenSitting(id=_ID), True))
        found.append((c.CloseMeeting(id=_ID), False))
        return found
    if poll is not None and poll.unfinished:
        found += _for_running(poll, state)
    else:
        drafts = [p for p in state.polls.values() if p.state is PollState.DRAFT and _due(p, state)]
        drafts.sort(key=lambda p: p.repeats is None)  # what is to be repeated comes before what is new
        found += [(c.OpenPoll(id=_ID, poll=p.poll), True) for p in drafts]
        if poll is not None and not _repeated(poll, state):
            found.append((c.RepeatPoll(id=_ID, poll=poll.poll, reason="?"), False))
    waiting = next((i for i in state.items.values() if i.state is ItemState.WAITING), None)
    if waiting is not None:
        found.append((c.StartItem(id=_ID, item=waiting.item), True))
    private = c.GoPublic(id=_ID) if state.private else c.GoPrivate(id=_ID)
    done = bool(state.items) and waiting is None
    found += [(private, False), (c.CloseSitting(id=_ID), done)]
    return found


def _for_running(poll: Poll, state: Meeting) -> list[tuple[c.Command, bool]]:
    name = poll.poll
    hold: c.Command = c.HoldPoll(id=_ID, poll=name)
    if poll.state is PollState.HELD:
        hold = c.ResumePoll(id=_ID, poll=name)
    everybody = len(state.ballots.get(name, {})) >= len(poll.present) or poll.method is Method.HANDS
    held = poll.state is PollState.HELD
    return [
        (c.ClosePoll(id=_ID, poll=name), not held and (everybody or poll.seconds is None)),
        (c.ConfirmPoll(id=_ID, poll=name), True),
        (c.AnnouncePoll(id=_ID, poll=name), True),
        (hold, held),
        (c.VoidPoll(id=_ID, poll=name, reason="?"), False),
    ]


def _due(poll: Poll, state: Meeting) -> bool:
    """A draft whose item is the current one; others wait until the meeting comes to them."""
    item = state.items[poll.subjects[0].item]
    return item.state is ItemState.CURRENT


def _repeated(poll: Poll, state: Meeting) -> bool:
    """Whether a repeat of it has been drafted already, and not been thrown away."""
    return any(p.repeats == poll.poll and p.state is not PollState.VOID for p in state.polls.values())


def poll_on_the_table(state: Meeting) -> Poll | None:
    """The poll the hall looks at: the one not finished, otherwise the last one opened on the current item."""
    opened = [state.polls[name] for name in state.ballots]  # in the order of opening, whatever the clock said
    unfinished = next((p for p in opened if p.unfinished), None)
    if unfinished is not None:
        return unfinished
    here = [p for p in opened if state.current_item is None or p.subjects[0].item == state.current_item]
    return here[-1] if here else None
