"""The source under watch: by its count of pictures, never by whether its process lives."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from recordings.adapters import clock
from recordings.control import Problem, SourceState
from recordings.process.keeper import Call, Keeper
from recordings.process.launcher import Launcher
from recordings.reports import Report

OPENING: Final = 3
"""So many times `lost_after_seconds` a camera may take to open."""
FROZEN_AGAIN_SECONDS: Final = 30.0
"""Opening a camera anew costs pictures: a still one is not opened anew more often than this."""
_decode: Final = msgspec.json.Decoder(Report).decode


def frames_of(line: bytes) -> Report | None:
    """ffmpeg's -progress lines say `frame=17` among much else; a camera that is no ffmpeg writes Reports."""
    if line.startswith(b"{"):
        return _decode(line)
    return Report(frames=int(line[6:])) if line.startswith(b"frame=") else None


@dataclass(slots=True)
class Source:
    """The camera's process while it is wanted, and how its pictures come."""

    kind: str
    launcher: Launcher
    lost_after_seconds: float
    since: datetime | None = None
    """Pictures have come since."""
    problem: Problem | None = None
    frozen: bool = False
    no_sound: bool = False
    """The microphone was not there when the camera was opened."""
    keeper: Keeper = field(init=False)
    _frames: int = 0
    _moved_at: float = 0.0
    _opened_at: float = 0.0
    _thawed_at: float = -FROZEN_AGAIN_SECONDS

    def __post_init__(self) -> None:
        self.keeper = Keeper(
            "source", self.launcher, self._call, self._heard, self._ended, read=frames_of, silence_seconds=0
        )

    @property
    def moving(self) -> bool:
        """Pictures are coming."""
        return self.since is not None

    @property
    def state(self) -> SourceState:
        """For the screens."""
        return SourceState(kind=self.kind, running=self.moving, since=self.since)

    def keep(self) -> None:
        """Want pictures."""
        self.keeper.keep()

    def drop(self) -> None:
        """No picture more, in this instant."""
        self.keeper.leave(grace_seconds=0)
        self.since, self.problem, self.frozen, self.no_sound = None, None, False, False

    def look(self, now: float) -> None:
        """Kill it if it stands still: it is opened again at once."""
        if not self.keeper.running:
            return
        limit = self.lost_after_seconds * (1 if self._frames else OPENING)
        if now - max(self._moved_at, self._opened_at) > limit:
            self._lose()
            self._opened_at = now
            self.keeper.restart("no picture")
        elif self.frozen and now - self._thawed_at > FROZEN_AGAIN_SECONDS:
            self._thawed_at = self._opened_at = now
            self.keeper.restart("its picture stands still")

    def excuse(self, now: float) -> None:
        """It was we who did not look."""
        self._moved_at = now

    def _call(self) -> Call:
        self._frames = 0
        self._opened_at = asyncio.get_running_loop().time()
        return Call()

    def _heard(self, report: Report) -> None:
        if report.sound is not None:
            self.no_sound = not report.sound
        if report.frames is None or report.frames <= self._frames:
            return
        self._frames = report.frames
        self._moved_at = asyncio.get_running_loop().time()
        self.problem = None
        if self.since is None:
            self.since = clock.utc()

    def _ended(self, code: int) -> None:
        if self.keeper.wanted:
            self._lose()

    def _lose(self) -> None:
        # Lost is what was there; what does not come back when it is opened is not there.
        self.problem = Problem.SOURCE_LOST if self._frames else Problem.NO_SOURCE
        self.since = None
