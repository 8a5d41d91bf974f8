"""Codes, statuses and sentences are one list."""

import pytest

from appliance.core.refusals import Code, Refusal
from appliance.server.errors import FAULTS, STATUS, Answers, status
from appliance.server.words import LANGUAGES, Language, Words
from appliance.services.answers import Accepted
from tests.core.a_random_meeting import ROOT

WORDS = Words(ROOT / "web" / "src" / "words")


def test_every_code_has_a_status_and_nothing_else_has() -> None:
    assert set(STATUS) == set(Code)
    assert all(400 <= code < 600 for code in STATUS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_and_no_sentence_is_left_over(language: Language) -> None:
    assert set(WORDS.namespace(language, "refusal")) == {code.value for code in Code}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_a_whole_one(language: Language) -> None:
    for sentence in WORDS.namespace(language, "refusal").values():
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_nobody_is_spoken_to_as_a_friend() -> None:
    assert not [s for s in WORDS.namespace("vi", "refusal").values() if "bạn" in s.lower().split()]


def test_only_the_machines_own_troubles_are_faults() -> None:
    assert {code for code, found in STATUS.items() if found >= 500} == set(FAULTS)


def test_an_answer_over_the_wire_is_what_the_documentation_says() -> None:
    answers = Answers(WORDS)
    assert answers.json(Accepted(7), "vi") == b'{"accepted":true,"seq":7}'
    assert answers.json(Accepted(7, "p1"), "vi") == b'{"accepted":true,"seq":7,"poll":"p1"}'
    refused = answers.refused(Refusal(Code.POLL_NOT_OPEN, "closed"), "en")
    assert (refused.accepted, refused.refusal, refused.detail) == (False, "poll-not-open", "closed")
    assert refused.message == refused.messages.en
    assert (status(Accepted(7)), status(Refusal(Code.STORAGE_FAULT))) == (200, 503)
