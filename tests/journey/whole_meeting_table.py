"""The year-end session of a sample council, written by hand: who sits where, what is on the agenda, what came of it.

Nothing here is computed: it is what the ledger, the minutes, the API and the hall's screen are held against. N is 27;
more than half is 14. Seat 27 is away all day, seat 26 comes late, seat 25 leaves at noon.
"""

from typing import Final, NamedTuple

COUNCIL: Final = "Hội đồng nhân dân xã Hồng Mẫu"
TERM: Final = "Khóa II, nhiệm kỳ 2026 - 2031"
MEETING: Final = "Kỳ họp thứ 3 (thường lệ cuối năm 2026)"
PLACE: Final = "Hội trường UBND xã Hồng Mẫu"
CHAIR_SEAT, LATE, LEAVES, AWAY = "01", "26", "25", "27"
TABLETS: Final = ("05", "06", "12")
"""Three delegates at a browser each; the first two are the tellers who key the papers."""
THIRD_TELLER: Final = "13"

MEMBERS: Final = (
    ("01", "Vũ Đình Mẫu", "Tổ 1", "thôn Đông", "Chủ tịch HĐND xã"),
    ("02", "Lê Thị Ví Dụ", "Tổ 1", "thôn Đông", "Phó Chủ tịch HĐND xã"),
    ("03", "Đỗ Văn Thử", "Tổ 1", "thôn Đoài", "Trưởng ban KT-NS"),
    ("04", "Nguyễn Văn Mẫu An", "Tổ 1", "thôn Đông", ""),
    ("05", "Trần Thị Mẫu Ánh", "Tổ 1", "thôn Đoài", ""),
    ("06", "Ngô Thị Nghiệm", "Tổ 2", "thôn Thượng", "Trưởng ban VH-XH"),
    ("07", "Hoàng Văn Minh Họa", "Tổ 2", "thôn Thượng", "Chủ tịch UBND xã"),
    ("08", "Phạm Đức Mẫu Bình", "Tổ 2", "thôn Thượng", ""),
    ("09", "Đặng Thị Mẫu Châu", "Tổ 2", "thôn Trung", ""),
    ("10", "Bùi Quang Mẫu Cường", "Tổ 2", "thôn Trung", ""),
    ("11", "Hồ Thị Mẫu Dung", "Tổ 3", "thôn Trung", ""),
    ("12", "Dương Minh Mẫu Đạt", "Tổ 3", "thôn Trung", ""),
    ("13", "Lê Thu Mẫu Giang", "Tổ 3", "thôn Nam", ""),
    ("14", "Nguyễn Thị Mẫu Hà", "Tổ 3", "thôn Nam", ""),
    ("15", "Trần Văn Mẫu Hải", "Tổ 3", "thôn Nam", ""),
    ("16", "Vũ Thị Mẫu Hạnh", "Tổ 4", "thôn Bắc", ""),
    ("17", "Phạm Quang Mẫu Hiếu", "Tổ 4", "thôn Bắc", ""),
    ("18", "Đỗ Thị Mẫu Hoa", "Tổ 4", "thôn Bắc", ""),
    ("19", "Ngô Đức Mẫu Khánh", "Tổ 4", "thôn Bắc", ""),
    ("20", "Hoàng Thị Mẫu Lan", "Tổ 5", "thôn Hạ", ""),
    ("21", "Nguyễn Văn Mẫu An", "Tổ 5", "thôn Hạ", ""),
    ("22", "Bùi Thị Mẫu Nga", "Tổ 5", "thôn Hạ", ""),
    ("23", "Đặng Minh Mẫu Quân", "Tổ 5", "thôn Hạ", ""),
    ("24", "Hồ Văn Mẫu Sơn", "Tổ 6", "chợ Mẫu", ""),
    ("25", "Dương Thị Mẫu Thảo", "Tổ 6", "chợ Mẫu", ""),
    ("26", "Lê Văn Mẫu Trường", "Tổ 6", "chợ Mẫu", ""),
    ("27", "Trần Thị Mẫu Yến", "Tổ 6", "chợ Mẫu", ""),
)
NAMES: Final = {seat: name for seat, name, *_ in MEMBERS}

AGENDA: Final = (
    ("1", "07:30", "Đón tiếp đại biểu, điểm danh, ổn định tổ chức", "Văn phòng", "Thủ tục", "1"),
    (
        "2",
        "08:00",
        "Chào cờ; tuyên bố lý do, giới thiệu đại biểu; giới thiệu Chủ tọa, Thư ký",
        "Văn phòng",
        "Thủ tục",
        "1",
    ),
    ("3", "08:10", "Thông qua chương trình, danh sách Thư ký, hình thức biểu quyết", "Chủ tọa", "Thủ tục", "1"),
    ("4", "08:20", "Diễn văn khai mạc", "Chủ tịch HĐND", "Phát biểu", "1"),
    (
        "5",
        "08:30",
        "Báo cáo tình hình KT-XH, QP-AN năm 2026; phương hướng, nhiệm vụ 2027",
        "Chủ tịch UBND",
        "Báo cáo",
        "1",
    ),
    ("6", "08:50", "Báo cáo thu, chi ngân sách 2026; dự toán và phân bổ 2027", "Phòng Kinh tế", "Báo cáo", "1"),
    ("7", "09:05", "Báo cáo đầu tư công 2026, kế hoạch 2027", "UBND", "Báo cáo", "1"),
    ("8", "09:15", "Báo cáo công tác Thường trực và các Ban HĐND năm 2026", "Phó Chủ tịch HĐND", "Báo cáo", "1"),
    ("9", "09:25", "Thông báo của UBMTTQ về tham gia xây dựng chính quyền", "Chủ tịch UBMTTQ", "Báo cáo", "1"),
    ("10", "09:35", "Báo cáo tổng hợp ý kiến, kiến nghị cử tri trước kỳ họp", "Thường trực HĐND", "Báo cáo", "1"),
    ("11", "09:45", "Báo cáo kết quả giải quyết kiến nghị cử tri sau Kỳ họp thứ 2", "UBND", "Báo cáo", "1"),
    ("12", "09:55", "Báo cáo tiếp công dân, giải quyết khiếu nại, tố cáo", "UBND", "Báo cáo", "1"),
    ("13", "10:00", "Báo cáo giám sát chuyên đề ứng dụng CNTT và chuyển đổi số", "Ban VH-XH", "Báo cáo", "1"),
    ("14", "10:25", "Các tờ trình, dự thảo nghị quyết", "UBND, Thường trực", "Tờ trình", "1"),
    ("15", "10:50", "Báo cáo thẩm tra", "Ban KT-NS; Ban VH-XH", "Thẩm tra", "1"),
    ("16", "11:05", "Thảo luận tại hội trường", "Chủ tọa", "Thảo luận", "1"),
    ("17", "13:30", "Điểm danh chiều; chất vấn và trả lời chất vấn", "Chủ tọa", "Chất vấn", "2"),
    ("18", "14:40", "Giải trình, tiếp thu của UBND", "Chủ tịch UBND", "Báo cáo", "2"),
    ("19", "14:55", "Bầu bổ sung Ủy viên UBND xã", "Ban kiểm phiếu", "Bầu cử", "2"),
    ("20", "15:40", "Thông qua từng nghị quyết", "Chủ tọa, Thư ký", "Dự thảo nghị quyết", "2"),
    ("21", "16:20", "Thông qua Nghị quyết xác nhận kết quả bầu", "Chủ tọa", "Dự thảo nghị quyết", "2"),
    ("22", "16:25", "Nghị quyết về chất vấn", "Chủ tọa", "Dự thảo nghị quyết", "2"),
    ("23", "16:35", "Phát biểu của lãnh đạo cấp trên", "Khách mời", "Phát biểu", "2"),
    ("24", "16:45", "Bế mạc", "Chủ tịch HĐND", "Thủ tục", "2"),
)


MORNING_ROLL: Final = "Tổng số đại biểu HĐND: 27; có mặt: 26; vắng mặt: 1 (có lý do: 1; không có lý do: 0;"
AFTERNOON_ROLL: Final = "Tổng số đại biểu HĐND: 27; có mặt: 25; vắng mặt: 2 (có lý do: 2; không có lý do: 0;"


class Vote(NamedTuple):
    """An open vote as it came out. `percent` and `adopted` are written down, not worked out."""

    question: str
    present: int
    in_favour: int
    against: int
    abstain: int
    no_press: int
    percent: str
    adopted: bool
    item: str


PROGRAMME: Final = Vote(
    "Thông qua chương trình kỳ họp, danh sách Thư ký và hình thức biểu quyết", 25, 25, 0, 0, 0, "92,59", True, "3"
)
_ABOUT: Final = "Thông qua dự thảo Nghị quyết về "
MISTITLED: Final = _ABOUT + "kế hoạch đầu tư công năm 2026 và danh mục dự án"
"""It says 2026 and should say 2027: void, and voted on again."""
RESOLUTIONS: Final = (
    Vote(_ABOUT + "nhiệm vụ phát triển KT-XH, bảo đảm QP-AN năm 2027", 25, 25, 0, 0, 0, "92,59", True, "20"),
    Vote(_ABOUT + "dự toán thu, chi ngân sách xã năm 2027", 25, 24, 0, 1, 0, "88,89", True, "20"),
    Vote(_ABOUT + "phê chuẩn quyết toán ngân sách xã năm 2025", 25, 23, 1, 1, 0, "85,19", True, "20"),
    Vote(_ABOUT + "kế hoạch đầu tư công năm 2027 và danh mục dự án", 25, 22, 1, 1, 1, "81,48", True, "20"),
    Vote(_ABOUT + "điều chỉnh kế hoạch đầu tư công trung hạn 2026 - 2030", 25, 20, 3, 2, 0, "74,07", True, "20"),
    Vote(_ABOUT + "giao biên chế, số lượng người làm việc năm 2027", 25, 13, 2, 7, 3, "48,15", False, "20"),
    Vote(_ABOUT + "chương trình giám sát năm 2027 của HĐND xã", 25, 19, 4, 2, 0, "70,37", True, "20"),
    Vote(_ABOUT + "các biện pháp bảo đảm thực hiện dân chủ ở cơ sở", 25, 18, 5, 1, 1, "66,67", True, "20"),
)
REPEATED: Final = 3
"""Which of them was first put to the vote under a wrong title."""
BEFORE_THE_ERROR: Final = 21
"""Ballots that were in when the wrong title was seen; they count for nothing."""
LIST_FIRST: Final = Vote("", 25, 24, 0, 1, 0, "88,89", True, "19")
TELLERS: Final = Vote("", 25, 25, 0, 0, 0, "92,59", True, "19")
LIST_SECOND: Final = Vote("", 25, 23, 0, 2, 0, "85,19", True, "19")
CONFIRMING: Final = Vote("", 25, 24, 1, 0, 0, "88,89", True, "21")
ON_QUESTIONS: Final = Vote("Thông qua Nghị quyết về chất vấn", 25, 21, 2, 2, 0, "77,78", True, "22")

OFFICE: Final = "Ủy viên Ủy ban nhân dân xã"
CANDIDATES: Final = ("Trịnh Thị Mẫu Liên", "Lương Văn Mẫu Phúc")
"""In the order of the ballot: by given name."""


class Round(NamedTuple):
    """A round of the election on paper: what each of the papers says, and what that comes to."""

    issued: int
    papers: str
    """A paper a letter: `a` the first candidate, `b` the second, `x` signed and so invalid."""
    valid: int
    invalid: int
    first: tuple[int, str]
    second: tuple[int, str]
    chosen: bool
    misread: int
    """The paper that the second teller first reads the other way round; 0: none."""


ROUNDS: Final = (
    Round(25, "aabbabaabbababxababaabbaa", 24, 1, (13, "48,15"), (11, "40,74"), chosen=False, misread=3),
    Round(25, "aaabaaabaaaxbaaabaabaaba", 23, 1, (17, "62,96"), (6, "22,22"), chosen=True, misread=0),
)
QUESTIONS: Final = (
    ("05", "Trưởng phòng VH-XH", "Tiến độ số hóa hồ sơ và kinh phí", "Đến nay đã số hóa được bao nhiêu hồ sơ?"),
    ("06", "Trưởng phòng Kinh tế", "Rác thải thôn Đoài quá tải", "Khi nào điểm tập kết rác được di dời?"),
    ("12", "Phó Chủ tịch UBND xã", "Chậm giải ngân đường trục thôn Đông", "Vì sao đến nay mới giải ngân 31 %?"),
)
PLEDGE: Final = ("Trưởng phòng Kinh tế", "Di dời điểm tập kết rác thôn Đoài", "2099-06-30", "30/06/2099")
