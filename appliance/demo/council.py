"""The sample council: xã Hồng Mẫu, tỉnh Sông Mẫu, 27 delegates. All of it is fictional ("Mẫu" is "sample").

The list is explicit and never drawn by lot, so that a test, a screenshot and a person at the demo all meet
the same people. It holds what real lists hold: two delegates of one name, told apart by their village, a
long name, names that sort by Vietnamese letters, offices, ten women.
"""

from typing import Final

from msgspec import Struct

from appliance.core.people import Role
from appliance.services.on_file import Guest, Member, SeatMap

COUNCIL: Final = "Hội đồng nhân dân xã Hồng Mẫu"
TERM: Final = "Khóa II, nhiệm kỳ 2026 - 2031"
PLACE: Final = "Hội trường Ủy ban nhân dân xã Hồng Mẫu, tỉnh Sông Mẫu"
GROUPS: Final = {
    1: "Tổ 1 (thôn Đông, thôn Đoài)",
    2: "Tổ 2 (thôn Thượng)",
    3: "Tổ 3 (thôn Trung)",
    4: "Tổ 4 (thôn Nam)",
    5: "Tổ 5 (thôn Bắc)",
    6: "Tổ 6 (thôn Hạ, chợ Mẫu)",
}

_MEMBERS: Final[tuple[tuple[str, int, str], ...]] = (
    ("Vũ Đình Mẫu", 1, "Chủ tịch HĐND"),
    ("Lê Thị Ví Dụ", 2, "Phó Chủ tịch HĐND"),
    ("Đỗ Văn Thử", 3, "Trưởng Ban Kinh tế - Ngân sách"),
    ("Ngô Thị Nghiệm", 4, "Trưởng Ban Văn hóa - Xã hội"),
    ("Hoàng Văn Minh Họa", 5, "Chủ tịch UBND"),
    ("Trần Đức Mẫu Bình", 1, "Phó Trưởng Ban Kinh tế - Ngân sách"),
    ("Phạm Thị Mẫu Cúc", 6, "Phó Trưởng Ban Văn hóa - Xã hội"),
    ("Nguyễn Văn Mẫu An (thôn Đông)", 1, "Tổ trưởng Tổ 1"),
    ("Nguyễn Văn Mẫu An (thôn Hạ)", 6, "Tổ trưởng Tổ 6"),
    ("Đặng Thị Mẫu Ánh", 2, "Tổ trưởng Tổ 2"),
    ("Bùi Minh Mẫu Ân", 3, "Ủy viên Ban Kinh tế - Ngân sách"),
    ("Hồ Thị Thu Mẫu Đào", 4, "Ủy viên Ban Văn hóa - Xã hội"),
    ("Dương Quang Mẫu Đạt", 5, "Tổ trưởng Tổ 5"),
    ("Trần Thị Mẫu Êm", 1, ""),
    ("Lê Đức Mẫu Giang", 2, "Ủy viên Ban Kinh tế - Ngân sách"),
    ("Nguyễn Thị Minh Nguyệt Mẫu Hương Giang", 3, "Tổ trưởng Tổ 3"),
    ("Phạm Quang Mẫu Hòa", 4, "Tổ trưởng Tổ 4"),
    ("Vũ Minh Mẫu Khuê", 5, "Ủy viên Ban Văn hóa - Xã hội"),
    ("Đỗ Minh Mẫu Long", 6, "Trưởng Công an xã, Ủy viên UBND"),
    ("Ngô Văn Mẫu Minh", 1, "Ủy viên Ban Kinh tế - Ngân sách"),
    ("Hoàng Thị Thu Mẫu Oanh", 2, "Ủy viên Ban Văn hóa - Xã hội"),
    ("Đặng Văn Mẫu Phúc", 3, ""),
    ("Bùi Đức Mẫu Sơn", 4, ""),
    ("Dương Thị Mẫu Thủy", 5, "Thư ký kỳ họp"),
    ("Trần Quang Mẫu Ước", 6, ""),
    ("Hồ Văn Mẫu Vinh", 2, ""),
    ("Lê Thị Thu Mẫu Yến", 3, ""),
)

PIN: Final = "5283"


class DemoAccount(Struct, frozen=True):
    """Someone who signs in with a password. The passwords are no secret: they exist in the demo alone."""

    account: str
    password: str
    role: Role
    name: str
    member: str | None = None


CHAIR: Final = DemoAccount("chu-tich", "chu-toa-mau-2026", Role.CHAIR, "Vũ Đình Mẫu", "m01")
DEPUTY: Final = DemoAccount("pho-chu-tich", "pho-chu-tich-mau-2026", Role.CHAIR, "Lê Thị Ví Dụ", "m02")
CLERK: Final = DemoAccount("thu-ky", "thu-ky-mau-2026", Role.CLERK, "Phan Thị Mẫu Ghi")
CLERK_WHO_IS_A_DELEGATE: Final = DemoAccount("thu-ky-2", "thu-ky-hai-mau-2026", Role.CLERK, "Dương Thị Mẫu Thủy", "m24")
TECHNICIAN: Final = DemoAccount("ky-thuat", "ky-thuat-mau-2026", Role.TECHNICIAN, "Lý Văn Mẫu Dây")
AUDITOR: Final = DemoAccount("giam-sat", "giam-sat-mau-2026", Role.AUDITOR, "Mai Thị Mẫu Soi")
ACCOUNTS: Final = (CHAIR, DEPUTY, CLERK, CLERK_WHO_IS_A_DELEGATE, TECHNICIAN, AUDITOR)

PAIRING: Final = "270027"
"""The hall display's code, approved in advance."""


COMMITTEES: Final = ("Ban Kinh tế - Ngân sách", "Ban Văn hóa - Xã hội")
SEATS: Final = SeatMap(
    tuple(
        (*(f"{seat:02}" for seat in row[:4]), "", *(f"{seat:02}" for seat in row[4:]))
        for row in (range(1, 10), range(10, 19), range(19, 28))
    )
)
GUESTS: Final = (
    Guest("k01", "Mai Văn Mẫu Khách", "Chủ tịch", "Ủy ban Mặt trận Tổ quốc Việt Nam xã"),
    Guest("k02", "Lý Thị Mẫu Thôn", "Trưởng thôn", "Thôn Đông"),
)


def members() -> tuple[Member, ...]:
    """The delegates, m01 to m27, in the council's order; seats are numbered alike."""
    return tuple(
        Member(f"m{i:02}", name, GROUPS[group], f"{i:02}", office, position=i, committee=_committee(office))
        for i, (name, group, office) in enumerate(_MEMBERS, start=1)
    )


def _committee(office: str) -> str:
    return next((committee for committee in COMMITTEES if committee in office), "")


def card_of(member: str) -> str:
    """What the QR code on a member's card holds: long enough for the rule, and no secret."""
    return f"the-mau-khong-bao-mat-{member}"
