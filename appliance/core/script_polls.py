"""The script of open polls: opened, closed, confirmed by two, announced; repeated or void by the chair's decision."""

from typing import Final

from appliance.core import commands as c
from appliance.core.ballot_paper import Method
from appliance.core.poll import shown
from appliance.core.questions import parts_of
from appliance.core.script_step import ID, LATER, Candidate, Say, Turn
from appliance.core.script_votes import waits_for_a_name
from appliance.core.state import ItemState, Meeting, Poll, PollState

_READ_OUT: Final = {
    Method.ELECTRONIC: "OpenPoll",
    Method.HANDS: "OpenPollHands",
    Method.PAPER: "OpenPollPaper",
    Method.ROLL_CALL: "OpenPollRollCall",
}


def steps(state: Meeting) -> list[Candidate]:
    """The poll on the table to its end; then what is drafted for the current item."""
    if state.sitting is None:
        return []
    poll = poll_on_the_table(state)
    if poll is not None and poll.unfinished:
        return _for_running(poll, state)
    drafts = [p for p in state.polls.values() if p.state is PollState.DRAFT and _due(p, state)]
    drafts.sort(key=lambda p: (p.repeats is None, p.part_of is None))  # repeats first; the parts before their whole
    found = [_opening(p, state) for p in drafts]
    if poll is not None and not _repeated(poll, state):
        repeat = c.RepeatPoll(id=ID, poll=poll.poll, reason=LATER)
        found.append(Candidate(repeat, Turn.ASIDE, asks=("reason",)))
    return found


def _opening(poll: Poll, state: Meeting) -> Candidate:
    """The question is read out, then how to answer it."""
    question = "; ".join(subject.question for subject in poll.subjects)
    words = [Say("repeat", {"reason": poll.repeat_reason})] if poll.repeats is not None else []
    if poll.method is Method.ELECTRONIC and not state.ballots:
        words.append(Say("form"))
    if poll.part_of is not None:
        words.append(Say("part"))
    elif parts_of(state, poll.poll):
        words.append(Say("whole"))
    words.append(Say(_READ_OUT[poll.method], {"question": question}))
    seconds = poll.seconds
    if poll.method is Method.ELECTRONIC:
        words.append(Say("poll_begins") if seconds is None else Say("poll_begins_timed", {"seconds": seconds}))
    return Candidate(c.OpenPoll(id=ID, poll=poll.poll), Turn.ON_ITEM, main=True, say=tuple(words))


def _for_running(poll: Poll, state: Meeting) -> list[Candidate]:
    name = poll.poll
    hold: c.Command = c.HoldPoll(id=ID, poll=name)
    held = poll.state is PollState.HELD
    if held:
        hold = c.ResumePoll(id=ID, poll=name)
    everybody = len(state.ballots.get(name, {})) >= len(poll.present) or poll.method.counted
    by_hands = "hands" if poll.method is Method.HANDS else ""
    ending = poll.state is PollState.OPEN and (everybody or poll.seconds is None) and not waits_for_a_name(state, poll)
    now = Turn.GOING_ON
    return [
        Candidate(
            c.ClosePoll(id=ID, poll=name), now, ending, (Say("ClosePollHands" if by_hands else "ClosePoll"),),
            hint=by_hands,
        ),
        # Announcing stands first: once the chair has confirmed, it is what comes after, though it waits for the clerk.
        Candidate(c.AnnouncePoll(id=ID, poll=name), now, main=True, say=(Say("result", {"poll": name}),)),
        Candidate(c.ConfirmPoll(id=ID, poll=name, seen=shown(poll, state)), now, main=True, hint="ConfirmPoll"),
        Candidate(hold, now, held, (Say(type(hold).__name__),)),
        Candidate(c.VoidPoll(id=ID, poll=name, reason=LATER), Turn.ASIDE, asks=("reason",)),
    ]  # fmt: skip


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
