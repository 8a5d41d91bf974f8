"""Looking for words in a text, with or without diacritics. Pure.

A text is *folded* letter by letter (ế → e, đ → d, capitals small), so a place in the folded text is the same place in
the text itself.
"""

import re
import unicodedata
from functools import cache
from typing import Final

MAX_WORDS: Final = 12
BEFORE, AFTER = 60, 180
_WORD: Final = re.compile(r"\w+")


def fold(text: str) -> str:
    """As many letters as before: without diacritics, small. `text` is in NFC."""
    return "".join(map(_folded, text))


def small(text: str) -> str:
    """As many letters as before: small, with their diacritics."""
    return "".join(c.lower()[0] for c in text)


def words_of(asked: str) -> tuple[str, ...]:
    """The words that are looked for, as they were typed."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", asked)))[:MAX_WORDS]


def snippet(text: str, words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What stands around the first place, as one line, and where in it the words are ([start, end) pairs)."""
    flat = re.sub(r"\s", " ", text)
    folded = fold(flat)
    asked = [re.escape(fold(word)) for word in words]
    if not asked:
        return flat[:AFTER], ()
    # The words one after another if they stand so anywhere, otherwise each by itself; the last may go on.
    together = re.compile(r"\b" + r"\W+".join(asked))
    apart = re.compile(r"\b(?:" + "|".join([*(rf"{word}\b" for word in asked[:-1]), asked[-1]]) + ")")
    looked = together if together.search(folded) else apart
    first = looked.search(folded)
    if first is None:
        return flat[:AFTER], ()
    start = _at_a_word(flat, max(0, first.start() - BEFORE))
    end = first.end() + AFTER
    marks = tuple((m.start() - start, m.end() - start) for m in looked.finditer(folded, start, min(end, len(folded))))
    return flat[start:end], marks


def _at_a_word(text: str, start: int) -> int:
    if start == 0:
        return 0
    space = text.find(" ", start, start + 20)
    return space + 1 if space >= 0 else start


@cache
def _folded(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()[0]
