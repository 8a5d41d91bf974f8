"""The script of debate and chất vấn: who is called, who answers, and on to the next question.

The floor goes round by itself in the order that the queue has; the chair may always call somebody else.
"""

from collections.abc import Mapping
from typing import Final

from appliance.core import commands as c
from appliance.core.plan import ItemKind
from appliance.core.questioning import asked, round_now
from appliance.core.script_step import ID, Candidate, Say, Turn
from appliance.core.slips import SlipFacts
from appliance.core.speech import SpeechKind
from appliance.core.state import Floor, Meeting, Question, Round, SpeechRequest, Standing

_POINTS: Final = frozenset({SpeechKind.POINT_OF_ORDER})


def steps(state: Meeting, slips: Mapping[str, SlipFacts]) -> list[Candidate]:
    """Nothing while a vote runs or waits for its result; otherwise the next to speak, or the next question."""
    if state.sitting is None or state.straw is not None or any(p.unfinished for p in state.polls.values()):
        return []
    round_ = round_now(state)
    if round_ is None:
        return [*_speakers(state), *_rounds(state, slips)]
    waiting = next((question for question in round_.questions.values() if not question.settled), None)
    points = [request for request in _queue(state) if request.kind in _POINTS]
    if points:  # it comes before the question, and nobody else is called meanwhile: each step is offered once
        return [*_called(points[0], state), *_question(waiting, round_, state)]
    return [*_question(waiting, round_, state), *_speakers(state)]


# --- debate


def _speakers(state: Meeting) -> list[Candidate]:
    queue = _queue(state)
    if queue:
        return _called(queue[0], state)
    speaks = state.floor
    if speaks is None:
        return []
    thanks = (Say("thanks", {"presenter": speaks.name}),)
    return [Candidate(c.EndFloor(id=ID), Turn.ON_ITEM, main=True, say=thanks, values={"name": speaks.name})]


def _queue(state: Meeting) -> list[SpeechRequest]:
    """Those who wait, in order, and are in the room."""
    sitting = state.sitting
    if sitting is None:
        return []
    requests = (state.speakers.requests[name] for name in state.speakers.order)
    here = {m for m, presence in sitting.roll.items() if presence.standing is Standing.PRESENT}
    return [r for r in requests if r.member in here and r.item in {None, state.current_item}]


def _called(request: SpeechRequest, state: Meeting) -> list[Candidate]:
    facts = state.sittings[-1].members[request.member]
    values: dict[str, str | int] = {"name": facts.name, "group": facts.group}
    said = (*_thanks(state.floor), Say("point_of_order" if request.kind in _POINTS else "GiveFloor", values))
    give = c.GiveFloor(id=ID, request=request.request)
    found = [Candidate(give, Turn.ON_ITEM, main=True, say=said, values=values)]
    if state.floor is not None:
        found.append(Candidate(c.EndFloor(id=ID), Turn.ASIDE, values={"name": state.floor.name}))
    return found


def _thanks(speaks: Floor | None) -> tuple[Say, ...]:
    return (Say("thanks", {"presenter": speaks.name}),) if speaks is not None else ()


# --- chất vấn


def _rounds(state: Meeting, slips: Mapping[str, SlipFacts]) -> list[Candidate]:
    """The rounds that may begin at an item of questioning: one a group of issues, then what stands alone."""
    item = state.items.get(state.current_item or "")
    if item is None or item.kind is not ItemKind.QUESTIONING:
        return []
    open_ = [s for s in slips.values() if s.selected and not _settled(state, s.slip)]
    groups = {s.group: s.group_title or s.title for s in open_ if s.group}
    alone = tuple(s.slip for s in open_ if not s.group)[:100]
    found = [_round(c.StartQuestioning(id=ID, group=group), title) for group, title in groups.items()]
    if alone:
        found.append(_round(c.StartQuestioning(id=ID, slips=alone, title=item.title), item.title))
    if not found and not any(r.item == item.item for r in state.questioning.rounds):
        found.append(_round(c.StartQuestioning(id=ID, title=item.title), item.title))
    return found


def _settled(state: Meeting, slip: str) -> bool:
    question = asked(state, slip)
    return question is not None and question.settled


def _round(start: c.StartQuestioning, title: str) -> Candidate:
    values: dict[str, str | int] = {"title": title}
    return Candidate(start, Turn.ON_ITEM, main=True, say=(Say("StartQuestioning", values),), values=values)


def _question(waiting: Question | None, round_: Round, state: Meeting) -> list[Candidate]:
    """The delegate asks, the person asked answers, the chair says that it was answered."""
    end = c.EndQuestioning(id=ID)
    if waiting is None:
        return [Candidate(end, Turn.ON_ITEM, main=True, say=(*_thanks(state.floor), Say("EndQuestioning")))]
    slip, speaks = waiting.slip, _speaks_to_it(round_, state)
    values: dict[str, str | int] = {"name": slip.name, "addressee": slip.addressee, "title": slip.title}
    ask = c.GiveFloor(id=ID, member=slip.member, kind=SpeechKind.QUESTIONING)
    answer = c.GiveFloor(id=ID, guest=slip.addressee, kind=SpeechKind.EXPLANATION)
    asks = speaks is not None and speaks.member == slip.member
    answers = speaks is not None and speaks.member is None and speaks.name == slip.addressee
    sitting = state.sittings[-1].roll.get(slip.member)
    away = sitting is None or sitting.standing is not Standing.PRESENT
    say_answer = Say("answer_absent" if away else "answer", values)
    settled = c.MarkAnswered(id=ID, slip=slip.slip)
    return [
        Candidate(ask, Turn.ON_ITEM, not asks and not answers, (*_thanks(state.floor), Say("question", values)),
                  label="call_to_ask", values=values),
        Candidate(answer, Turn.ON_ITEM, asks or away, (say_answer,), label="call_to_answer", values=values),
        Candidate(settled, Turn.ON_ITEM, answers, (Say("MarkAnswered", values),), values=values, hint="MarkAnswered"),
        Candidate(end, Turn.ASIDE),
    ]  # fmt: skip


def _speaks_to_it(round_: Round, state: Meeting) -> Floor | None:
    """Who has the floor for the question that waits: whoever still has it from the one before does not answer this."""
    pledges = state.questioning.pledges
    ends = [q.answered or pledges[q.pledge or ""].made for q in round_.questions.values() if q.settled]
    speaks = state.floor
    return speaks if speaks is not None and speaks.since > max(ends, default=round_.started) else None
