"""The year-end meeting's programme, as communes really hold it: 24 items, and eight draft resolutions on item 20."""

from typing import Final

TITLE: Final = "Kỳ họp thứ 3 (kỳ họp thường lệ cuối năm 2026)"

ITEMS: Final[tuple[tuple[str, str, str], ...]] = (
    ("07:30", "Đón tiếp đại biểu, điểm danh, ổn định tổ chức", "Văn phòng HĐND và UBND"),
    ("08:00", "Chào cờ; tuyên bố lý do, giới thiệu đại biểu; giới thiệu Chủ tọa, Thư ký", "Văn phòng HĐND và UBND"),
    ("08:10", "Thông qua chương trình, danh sách Thư ký, hình thức biểu quyết", "Chủ tọa"),
    ("08:20", "Diễn văn khai mạc", "Chủ tịch HĐND"),
    (
        "08:30",
        "Báo cáo tình hình kinh tế - xã hội, quốc phòng - an ninh năm 2026; phương hướng, nhiệm vụ năm 2027",
        "Chủ tịch UBND",
    ),
    (
        "08:50",
        "Báo cáo thực hiện thu, chi ngân sách năm 2026; dự toán và phương án phân bổ ngân sách năm 2027",
        "Phòng Kinh tế",
    ),
    ("09:05", "Báo cáo đầu tư công năm 2026, kế hoạch năm 2027", "UBND"),
    ("09:15", "Báo cáo công tác của Thường trực và các Ban HĐND năm 2026", "Phó Chủ tịch HĐND"),
    ("09:25", "Thông báo của Ủy ban MTTQ về tham gia xây dựng chính quyền", "Chủ tịch Ủy ban MTTQ"),
    ("09:35", "Báo cáo tổng hợp ý kiến, kiến nghị cử tri trước kỳ họp", "Thường trực HĐND"),
    ("09:45", "Báo cáo kết quả giải quyết kiến nghị cử tri sau Kỳ họp thứ 2", "UBND"),
    (
        "09:55",
        "Báo cáo tiếp công dân, giải quyết khiếu nại, tố cáo; phòng, chống tham nhũng; thực hành tiết kiệm",
        "UBND",
    ),
    (
        "10:00",
        "Báo cáo giám sát chuyên đề về ứng dụng công nghệ thông tin và chuyển đổi số",
        "Ban Văn hóa - Xã hội",
    ),
    ("10:25", "Trình bày các tờ trình, dự thảo nghị quyết (8 dự thảo)", "UBND, Thường trực HĐND"),
    ("10:50", "Báo cáo thẩm tra", "Ban Kinh tế - Ngân sách; Ban Văn hóa - Xã hội"),
    ("11:05", "Thảo luận tại Tổ và hội trường", "Chủ tọa"),
    ("13:30", "Điểm danh buổi chiều; chất vấn và trả lời chất vấn", "Chủ tọa"),
    ("14:40", "Giải trình, tiếp thu của UBND", "Chủ tịch UBND"),
    ("14:55", "Bầu bổ sung Ủy viên UBND: thông qua Ban kiểm phiếu; bỏ phiếu kín", "Chủ tọa; Ban kiểm phiếu"),
    ("15:40", "Biểu quyết thông qua từng nghị quyết", "Chủ tọa, Thư ký"),
    ("16:20", "Thông qua Nghị quyết xác nhận kết quả bầu bổ sung Ủy viên UBND", "Chủ tọa"),
    ("16:25", "Thông qua Nghị quyết về chất vấn và trả lời chất vấn", "Chủ tọa"),
    ("16:35", "Phát biểu của lãnh đạo cấp trên", ""),
    ("16:45", "Bế mạc", "Chủ tịch HĐND"),
)
"""Time of the day, title, presenter."""

VOTING_ITEM: Final = 20
"""Where the meeting stands when the demo begins."""

RESOLUTIONS: Final = (
    "nhiệm vụ phát triển kinh tế - xã hội, bảo đảm quốc phòng - an ninh năm 2027",
    "dự toán thu, chi ngân sách và phân bổ ngân sách xã năm 2027",
    "phê chuẩn quyết toán ngân sách xã năm 2025",
    "kế hoạch đầu tư công năm 2027 và danh mục dự án",
    "điều chỉnh, bổ sung kế hoạch đầu tư công trung hạn 2026 - 2030",
    "giao biên chế, số lượng người làm việc năm 2027",
    "chương trình giám sát và kế hoạch tổ chức các kỳ họp thường lệ năm 2027 của HĐND xã",
    "các biện pháp bảo đảm thực hiện dân chủ ở cơ sở",
)


def item_id(number: int) -> str:
    """`i20` for item 20."""
    return f"i{number:02}"
