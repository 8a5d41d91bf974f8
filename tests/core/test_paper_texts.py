"""What stands in papers: secret labels, words looked for, two versions compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.paper_compare import Change, compare, lines_of
from appliance.core.paper_search import fold, small, snippet, words_of
from appliance.core.secret_label import in_title, on_page

LINES = st.lists(st.text("abđế 1", max_size=12), max_size=8)


@pytest.mark.parametrize(
    "title",
    [
        "Mật",
        "TỐI MẬT",
        "Báo cáo (Mật)",
        "Kế hoạch [tối mật] 2026",
        "Báo cáo - TUYỆT MẬT",
        "Tài liệu độ mật: Mật",
        "M Ậ T",
    ],
)
def test_a_title_with_a_secret_label_is_found_also_when_typed_with_loose_accents(title: str) -> None:
    assert in_title(title)
    assert in_title(unicodedata.normalize("NFD", title))


@pytest.mark.parametrize(
    "title",
    [
        "Báo cáo công tác bảo mật",
        "Quy chế bảo vệ bí mật nhà nước",
        "Nuôi ong lấy mật",
        "Mật độ xây dựng",
        "Mặt trận Tổ quốc",
    ],
)
def test_a_title_that_only_speaks_of_secrets_or_honey_is_none(title: str) -> None:
    assert not in_title(title)


@pytest.mark.parametrize(
    "page",
    [
        "UBND XÃ HỒNG MẪU\nMẬT\nBÁO CÁO",
        "UBND XÃ    TUYỆT MẬT\nBáo cáo",
        "Số: 01/BC-UBND\n[ TỐI MẬT ]\nBáo cáo",
        "Độ mật: Mật\nĐỘ MẬT: TỐI MẬT",
        "T Ố I  M Ậ T\nx",
    ],
)
def test_a_stamp_on_the_first_page_is_found(page: str) -> None:
    assert on_page(page)


@pytest.mark.parametrize(
    "page",
    [
        "Báo cáo về công tác bảo\nmật\ntrong năm",
        "QUY CHẾ BẢO MẬT THÔNG TIN",
        "QUY CHẾ VỀ BẢO\nMẬT\n",
        "sản lượng mật ong\n" * 30,
        "\n".join([*("x" for _ in range(60)), "MẬT"]),
    ],
)
def test_a_page_that_only_speaks_of_it_is_none(page: str) -> None:
    assert not on_page(page)


@given(st.text())
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    whole = unicodedata.normalize("NFC", text)
    assert len(fold(whole)) == len(small(whole)) == len(whole)


def test_folding_takes_off_all_that_vietnamese_puts_on() -> None:
    assert fold("Đề nghị Ủy ban nhân dân xã chỉ đạo quyết liệt") == "de nghi uy ban nhan dan xa chi dao quyet liet"


@given(st.text("aă đế-1 ", max_size=300), st.text("aă đế1 ", min_size=1, max_size=10))
def test_what_is_marked_is_what_was_asked_for(text: str, asked: str) -> None:
    words = words_of(asked)
    cut, marks = snippet(text, words)
    plain = [fold(word) for word in words]
    for start, end in marks:
        assert 0 <= start < end
        assert any(fold(cut[start:end]).startswith(word) for word in plain)


@given(st.lists(LINES, max_size=3), st.lists(LINES, max_size=3))
def test_a_comparison_holds_every_line_of_both_versions_once_and_in_order(
    old: list[list[str]], new: list[list[str]]
) -> None:
    before, after = ["\n".join(page) for page in old], ["\n".join(page) for page in new]
    found = compare("o", "n", before, after)
    told = [(line.page, line.line, line.text) for hunk in found.hunks for line in hunk.old]
    told_new = [(line.page, line.line, line.text) for hunk in found.hunks for line in hunk.new]
    assert told == [(x.page, x.line, x.text) for x in lines_of(before)]
    assert told_new == [(x.page, x.line, x.text) for x in lines_of(after)]
    for hunk in found.hunks:
        same = [x.text for x in hunk.old] == [x.text for x in hunk.new]
        assert (hunk.change is Change.SAME) == same
