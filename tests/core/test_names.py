"""Names in Vietnamese order, and what a text on file may hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.names import by_given_name, in_order, same, tidy, unfit

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
names = st.lists(st.text(VIETNAMESE, min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join)


def test_people_are_listed_by_given_name_then_middle_then_family() -> None:
    wanted = [
        "Lê An",
        "Nguyễn Văn An",
        "Trần Văn An",
        "Bùi Minh Ánh",
        "Lê Ăn",
        "Hồ Ân",
        "Trần Đức Bình",
        "Ngô Dung",
        "Lê Đào",
    ]
    assert in_order(reversed(wanted)) == wanted


def test_tones_are_in_the_order_of_vietnamese_dictionaries() -> None:
    assert in_order(["Mạ", "Má", "Mã", "Mả", "Mà", "Ma"]) == ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"]


def test_letters_come_before_tones() -> None:
    assert in_order(["Đạt", "Dũng", "Ước", "Ung", "Êm", "Em"]) == ["Dũng", "Đạt", "Em", "Êm", "Ung", "Ước"]


def test_a_village_in_brackets_tells_namesakes_apart_and_counts_last() -> None:
    assert in_order(["Lê An (thôn Hạ)", "Lê An (thôn Đông)", "Hồ An (thôn Nam)"]) == [
        "Hồ An (thôn Nam)",
        "Lê An (thôn Đông)",
        "Lê An (thôn Hạ)",
    ]


@given(names)
def test_the_form_of_unicode_makes_no_difference(name: str) -> None:
    assert by_given_name(unicodedata.normalize("NFD", name)) == by_given_name(name)
    assert same(unicodedata.normalize("NFD", name)) == same(name)
    assert unfit(unicodedata.normalize("NFD", name)) is None


@given(st.lists(names))
def test_the_order_never_depends_on_where_a_list_began(some: list[str]) -> None:
    assert in_order(some) == in_order(reversed(some)) == in_order(in_order(some))


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    "text",
    ["Nguy\u200bễn", "An\u202e", "\ufeffAn", "Nguyễn Vӑn An", "Аn", "Ｎguyễn", "Αnh", "An\x00", "Le\u00adAn"],
    ids=ascii,
)
def test_what_cannot_be_seen_or_only_looks_vietnamese_is_unfit(text: str) -> None:
    assert unfit(text) is not None


@pytest.mark.parametrize(
    "text", ["Trần Đức Mẫu Bình (thôn 3)", "Ban Kinh tế - Ngân sách", "Khóa II, 2026 – 2031", "<b>An</b>", ""]
)
def test_what_people_write_is_fit(text: str) -> None:
    assert unfit(text) is None
