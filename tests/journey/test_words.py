"""The word files, and the built screens as an old tablet reads them."""

import re
from collections.abc import Iterator
from string import Formatter

from tests.demo.running import ROOT
from tests.journey.pages import words


def sentences(part: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence with its dotted key."""
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from sentences(inner, f"{key}.{name}" if key else name)
    else:
        yield key, str(part)


def places(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    vietnamese, english = dict(sentences(words("vi"))), dict(sentences(words("en")))
    assert vietnamese.keys() == english.keys()
    different = {key for key in vietnamese if places(vietnamese[key]) != places(english[key])}
    assert not different


def test_no_sentence_addresses_a_delegate_as_ban() -> None:
    for key, sentence in sentences(words("vi")):
        assert not re.search(r"\bbạn\b", sentence, re.IGNORECASE), key


def test_the_styles_hold_nothing_that_the_oldest_tablet_drops() -> None:
    """Chrome 87 throws away a whole rule for one selector that it doesn't know. The demo is for visitors."""
    sheets = [sheet for sheet in (ROOT / "web/dist").glob("*.css") if not sheet.name.startswith("demo")]
    assert sheets, "build the screens first: make web"
    for sheet in sheets:
        assert not re.search(r":where\(|:is\(|:has\(|@layer|@container", sheet.read_text(encoding="utf-8")), sheet.name
