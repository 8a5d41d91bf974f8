"""The desk's rules for opinions between meetings. Advisory: nothing here leads to a poll, a result or a resolution."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core.names import tidy
from appliance.core.questioning import HALL_TIME
from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_questioning import DELEGATES, OFFICE, own_member
from appliance.services.desk_rule import DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Opinion, OpinionAnswer, OpinionChoice, Put


def is_open(opinion: Opinion, now: datetime) -> bool:
    """Until its day has ended in the hall's own time, or the clerk has closed it."""
    return opinion.closed is None and now.astimezone(HALL_TIME).date() <= opinion.closes


def ask(command: d.AskOpinion, given: Given) -> Effect | Refusal:
    """All delegates are asked."""
    title, text = tidy(command.title), tidy(command.text)
    if not (title and text):
        return Refusal(Code.MALFORMED, "title, text")
    opinion = Opinion(command.id.lower(), title, text, command.closes, given.now)
    return Effect((Put(opinion),)) if is_open(opinion, given.now) else Refusal(Code.DEADLINE_PAST)


def close(command: d.CloseOpinion, given: Given) -> Effect | Refusal:
    """Once."""
    opinion = given.on_file.opinions.get(command.opinion)
    if opinion is None:
        return Refusal(Code.OPINION_UNKNOWN)
    if not is_open(opinion, given.now):
        return Refusal(Code.OPINION_CLOSED)
    return Effect((Put(replace(opinion, closed=given.now)),))


def give(command: d.GiveOpinion, given: Given) -> Effect | Refusal:
    """A delegate's own; it takes the place of the one before."""
    member = own_member(given)
    if isinstance(member, Refusal):
        return member
    opinion = given.on_file.opinions.get(command.opinion)
    if opinion is None:
        return Refusal(Code.OPINION_UNKNOWN)
    if not is_open(opinion, given.now):
        return Refusal(Code.OPINION_CLOSED)
    text = tidy(command.text)
    if command.choice is OpinionChoice.OTHER and not text:
        return Refusal(Code.OPINION_TEXT_MISSING)
    answer = OpinionAnswer(f"{opinion.id}.{member}", opinion.id, member, command.choice, text, given.now)
    return Effect((Put(answer),))


RULES: Final[DeskRules] = {
    d.AskOpinion: DeskRule(ask, OFFICE),
    d.CloseOpinion: DeskRule(close, OFFICE),
    d.GiveOpinion: DeskRule(give, DELEGATES),
}
