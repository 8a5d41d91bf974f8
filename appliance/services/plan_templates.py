"""What the five kinds of meeting usually go through: a first draft that the clerk makes their own.

The texts are in Vietnamese because they become the meeting's own papers. Times follow from the lengths; what does not
fit into the morning goes on in the afternoon, which begins at half past one.
"""

from typing import Final, NamedTuple

from msgspec.structs import replace

from appliance.core.ballot_paper import Matter, Method
from appliance.core.plan import ItemKind, MeetingKind, PlanItem, PlannedPoll

NOON: Final = 11 * 60 + 30
AFTERNOON: Final = 13 * 60 + 30


class _Line(NamedTuple):
    """One item: its name in the plan, what it is, how long it takes."""

    name: str
    kind: ItemKind
    title: str
    presenter: str
    minutes: int
    question: str = ""
    resolution: bool = False
    parent: str | None = None


_BEGINNING: Final = (
    _Line(
        "don-tiep", ItemKind.PROCEDURE, "Đón tiếp đại biểu, điểm danh, ổn định tổ chức", "Văn phòng HĐND và UBND", 30
    ),
    _Line(
        "khai-mac",
        ItemKind.PROCEDURE,
        "Chào cờ; tuyên bố lý do, giới thiệu đại biểu; giới thiệu Chủ tọa, Thư ký kỳ họp",
        "Văn phòng HĐND và UBND",
        10,
    ),
    _Line(
        "chuong-trinh",
        ItemKind.PROCEDURE,
        "Thông qua chương trình kỳ họp, danh sách Thư ký, hình thức biểu quyết",
        "Chủ tọa",
        10,
        "Thông qua chương trình kỳ họp, danh sách Thư ký và hình thức biểu quyết công khai",
    ),
    _Line("dien-van", ItemKind.SPEECH, "Diễn văn khai mạc", "Chủ tịch HĐND", 10),
)
_ENDING: Final = (_Line("be-mac", ItemKind.SPEECH, "Diễn văn bế mạc", "Chủ tịch HĐND", 10),)
_REPORTS: Final = (
    _Line(
        "bc-ktxh",
        ItemKind.REPORT,
        "Báo cáo tình hình kinh tế - xã hội, quốc phòng - an ninh {span}",
        "Chủ tịch UBND",
        20,
    ),
    _Line("bc-ngan-sach", ItemKind.REPORT, "Báo cáo thu, chi ngân sách {span}", "UBND", 15),
    _Line("bc-dau-tu", ItemKind.REPORT, "Báo cáo đầu tư công {span}", "UBND", 10),
    _Line(
        "bc-hdnd", ItemKind.REPORT, "Báo cáo công tác của Thường trực và các Ban HĐND {span}", "Phó Chủ tịch HĐND", 10
    ),
    _Line(
        "tb-mttq",
        ItemKind.REPORT,
        "Thông báo của Ủy ban MTTQ Việt Nam xã về tham gia xây dựng chính quyền",
        "Chủ tịch Ủy ban MTTQ",
        10,
    ),
    _Line("bc-cu-tri", ItemKind.REPORT, "Báo cáo tổng hợp ý kiến, kiến nghị của cử tri", "Thường trực HĐND", 10),
    _Line(
        "bc-kien-nghi", ItemKind.REPORT, "Báo cáo kết quả giải quyết kiến nghị của cử tri sau kỳ họp trước", "UBND", 10
    ),
)
_DRAFTS: Final = (
    _Line("to-trinh", ItemKind.SUBMISSION, "Trình bày các tờ trình, dự thảo nghị quyết", "UBND, Thường trực HĐND", 25),
    _Line("tham-tra", ItemKind.VERIFICATION, "Báo cáo thẩm tra của các Ban HĐND", "Các Ban HĐND", 15),
    _Line("thao-luan", ItemKind.DISCUSSION, "Thảo luận tại Tổ và hội trường", "Chủ tọa", 40),
)
_QUESTIONS: Final = (
    _Line("chat-van", ItemKind.QUESTIONING, "Chất vấn và trả lời chất vấn", "Chủ tọa", 70),
    _Line("giai-trinh", ItemKind.SPEECH, "Giải trình, tiếp thu của UBND", "Chủ tịch UBND", 15),
)


def _vote(name: str, about: str) -> _Line:
    question = f"Thông qua Nghị quyết về {about}"
    return _Line(name, ItemKind.DRAFT_RESOLUTION, question, "Chủ tọa", 5, question, True, "thong-qua")


_PASSING: Final = _Line(
    "thong-qua", ItemKind.DRAFT_RESOLUTION, "Biểu quyết thông qua các nghị quyết", "Chủ tọa, Thư ký", 5
)
_YEAR_END: Final = (
    _vote("nq-ktxh", "nhiệm vụ phát triển kinh tế - xã hội, bảo đảm quốc phòng - an ninh năm tới"),
    _vote("nq-du-toan", "dự toán thu, chi ngân sách và phân bổ ngân sách xã năm tới"),
    _vote("nq-quyet-toan", "phê chuẩn quyết toán ngân sách xã năm trước"),
    _vote("nq-dau-tu", "kế hoạch đầu tư công năm tới"),
    _vote("nq-to-chuc-ky-hop", "kế hoạch tổ chức các kỳ họp thường lệ năm tới của HĐND xã"),
)
_MID_YEAR: Final = (
    _vote("nq-ktxh", "nhiệm vụ phát triển kinh tế - xã hội 6 tháng cuối năm"),
    _vote("nq-dieu-chinh", "điều chỉnh, bổ sung dự toán ngân sách xã"),
    _vote("nq-giam-sat", "chương trình giám sát năm tới của HĐND xã"),
)
_ON_ONE_MATTER: Final = (
    _Line("to-trinh", ItemKind.SUBMISSION, "Trình bày tờ trình, dự thảo nghị quyết chuyên đề", "UBND", 15),
    _Line("tham-tra", ItemKind.VERIFICATION, "Báo cáo thẩm tra", "Ban của HĐND", 10),
    _Line("thao-luan", ItemKind.DISCUSSION, "Thảo luận tại hội trường", "Chủ tọa", 30),
    _Line("giai-trinh", ItemKind.SPEECH, "Tiếp thu, giải trình ý kiến đại biểu", "UBND", 10),
    _PASSING,
    _vote("nq-chuyen-de", "nội dung chuyên đề"),
)
_URGENT: Final = (
    _Line("ly-do", ItemKind.SPEECH, "Nêu lý do và sự cần thiết của kỳ họp", "Chủ tọa", 5),
    _Line("to-trinh", ItemKind.SUBMISSION, "Trình bày tờ trình, dự thảo nghị quyết", "UBND", 15),
    _Line("tham-tra", ItemKind.VERIFICATION, "Báo cáo thẩm tra", "Ban của HĐND", 10),
    _Line("thao-luan", ItemKind.DISCUSSION, "Thảo luận tại hội trường", "Chủ tọa", 20),
    _PASSING,
    _vote("nq-dot-xuat", "công việc phát sinh đột xuất"),
)
_FIRST: Final = (
    _Line("bc-bau-cu", ItemKind.REPORT, "Báo cáo kết quả bầu cử đại biểu HĐND xã", "Ủy ban bầu cử", 15),
    _Line("tu-cach", ItemKind.REPORT, "Báo cáo xác nhận tư cách đại biểu HĐND xã", "Chủ tọa", 10),
    _Line(
        "ban-kiem-phieu",
        ItemKind.PROCEDURE,
        "Thông qua danh sách Ban kiểm phiếu",
        "Chủ tọa",
        10,
        "Thông qua danh sách Ban kiểm phiếu",
    ),
    _Line(
        "bau-hdnd",
        ItemKind.ELECTION,
        "Bầu Chủ tịch, Phó Chủ tịch, Trưởng các Ban của HĐND xã",
        "Chủ tọa; Ban kiểm phiếu",
        60,
    ),
    _Line("bau-ubnd", ItemKind.ELECTION, "Bầu Chủ tịch, Phó Chủ tịch, Ủy viên UBND xã", "Chủ tọa; Ban kiểm phiếu", 60),
    _Line("nham-chuc", ItemKind.SPEECH, "Phát biểu nhậm chức", "", 10),
    _PASSING,
    _vote("nq-ket-qua", "xác nhận kết quả bầu các chức danh của HĐND, UBND xã"),
)


def _spanned(span: str) -> tuple[_Line, ...]:
    return tuple(line._replace(title=line.title.format(span=span)) for line in _REPORTS)


_TEMPLATES: Final[dict[MeetingKind, tuple[_Line, ...]]] = {
    MeetingKind.REGULAR_YEAR_END: (*_spanned("cả năm"), *_DRAFTS, *_QUESTIONS, _PASSING, *_YEAR_END),
    MeetingKind.REGULAR_MID_YEAR: (*_spanned("6 tháng đầu năm"), *_DRAFTS, *_QUESTIONS, _PASSING, *_MID_YEAR),
    MeetingKind.THEMATIC: _ON_ONE_MATTER,
    MeetingKind.EXTRAORDINARY: _URGENT,
    MeetingKind.FIRST: _FIRST,
}


def template(kind: MeetingKind, starts: int, sittings: int) -> tuple[PlanItem, ...]:
    """The items of such a meeting that begins at `starts` (minute of the day)."""
    clock, sitting = starts, 1
    items: list[PlanItem] = []
    for line in (*_BEGINNING, *_TEMPLATES[kind], *_ENDING):
        if clock < NOON < clock + line.minutes or (clock >= NOON and clock < AFTERNOON and starts < NOON):
            clock, sitting = AFTERNOON, min(2, max(1, sittings))
        items.append(replace(_item(line), starts=clock, sitting=sitting))
        clock += line.minutes
    return tuple(items)


def _item(line: _Line) -> PlanItem:
    polls: tuple[PlannedPoll, ...] = ()
    if line.question:
        matter = Matter.RESOLUTION if line.resolution else Matter.OTHER
        method = Method.ELECTRONIC if line.resolution else Method.HANDS
        polls = (PlannedPoll(poll=f"bq-{line.name}", question=line.question, matter=matter, method=method),)
    return PlanItem(
        item=line.name,
        title=line.title,
        kind=line.kind,
        parent=line.parent,
        presenter=line.presenter,
        minutes=line.minutes,
        polls=polls,
    )
