"""The recorder's heart: ten times a second, and whenever something is heard, look, decide, and have it so."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from recordings.adapters import clock
from recordings.adapters.notify import Notify
from recordings.adapters.standing_file import StandingFile
from recordings.control import FromRecorder, RecorderState
from recordings.disk import Duty
from recordings.process.clock_watch import ClockWatch
from recordings.process.desk import Desk
from recordings.process.finishing import Finishing, Job
from recordings.process.knowledge import Knowledge
from recordings.process.looking import Looking
from recordings.process.parts import Parts
from recordings.process.recording import Recording
from recordings.process.showing import Showing
from recordings.process.source import Source
from recordings.process.space import Space
from recordings.process.state import Told, state_of
from recordings.recorder import Eyes, RecorderStage, Situation, Step, Subject, step, wanted
from recordings.reports import Report
from recordings.segments import TakeNote

TICK_SECONDS: Final = 0.1
LATE_SECONDS: Final = 1.0
"""A tick that comes so late was ours to miss: no child is blamed for its silence."""
SAID_EVERY_SECONDS: Final = 1.0
"""Numbers that only grow are told so often; all else at once."""
ENDING_SECONDS: Final = 12.0
log = logging.getLogger("recorder")


@dataclass(slots=True)
class Loop:
    """All parts of a recorder, fitted and run."""

    parts: Parts
    notify: Notify
    stage: RecorderStage = RecorderStage.IDLE
    knowledge: Knowledge = field(init=False)
    source: Source = field(init=False)
    showing: Showing = field(init=False)
    recording: Recording = field(init=False)
    finishing: Finishing = field(init=False)
    desk: Desk = field(init=False)
    space: Space = field(init=False)
    clocks: ClockWatch = field(default_factory=ClockWatch)
    looking: Looking = field(default_factory=Looking)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: bool = False
    _ticked_at: float = 0.0
    _each_second: float = 0.0
    _said: RecorderState | None = None
    _said_at: float = 0.0
    _alive_at: float = 0.0

    def __post_init__(self) -> None:
        config, launcher = self.parts.config, self.parts.launcher
        now = asyncio.get_running_loop().time()
        self.knowledge = Knowledge(StandingFile(config.standing), config.unknown_after_seconds, away_since=now)
        self.knowledge.settled = self.parts.memory.now.settled
        self.source = Source(config.source, launcher, config.lost_after_seconds)
        self.showing = Showing(config, launcher, self._frozen)
        self.recording = Recording(self.parts, self._archive_says, self._take_ended)
        self.space = Space(config)
        self.finishing = Finishing(launcher, self._published, self._finished)
        self.desk = Desk(
            self.parts,
            self.knowledge,
            self.finishing,
            wanted=self._wanted,
            full=lambda: not self.space.may(Duty.ARCHIVE),
            look=lambda: self.looking.ask(asyncio.get_running_loop().time()),
            wake=self._wake.set,
            state=lambda: FromRecorder(state=self._state()),
        )

    async def run(self) -> None:
        """Record, until told to stop. What fails here ends the process; systemd starts it again."""
        self.showing.clear()
        self.space.look(None)
        if self.recording.resume():
            self.stage = RecorderStage.STARTING
        self._tick()  # pictures first: all else can wait
        await self.desk.open()
        self.showing.start()
        for ledger in self.parts.memory.now.unfinished:
            self.finishing.want(("finish", ("--ledger", ledger)))
        self.notify.tell("READY=1")
        while not self._ending:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK_SECONDS)
            self._wake.clear()
            self._tick()
        await self._end()

    def stop(self) -> None:
        """End: the take stays open, and the next recorder goes on with it."""
        self._ending = True
        self._wake.set()

    def _tick(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._ticked_at and now - self._ticked_at > LATE_SECONDS:
            self._excuse(now)
        self._ticked_at = now
        self.knowledge.look(now)
        self.looking.look(now, self.stage, self.knowledge.eyes)
        self._look_after(now)
        self._do(step(self._situation()))
        self._settle()
        self._tell(now)

    def _situation(self) -> Situation:
        take = self.recording.take
        return Situation(
            stage=self.stage,
            eyes=self.knowledge.eyes,
            wanted=self._wanted(),
            take=self.recording.subject,
            closed=self.recording.closed,
            on_disk=take is not None and take.writing and self.source.moving,
            disk_full=take is not None and take.disk_full,
            looking=self.looking.on,
        )

    def _wanted(self) -> Subject | None:
        hand = self.parts.memory.now.hand
        return wanted(self.knowledge.subject, hand, self.recording.subject, self.parts.config.start_with_sitting)

    def _do(self, done: Step) -> None:
        """Dropping comes first: of what is private not one picture more."""
        if not done.source:
            self.source.drop()
        self.showing.tell(done.show, done.preview)
        standing = self.knowledge.standing
        self.recording.do(
            done.archive,
            self._wanted(),
            "" if standing is None else standing.title,
            self.knowledge.eyes,
            self.knowledge.private_from,
        )
        if done.source:
            self.source.keep()
        if done.stage is not self.stage:
            log.info("%s -> %s", self.stage, done.stage)
            self.stage = done.stage
            self._wake.set()
            self.notify.tell(f"STATUS={done.stage}")
        if self.stage is RecorderStage.STOPPING:
            self.recording.end()

    def _settle(self) -> None:
        """What was filmed of a private part is gone: that part need not be looked at again, by no later recorder."""
        clean = self.knowledge.eyes is Eyes.PRIVATE and self.recording.settled
        if clean and self.knowledge.settle():
            memory = self.parts.memory
            memory.now.settled = self.knowledge.settled
            self.parts.disk_thread.submit(memory.writing())
            self._wake.set()

    def _look_after(self, now: float) -> None:
        self.source.look(now)
        if self.recording.take is not None:
            self.recording.take.look(now, pictures_come=self.source.moving)
        self.showing.look(now, self.source.moving, self.space.may(Duty.LIVE))
        self.finishing.look(now)
        if now - self._each_second >= 1.0:
            self._each_second = now
            take = self.recording.take
            self.space.look(None if take is None else take.tally)
        self.clocks.look(now)
        watchdog = self.notify.watchdog_seconds
        if watchdog is not None and now - self._alive_at >= watchdog / 3:
            self._alive_at = now
            self.notify.tell("WATCHDOG=1")

    def _tell(self, now: float) -> None:
        state = self._state()
        if state == self._said:
            return
        if now - self._said_at < SAID_EVERY_SECONDS and self._said is not None and _alike(state, self._said):
            return
        self._said, self._said_at = state, now
        self.desk.server.say(FromRecorder(state=state))

    def _state(self) -> RecorderState:
        parts = Told(
            self.stage, self.knowledge, self.source, self.showing, self.recording, self.finishing, self.space,
            self.clocks, self.looking,
        )  # fmt: skip
        return state_of(parts, asyncio.get_running_loop().time())

    def _excuse(self, now: float) -> None:
        log.warning("nothing was looked at for %.1f s", now - self._ticked_at)
        self.source.excuse(now)
        self.showing.excuse(now)
        if self.recording.take is not None:
            self.recording.take.excuse(now)

    def _archive_says(self, report: Report) -> None:
        if report.head is not None:
            self.desk.head(report.head)
        if report.opened is not None or report.disk_full is not None:
            self._wake.set()

    def _frozen(self, frozen: bool) -> None:
        self.source.frozen = frozen and self.source.moving

    def _take_ended(self, note: TakeNote) -> None:
        log.info("take %s has ended at %s", note.take, clock.utc())
        self.finishing.want(("finish", ("--ledger", note.ledger)))
        self._wake.set()

    def _published(self, ledger: str) -> None:
        self.desk.published(ledger)

    def _finished(self, job: Job) -> None:
        memory = self.parts.memory
        if job[0] == "finish" and job[1][1] in memory.now.unfinished:
            memory.now.unfinished.remove(job[1][1])
            self.parts.disk_thread.submit(memory.writing())

    async def _end(self) -> None:
        self.notify.tell("STOPPING=1")
        self.source.drop()
        self.finishing.stop()
        self.showing.stop()
        take = self.recording.take
        if take is not None:
            take.close(self.knowledge.private_from, "recorder-restarted")
        until = asyncio.get_running_loop().time() + ENDING_SECONDS
        while asyncio.get_running_loop().time() < until and (
            self.showing.running or (take is not None and take.keeper.running) or self.source.keeper.running
        ):
            await asyncio.sleep(TICK_SECONDS / 2)
        await self.desk.server.close()
        self.parts.disk_thread.shutdown()


def _alike(one: RecorderState, other: RecorderState) -> bool:
    """Whether they differ in nothing but numbers that always move."""
    moving = ("seconds", "free_bytes", "seconds_left", "progress")
    return all(getattr(one, name) == getattr(other, name) for name in one.__struct_fields__ if name not in moving)
