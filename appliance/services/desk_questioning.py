"""The desk's rules for question slips, groups of issues, and pledges followed up."""

from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from appliance.core import questioning
from appliance.core.names import tidy
from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_rule import DeskRule, DeskRules, Effect, Given, not_as_seen
from appliance.services.on_file import Drop, IssueGroup, PledgeFollowUp, Put, QuestionSlip, SlipState

DELEGATES: Final = frozenset({Role.DELEGATE, Role.CHAIR, Role.CLERK})
"""Whoever is also a member; the rules refuse those who are not."""
OFFICE: Final = frozenset({Role.CLERK, Role.CHAIR})
_OPEN: Final = frozenset({SlipState.SENT, SlipState.SELECTED})


def own_member(given: Given) -> str | Refusal:
    """The member in office who gives the command."""
    member = given.on_file.members.get(given.actor.member or "")
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    return member.id if member.in_office else Refusal(Code.NOT_IN_OFFICE)


def send(command: d.SendSlip, given: Given) -> Effect | Refusal:
    """At any time, also while no meeting is convened."""
    member = own_member(given)
    if isinstance(member, Refusal):
        return member
    addressee, title, text = tidy(command.addressee), tidy(command.title), tidy(command.text)
    if not (addressee and title and text):
        return Refusal(Code.MALFORMED, "addressee, title, text")
    return Effect((Put(QuestionSlip(command.id.lower(), member, addressee, title, text, given.now)),))


def withdraw(command: d.WithdrawSlip, given: Given) -> Effect | Refusal:
    """Only one's own, and not once it has been put in the hall: that stands in the record."""
    slip = given.on_file.question_slips.get(command.slip)
    if slip is None or slip.member != given.actor.member:
        return Refusal(Code.SLIP_UNKNOWN)
    if slip.state not in _OPEN or questioning.asked(given.meeting, slip.id) is not None:
        return Refusal(Code.SLIP_SETTLED)
    return Effect((Put(replace(slip, state=SlipState.WITHDRAWN)),))


def name_group(command: d.NameIssueGroup, given: Given) -> Effect | Refusal:
    """Made by being named."""
    title = tidy(command.title)
    return Effect((Put(IssueGroup(command.group, title, command.position)),)) if title else Refusal(Code.MALFORMED)


def drop_group(command: d.DropIssueGroup, given: Given) -> Effect | Refusal:
    """Its slips stay."""
    group = given.on_file.issue_groups.get(command.group)
    if group is None:
        return Refusal(Code.ISSUE_GROUP_UNKNOWN)
    slips = (s for s in given.on_file.question_slips.values() if s.group == group.id)
    return Effect((*(Put(replace(s, group=None)) for s in slips), Drop(group)))


def sort(command: d.SortSlip, given: Given) -> Effect | Refusal:
    """As often as one likes, until it is answered or withdrawn."""
    slip = given.on_file.question_slips.get(command.slip)
    if slip is None:
        return Refusal(Code.SLIP_UNKNOWN)
    if command.seen is not None and (stale := not_as_seen(slip, command.seen)) is not None:
        return stale
    if slip.state in {SlipState.ANSWERED, SlipState.WITHDRAWN}:
        return Refusal(Code.SLIP_SETTLED)
    if command.group is not None and command.group not in given.on_file.issue_groups:
        return Refusal(Code.ISSUE_GROUP_UNKNOWN)
    today = given.now.astimezone(questioning.HALL_TIME).date()
    if command.due is not None and command.due < today:
        return Refusal(Code.DEADLINE_PAST)
    state = SlipState(command.state)
    due = (command.due or slip.due or _days(given, today)) if state is SlipState.IN_WRITING else None
    return Effect((Put(replace(slip, state=state, group=command.group, due=due)),))


def _days(given: Given, today: date) -> date | None:
    return today + timedelta(days=given.profile.written_answer_days.value) if given.profile is not None else None


def answer(command: d.AnswerSlip, given: Given) -> Effect | Refusal:
    """Of a slip that was sent to writing, or put off to writing in the hall."""
    slip = given.on_file.question_slips.get(command.slip)
    if slip is None:
        return Refusal(Code.SLIP_UNKNOWN)
    if slip.state in {SlipState.ANSWERED, SlipState.WITHDRAWN}:
        return Refusal(Code.SLIP_SETTLED)
    text = tidy(command.answer)
    if not text:
        return Refusal(Code.MALFORMED, "answer")
    return Effect((Put(replace(slip, state=SlipState.ANSWERED, answer=text, answered=given.now)),))


def follow_pledge(command: d.FollowPledge, given: Given) -> Effect | Refusal:
    """Notes add up; after the one that settles it there is none. Which pledges there are, the ledgers say."""
    here = given.meeting.questioning.pledges if given.meeting.ledger == command.ledger else None
    if here is not None and command.pledge not in here:
        return Refusal(Code.PLEDGE_UNKNOWN)
    if here is not None and here[command.pledge].withdrawn is not None:
        return Refusal(Code.PLEDGE_SETTLED)
    before = (f for f in given.on_file.pledge_follow_ups.values() if f.ledger == command.ledger)
    if any(f.settled for f in before if f.pledge == command.pledge):
        return Refusal(Code.PLEDGE_SETTLED)
    note = tidy(command.note)
    if not note:
        return Refusal(Code.MALFORMED, "note")
    name = command.id.lower()
    return Effect((Put(PledgeFollowUp(name, command.ledger, command.pledge, note, given.now, command.settled)),))


RULES: Final[DeskRules] = {
    d.SendSlip: DeskRule(send, DELEGATES),
    d.WithdrawSlip: DeskRule(withdraw, DELEGATES),
    d.NameIssueGroup: DeskRule(name_group, OFFICE),
    d.DropIssueGroup: DeskRule(drop_group, OFFICE),
    d.SortSlip: DeskRule(sort, OFFICE),
    d.AnswerSlip: DeskRule(answer, OFFICE),
    d.FollowPledge: DeskRule(follow_pledge, OFFICE),
}
