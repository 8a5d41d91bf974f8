"""The Vietnamese wording that an election puts into the record: titles, thể lệ, the questions of its open votes.

It stands here and not in the word files because it is written into the ledger and printed on ballots: a record has
one language, and a later change of the words must not change what was voted on.
"""

from typing import Final

from appliance.core.ballot_marks import ElectionKind, Purpose, TellerPart
from appliance.core.state import Election

_K = ElectionKind
DECIDES: Final[dict[ElectionKind, str]] = {
    _K.ELECT: "bầu",
    _K.RELIEVE: "miễn nhiệm",
    _K.REMOVE: "bãi nhiệm",
    _K.RESIGN: "cho từ chức",
    _K.CEASE: "cho thôi làm nhiệm vụ đại biểu",
    _K.CONFIDENCE_VOTE: "bỏ phiếu tín nhiệm",
    _K.CONFIDENCE_RATING: "lấy phiếu tín nhiệm",
}
"""What the council does; followed by the office."""

BALLOT: Final[dict[ElectionKind, str]] = {
    _K.ELECT: "PHIẾU BẦU",
    _K.RELIEVE: "PHIẾU MIỄN NHIỆM",
    _K.REMOVE: "PHIẾU BÃI NHIỆM",
    _K.RESIGN: "PHIẾU QUYẾT ĐỊNH VIỆC TỪ CHỨC",
    _K.CEASE: "PHIẾU QUYẾT ĐỊNH VIỆC THÔI LÀM NHIỆM VỤ ĐẠI BIỂU",
    _K.CONFIDENCE_VOTE: "PHIẾU TÍN NHIỆM",
    _K.CONFIDENCE_RATING: "PHIẾU LẤY PHIẾU TÍN NHIỆM",
}
"""The heading of the paper."""

_PARTS: Final = {TellerPart.HEAD: "Trưởng ban", TellerPart.SECRETARY: "Thư ký", TellerPart.MEMBER: "Ủy viên"}
_INVALID: Final = (
    "Phiếu không hợp lệ là phiếu: không do Ban kiểm phiếu phát ra; không có dấu của Hội đồng nhân dân; ghi thêm tên "
    "người ngoài danh sách; đánh dấu cả các ô hoặc không đánh dấu ô nào ở tất cả các dòng; ký tên hoặc có dấu hiệu "
    "nhận biết người bỏ phiếu{too_many}. Nếu chỉ một dòng đánh dấu từ hai ô trở lên hoặc không đánh dấu thì dòng đó "
    "không hợp lệ, các dòng khác vẫn được tính."
)


def title(election: Election) -> str:
    """`Bầu Ủy viên Ủy ban nhân dân xã (vòng 2)`."""
    return titled(election.kind, election.office, election.round)


def titled(kind: ElectionKind, office: str, number: int) -> str:
    """The same from its parts."""
    first = DECIDES[kind]
    more = f" (vòng {number})" if number > 1 else ""
    return f"{first[0].upper()}{first[1:]} {office}{more}"


def house_rules(kind: ElectionKind, seats: int) -> str:
    """The thể lệ for which the council has written none of its own."""
    elect = kind is ElectionKind.ELECT
    boxes = (
        "Tín nhiệm cao, Tín nhiệm hoặc Tín nhiệm thấp"
        if kind is ElectionKind.CONFIDENCE_RATING
        else ("Tín nhiệm hoặc Không tín nhiệm" if kind is ElectionKind.CONFIDENCE_VOTE else "Đồng ý hoặc Không đồng ý")
    )
    most = f" Chọn không quá {seats} người." if elect else ""
    return (
        "Bỏ phiếu kín. Mỗi đại biểu có mặt nhận một phiếu do Ban kiểm phiếu phát, tự mình đánh dấu X vào một trong các "
        f"ô {boxes} ở dòng tên từng người và tự mình bỏ phiếu vào hòm phiếu.{most} Phiếu viết hỏng được đổi trước khi "
        "bỏ vào hòm. " + _INVALID.format(too_many=f"; chọn quá {seats} người" if elect else "")
    )


def question(election: Election, purpose: Purpose) -> str:
    """The question of the open vote that belongs to it."""
    about = title(election)
    about = about[0].lower() + about[1:]
    if purpose is Purpose.LIST:
        names = "; ".join(_named(person.name, person.about) for person in election.candidates)
        return _cut(f"Thông qua danh sách {about}, gồm: {names}.")
    if purpose is Purpose.TELLERS:
        names = "; ".join(f"{teller.name} ({_PARTS[teller.part]})" for teller in election.tellers)
        return _cut(f"Thông qua Ban kiểm phiếu {about}, gồm {len(election.tellers)} thành viên: {names}.")
    chosen = election.result.chosen if election.result is not None else ()
    by_id = {person.candidate: person for person in election.candidates}
    names = "; ".join(_named(by_id[name].name, by_id[name].about) for name in chosen)
    told = f": {names}." if names else "."
    return _cut(f"Thông qua Nghị quyết xác nhận kết quả {about}{told}")


def _named(name: str, about: str) -> str:
    return f"{name} ({about})" if about else name


def _cut(text: str) -> str:
    """A question has 2000 characters at most; the list itself is in the election."""
    return text if len(text) <= 2000 else text[:1999] + "…"
