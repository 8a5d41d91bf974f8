"""Words, numbers and times of the public pages, as a Vietnamese or an English reader writes them."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
VIETNAM: Final = timezone(timedelta(hours=7))
"""One time zone, no summer time."""
_WEEKDAYS: Final = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class Texts:
    """One language: sentences of the `portal` namespace, and how things are written."""

    def __init__(self, folder: Path, language: Language) -> None:
        self.language = language
        words: Mapping[str, Any] = msgspec.json.decode((folder / f"{language}.json").read_bytes())
        self.portal: Mapping[str, str] = words["portal"]
        self.sentence: Mapping[str, str] = words["sentence"]

    def say(self, key: str, **values: object) -> str:
        """One sentence. Raises KeyError when the word files lack it."""
        return self.portal[key].format_map(values) if values else self.portal[key]

    def clock(self, when: datetime) -> str:
        """`08 giờ 30` or `08:30`."""
        return when.astimezone(VIETNAM).strftime("%H giờ %M" if self.language == "vi" else "%H:%M")

    @staticmethod
    def day(when: datetime) -> str:
        """`18/12/2026`."""
        return when.astimezone(VIETNAM).strftime("%d/%m/%Y")

    def weekday(self, when: datetime) -> str:
        """`Thứ Sáu, 18/12/2026`."""
        here = when.astimezone(VIETNAM)
        return f"{_WEEKDAYS[self.language][here.weekday()]}, {self.day(when)}"

    def length(self, seconds: float) -> str:
        """`3 giờ 10 phút`, `12 phút`, `40 giây`."""
        minutes, rest = divmod(round(seconds), 60)
        if minutes >= 60:
            return self.say("hours", hours=minutes // 60, minutes=minutes % 60)
        return self.say("minutes", minutes=minutes) if minutes else self.say("seconds", seconds=rest)

    def size(self, count: int) -> str:
        """`1,2 GB`, `35 MB`."""
        if count >= 10**9:
            return f"{count / 10**9:.1f} GB".replace(".", self.sentence["comma"])
        return f"{max(1, round(count / 10**6))} MB"


def position(seconds: float) -> str:
    """A place in a video: `1:02:05`, `2:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def folded(text: str) -> str:
    """For searching: small letters without marks, đ as d; `Họp Đảng` is found by `hop dang`."""
    return " ".join("".join(_plain(text)).split())


def days_in_words(when: datetime) -> str:
    """Every way in which a reader may type the day: `18/12/2026 18-12-2026 ngày 18 tháng 12 năm 2026`."""
    here = when.astimezone(VIETNAM)
    long = f"ngày {here.day} tháng {here.month} năm {here.year}"
    return f"{here:%d/%m/%Y} {here.day}/{here.month}/{here.year} {here:%d-%m-%Y} {here:%Y-%m-%d} {long}"


def _plain(text: str) -> Iterator[str]:
    for letter in unicodedata.normalize("NFD", text.lower()):
        if not unicodedata.combining(letter):
            yield "d" if letter == "đ" else letter
