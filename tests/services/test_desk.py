"""The clerk's desk: who may, what it brings about, that it is audited and idempotent, also after a restart."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Meeting, Sitting
from appliance.services import desk_commands as d
from appliance.services.answers import Accepted
from appliance.services.desk import MAY
from appliance.services.on_file import OpinionChoice
from appliance.services.registry import RegistryStore
from tests.house import AUDITOR, CHAIR, CLERK, TECHNICIAN, fresh_id, member
from tests.services.reception import HOME, PASSWORD, Reception, accepted, code, signed

HALL = Actor(role=Role.HALL, person="hall:1")
FIELDS: dict[type[d.DeskCommand], dict[str, Any]] = {
    d.ApproveTablet: {"request": "nothing"},
    d.RejectTablet: {"request": "nothing"},
    d.ApproveDisplay: {"pairing": "999999"},
    d.RevokeAccess: {"person": "nobody"},
    d.ResetPin: {"member": "nobody"},
    d.NoteAbsence: {"member": "nobody", "reason": "ốm"},
    d.SetEase: {},
    d.SendSlip: {"addressee": "Phòng Kinh tế", "title": "Rác thải", "text": "Vì sao?"},
    d.WithdrawSlip: {"slip": "nothing"},
    d.NameIssueGroup: {"group": "g1", "title": "Môi trường"},
    d.DropIssueGroup: {"group": "nothing"},
    d.SortSlip: {"slip": "nothing", "state": "selected"},
    d.AnswerSlip: {"slip": "nothing", "answer": "Đã trả lời"},
    d.FollowPledge: {"ledger": "l", "pledge": "p", "note": "Đã làm"},
    d.AskOpinion: {"title": "Dự thảo", "text": "Xin ý kiến", "closes": date(2026, 12, 31)},
    d.CloseOpinion: {"opinion": "nothing"},
    d.GiveOpinion: {"opinion": "nothing", "choice": OpinionChoice.AGREE},
    d.SendExcuse: {"day": date(2020, 1, 1), "reason": "ốm"},
    d.WithdrawExcuse: {"excuse": "nothing"},
    d.AcceptExcuse: {"excuse": "nothing"},
    d.DeclineExcuse: {"excuse": "nothing", "answer": "không"},
    d.AttachToExcuse: {"excuse": "nothing", "file": "0" * 64, "name": "x", "media_type": "image/png"},
    d.SetCouncil: {"name": "\u200b"},
    d.SaveMember: {"name": "\u200b"},
    d.DropMember: {"member": "nobody", "seen": "0" * 16},
    d.SaveGroup: {"name": "\u200b"},
    d.DropGroup: {"group": "nothing", "seen": "0" * 16},
    d.SaveCommittee: {"name": "\u200b"},
    d.DropCommittee: {"committee": "nothing", "seen": "0" * 16},
    d.SaveGuest: {"name": "\u200b"},
    d.DropGuest: {"guest": "nobody", "seen": "0" * 16},
    d.SaveSeatMap: {"rows": (("A1", "A1"),)},
    d.CreateAccount: {"account": "đại-biểu", "name": "Ai", "role": Role.TECHNICIAN, "password": "bình minh trên sông"},
    d.EditAccount: {"account": "nobody", "name": "Ai", "seen": "0" * 16},
    d.ResetPassword: {"account": "nobody", "password": "bình minh trên sông"},
    d.IssueCards: {"members": ("nobody",)},
    d.RevokeCards: {"members": ("nobody",)},
    d.ApplyImport: {"upload": "nothing", "seen": "0" * 64},
    d.CreatePlan: {"plan": "p", "kind": "thematic", "title": "Kỳ họp", "copy_of": "nothing"},
    d.EditPlan: {"plan": "nothing", "seen": 1, "kind": "thematic", "title": "Kỳ họp"},
    d.RemovePlan: {"plan": "nothing", "seen": 1},
    d.AddPlanItem: {"plan": "nothing", "item": "i1", "title": "Nội dung"},
    d.EditPlanItem: {"plan": "nothing", "item": "i1", "seen": 1, "title": "Nội dung"},
    d.MovePlanItem: {"plan": "nothing", "item": "i1"},
    d.RemovePlanItem: {"plan": "nothing", "item": "i1", "seen": 1},
    d.ImportAgenda: {"plan": "nothing", "seen": 1, "items": ({"item": "i1", "title": "Nội dung"},)},
    d.SendInvitations: {"plan": "nothing"},
    d.TickTask: {"plan": "nothing", "task": "papers"},
    d.EditDocument: {"document": "nothing", "seen": 1},
    d.MoveDocument: {"document": "nothing"},
    d.WithdrawDocument: {"document": "nothing", "reason": "nhầm"},
    d.DropVersion: {"document": "nothing", "sha256": "0" * 64},
    d.SendPapers: {"plan": "nothing"},
}


@pytest.fixture
def house() -> Reception:
    return Reception.of()


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RegistryStore]:
    memory = MemoryRegistry()
    return (lambda: memory) if request.param == "memory" else (lambda: SqlRegistry(tmp_path / "registry.db"))


def audit(house: Reception) -> list[str]:
    return [note.what for _, note in house.registry.store.audit()]


def test_every_desk_command_says_who_may_give_it() -> None:
    assert set(MAY) == set(d.DeskCommand.__args__) == set(FIELDS)


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("actor", [CHAIR, TECHNICIAN, AUDITOR, HALL, member(2)], ids=lambda a: a.role.value)
def test_whoever_may_not_is_refused_and_nothing_changes(
    house: Reception, actor: Actor, kind: type[d.DeskCommand]
) -> None:
    before = house.on_file
    found = code(house.at_desk(kind, actor, **FIELDS[kind]))
    assert (found is Code.NOT_ALLOWED) == (actor.role not in MAY[kind])
    assert (house.on_file == before) == (found is not None)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (d.ApproveTablet, Code.REQUEST_UNKNOWN),
        (d.RejectTablet, Code.REQUEST_UNKNOWN),
        (d.ApproveDisplay, Code.PAIRING_UNKNOWN),
        (d.RevokeAccess, Code.PERSON_UNKNOWN),
        (d.ResetPin, Code.MEMBER_UNKNOWN),
        (d.NoteAbsence, Code.MEMBER_UNKNOWN),
    ],
)
def test_what_is_not_there_is_refused_and_leaves_no_trace(
    house: Reception, kind: type[d.DeskCommand], refusal: Code
) -> None:
    before, audited = house.on_file, audit(house)
    assert code(house.at_desk(kind, CLERK, **FIELDS[kind])) is refusal
    assert house.on_file == before
    assert audit(house) == audited


def test_revoking_a_member_ends_card_and_sessions_at_once(house: Reception) -> None:
    card, session = house.enrolled("m02")
    _, other = house.enrolled("m03", device="t3")
    house.sign_in.with_card(card, "2846", "second", HOME)
    accepted(house.at_desk(d.RevokeAccess, person="m02"))
    assert house.revoked == [session.id]
    assert session.id not in house.on_file.sessions
    assert other.id in house.on_file.sessions
    assert house.sign_in.requests().tablets == ()
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.CARD_EXPIRED


def test_revoking_an_account_disconnects_it_everywhere(house: Reception) -> None:
    tokens = [signed(house.sign_in.with_password("chair", PASSWORD, x, HOME)).token for x in ("one", "two")]
    accepted(house.at_desk(d.RevokeAccess, TECHNICIAN, person="chair"))
    assert [house.sign_in.session(t) for t in tokens] == [None, None]
    assert len(house.revoked) == 2
    assert house.on_file.accounts["chair"].devices == ()


def test_revoking_a_display_makes_it_ask_again(house: Reception) -> None:
    pairing = house.sign_in.request_pairing("screen")
    assert isinstance(pairing, str)
    accepted(house.at_desk(d.ApproveDisplay, pairing=pairing))
    session = signed(house.sign_in.with_pairing(pairing, "screen")).session
    accepted(house.at_desk(d.RevokeAccess, person=session.person))
    assert house.revoked == [session.id]
    assert code(house.sign_in.with_pairing(pairing, "screen")) is Code.PAIRING_UNKNOWN


def test_a_reset_pin_is_chosen_anew_on_the_enrolled_tablet_and_sign_ins_live_on(house: Reception) -> None:
    card, session = house.enrolled("m02")
    accepted(house.at_desk(d.ResetPin, member="m02"))
    assert session.id in house.on_file.sessions
    assert code(house.sign_in.with_card(card, "1234", "tablet", HOME)) is Code.PIN_WEAK
    signed(house.sign_in.with_card(card, "5173", "tablet", HOME))
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.PIN_WRONG


def test_after_a_reset_another_tablet_still_needs_the_clerk(house: Reception) -> None:
    card, _ = house.enrolled("m02")
    accepted(house.at_desk(d.ResetPin, member="m02"))
    assert code(house.sign_in.with_card(card, "5173", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL
    (asked,) = house.sign_in.requests().tablets
    accepted(house.at_desk(d.ApproveTablet, request=asked.request))
    signed(house.sign_in.with_card(card, "5173", "other", HOME))


def test_a_member_without_a_card_has_no_pin_to_reset(house: Reception) -> None:
    assert code(house.at_desk(d.ResetPin, member="m02")) is Code.CARD_UNKNOWN


def sitting(name: str) -> Callable[[], Meeting]:
    """A meeting whose last sitting is this one."""
    opened = Sitting(sitting=name, name="", opened=datetime(2026, 12, 18, tzinfo=UTC), members={}, roll={})
    return lambda: Meeting(ledger="ledger", sittings=(opened,))


def test_the_last_reason_for_an_absence_counts(house: Reception) -> None:
    house.desk.meeting = sitting("s1")
    for member_id, reason in (("m02", "ốm"), ("m03", "công tác"), ("m02", "họp tỉnh"), ("m03", "")):
        accepted(house.at_desk(d.NoteAbsence, member=member_id, reason=reason))
        house.clock.advance(60)
    assert house.registry.absences("ledger", "s1") == {"m02": "họp tỉnh"}


def test_a_reason_noted_in_the_afternoon_leaves_the_morning_as_it_was(house: Reception) -> None:
    house.desk.meeting = sitting("s1")
    accepted(house.at_desk(d.NoteAbsence, member="m02", reason="ốm"))
    house.desk.meeting = sitting("s2")
    accepted(house.at_desk(d.NoteAbsence, member="m02", reason="họp tỉnh"))
    assert house.registry.absences("ledger", "s1") == {"m02": "ốm"}
    assert house.registry.absences("ledger", "s2") == {"m02": "họp tỉnh"}
    assert house.registry.absences("another ledger", "s1") == {}


def test_the_same_command_again_gets_the_first_answer_and_changes_nothing(
    store: Callable[[], RegistryStore],
) -> None:
    house = Reception.of(store())
    command = d.NoteAbsence(id=fresh_id(), member="m02", reason="ốm")
    first = house.desk.handle(command, CLERK)
    assert first == Accepted(seq=41)
    before = house.on_file
    house.desk.ledger_seq = lambda: 99
    assert house.desk.handle(command, CLERK) == first
    assert house.on_file == before
    again = Reception.of(store())
    assert again.desk.handle(command, CLERK) == first
    assert again.on_file == before


def test_the_same_id_with_other_content_or_from_another_is_refused(store: Callable[[], RegistryStore]) -> None:
    house = Reception.of(store())
    command = d.NoteAbsence(id=fresh_id(), member="m02", reason="ốm")
    accepted(house.desk.handle(command, CLERK))
    again = Reception.of(store())
    before = again.on_file
    other = msgspec.structs.replace(command, reason="công tác")
    assert code(again.desk.handle(other, CLERK)) is Code.ID_REUSED
    assert code(again.desk.handle(command, Actor(role=Role.CLERK, person="deputy"))) is Code.ID_REUSED
    assert again.on_file == before


def test_a_refused_command_is_decided_afresh(house: Reception) -> None:
    command = d.ResetPin(id=fresh_id(), member="m02")
    assert code(house.desk.handle(command, CLERK)) is Code.CARD_UNKNOWN
    house.card("m02")
    assert house.desk.handle(command, CLERK) == Accepted(seq=41)


def test_a_disk_that_refuses_is_answered_with_its_fault(house: Reception) -> None:
    memory = house.registry.store
    assert isinstance(memory, MemoryRegistry)
    _, session = house.enrolled("m02")
    before, memory.broken = house.on_file, True
    answer = house.at_desk(d.RevokeAccess, person="m02")
    assert isinstance(answer, Refusal)
    assert answer.code is Code.STORAGE_FAULT
    assert house.on_file == before
    assert house.revoked == []
    assert session.id in house.on_file.sessions


def test_the_audit_says_who_did_what_and_what_was_there_before_and_after(house: Reception) -> None:
    house.enrolled("m02")
    accepted(house.at_desk(d.ResetPin, member="m02"))
    _, note = list(house.registry.store.audit())[-1]
    assert (note.by, note.what, note.at) == ("clerk", "ResetPin", house.clock.utc)
    (before,), (after,) = (json.loads(t)["cards"].values() for t in (note.before, note.after))
    assert (before["pin_hash"], after["pin_hash"]) == (True, False)
    assert before["member"] == after["member"] == "m02"


def test_no_hash_of_a_pin_or_password_is_ever_in_the_audit(house: Reception) -> None:
    house.enrolled("m02", pin="2846")
    signed(house.sign_in.with_password("chair", PASSWORD, "console", HOME))
    written = "".join(note.before + note.after for _, note in house.registry.store.audit())
    assert house.hasher.hash("2846") not in written
    assert house.hasher.hash(PASSWORD) not in written


def test_a_tablet_that_was_refused_is_told_so_and_does_not_ask_again_by_itself(house: Reception) -> None:
    card, _ = house.enrolled("m02")
    turned_down(house, card)
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_REFUSED
    assert house.sign_in.requests().tablets == ()
    assert code(house.sign_in.with_card(card, "9999", "other", HOME)) is Code.PIN_WRONG, "strangers learn nothing"
    assert code(house.sign_in.with_card(card, "2846", "third", HOME)) is Code.TABLET_NEEDS_APPROVAL
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_a_refused_tablet_may_ask_again_after_ten_minutes(house: Reception) -> None:
    card, _ = house.enrolled("m02")
    turned_down(house, card)
    house.clock.advance(599)
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_REFUSED
    house.clock.advance(1)
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL


def test_a_reset_pin_lets_a_refused_tablet_ask_again_at_once(house: Reception) -> None:
    card, _ = house.enrolled("m02")
    turned_down(house, card)
    accepted(house.at_desk(d.ResetPin, member="m02"))
    assert code(house.sign_in.with_card(card, "5173", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL


def turned_down(house: Reception, card: str) -> None:
    """The card on another tablet, and the clerk's no."""
    assert code(house.sign_in.with_card(card, "2846", "other", HOME)) is Code.TABLET_NEEDS_APPROVAL
    (asked,) = house.sign_in.requests().tablets
    accepted(house.at_desk(d.RejectTablet, request=asked.request))
