"""The printed minutes: official layout, both languages, and the numbers of the ledger."""

import random
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from msgspec.structs import replace

from appliance.adapters.memory import ManualClock, MemoryLedger
from appliance.adapters.memory_registry import MemoryRegistry
from appliance.core import commands as c
from appliance.core import minutes as m
from appliance.core.ballot_paper import Choice, DocumentRef, Method, Subject
from appliance.core.people import Actor, Role
from appliance.server.minutes_page import MinutesDesk, register
from appliance.server.minutes_text import HALL_TIME, MinutesText, body_lines, where
from appliance.server.words import Language, Words
from appliance.services.on_file import Absence, Account, OnFile
from appliance.services.registry import Registry
from tests.core.a_random_meeting import CHAIR, CLERK, PROFILE, ROOT, RandomMeeting
from tests.house import House, convene

WORDS = Words(ROOT / "web" / "src" / "words")


def desk_of(store: MemoryLedger, *, demo: bool = False, reasons: dict[str, str] | None = None) -> MinutesDesk:
    noted = datetime(2027, 1, 1, tzinfo=UTC)
    clerk = Account(id="clerk", name="Trần Thị Thư Ký", role=Role.CLERK, password_hash="")
    ledger = store.head().ledger
    absences = {m: Absence(m, m, why, noted, ledger, "s1") for m, why in (reasons or {}).items()}
    on_file = OnFile(accounts={"clerk": clerk}, absences=absences)
    return MinutesDesk(store, Registry(MemoryRegistry(on_file), PROFILE, ManualClock()), WORDS, demo)


def printed(meeting: RandomMeeting, language: Language = "vi", **more: object) -> str:
    desk = desk_of(meeting.store, **more)  # type: ignore[arg-type]
    return text_of(desk.sheet(desk.minutes(None), language))


def text_of(html: str) -> str:
    """What a reader sees, on one line."""
    bare = re.sub(r"<[^>]+>", " ", html.split("<body>")[1])
    bare = bare.replace("&#39;", "'").replace("&amp;", "&")
    return re.sub(r"\s+", " ", bare)


def a_vote(*, present: int, yes: int, no: int, abstain: int, n: int = 27) -> RandomMeeting:
    """One announced poll with these numbers."""
    meeting = RandomMeeting(random.Random(1), n)
    meeting.play(0)
    for member in meeting.members[:present]:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.MarkAbsent, CLERK, member=meeting.members[-1], excused=True)
    meeting.give(c.StartItem, CHAIR, item="i1")
    document = DocumentRef(title="Dự thảo số 1", sha256="ab" * 32)
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Về dự toán năm 2027", poll="p1", document=document)
    meeting.give(c.OpenPoll, CHAIR, poll="p1")
    choices = [Choice.FOR] * yes + [Choice.AGAINST] * no + [Choice.ABSTAIN] * abstain
    for member, choice in zip(meeting.members, choices, strict=False):
        meeting.give(c.CastBallot, Actor(role=Role.DELEGATE, person=member, member=member), poll="p1", choice=choice)
    meeting.clock.advance(90)
    meeting.give(c.ClosePoll, CHAIR, poll="p1")
    meeting.give(c.ConfirmPoll, CLERK, poll="p1")
    meeting.give(c.ConfirmPoll, CHAIR, poll="p1")
    meeting.give(c.AnnouncePoll, CHAIR, poll="p1")
    return meeting


def test_the_page_has_the_blocks_of_the_official_layout_in_their_order() -> None:
    page = printed(a_vote(present=25, yes=24, no=1, abstain=0))
    blocks = [
        "HỘI ĐỒNG NHÂN DÂN", "XÃ THỬ", "Số: /BB-HĐND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "DỰ THẢO", "BIÊN BẢN", "Thời gian bắt đầu: 08 giờ 00, ngày 18/12/2026", "Thành phần tham dự",
        "Nội dung (theo diễn biến)", "Danh mục nghị quyết được thông qua", "THƯ KÝ", "CHỦ TỌA", "Phụ lục 1",
    ]  # fmt: skip
    places = [page.index(block) for block in blocks]
    assert places == sorted(places)


def test_thirteen_of_twenty_five_present_is_printed_as_not_adopted_with_each_number() -> None:
    page = printed(a_vote(present=25, yes=13, no=2, abstain=3))
    assert "Tổng số đại biểu HĐND: 27; có mặt: 25; vắng mặt: 2 (có lý do: 1; không có lý do: 0" in page
    assert "cần tối thiểu 14/27" in page
    rows = [
        "Tổng số đại biểu HĐND 27", "Có mặt khi mở biểu quyết 25", "Vắng mặt 2", "Tham gia biểu quyết 18",
        "Tán thành 13 48,15 %", "Không tán thành 2 7,41 %", "Không biểu quyết 10 37,04 %",
        "chọn không biểu quyết 3", "có mặt, không bấm 7",
    ]  # fmt: skip
    for row in rows:
        assert row in page
    assert "Nghị quyết không được Hội đồng nhân dân thông qua." in page
    assert "KHÔNG THÔNG QUA" in page
    assert "chưa có nghị quyết nào được thông qua" in page


def test_an_adopted_resolution_is_printed_with_its_sentence_document_and_entry_numbers() -> None:
    meeting = a_vote(present=25, yes=24, no=1, abstain=0)
    page = printed(meeting)
    assert (
        "Kết quả: có 25/27 đại biểu có mặt; 24 đại biểu tán thành, bằng 88,89 % tổng số đại biểu HĐND; "
        "1 đại biểu không tán thành; 0 đại biểu không biểu quyết. "
        "Nghị quyết đã được Hội đồng nhân dân thông qua."
    ) in page
    assert f"Dự thảo số 1; mã SHA-256: {'ab' * 32}" in page
    assert "Về dự toán năm 2027 (24/27 đại biểu tán thành; lượt biểu quyết số 1)" in page
    last = next(s.entry.seq for s in reversed(meeting.store.entries) if s.entry.receipt is not None)
    assert f"công bố ở mục {last}" in page
    assert meeting.store.head().hash in page


def test_the_numbers_are_the_same_for_a_reader_of_english() -> None:
    page = printed(a_vote(present=25, yes=24, no=1, abstain=0), "en")
    assert "In favour 24 88.89 %" in page
    assert "The People's Council has adopted the resolution." in page
    assert "the Vietnamese text is the one that is signed" in page


def test_who_is_absent_is_named_with_the_reason_on_file() -> None:
    page = printed(a_vote(present=25, yes=24, no=1, abstain=0), reasons={"m26": "đi công tác"})
    assert "Đại biểu 26: vắng có lý do (đi công tác)" in page
    assert "Đại biểu 25: vắng, chưa ghi nhận lý do" in page
    assert "Thư ký: Trần Thị Thư Ký" in page


def test_a_reason_is_printed_with_the_sitting_that_it_was_noted_for_and_no_other() -> None:
    meeting = a_vote(present=25, yes=24, no=1, abstain=0)
    meeting.give(c.CloseSitting, CHAIR)
    meeting.give(c.OpenSitting, CHAIR)
    meeting.give(c.MarkAbsent, CLERK, member="m26", excused=True)
    page = printed(meeting, reasons={"m26": "đi công tác"})
    assert page.count("Đại biểu 26: vắng có lý do") == 2
    assert page.count("Đại biểu 26: vắng có lý do (đi công tác)") == 1


def test_an_entry_that_lapsed_and_what_the_chair_did_to_the_clock_are_in_the_minutes() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1", seconds=60)
    meeting.give(c.OpenPoll, CHAIR, poll="p1")
    for member in ("m01", "m02", "m03"):
        meeting.give(c.EnterForMember, CLERK, poll="p1", member=member, choice=Choice.FOR, reason="hộp hỏng")
    meeting.give(c.ConfirmEntry, CHAIR, poll="p1", member="m02")
    meeting.give(c.RejectEntry, CHAIR, poll="p1", member="m03")
    meeting.give(c.HoldPoll, CHAIR, poll="p1")
    meeting.give(c.ResumePoll, CHAIR, poll="p1")
    meeting.give(c.SetDeadline, CHAIR, poll="p1", seconds=90)
    assert "không được xác nhận" not in printed(meeting)
    meeting.give(c.ClosePoll, CHAIR, poll="p1")
    page = printed(meeting)
    assert re.search(r"không được xác nhận [^.]*, không tính: Đại biểu 1 \(08 giờ 00\)", page)
    assert page.count("không được xác nhận") == 1
    assert "chủ tọa xác nhận: Đại biểu 2" in page
    assert "Chủ tọa tạm dừng biểu quyết lúc 08 giờ 00." in page
    assert "Chủ tọa cho biểu quyết tiếp lúc 08 giờ 00." in page
    assert "còn 90 giây, lúc 08 giờ 00" in page


def test_who_did_not_take_part_in_a_vote_by_hands_raised_none_and_votes_go_by_number() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.StartItem, CHAIR, item="i1")
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1", method=Method.HANDS)
    meeting.give(c.OpenPoll, CHAIR, poll="p1")
    meeting.give(c.EnterCounts, CLERK, poll="p1", for_=3, against=0, abstain=0)
    for step, actor in ((c.ClosePoll, CHAIR), (c.ConfirmPoll, CLERK), (c.ConfirmPoll, CHAIR), (c.AnnouncePoll, CHAIR)):
        meeting.give(step, actor, poll="p1")
    meeting.give(c.RepeatPoll, CHAIR, poll="p1", reason="đếm lại", new_poll="p2")
    meeting.give(c.OpenPoll, CHAIR, poll="p2")
    page = printed(meeting)
    assert "có mặt, không giơ tay 2" in page
    assert "không bấm" not in page
    assert "Biểu quyết lại nội dung của lượt biểu quyết số 1. Lý do: đếm lại." in page
    assert "đã được biểu quyết lại (lượt biểu quyết số 2)" in page
    assert not re.search(r"\bp[12]\b", page)


def test_each_item_of_a_bloc_has_its_own_record_with_the_numbers() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.StartItem, CHAIR, item="i1")
    bloc = (Subject(item="i2", question="Hai"),)
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Một", poll="p1", bloc=bloc)
    meeting.give(c.OpenPoll, CHAIR, poll="p1")
    for step, actor in ((c.ClosePoll, CHAIR), (c.ConfirmPoll, CLERK), (c.ConfirmPoll, CHAIR), (c.AnnouncePoll, CHAIR)):
        meeting.give(step, actor, poll="p1")
    page = printed(meeting)
    assert page.count("Tổng số đại biểu HĐND 5") == 2
    first, second = page.index("(biểu quyết gộp, phần 1/2)"), page.index("(biểu quyết gộp, phần 2/2)")
    assert first < page.index("2. Nội dung 2 Biểu quyết trong khi kỳ họp đang ở nội dung số 1.") < second


def test_a_meeting_that_is_over_says_so_and_stays_a_draft_and_one_not_opened_has_no_beginning() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.give(c.ConveneMeeting, CLERK, title="Kỳ họp thử")
    assert "Thời gian bắt đầu: ……" in printed(meeting)
    meeting.clock.advance(3600)
    meeting.give(c.OpenSitting, CHAIR)
    meeting.give(c.CloseSitting, CHAIR)
    meeting.clock.advance(3600)
    meeting.give(c.CloseMeeting, CHAIR)
    page = printed(meeting)
    assert "DỰ THẢO Kỳ họp đã bế mạc lúc 10 giờ 00, ngày 18/12/2026." in page
    assert "Thời gian bắt đầu: 09 giờ 00, ngày 18/12/2026." in page


def test_sample_data_is_called_sample_data_and_real_data_is_not() -> None:
    meeting = a_vote(present=25, yes=24, no=1, abstain=0)
    assert "DỮ LIỆU MẪU – HƯ CẤU" in printed(meeting, demo=True)
    assert "DỮ LIỆU MẪU" not in printed(meeting)


def test_a_time_from_a_clock_that_was_changed_is_marked() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    assert "*" not in printed(meeting)
    meeting.clock.step(7200)
    meeting.give(c.StartItem, CHAIR, item="i1")
    page = printed(meeting)
    assert "Bắt đầu lúc 10 giờ 00*." in page
    assert "Giờ đánh dấu sao là giờ không chắc chắn" in page


def test_a_question_that_looks_like_markup_is_printed_as_it_was_asked() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    meeting.give(c.AddItem, CLERK, item="i9", number="9", title="<script>alert(1)</script>")
    meeting.give(c.StartItem, CHAIR, item="i9")
    desk = desk_of(meeting.store)
    assert "<script>" not in desk.sheet(desk.minutes(None), "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_happened_in_a_meeting_can_be_printed_in_both_languages(seed: int, language: Language) -> None:
    meeting = RandomMeeting(random.Random(seed), 6)
    meeting.play(70)
    page = printed(meeting, language)
    assert "{" not in page
    for poll in desk_of(meeting.store).minutes(None).polls:  # type: ignore[union-attr]
        legal = MinutesText(WORDS, language).legal(poll)
        assert legal in page
        assert bool(legal) == (poll.tally is not None)


def test_before_a_meeting_the_page_says_that_there_are_no_minutes() -> None:
    desk = desk_of(MemoryLedger())
    assert desk.minutes(None) is None
    assert "chưa có biên bản" in text_of(desk.sheet(None, "vi"))


@pytest.mark.parametrize(
    ("council", "lines", "place"),
    [
        ("Hội đồng nhân dân xã Hồng Mẫu", ("HỘI ĐỒNG NHÂN DÂN", "XÃ HỒNG MẪU"), "Hồng Mẫu"),
        ("HỘI ĐỒNG NHÂN DÂN ĐẶC KHU MẪU", ("HỘI ĐỒNG NHÂN DÂN", "ĐẶC KHU MẪU"), "MẪU"),
        ("Hội đồng nhân dân phường Mẫu, tỉnh Sông Mẫu", ("HỘI ĐỒNG NHÂN DÂN", "PHƯỜNG MẪU, TỈNH SÔNG MẪU"), "Mẫu"),
    ],
)
def test_the_head_of_the_page_is_made_from_the_councils_name(council: str, lines: tuple[str, str], place: str) -> None:
    assert (body_lines(council), where(council)) == (lines, place)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ((2027, 2, 5), "ngày 05 tháng 02 năm 2027"),
        ((2026, 12, 18), "ngày 18 tháng 12 năm 2026"),
        ((2027, 3, 9), "ngày 09 tháng 3 năm 2027"),
    ],
)
def test_a_date_has_a_leading_zero_only_where_the_layout_wants_one(day: tuple[int, int, int], told: str) -> None:
    meeting = a_vote(present=25, yes=24, no=1, abstain=0)
    desk = desk_of(meeting.store)
    minutes = desk.minutes(None)
    assert minutes is not None
    closed = m.When(datetime(*day, 10, tzinfo=HALL_TIME).astimezone(UTC), 99)
    assert MinutesText(WORDS, "vi").place_date(replace(minutes, closed=closed)).endswith(told)


def test_the_minutes_of_an_earlier_meeting_can_still_be_asked_for() -> None:
    meeting = a_vote(present=25, yes=24, no=1, abstain=0)
    app = Flask(__name__)
    register(app, desk_of(meeting.store), lambda call: call())
    client = app.test_client()
    assert client.get(f"/minutes?ledger={meeting.store.head().ledger}").status_code == 200
    assert client.get("/minutes?ledger=unknown").status_code == 404
    with client.get("/minutes.css") as style:
        assert style.mimetype == "text/css"
        assert "size: A4" in style.get_data(as_text=True)


@pytest.mark.parametrize(("language", "told"), [("vi", "Phát biểu:"), ("en", "Spoke:")])
def test_who_spoke_is_printed_with_the_item(language: Language, told: str) -> None:
    meeting = a_vote(present=20, yes=20, no=0, abstain=0)
    meeting.give(c.GiveFloor, CHAIR, member="m02")
    meeting.give(c.GiveFloor, CHAIR, guest="Bà Khách Mời (cử tri)")
    meeting.give(c.EndFloor, CHAIR)
    page = printed(meeting, language)
    assert page.index("Đại biểu 2 (", page.index(told)) < page.index("Bà Khách Mời (cử tri) (")


def test_a_speech_in_a_continued_item_has_its_private_part_beside_it() -> None:
    meeting = a_vote(present=20, yes=20, no=0, abstain=0)
    meeting.give(c.CloseSitting, CHAIR)
    meeting.give(c.OpenSitting, CHAIR)
    meeting.give(c.GiveFloor, CHAIR, guest="Bà Khách Mời")
    meeting.give(c.GoPrivate, CHAIR)
    page = printed(meeting)
    assert page.index("Bà Khách Mời") > page.index("Họp kín") > page.index("(tiếp theo)")


def test_what_was_only_rehearsed_says_so_across_every_page() -> None:
    house = House.of()
    house.chamber.rehearsal = True
    desk = desk_of(convene(house).memory)
    assert "KHÔNG PHẢI BIÊN BẢN CỦA KỲ HỌP" in desk.sheet(desk.minutes(None), "vi")
    real = desk_of(convene(House.of()).memory)
    assert "DIỄN TẬP" not in real.sheet(real.minutes(None), "vi")
