"""The label of a state secret (Mật, Tối mật, Tuyệt mật): a paper that bears one never comes onto this machine.

The label stands alone: as a stamp, in brackets, behind *độ mật*. Words that merely contain it (*bí mật*, *bảo mật*) are
none. Only text can be read: a label in a scanned picture is not found, and the clerk's own look stays the rule.
"""

import re
import unicodedata
from typing import Final

_LABELS: Final = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT"})
_DEGREE: Final = re.compile(r"\b(?:TỐI\s+MẬT|TUYỆT\s+MẬT)\b|ĐỘ\s+(?:BẢO\s+)?MẬT\s*[:\-–]\s*(?:MẬT|TỐI|TUYỆT)\b")
_BRACKETED: Final = re.compile(r"[(\[]\s*(?:độ\s+)?(?:tối\s+|tuyệt\s+)?mật\s*[)\]]", re.IGNORECASE)
_STAMP: Final = re.compile(r"(?:^|\s{2,}|\t)(?:MẬT|TỐI MẬT|TUYỆT MẬT)(?=$|\s{2,}|\t)")
_SPACES_AND_FRAMES: Final = re.compile(r"[\s\-–—_*|.\[\](){}<>«»\"'“”:]+")
_COMPOUND: Final = re.compile(r"(?:bí|bảo|cơ|mật|thân|ong)$", re.IGNORECASE)
FIRST_LINES: Final = 40
"""The stamp stands at the top of the first page, beside or under the number."""


def in_title(title: str) -> bool:
    """Whether a title or a file's name says that the paper is secret."""
    text = unicodedata.normalize("NFC", title)
    return _alone(text) or bool(_DEGREE.search(text.upper())) or bool(_BRACKETED.search(text))


def on_page(text: str) -> bool:
    """Whether the first page bears a label."""
    before = ""
    for line in unicodedata.normalize("NFC", text).splitlines()[:FIRST_LINES]:
        if _BRACKETED.fullmatch(line.strip()) or _DEGREE.search(line):
            return True
        if _alone(line):
            # The end of a sentence or a heading, broken before its last word, is no stamp.
            found = line != line.lower() and not _COMPOUND.search(before.strip())
        else:
            found = bool(_STAMP.search(line))
        if found:
            return True
        before = line or before
    return False


def _alone(line: str) -> bool:
    """Whether nothing but a label stands here, also when its letters are spaced out."""
    return _SPACES_AND_FRAMES.sub("", line).upper() in _LABELS
