"""Chất vấn in the meeting: a round of questions at an item, answers in the hall, and promises with a deadline.

Who asks, answers and asks again has the floor like any speaker. A round lasts until the chair ends it, or the meeting
leaves its item or its sitting. What is promised here is followed up on file, from meeting to meeting.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import floor
from appliance.core.names import tidy
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, CLERK, DESK, Decision, Rule, Rules, Tellings
from appliance.core.slips import PledgeKind, SlipFacts
from appliance.core.state import Meeting, Order, Pledge, Question, Round

HALL_TIME: Final = timezone(timedelta(hours=7))


def round_now(state: Meeting) -> Round | None:
    """The round that goes on."""
    last = state.questioning.rounds[-1] if state.questioning.rounds else None
    sitting = state.sitting
    if last is None or last.ended is not None or sitting is None:
        return None
    return last if (last.item, last.sitting) == (state.current_item, sitting.sitting) else None


def asked(state: Meeting, slip: str) -> Question | None:
    """The question of this slip, in the last round that it was in."""
    return next((r.questions[slip] for r in reversed(state.questioning.rounds) if slip in r.questions), None)


# --- decide


def start(state: Meeting, order: Order, command: c.StartQuestioning) -> Decision:
    """Only selected slips; one that has been answered in this meeting is not asked again."""
    if state.sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if state.current_item is None:
        return Refusal(Code.NO_CURRENT_ITEM)
    if round_now(state) is not None:
        return Refusal(Code.ALREADY_QUESTIONING)
    slips = _slips(state, order, command)
    if isinstance(slips, Refusal):
        return slips
    title = tidy(command.title) or (slips[0].group_title or slips[0].title if slips else "")
    if not title:
        return Refusal(Code.MALFORMED, "group, slips or title")
    name = f"q{len(state.questioning.rounds) + 1}"
    return (e.QuestioningStarted(round=name, title=title, slips=slips),)


def _slips(state: Meeting, order: Order, command: c.StartQuestioning) -> tuple[SlipFacts, ...] | Refusal:
    known = order.facts.slips
    if command.group is not None:
        of_group = (s for s in known.values() if s.group == command.group and s.selected)
        found = tuple(s for s in of_group if not _settled(state, s.slip))
        return found or Refusal(Code.ISSUE_GROUP_UNKNOWN)
    chosen: list[SlipFacts] = []
    for name in dict.fromkeys(command.slips):
        slip = known.get(name)
        if slip is None:
            return Refusal(Code.SLIP_UNKNOWN)
        if not slip.selected:
            return Refusal(Code.SLIP_NOT_SELECTED)
        if _settled(state, name):
            return Refusal(Code.SLIP_ANSWERED)
        chosen.append(slip)
    return tuple(chosen)


def _settled(state: Meeting, slip: str) -> bool:
    question = asked(state, slip)
    return question is not None and question.settled


def end(state: Meeting, order: Order, command: c.EndQuestioning) -> Decision:
    """Also with questions left: they are answered in writing, or in a later round. Whoever still speaks has ended."""
    here = round_now(state)
    if here is None:
        return Refusal(Code.NOT_QUESTIONING)
    return (*floor.ended(state), e.QuestioningEnded(round=here.round))


def mark_answered(state: Meeting, order: Order, command: c.MarkAnswered) -> Decision:
    """In the round that goes on."""
    here = round_now(state)
    if here is None:
        return Refusal(Code.NOT_QUESTIONING)
    if command.slip not in here.questions:
        return Refusal(Code.SLIP_UNKNOWN)
    if here.questions[command.slip].settled:
        return Refusal(Code.SLIP_ANSWERED)
    return (e.QuestionAnswered(slip=command.slip),)


def make_pledge(state: Meeting, order: Order, command: c.MakePledge) -> Decision:
    """In an open sitting, by clerk or chair; also long after the question was answered."""
    if state.sitting is None:
        return Refusal(Code.SITTING_NOT_OPEN)
    if command.pledge in state.questioning.pledges:
        return Refusal(Code.PLEDGE_TAKEN)
    today = order.now.astimezone(HALL_TIME).date()
    if command.deadline is not None and command.deadline < today:
        return Refusal(Code.DEADLINE_PAST)
    question = asked(state, command.slip) if command.slip is not None else None
    if command.slip is not None and question is None:
        return Refusal(Code.SLIP_UNKNOWN)
    written = command.kind is PledgeKind.WRITTEN_ANSWER
    if written and question is not None and question.settled:
        return Refusal(Code.SLIP_ANSWERED)
    who, what = tidy(command.who), tidy(command.what)
    if not who or not what:
        return Refusal(Code.MALFORMED, "who, what")
    deadline = command.deadline or (_written_by(state, today) if written else None)
    made = e.PledgeMade(
        pledge=command.pledge, kind=command.kind, who=who, what=what, deadline=deadline, slip=command.slip
    )
    return (made,)


def _written_by(state: Meeting, today: date) -> date | None:
    return today + timedelta(days=state.profile.written_answer_days.value) if state.profile is not None else None


def withdraw_pledge(state: Meeting, order: Order, command: c.WithdrawPledge) -> Decision:
    """Struck out once."""
    found = state.questioning.pledges.get(command.pledge)
    if found is None:
        return Refusal(Code.PLEDGE_UNKNOWN)
    if found.withdrawn is not None:
        return Refusal(Code.PLEDGE_SETTLED)
    return (e.PledgeWithdrawn(pledge=command.pledge, reason=tidy(command.reason)),)


# --- evolve


def _with_round(state: Meeting, changed: Round) -> Meeting:
    rounds = tuple(changed if r.round == changed.round else r for r in state.questioning.rounds)
    return replace(state, questioning=replace(state.questioning, rounds=rounds))


def _with_question(state: Meeting, slip: str, question: Question) -> Meeting:
    last = next(r for r in reversed(state.questioning.rounds) if slip in r.questions)
    return _with_round(state, replace(last, questions={**last.questions, slip: question}))


def started(state: Meeting, event: e.QuestioningStarted, at: datetime) -> Meeting:
    """One more round; one that was never ended is ended by it."""
    sitting = state.sittings[-1].sitting if state.sittings else ""
    questions = {slip.slip: Question(slip) for slip in event.slips}
    before = tuple(r if r.ended is not None else replace(r, ended=at) for r in state.questioning.rounds)
    new = Round(event.round, event.title, state.current_item or "", sitting, at, questions)
    return replace(state, questioning=replace(state.questioning, rounds=(*before, new)))


def ended(state: Meeting, event: e.QuestioningEnded, at: datetime) -> Meeting:
    """Over."""
    return _with_round(state, replace(next(r for r in state.questioning.rounds if r.round == event.round), ended=at))


def answered(state: Meeting, event: e.QuestionAnswered, at: datetime) -> Meeting:
    """In the hall."""
    question = asked(state, event.slip)
    return state if question is None else _with_question(state, event.slip, replace(question, answered=at))


def pledge_made(state: Meeting, event: e.PledgeMade, at: datetime) -> Meeting:
    """Kept; an answer in writing settles its question for this meeting."""
    question = asked(state, event.slip) if event.slip is not None else None
    if event.kind is PledgeKind.WRITTEN_ANSWER and question is not None and event.slip is not None:
        state = _with_question(state, event.slip, replace(question, pledge=event.pledge))
    pledge = Pledge(event.pledge, event.kind, event.who, event.what, at, event.deadline, event.slip, state.current_item)
    pledges = {**state.questioning.pledges, event.pledge: pledge}
    return replace(state, questioning=replace(state.questioning, pledges=pledges))


def pledge_withdrawn(state: Meeting, event: e.PledgeWithdrawn, at: datetime) -> Meeting:
    """Struck out; a question that it had settled waits again."""
    pledge = state.questioning.pledges[event.pledge]
    question = asked(state, pledge.slip) if pledge.slip is not None else None
    if pledge.slip is not None and question is not None and question.pledge == event.pledge:
        state = _with_question(state, pledge.slip, replace(question, pledge=None))
    pledges = {**state.questioning.pledges, event.pledge: replace(pledge, withdrawn=event.reason)}
    return replace(state, questioning=replace(state.questioning, pledges=pledges))


RULES: Final[Rules] = {
    c.StartQuestioning: Rule(start, CHAIR, gavel=True),
    c.EndQuestioning: Rule(end, CHAIR, gavel=True),
    c.MarkAnswered: Rule(mark_answered, DESK),
    c.MakePledge: Rule(make_pledge, DESK),
    c.WithdrawPledge: Rule(withdraw_pledge, CLERK),
}

TELLINGS: Final[Tellings] = {
    e.QuestioningStarted: started,
    e.QuestioningEnded: ended,
    e.QuestionAnswered: answered,
    e.PledgeMade: pledge_made,
    e.PledgeWithdrawn: pledge_withdrawn,
}
