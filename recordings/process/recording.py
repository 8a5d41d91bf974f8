"""The take that is open, if one is: opened when it is wanted, closed and ended when it is not."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recordings.adapters import clock
from recordings.process.memory import Cut
from recordings.process.parts import Parts
from recordings.process.take import OpenTake
from recordings.process.takes import new_take
from recordings.recorder import Archive, Eyes, Subject, reason_of
from recordings.reports import Report
from recordings.segments import TakeNote

AGAIN_SECONDS: Final = 1.0
log = logging.getLogger("recorder")


@dataclass(slots=True)
class Recording:
    """`do` says what the archive is to do now; it may be said again at every tick."""

    parts: Parts
    heard: Callable[[Report], None]
    ended: Callable[[TakeNote], None]
    take: OpenTake | None = None
    _subject: Subject | None = None
    _busy: "asyncio.Task[None] | None" = None
    """A take is being opened or ended: the disk is waited for."""

    def resume(self) -> bool:
        """Go on with the take that the last recorder of this folder left open; whether there is one."""
        note = self.parts.memory.now.take
        if note is None:
            return False
        self._subject = self.parts.memory.subject
        self.take = self._open(note)
        self.take.reason = "recorder-restarted"
        self.take.count_again()
        owed = self.parts.memory.now.cut
        if owed is not None and owed.boot == clock.boot():
            # It may be public again by now: what was filmed in private is taken away all the same.
            self.take.close(owed.uptime_ms, "recorder-restarted")
        return True

    @property
    def subject(self) -> Subject | None:
        """Of the take that is open, or being opened or ended."""
        return self._subject

    @property
    def closed(self) -> bool:
        """Nothing of it is open, and nothing is in it that may not be kept."""
        return self.take is None or self.take.closed

    @property
    def settled(self) -> bool:
        """Closed, and neither being opened nor ended."""
        return self._busy is None and self.closed

    def do(self, what: Archive, wanted: Subject | None, title: str, eyes: Eyes, private_from: int | None) -> None:
        """Have the archive run or close."""
        if self._busy is not None:
            if self._busy.done():
                self._busy.result()  # it failed of something that nobody foresaw: so does this process
            return
        if what is Archive.RUN:
            if self.take is not None:
                self.take.record()
            elif wanted is not None:
                self._subject = wanted
                self._busy = asyncio.create_task(self._begin(wanted, title))
        elif self.take is not None:
            self.take.close(private_from, reason_of(eyes))
        self._owe(private_from)

    def end(self) -> None:
        """The take is over, if it is closed."""
        if self._busy is None and self.take is not None and self.take.closed:
            self._busy = asyncio.create_task(self._end(self.take))

    def _owe(self, private_from: int | None) -> None:
        """Remember a cut from before it is made until it is; whoever kills us between the two changes nothing."""
        memory = self.parts.memory
        cut = None
        if self.take is not None and not self.take.closed and not self.take.recording:
            cut = memory.now.cut if private_from is None else Cut(clock.boot(), private_from)
        if cut != memory.now.cut:
            memory.now.cut = cut
            self.parts.disk_thread.submit(memory.writing())

    async def _begin(self, subject: Subject, title: str) -> None:
        memory = self.parts.memory
        try:
            note = memory.now.take  # made before, but the disk did not let us remember it
            if note is None or memory.subject != subject:
                note = await self.parts.on_disk(
                    lambda: new_take(self.parts.config, self.parts.layout, subject, title, clock.utc())
                )
            memory.now.take = note
            await self.parts.on_disk(memory.writing())
            self.take = self._open(note)
        except OSError as error:
            self._subject = None
            await self._wait_for_the_disk(error)
        finally:
            self._busy = None

    async def _end(self, take: OpenTake) -> None:
        memory = self.parts.memory
        memory.now.take = None
        memory.now.unfinished = sorted({*memory.now.unfinished, take.note.ledger})
        try:
            await self.parts.on_disk(memory.writing())
        except OSError as error:
            # Not remembered as ended: the next recorder would close it once more, which harms nothing.
            await self._wait_for_the_disk(error)
        self.take = self._subject = self._busy = None
        self.ended(take.note)

    async def _wait_for_the_disk(self, error: OSError) -> None:
        """A disk that refuses once does so ten times a second: ask it less often. Its state is told by `Space`."""
        log.error("the disk refuses: %s", error)
        await asyncio.sleep(AGAIN_SECONDS)

    def _open(self, note: TakeNote) -> OpenTake:
        config, layout = self.parts.config, self.parts.layout
        return OpenTake(note, layout.take(note.take), config.ports.archive, self.parts.launcher, self.heard)
