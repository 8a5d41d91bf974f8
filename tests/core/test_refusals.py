"""Every refusal that every command can get, each changing nothing.

One line a case: where the hall stands, who gives which command, and the rule that says no. A test at the
end sees to it that no refusal in the rules is missing here.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from appliance.core import agenda, ballots, floor, meeting, poll, questions, roll
from appliance.core import commands as c
from appliance.core.meeting import RULES
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code
from tests.core import elections
from tests.house import (
    AUDITOR,
    CHAIR,
    CLERK,
    FIRST_BALLOT_COUNTS,
    HALL,
    OTHER_CHAIR,
    PROFILE,
    SYSTEM,
    TECHNICIAN,
    Hall,
    accepted,
    announce_poll,
    cast,
    close_poll,
    confirm_poll,
    convene,
    draft,
    member,
    open_poll,
    panel,
    refused,
    sit,
)

REQUEST = {"request": "r1"}
STRANGER = Actor(role=Role.DELEGATE, person="m99", member="m99")
NO_MEMBER = Actor(role=Role.DELEGATE, person="visitor")


def nothing() -> Hall:
    return Hall.of(27)


def convened() -> Hall:
    return convene(Hall.of(27))


def sitting() -> Hall:
    return sit(convened())


EDITED: dict[str, Any] = {"item": "i2", "seen": 1, "title": "Tên khác"}


def withdrawn() -> Hall:
    hall = sitting()
    accepted(hall.give(CLERK, c.WithdrawItem, item="i2", reason="rút"))
    return hall


def ended() -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.CloseSitting))
    accepted(hall.give(CHAIR, c.CloseMeeting))
    return hall


def between_sittings() -> Hall:
    hall = draft(sitting())
    accepted(hall.give(CHAIR, c.CloseSitting))
    return hall


def sitting_without_item() -> Hall:
    return sit(convened(), item=None)


def nobody_here() -> Hall:
    return draft(sit(convened(), present=0))


def below_quorum() -> Hall:
    return draft(sit(convened(), present=17))


def no_profile() -> Hall:
    hall = nothing()
    hall.facts = replace(hall.facts, profile=None)
    return hall


def no_members() -> Hall:
    hall = convened()
    hall.facts = replace(hall.facts, roster=())
    return hall


def private() -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GoPrivate))
    return hall


def private_item() -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GoPrivate, scope="item"))
    return hall


def speaking() -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GiveFloor, member="m01"))
    return hall


def declined() -> Hall:
    hall = sitting()
    accepted(hall.give(member(1), c.AskToSpeak, id="0" * 32))
    accepted(hall.give(CHAIR, c.DeclineRequest, request="0" * 32))
    return hall


def guest_speaking() -> Hall:
    hall = sitting()
    accepted(hall.give(CHAIR, c.GiveFloor, guest="Ông Khách Mời"))
    return hall


def drafted() -> Hall:
    return draft(sitting())


def opened() -> Hall:
    return cast(open_poll(sitting()), yes=1)


def opened_and_drafted() -> Hall:
    return draft(opened(), "p2")


def first_ballot_counts() -> Hall:
    return cast(open_poll(sit(convene(Hall.of(27, FIRST_BALLOT_COUNTS)))), yes=1)


def left_in_poll() -> Hall:
    hall = opened()
    accepted(hall.give(member(1), c.CheckOut))
    return hall


def came_in_poll() -> Hall:
    hall = opened()
    accepted(hall.give(CLERK, c.CheckIn, member="m26"))
    return hall


def entered() -> Hall:
    hall = opened()
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    return hall


def drafted_and_gone_on() -> Hall:
    hall = drafted()
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    return hall


def asked_by_panel() -> Hall:
    hall = sitting()
    accepted(hall.give(panel(26), c.CheckIn))
    return hall


CHAIR_AND_MEMBER = replace(CHAIR, member="m01")


def entered_by_the_chair_as_clerk() -> Hall:
    """One person with two accounts is still one person."""
    hall = opened()
    clerk = replace(CLERK, member="m01")
    accepted(hall.give(clerk, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    return hall


def entered_and_held() -> Hall:
    hall = entered()
    accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
    return hall


def held() -> Hall:
    hall = opened()
    accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
    return hall


def closed() -> Hall:
    return close_poll(opened())


def clerk_confirmed() -> Hall:
    hall = closed()
    accepted(hall.give(replace(CLERK, member="m05"), c.ConfirmPoll, poll="p1"))
    return hall


def confirmed() -> Hall:
    return confirm_poll(opened())


def announced() -> Hall:
    return draft(announce_poll(opened()), "p2")


def announced_and_gone_on() -> Hall:
    hall = announced()
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    return hall


def by_hands() -> Hall:
    return open_poll(sitting(), method="hands")


def by_hands_closed() -> Hall:
    return close_poll(by_hands())


def by_hands_drafted() -> Hall:
    return draft(sitting(), method="hands")


def in_parts() -> Hall:
    return draft(drafted(), "p2", part_of="p1")


def whole_voted() -> Hall:
    hall = in_parts()
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p2"))
    announce_poll(hall, "p2")
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    return announce_poll(hall)


def changed_too_often() -> Hall:
    hall = opened()
    for _ in range(PROFILE.ballot_changes.value):
        accepted(hall.give(member(1), c.CastBallot, poll="p1", choice="for"))
    return hall


SEAL = {
    "ledger": "0" * 32,
    "take": "20261218T010000Z-s1-abcd",
    "lines": 3,
    "segments": 2,
    "milliseconds": 8_400,
    "head": "ab" * 32,
    "key": "cd" * 32,
    "signature": "ef" * 64,
}


class Case(NamedTuple):
    where: Callable[[], Hall]
    who: Actor
    kind: type[c.Command]
    fields: dict[str, Any]
    code: Code


P1: dict[str, Any] = {"poll": "p1"}
VOTE: dict[str, Any] = {"poll": "p1", "choice": "for"}
ENTRY: dict[str, Any] = {"poll": "p1", "member": "m02"}
SPOKEN: dict[str, Any] = {**ENTRY, "choice": "for", "reason": "hỏng máy"}
HANDS: dict[str, Any] = {"poll": "p1", "for_": 20, "against": 3, "abstain": 2}
WHY: dict[str, Any] = {"poll": "p1", "reason": "sai tên nghị quyết"}
QUESTION: dict[str, Any] = {"item": "i1", "question": "Thông qua?"}

PAST: dict[str, Any] = {
    **QUESTION, "reason": "mất điện", "taken": "2026-12-18T08:00:00+07:00", "method": "hands", "present": 25,
    "for_": 20, "against": 3, "abstain": 2,
}  # fmt: skip

CASES = [
    Case(convened, CLERK, c.ConveneMeeting, {"title": "Kỳ họp"}, Code.MEETING_RUNNING),
    Case(no_profile, CLERK, c.ConveneMeeting, {"title": "Kỳ họp"}, Code.INTERNAL_ERROR),
    Case(sitting, CHAIR, c.CloseMeeting, {}, Code.SITTING_ALREADY_OPEN),
    Case(convened, CLERK, c.AddItem, {"item": "i1", "number": "9", "title": "Lại"}, Code.ITEM_TAKEN),
    Case(withdrawn, CHAIR, c.StartItem, {"item": "i2"}, Code.ITEM_OFF_AGENDA),
    Case(sitting, CLERK, c.EditItem, {**EDITED, "seen": 7}, Code.EDITED_MEANWHILE),
    Case(sitting, CLERK, c.EditItem, {**EDITED, "item": "i9"}, Code.ITEM_UNKNOWN),
    Case(sitting, CLERK, c.EditItem, {**EDITED, "item": "i1", "private": True}, Code.ITEM_ALREADY_STARTED),
    Case(sitting, CLERK, c.MoveItem, {"item": "i9"}, Code.ITEM_UNKNOWN),
    Case(sitting, CHAIR, c.MoveItem, {"item": "i2", "parent": "i2"}, Code.ITEM_MISPLACED),
    Case(opened, CHAIR, c.WithdrawItem, {"item": "i1", "reason": "rút"}, Code.POLL_UNFINISHED),
    Case(withdrawn, CLERK, c.PostponeItem, {"item": "i2", "reason": "hoãn"}, Code.ITEM_OFF_AGENDA),
    Case(sitting, CLERK, c.RestoreItem, {"item": "i2"}, Code.ITEM_ON_AGENDA),
    Case(sitting, CHAIR, c.StartItem, {"item": "i9"}, Code.ITEM_UNKNOWN),
    Case(sitting, CHAIR, c.StartItem, {"item": "i1"}, Code.ITEM_ALREADY_STARTED),
    Case(opened, CHAIR, c.StartItem, {"item": "i2"}, Code.POLL_UNFINISHED),
    Case(closed, CHAIR, c.StartItem, {"item": "i2"}, Code.POLL_UNFINISHED),
    Case(confirmed, CHAIR, c.StartItem, {"item": "i2"}, Code.POLL_UNFINISHED),
    Case(sitting, OTHER_CHAIR, c.OpenSitting, {}, Code.SITTING_ALREADY_OPEN),
    Case(no_members, CHAIR, c.OpenSitting, {}, Code.NO_MEMBERS),
    Case(between_sittings, CHAIR, c.CloseSitting, {}, Code.SITTING_NOT_OPEN),
    Case(opened, CHAIR, c.CloseSitting, {}, Code.POLL_UNFINISHED),
    Case(confirmed, CHAIR, c.CloseSitting, {}, Code.POLL_UNFINISHED),
    Case(private, CHAIR, c.GoPrivate, {}, Code.ALREADY_PRIVATE),
    Case(private, CHAIR, c.GoPrivate, {"scope": "item"}, Code.ALREADY_PRIVATE),
    Case(private_item, CHAIR, c.GoPrivate, {"scope": "item"}, Code.ALREADY_PRIVATE),
    Case(sitting_without_item, CHAIR, c.GoPrivate, {"scope": "item"}, Code.NO_CURRENT_ITEM),
    Case(between_sittings, CHAIR, c.GoPrivate, {}, Code.SITTING_NOT_OPEN),
    Case(sitting, CHAIR, c.GoPublic, {}, Code.NOT_PRIVATE),
    Case(sitting, CHAIR, c.HandGavel, {"to": "clerk"}, Code.PERSON_UNKNOWN),
    Case(sitting, CHAIR, c.HandGavel, {"to": "chair"}, Code.GAVEL_ALREADY_YOURS),
    Case(sitting, replace(CHAIR, person="third"), c.HandGavel, {"to": "other-chair"}, Code.GAVEL_NOT_YOURS),
    # the roll
    Case(convened, member(26), c.CheckIn, {"code": "123456"}, Code.SITTING_NOT_OPEN),
    Case(sitting, NO_MEMBER, c.CheckIn, {}, Code.NOT_A_MEMBER),
    Case(sitting, CLERK, c.CheckIn, {}, Code.NOT_A_MEMBER),
    Case(sitting, member(26), c.CheckIn, {"member": "m27"}, Code.NOT_ALLOWED),
    Case(sitting, panel(26), c.CheckIn, {"member": "m27"}, Code.NOT_ALLOWED),
    Case(sitting, STRANGER, c.CheckIn, {}, Code.NOT_IN_OFFICE),
    Case(sitting, CLERK, c.CheckIn, {"member": "m99"}, Code.NOT_IN_OFFICE),
    Case(sitting, member(1), c.CheckIn, {}, Code.ALREADY_PRESENT),
    Case(sitting, member(26), c.CheckIn, {"code": "000000"}, Code.ROOM_CODE_WRONG),
    Case(asked_by_panel, panel(26), c.CheckIn, {}, Code.CHECK_IN_WAITING),
    Case(convened, CLERK, c.ConfirmCheckIn, {"member": "m26"}, Code.SITTING_NOT_OPEN),
    Case(sitting, CLERK, c.ConfirmCheckIn, {"member": "m99"}, Code.MEMBER_UNKNOWN),
    Case(sitting, CLERK, c.ConfirmCheckIn, {"member": "m01"}, Code.ALREADY_PRESENT),
    Case(sitting, CLERK, c.ConfirmCheckIn, {"member": "m26"}, Code.CHECK_IN_NOT_ASKED),
    Case(sitting, NO_MEMBER, c.CheckOut, {}, Code.NOT_A_MEMBER),
    Case(sitting, member(1), c.CheckOut, {"member": "m02"}, Code.NOT_ALLOWED),
    Case(sitting, CLERK, c.CheckOut, {"member": "m99"}, Code.MEMBER_UNKNOWN),
    Case(sitting, member(26), c.CheckOut, {}, Code.NOT_PRESENT),
    Case(between_sittings, member(1), c.CheckOut, {}, Code.SITTING_NOT_OPEN),
    Case(sitting, CLERK, c.MarkAbsent, {"member": "m01", "excused": True}, Code.ALREADY_PRESENT),
    Case(sitting, CLERK, c.MarkAbsent, {"member": "m99", "excused": True}, Code.MEMBER_UNKNOWN),
    Case(convened, CLERK, c.MarkAbsent, {"member": "m01", "excused": True}, Code.SITTING_NOT_OPEN),
    # the floor
    Case(between_sittings, CHAIR, c.GiveFloor, {"member": "m01"}, Code.SITTING_NOT_OPEN),
    Case(sitting, CHAIR, c.GiveFloor, {}, Code.MALFORMED),
    Case(sitting, CHAIR, c.GiveFloor, {"member": "m01", "guest": "Ông Khách Mời"}, Code.MALFORMED),
    Case(sitting, CHAIR, c.GiveFloor, {"member": "m99"}, Code.MEMBER_UNKNOWN),
    Case(sitting, CHAIR, c.GiveFloor, {"member": "m26"}, Code.NOT_PRESENT),
    Case(speaking, CHAIR, c.GiveFloor, {"member": "m01"}, Code.FLOOR_ALREADY_THEIRS),
    Case(guest_speaking, CHAIR, c.GiveFloor, {"guest": "Ông Khách Mời"}, Code.FLOOR_ALREADY_THEIRS),
    Case(sitting, CHAIR, c.EndFloor, {}, Code.NOBODY_SPEAKS),
    Case(sitting, CHAIR, c.AddTime, {"seconds": 60}, Code.NOBODY_SPEAKS),
    Case(guest_speaking, CHAIR, c.AddTime, {"seconds": 60}, Code.NO_TIME_LIMIT),
    Case(sitting, SYSTEM, c.NoteOvertime, {}, Code.NOBODY_SPEAKS),
    Case(sitting, CHAIR, c.GiveFloor, REQUEST, Code.SPEECH_REQUEST_UNKNOWN),
    Case(declined, CHAIR, c.GiveFloor, {"request": "0" * 32}, Code.SPEECH_REQUEST_SETTLED),
    # questions
    Case(sitting, CLERK, c.DraftPoll, {**QUESTION, "item": "i9"}, Code.ITEM_UNKNOWN),
    Case(sitting, CLERK, c.DraftPoll, {**QUESTION, "bloc": [{"item": "i9", "question": "?"}]}, Code.ITEM_UNKNOWN),
    Case(drafted, CLERK, c.DraftPoll, {**QUESTION, "poll": "p1"}, Code.POLL_TAKEN),
    Case(drafted, CHAIR, c.RepeatPoll, WHY, Code.POLL_NOT_FINISHED),
    Case(confirmed, CHAIR, c.RepeatPoll, WHY, Code.POLL_NOT_FINISHED),
    Case(announced_and_gone_on, CHAIR, c.RepeatPoll, WHY, Code.ITEM_DONE),
    Case(announced, CHAIR, c.RepeatPoll, {**WHY, "new_poll": "p1"}, Code.POLL_TAKEN),
    Case(opened, CLERK, c.EditPoll, {**P1, **QUESTION}, Code.POLL_NOT_DRAFT),
    Case(drafted, CLERK, c.EditPoll, {**P1, **QUESTION, "seen": 2}, Code.EDITED_MEANWHILE),
    Case(drafted, CLERK, c.EditPoll, {**P1, **QUESTION, "item": "i9"}, Code.ITEM_UNKNOWN),
    Case(opened, CLERK, c.DropPoll, P1, Code.POLL_NOT_DRAFT),
    Case(in_parts, CLERK, c.DropPoll, P1, Code.POLL_HAS_PARTS),
    Case(in_parts, CLERK, c.DraftPoll, {**QUESTION, "part_of": "p2"}, Code.PART_OF_PART),
    Case(opened, CLERK, c.DraftPoll, {**QUESTION, "part_of": "p1"}, Code.WHOLE_NOT_DRAFT),
    Case(sitting, CLERK, c.DraftPoll, {**QUESTION, "part_of": "p1"}, Code.POLL_UNKNOWN),
    Case(whole_voted, CHAIR, c.RepeatPoll, {**WHY, "poll": "p2"}, Code.WHOLE_NOT_DRAFT),
    # opening
    Case(in_parts, CHAIR, c.OpenPoll, P1, Code.PARTS_UNFINISHED),
    Case(opened, CHAIR, c.OpenPoll, P1, Code.POLL_NOT_DRAFT),
    Case(announced, CHAIR, c.OpenPoll, P1, Code.POLL_NOT_DRAFT),
    Case(between_sittings, CHAIR, c.OpenPoll, P1, Code.SITTING_NOT_OPEN),
    Case(drafted_and_gone_on, CHAIR, c.OpenPoll, P1, Code.ITEM_DONE),
    Case(held, SYSTEM, c.ClosePoll, P1, Code.POLL_NOT_OPEN),
    Case(opened_and_drafted, CHAIR, c.OpenPoll, {"poll": "p2"}, Code.ANOTHER_POLL_RUNNING),
    Case(nobody_here, CHAIR, c.OpenPoll, {**P1, "override_quorum": True}, Code.NOBODY_PRESENT),
    Case(below_quorum, CHAIR, c.OpenPoll, P1, Code.BELOW_QUORUM),
    # ballots
    Case(opened, NO_MEMBER, c.CastBallot, VOTE, Code.NOT_A_MEMBER),
    Case(opened, CLERK, c.CastBallot, VOTE, Code.NOT_A_MEMBER),
    Case(opened, AUDITOR, c.CastBallot, VOTE, Code.NOT_A_MEMBER),
    Case(drafted, member(1), c.CastBallot, VOTE, Code.POLL_NOT_OPEN),
    Case(held, member(2), c.CastBallot, VOTE, Code.POLL_NOT_OPEN),
    Case(closed, member(2), c.CastBallot, VOTE, Code.POLL_NOT_OPEN),
    Case(by_hands, member(2), c.CastBallot, VOTE, Code.NOT_ELECTRONIC),
    Case(opened, STRANGER, c.CastBallot, VOTE, Code.NOT_IN_OFFICE),
    Case(opened, member(26), c.CastBallot, VOTE, Code.NOT_PRESENT),
    Case(left_in_poll, member(1), c.CastBallot, VOTE, Code.NOT_PRESENT),
    Case(came_in_poll, member(26), c.CastBallot, VOTE, Code.NOT_PRESENT_AT_OPENING),
    Case(first_ballot_counts, member(1), c.CastBallot, VOTE, Code.ALREADY_CAST),
    Case(first_ballot_counts, CLERK, c.EnterForMember, {**SPOKEN, "member": "m01"}, Code.ALREADY_CAST),
    Case(held, CLERK, c.EnterForMember, SPOKEN, Code.POLL_NOT_OPEN),
    Case(by_hands, CLERK, c.EnterForMember, SPOKEN, Code.NOT_ELECTRONIC),
    Case(opened, CLERK, c.EnterForMember, {**SPOKEN, "member": "m99"}, Code.NOT_IN_OFFICE),
    Case(opened, CLERK, c.EnterForMember, {**SPOKEN, "member": "m26"}, Code.NOT_PRESENT),
    Case(came_in_poll, CLERK, c.EnterForMember, {**SPOKEN, "member": "m26"}, Code.NOT_PRESENT_AT_OPENING),
    Case(entered, CLERK, c.EnterForMember, SPOKEN, Code.ENTRY_WAITING),
    Case(opened, CHAIR, c.ConfirmEntry, ENTRY, Code.ENTRY_UNKNOWN),
    Case(entered_by_the_chair_as_clerk, CHAIR_AND_MEMBER, c.ConfirmEntry, ENTRY, Code.SAME_PERSON),
    Case(entered_and_held, CHAIR, c.ConfirmEntry, ENTRY, Code.POLL_NOT_OPEN),
    Case(opened, CHAIR, c.RejectEntry, ENTRY, Code.ENTRY_UNKNOWN),
    Case(changed_too_often, member(1), c.CastBallot, VOTE, Code.TOO_MANY_CHANGES),
    Case(entered, CHAIR, c.ConfirmEntry, {**ENTRY, "seen": "against"}, Code.SEEN_OTHER),
    Case(closed, CLERK, c.ConfirmPoll, {**P1, "seen": {"for": 2, "against": 0, "abstain": 0}}, Code.SEEN_OTHER),
    # hands
    Case(opened, CLERK, c.EnterCounts, HANDS, Code.NOT_BY_HANDS),
    Case(by_hands_drafted, CLERK, c.EnterCounts, HANDS, Code.POLL_NOT_OPEN),
    Case(by_hands, CLERK, c.EnterCounts, {**HANDS, "for_": 21}, Code.COUNTS_TOO_MANY),
    Case(by_hands_closed, CLERK, c.ConfirmPoll, P1, Code.COUNTS_MISSING),
    # the rest of a poll's life (test_poll_life has every state)
    Case(held, CHAIR, c.HoldPoll, P1, Code.POLL_NOT_OPEN),
    Case(opened, CHAIR, c.ResumePoll, P1, Code.POLL_NOT_HELD),
    Case(closed, CHAIR, c.SetDeadline, {**P1, "seconds": 30}, Code.POLL_NOT_RUNNING),
    Case(closed, CHAIR, c.ClosePoll, P1, Code.POLL_NOT_RUNNING),
    Case(opened, CHAIR, c.ConfirmPoll, P1, Code.POLL_NOT_CLOSED),
    Case(closed, OTHER_CHAIR, c.ConfirmPoll, P1, Code.GAVEL_NOT_YOURS),
    Case(clerk_confirmed, CLERK, c.ConfirmPoll, P1, Code.ALREADY_CONFIRMED),
    Case(clerk_confirmed, replace(CHAIR, member="m05"), c.ConfirmPoll, P1, Code.SAME_PERSON),
    Case(clerk_confirmed, CHAIR, c.AnnouncePoll, P1, Code.POLL_NOT_CONFIRMED),
    Case(announced, CHAIR, c.VoidPoll, WHY, Code.POLL_FINISHED),
]

NEEDED: dict[type[c.Command], dict[str, Any]] = {
    c.CallName: ENTRY,
    c.EnterSpoken: {**ENTRY, "choice": "for"},
    c.EditPoll: {**P1, **QUESTION},
    c.EnterPastPoll: PAST,
    c.AnswerStraw: {"straw": "t1", "answer": "yes"},
    c.ConveneMeeting: {"title": "Kỳ họp"},
    c.AddItem: {"item": "i9", "number": "9", "title": "Nội dung"},
    c.StartItem: {"item": "i2"},
    c.EditItem: EDITED,
    c.MoveItem: {"item": "i2"},
    c.WithdrawItem: {"item": "i2", "reason": "rút"},
    c.PostponeItem: {"item": "i2", "reason": "hoãn"},
    c.RestoreItem: {"item": "i2"},
    c.HandGavel: {"to": "other-chair"},
    c.ConfirmCheckIn: {"member": "m26"},
    c.MarkAbsent: {"member": "m26", "excused": False},
    c.DraftPoll: QUESTION,
    c.CastBallot: VOTE,
    c.EnterForMember: SPOKEN,
    c.ConfirmEntry: ENTRY,
    c.RejectEntry: ENTRY,
    c.EnterCounts: HANDS,
    c.VoidPoll: WHY,
    c.RepeatPoll: WHY,
    c.SealRecording: SEAL,
    c.BeginEpoch: {"reason": "Máy cũ hỏng"},
    c.WithdrawRequest: REQUEST,
    c.DeclineRequest: REQUEST,
    c.OrderSpeakers: {"requests": ["r1"]},
    c.AddTime: {"seconds": 60},
    c.HandInText: {"text": "Ý kiến"},
    c.MarkAnswered: {"slip": "s1"},
    c.MakePledge: {"pledge": "p1", "who": "Ông B", "what": "Sửa đường"},
    c.WithdrawPledge: {"pledge": "p1", "reason": "Ghi nhầm"},
    c.ShowOnHall: {"scene": {"kind": "presence"}},
    c.QueueForHall: {"entry": "q1", "scene": {"kind": "presence"}},
    c.MoveInQueue: {"entry": "q1", "to": 0},
    c.DropFromQueue: {"entry": "q1"},
    c.ShowPage: {"page": 2},
    **elections.EXAMPLES,
}
ON_POLLS = {c.DropPoll, c.OpenPoll, c.HoldPoll, c.ResumePoll, c.SetDeadline, c.ClosePoll, c.ConfirmPoll, c.AnnouncePoll}
_POLL_IS_NEW = {c.DraftPoll, c.EnterPastPoll, c.DraftElectionPoll}
WITH_POLL = [kind for kind in RULES if "poll" in kind.__struct_fields__ and kind not in _POLL_IS_NEW]
BY_ROLE = {
    Role.DELEGATE: member(1),
    Role.CHAIR: CHAIR,
    Role.CLERK: CLERK,
    Role.TECHNICIAN: TECHNICIAN,
    Role.AUDITOR: AUDITOR,
    Role.HALL: HALL,
    Role.PANELS: panel(1),
    Role.SYSTEM: SYSTEM,
}


def fields_of(kind: type[c.Command]) -> dict[str, Any]:
    return P1 if kind in ON_POLLS else NEEDED.get(kind, {})


def named(case: Case) -> str:
    return f"{case.kind.__name__} by {case.who.person} when {case.where.__name__}: {case.code.value}"


def check(hall: Hall, who: Actor, kind: type[c.Command], fields: dict[str, Any], code: Code) -> None:
    before, happened = hall.state, len(hall.told)
    assert refused(hall.give(who, kind, in_room=False, **fields)) is code
    assert hall.state is before
    assert len(hall.told) == happened


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_refused_command_names_the_rule_and_changes_nothing(case: Case) -> None:
    check(case.where(), case.who, case.kind, case.fields, case.code)


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
def test_a_role_without_the_right_is_refused_whatever_the_state(kind: type[c.Command]) -> None:
    hall = opened()
    for role, who in BY_ROLE.items():
        if role not in RULES[kind].roles:
            check(hall, who, kind, fields_of(kind), Code.NOT_ALLOWED)


@pytest.mark.parametrize("kind", [k for k in RULES if k is not c.ConveneMeeting], ids=lambda kind: kind.__name__)
def test_there_must_be_a_meeting_and_it_must_not_be_over(kind: type[c.Command]) -> None:
    who = next(BY_ROLE[role] for role in Role if role in RULES[kind].roles)
    check(nothing(), who, kind, fields_of(kind), Code.NO_MEETING)
    # The last segment is closed a little after the meeting; and another box goes on with a closed ledger too.
    if kind not in {c.SealRecording, c.BeginEpoch}:
        check(ended(), who, kind, fields_of(kind), Code.MEETING_CLOSED)


@pytest.mark.parametrize("kind", [k for k, rule in RULES.items() if rule.gavel], ids=lambda kind: kind.__name__)
def test_a_chair_without_the_gavel_does_not_chair(kind: type[c.Command]) -> None:
    check(opened(), OTHER_CHAIR, kind, fields_of(kind), Code.GAVEL_NOT_YOURS)


@pytest.mark.parametrize("kind", WITH_POLL, ids=lambda kind: kind.__name__)
def test_a_poll_that_is_not_there_is_unknown(kind: type[c.Command]) -> None:
    who = next(BY_ROLE[role] for role in Role if role in RULES[kind].roles)
    unknown = Code.ENTRY_UNKNOWN if kind in {c.ConfirmEntry, c.RejectEntry} else Code.POLL_UNKNOWN
    check(opened(), who, kind, {**fields_of(kind), "poll": "p9"}, unknown)


def test_no_refusal_in_the_rules_is_missing_here() -> None:
    source = "".join(inspect.getsource(module) for module in (agenda, ballots, floor, meeting, poll, questions, roll))
    in_rules = {Code[name] for name in re.findall(r"\bCode\.([A-Z_]+)", source)}
    elsewhere = {Code.ELECTION_UNFINISHED, Code.NOT_ALLOWED, Code.NO_MEETING, Code.MEETING_CLOSED, Code.POLL_UNKNOWN}
    assert in_rules - {case.code for case in CASES} - elsewhere == set()
