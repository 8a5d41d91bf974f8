"""What the recorder must know again after it has been killed: the open take, the last order, the answers given."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from recordings.adapters.durable import replace_file
from recordings.adapters.read_json import read_json, set_aside
from recordings.control import Answer
from recordings.recorder import Hand, Subject
from recordings.segments import TakeNote

ANSWERS: Final = 200
"""So many orders are known again by their id."""


class Cut(Struct, frozen=True):
    """The meeting became private at this moment; whether the archive has cut there is not known."""

    boot: str
    uptime_ms: int


class Settled(Struct, frozen=True):
    """The last private part (by its entry in the ledger) of which no picture is left."""

    ledger: str = ""
    seq: int = 0

    def before(self, ledger: str, seq: int) -> bool:
        """Whether that part is a later one."""
        return ledger != self.ledger or seq > self.seq


class Remembered(Struct, kw_only=True, omit_defaults=True):
    """The content of `recorder.json`."""

    take: TakeNote | None = None
    hand: Hand | None = None
    answers: list[Answer] = []
    cut: Cut | None = None
    """Pictures of the open take that are still to be taken away."""
    settled: Settled = Settled()
    unfinished: list[str] = []
    """Ledgers whose video is to be written."""


class Memory:
    """The file, read once and written whole at each change. Unreadable: it is set aside, and nothing is remembered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        found = read_json(path, Remembered)
        self.lost = found is None
        """There was no file, or it could not be used."""
        self.now = found or Remembered()
        if self.lost:
            with suppress(OSError):
                set_aside(path)

    def writing(self) -> Callable[[], None]:
        """What writes it as it is now; on disk when that returns. It may be called in another thread."""
        del self.now.answers[:-ANSWERS]
        content = msgspec.json.encode(self.now)
        return lambda: replace_file(self._path, content)

    @property
    def subject(self) -> Subject | None:
        """Of the open take."""
        return None if self.now.take is None else subject_of(self.now.take)

    def answered(self, order: str) -> Answer | None:
        """The answer that this order got before."""
        return next((answer for answer in self.now.answers if answer.id == order), None)


def subject_of(take: TakeNote) -> Subject:
    """What a take is of; one that was made outside any sitting has an empty one."""
    return Subject(take.ledger, take.sitting or None)
