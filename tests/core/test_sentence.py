"""The legal sentence, word for word as the chair reads it out (domain guide, chair's script)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.ballot_paper import Matter
from appliance.core.events import Tally
from appliance.core.sentence import legal_sentence, percent

WORDS = Path(__file__).parents[2] / "web" / "src" / "words"


def words(language: str) -> dict[str, str]:
    every = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    sentences: dict[str, str] = every["sentence"]
    return sentences


def tally(for_: int, against: int, abstain: int, not_pressed: int, n: int = 27) -> Tally:
    present = for_ + against + abstain + not_pressed
    return Tally(
        for_=for_,
        against=against,
        abstain=abstain,
        not_pressed=not_pressed,
        present=present,
        absent=n - present,
        n=n,
    )


def test_an_adopted_resolution_is_told_in_the_words_of_the_chairs_script() -> None:
    assert legal_sentence(tally(24, 1, 0, 0), True, Matter.RESOLUTION, words("vi")) == (
        "Kết quả: có 25/27 đại biểu có mặt; 24 đại biểu tán thành, bằng 88,89 % tổng số đại biểu HĐND; "
        "1 đại biểu không tán thành; 0 đại biểu không biểu quyết. "
        "Nghị quyết đã được Hội đồng nhân dân thông qua."
    )


def test_thirteen_of_twenty_five_present_is_told_as_not_adopted() -> None:
    assert legal_sentence(tally(13, 2, 0, 10), False, Matter.RESOLUTION, words("vi")) == (
        "Kết quả: có 25/27 đại biểu có mặt; 13 đại biểu tán thành, bằng 48,15 % tổng số đại biểu HĐND; "
        "2 đại biểu không tán thành; 10 đại biểu không biểu quyết. "
        "Nghị quyết không được Hội đồng nhân dân thông qua."
    )


def test_who_abstained_and_who_pressed_nothing_are_summed_as_not_voting() -> None:
    sentence = legal_sentence(tally(14, 2, 4, 5), True, Matter.OTHER, words("vi"))
    assert "; 9 đại biểu không biểu quyết. Nội dung đã được Hội đồng nhân dân thông qua." in sentence


def test_english_readers_get_the_same_numbers_with_a_decimal_point() -> None:
    assert legal_sentence(tally(24, 1, 0, 0), True, Matter.RESOLUTION, words("en")) == (
        "Result: 25 of 27 delegates present; 24 in favour, which is 88.89 % of all delegates of the "
        "People's Council; 1 against; 0 not voting. The People's Council has adopted the resolution."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("matter", list(Matter))
@pytest.mark.parametrize("adopted", [True, False])
def test_every_outcome_has_its_sentence_in_both_languages(language: str, matter: Matter, adopted: bool) -> None:
    sentence = legal_sentence(tally(14, 2, 4, 5), adopted, matter, words(language))
    other = legal_sentence(tally(14, 2, 4, 5), not adopted, matter, words(language))
    assert "{" not in sentence
    assert sentence != other


@pytest.mark.parametrize(
    ("part", "n", "told"),
    [
        (446, 473, "94,29"),
        (434, 473, "91,75"),
        (24, 27, "88,89"),
        (27, 27, "100,00"),
        (0, 27, "0,00"),
        (1, 800, "0,13"),
    ],
)
def test_a_per_cent_has_two_decimals_and_is_rounded_half_up(part: int, n: int, told: str) -> None:
    assert percent(part, n, ",") == told


@given(n=st.integers(1, 1000), data=st.data())
def test_a_per_cent_is_never_off_by_more_than_half_a_hundredth(n: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, n))
    hundredths = int(percent(part, n, ".").replace(".", ""))
    assert abs(hundredths * n - part * 10_000) * 2 <= n
