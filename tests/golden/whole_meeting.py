"""A meeting without paper, for a golden ledger: planned, debated, questions, an election, scenes on the wall."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core.plan import ItemKind, MeetingKind, Plan, PlanItem, PlannedPoll
from appliance.core.slips import SlipFacts
from appliance.services.ports import Signer
from tests.core import elections
from tests.core.elections import B1, HEAD, SECOND, THIRD
from tests.house import CHAIR, CLERK, SYSTEM, House, accepted, announce_poll, cast, member, name_of, open_poll

PLAN = Plan(
    id="plan-1",
    kind=MeetingKind.REGULAR_YEAR_END,
    title="Kỳ họp thứ 4",
    items=(
        PlanItem(item="i1", title="Thông qua Nghị quyết", kind=ItemKind.DRAFT_RESOLUTION, starts=480, minutes=60),
        PlanItem(item="i1a", title="Báo cáo thẩm tra", kind=ItemKind.VERIFICATION, parent="i1"),
        PlanItem(
            item="i2",
            title="Bầu Ủy viên Ủy ban nhân dân",
            kind=ItemKind.ELECTION,
            presenter="Thường trực",
            polls=(PlannedPoll(poll="p0", question="Thông qua thể lệ?"),),
        ),
        PlanItem(item="i3", title="Chất vấn", kind=ItemKind.QUESTIONING, sitting=2),
        PlanItem(item="i4", title="Nội dung kín", private=True),
    ),
)
SLIPS = {
    "s1": SlipFacts("s1", "m01", "Nguyễn Văn Mẫu 1", "Phòng Kinh tế", "Rác thải", "Vì sao?", "g1", "Môi trường"),
    "s2": SlipFacts("s2", "m02", "Nguyễn Văn Mẫu 2", "Chủ tịch UBND", "Đường trục"),
}
PAPER: dict[str, Any] = {"kind": "paper", "text": "Tờ trình", "document": "d1", "sha256": "ab" * 32, "pages": 9}


def play(signer: Signer) -> House:
    """The whole of it, of a council of 27."""
    house = House.of(27, signer=signer)
    house.registry.on_file = replace(house.registry.on_file, plan=PLAN, slips=SLIPS)
    accepted(house.give(CLERK, c.ConveneMeeting, title="Kỳ họp thứ 4", plan="plan-1"))
    accepted(house.give(CHAIR, c.OpenSitting, name="Buổi sáng"))
    for i in range(1, 26):
        accepted(house.give(CLERK, c.CheckIn, member=name_of(i)))
    _agenda(house)
    _debate(house)
    _votes(house)
    _another_box(house)
    _questioning(house)
    _wall(house)
    _elections(house)
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(CHAIR, c.CloseMeeting))
    return house


def _another_box(house: House) -> None:
    """Twice: once ballots may be missing, once nothing is."""
    open_poll(house, "p8", item="i1")
    cast(house, yes=3, poll="p8")
    accepted(house.give(SYSTEM, c.BeginEpoch, reason="Máy chính hỏng, chuyển sang máy dự phòng"))
    accepted(house.give(SYSTEM, c.BeginEpoch, reason="Trở lại máy chính", head_seen=house.chamber.head.hash[:16]))


def _agenda(house: House) -> None:
    accepted(house.give(CHAIR, c.StartItem, item="i1"))
    accepted(house.give(CLERK, c.AddItem, item="i5", title="Việc khác", after="i2", minutes=15))
    accepted(house.give(CLERK, c.EditItem, item="i5", seen=1, title="Các việc khác", number="V"))
    accepted(house.give(CHAIR, c.MoveItem, item="i5"))
    accepted(house.give(CHAIR, c.WithdrawItem, item="i4", reason="rút theo đề nghị của cơ quan trình"))
    accepted(house.give(CLERK, c.PostponeItem, item="i5", reason="để kỳ họp sau"))
    accepted(house.give(CHAIR, c.RestoreItem, item="i5"))


def _asked(house: House, i: int, **fields: Any) -> str:
    accepted(house.give(member(i), c.AskToSpeak, **fields))
    return house.state.speakers.order[-1]


def _debate(house: House) -> None:
    first, second, third = (_asked(house, i, note=f"Về điều {i}") for i in (1, 2, 3))
    accepted(house.give(CHAIR, c.OrderSpeakers, requests=[second, third, first]))
    accepted(house.give(member(1), c.WithdrawRequest, request=first))
    accepted(house.give(CHAIR, c.DeclineRequest, request=third, reason="đã có người nói"))
    accepted(house.give(CHAIR, c.GiveFloor, request=second, seconds=60))
    accepted(house.give(CHAIR, c.AddTime, seconds=30))
    house.clock.advance(100)
    accepted(house.give(SYSTEM, c.NoteOvertime))
    accepted(house.give(CHAIR, c.EndFloor))
    accepted(house.give(member(4), c.HandInText, text="Tôi tán thành.\n<b>Đề nghị</b> sửa khoản 2."))


def _votes(house: House) -> None:
    accepted(house.give(CHAIR, c.StartStraw, question="Nghỉ sớm?"))
    accepted(house.give(member(1), c.AnswerStraw, straw="t1", answer="unsure"))
    accepted(house.give(CHAIR, c.EndStraw))
    accepted(house.give(CHAIR, c.DropPoll, poll="p0"))
    ask: dict[str, Any] = {"item": "i1", "question": "Thông qua toàn văn?"}
    accepted(house.give(CLERK, c.DraftPoll, poll="p1", **ask))
    accepted(house.give(CLERK, c.EditPoll, poll="p1", **{**ask, "question": "Thông qua toàn văn Nghị quyết?"}))
    open_poll(house, "p2", part_of="p1", method="roll_call")
    for i, choice in enumerate(("for", "against", "abstain"), 1):
        accepted(house.give(CHAIR, c.CallName, poll="p2", member=name_of(i)))
        accepted(house.give(CLERK, c.EnterSpoken, poll="p2", member=name_of(i), choice=choice))
    announce_poll(house, "p2")
    accepted(house.give(CHAIR, c.OpenPoll, poll="p1"))
    announce_poll(cast(house, yes=20, no=2), "p1")
    past: dict[str, Any] = {"taken": "2026-12-18T08:00:00+07:00", "reason": "mất điện", "method": "hands"}
    numbers = {"present": 25, "for_": 24, "against": 1, "abstain": 0}
    accepted(house.give(CLERK, c.EnterPastPoll, item="i1", question="Nghỉ?", poll="p3", **{**past, **numbers}))
    for who in (CLERK, CHAIR):
        accepted(house.give(who, c.ConfirmPoll, poll="p3", seen={"for": 24, "against": 1, "abstain": 0}))
    accepted(house.give(CHAIR, c.AnnouncePoll, poll="p3"))


def _questioning(house: House) -> None:
    accepted(house.give(CHAIR, c.StartItem, item="i3"))
    accepted(house.give(CHAIR, c.StartQuestioning, slips=["s1", "s2"], title="Môi trường"))
    accepted(house.give(CLERK, c.MarkAnswered, slip="s1"))
    promise: dict[str, Any] = {"who": "Trưởng phòng Kinh tế", "what": "Thu gom rác hằng ngày"}
    accepted(house.give(CHAIR, c.MakePledge, pledge="h1", deadline=str(date(2027, 3, 31)), slip="s1", **promise))
    accepted(house.give(CLERK, c.MakePledge, pledge="h2", kind="written_answer", slip="s2", **promise))
    accepted(house.give(CLERK, c.WithdrawPledge, pledge="h2", reason="ghi nhầm"))
    accepted(house.give(CHAIR, c.EndQuestioning))


def _wall(house: House) -> None:
    for entry, text in (("q1", "Giải lao"), ("q2", "Mời vào họp"), ("q3", "Thừa")):
        accepted(house.give(CLERK, c.QueueForHall, entry=entry, scene={"kind": "message", "text": text}))
    accepted(house.give(CHAIR, c.MoveInQueue, entry="q2", to=0))
    accepted(house.give(CLERK, c.DropFromQueue, entry="q3"))
    accepted(house.give(CHAIR, c.ShowNext, entry="q2"))
    accepted(house.give(CHAIR, c.ShowOnHall, scene=PAPER))
    accepted(house.give(CHAIR, c.ShowPage, page=3))


def _elections(house: House) -> None:
    """Announced at the second count, after a list and a committee that changed; and one that was void."""
    accepted(house.give(CHAIR, c.StartItem, item="i2"))
    names = [elections.person(name, about="Ủy viên Thường trực") for name in ("a", "b")]
    fields: dict[str, Any] = {**B1, "item": "i2", "kind": "elect", "office": "Ủy viên Ủy ban nhân dân xã"}
    accepted(house.give(CLERK, c.DraftElection, candidates=names, **fields))
    accepted(house.give(CHAIR, c.OpenNominations, **B1))
    accepted(house.give(CHAIR, c.NominateCandidate, candidate=elections.person("c"), **B1))
    accepted(house.give(CHAIR, c.WithdrawCandidate, candidate="c", reason="xin rút", **B1))
    elections.ready(house)
    elections.counting(elections.issuing(house), 25)
    papers = [*elections.papers_for(24, a=20, b=3), "too_many"]
    elections.key(house, papers, THIRD)
    accepted(house.give(CHAIR, c.DropKeying, teller=name_of(23), reason="mệt", **B1))
    elections.counted(house, papers)
    accepted(house.give(CHAIR, c.ReopenCount, reason="kiểm lại", **B1))
    again = {"paper": 25, "invalid": "no_seal", **B1}
    for teller in (HEAD, SECOND):
        accepted(house.give(teller, c.ReplaceKeyed, **again))
    accepted(house.give(HEAD, c.FinishCount, **B1))
    elections.announced(house)
    accepted(house.give(CLERK, c.DraftElection, **{**fields, "election": "b2", "candidates": names}))
    accepted(house.give(CHAIR, c.VoidElection, election="b2", reason="không cần nữa"))
