"""The sample meeting as it was prepared, and one more that is still being prepared."""

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from appliance.core.ballot_paper import Matter, Method
from appliance.core.plan import ItemKind, MeetingKind, Plan, PlanItem, PlannedPoll, PlannedSitting
from appliance.core.state import Facts
from appliance.demo import agenda, sample_papers
from appliance.demo import council as people
from appliance.services.plan_templates import template
from appliance.services.registry import Registry

PLAN: Final = "ky-3"
NEXT_PLAN: Final = "chuyen-de"
_AFTERNOON: Final = 17
"""The first item of the second sitting."""
_KINDS: Final = {
    **dict.fromkeys((1, 2, 3), ItemKind.PROCEDURE),
    **dict.fromkeys(range(5, 14), ItemKind.REPORT),
    **dict.fromkeys((4, 18, 23, 24), ItemKind.SPEECH),
    14: ItemKind.SUBMISSION,
    15: ItemKind.VERIFICATION,
    16: ItemKind.DISCUSSION,
    17: ItemKind.QUESTIONING,
    19: ItemKind.ELECTION,
    **dict.fromkeys((20, 21, 22), ItemKind.DRAFT_RESOLUTION),
}
_NOTES: Final = {
    17: "Ba phiếu chất vấn đã gửi trước; mời Trưởng phòng VH-XH, Trưởng phòng Kinh tế, Phó Chủ tịch UBND.",
    agenda.VOTING_ITEM: "Dự thảo số 2 đã chỉnh lý sau thẩm tra: nhắc đại biểu xem bản mới.",
}


def sample_plan(day: datetime) -> Plan:
    """The year-end meeting of 24 items. `day`: the moment that stands for its midnight, in the hall's own time; the
    planned times are moved with the day, so that they can be compared with the real ones."""
    moved = day.hour * 60 + day.minute
    return Plan(
        id=PLAN,
        kind=MeetingKind.REGULAR_YEAR_END,
        title=agenda.TITLE,
        place=people.PLACE,
        sittings=(
            PlannedSitting(day=day.date(), starts=_at(1, moved), name="Buổi sáng"),
            PlannedSitting(day=day.date(), starts=_at(_AFTERNOON, moved), name="Buổi chiều"),
        ),
        items=tuple(_item(number, moved) for number in range(1, len(agenda.ITEMS) + 1)),
        invited=(day - timedelta(days=21)).astimezone(UTC),
        done=("announce", "dossiers", "papers"),
    )


def next_plan(today: datetime) -> Plan:
    """A meeting on one matter, twelve days from now, not yet convened."""
    day = (today + timedelta(days=12)).date()
    return Plan(
        id=NEXT_PLAN,
        kind=MeetingKind.THEMATIC,
        title="Kỳ họp chuyên đề về chuyển đổi số (dữ liệu mẫu)",
        place=people.PLACE,
        sittings=(PlannedSitting(day=day, starts=8 * 60, name="Buổi sáng"),),
        items=template(MeetingKind.THEMATIC, 8 * 60, 1),
    )


class SampleFacts:
    """The registry, with the sample drafts as if their pages were made already."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def facts(self, plan: str | None = None) -> Facts:
        """With that plan."""
        return replace(self._registry.facts(plan), documents=sample_papers.refs())

    def member_at(self, seat: str) -> str | None:
        """The member who sits at `seat`."""
        return self._registry.member_at(seat)


def _item(number: int, moved: int) -> PlanItem:
    _, title, presenter = agenda.ITEMS[number - 1]
    starts = _minute(number)
    ends = _minute(number + 1) if number < len(agenda.ITEMS) else starts + 15
    return PlanItem(
        item=agenda.item_id(number),
        title=title,
        kind=_KINDS[number],
        number=str(number),
        presenter=presenter,
        starts=_at(number, moved),
        minutes=25 if number == _AFTERNOON - 1 else ends - starts,
        sitting=1 if number < _AFTERNOON else 2,
        note=_NOTES.get(number, ""),
        polls=_polls(number),
    )


def _polls(number: int) -> tuple[PlannedPoll, ...]:
    if number == agenda.VOTING_ITEM:
        return tuple(_resolution(n, about) for n, about in enumerate(agenda.RESOLUTIONS, 1))
    return _OTHERS.get(number, ())


def _resolution(number: int, about: str) -> PlannedPoll:
    return PlannedPoll(
        poll=f"nq{number}",
        question=f"Thông qua Nghị quyết về {about}",
        document=f"nq{number}",
        seconds=60 if number == 2 else None,
        show_names=True if number == 1 else None,
    )


_OTHERS: Final = {
    3: (
        PlannedPoll(
            poll="ct",
            question="Thông qua chương trình kỳ họp, danh sách Thư ký và hình thức biểu quyết công khai",
            matter=Matter.OTHER,
            method=Method.HANDS,
        ),
    ),
    19: (PlannedPoll(poll="bkp", question="Thông qua danh sách Ban kiểm phiếu gồm 5 người", matter=Matter.OTHER),),
    21: (PlannedPoll(poll="nq9", question="Thông qua Nghị quyết xác nhận kết quả bầu bổ sung Ủy viên UBND xã"),),
    22: (PlannedPoll(poll="nq10", question="Thông qua Nghị quyết về chất vấn và trả lời chất vấn tại kỳ họp"),),
}


def _at(number: int, moved: int) -> int:
    return (_minute(number) + moved) % (24 * 60)


def _minute(number: int) -> int:
    hour, minute = agenda.ITEMS[number - 1][0].split(":")
    return int(hour) * 60 + int(minute)
