"""Vietnamese names and words in Vietnamese order, and what a text on file may hold. Pure.

A list of people is in the order of the given name, then what stands in the middle, then the family name; each
syllable by the alphabet (a ă â b c d đ e ê …), and only then by its tone. What stands in brackets behind a name
("thôn Đông") tells namesakes apart and counts last.

Whatever goes on file is put into NFC first (`tidy`), so that two keyboards write one name. `unfit` finds what a
reader cannot see or would take for another letter. `as_meant` and `deceives` are for every text of every command.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE: Final = {letter: place for place, letter in enumerate(_ALPHABET, start=100)}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng, in the order of Vietnamese dictionaries; no mark comes first."""
_APART: Final = re.compile(r"^(.*?)\s*(?:\(([^()]*)\))?$", re.DOTALL)
_SPACES: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TOLD: Final = 80
"""Letters of a text that a message repeats."""

SyllableKey = tuple[tuple[int, ...], tuple[int, ...], str]
NameKey = tuple[tuple[SyllableKey, ...], ...]


def tidy(text: str) -> str:
    """NFC, with single spaces and none around; line breaks stay."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_SPACES.sub(" ", line).strip() for line in lines).strip()


def as_meant(text: str) -> str:
    """How any text comes in: NFC, and empty when there is nothing in it to see."""
    made = unicodedata.normalize("NFC", text)
    return made if any(_seen(letter) for letter in made) else ""


def _seen(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) not in _UNSEEN


def deceives(text: str) -> str | None:
    """Why no text at all may hold this, as `U+202E`: a control character, or one that turns the reading direction,
    by which a line would say one thing in the hall and another in the minutes. None when it is fine."""
    for letter in text:
        if letter in _TURNING or (letter not in "\t\n\r" and unicodedata.category(letter) in {"Cc", "Cs"}):
            return f"U+{ord(letter):04X}"
    return None


def same(text: str) -> str:
    """What two spellings of one name have in common: NFC, case and spaces told apart no more."""
    return tidy(text).casefold()


def unfit(text: str, *, lines: bool = False) -> str | None:
    """Why this text must not go on file, as `invisible U+200B` or `mixed a/а`; None when it is fine."""
    for letter in text:
        if letter == "\n" and lines:
            continue
        if unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}:
            return f"invisible U+{ord(letter):04X}"
    for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text)):
        scripts = {_script(letter) for letter in word}
        if len(scripts) > 1 or scripts & {"CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL"}:
            return f"look-alike {word[:_TOLD]}"
    return None


def collation(text: str) -> tuple[SyllableKey, ...]:
    """The key by which words are put in Vietnamese order, syllable by syllable."""
    return tuple(_syllable(word) for word in re.findall(r"\w+", text))


def by_given_name(name: str) -> NameKey:
    """The key by which a list of people is put in order."""
    found = _APART.match(tidy(name))
    whole, apart = (found.group(1), found.group(2) or "") if found else (name, "")
    words = collation(whole)
    return (words[-1:], words[1:-1], words[:1], collation(apart))


def in_order(names: Iterable[str]) -> list[str]:
    """Names as a Vietnamese list has them."""
    return sorted(names, key=lambda name: (by_given_name(name), name))


def _syllable(word: str) -> SyllableKey:
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", word).lower():
        base, tone = _without_tone(letter)
        letters.append(_PLACE.get(base, ord(base) if base < "a" else 1000 + ord(base)))
        tones.append(tone)
    return tuple(letters), tuple(t for t in tones if t), word


def _without_tone(letter: str) -> tuple[str, int]:
    """`ế` is (`ê`, sắc)."""
    parts = unicodedata.normalize("NFD", letter)
    tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
    base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return (base if len(base) == 1 else base[0]), tone


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0]
