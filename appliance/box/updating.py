"""Changes which release runs, so that a power cut at any moment ends in the old one working or the new one working.

Until the new release has said that it is well, the way back stands open and is taken by whoever finds the journal:
this process when a step fails, `settle` at the next start of the machine when the power went. After that moment
nothing can fail any more. The way back is safe to walk twice.
"""

import fcntl
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from appliance.box.copies import Copies
from appliance.box.going_on import running
from appliance.box.places import Places
from appliance.box.program import Program, answers
from appliance.box.releases import Release, Releases
from appliance.box.service_manager import APPLIANCE, TARGET, Services
from appliance.box.telling import Refused, Unable, say
from appliance.box.unit_files import hand_over
from appliance.box.update_journal import END, Plan, Step, UpdateJournal

_SIGNALS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Updates:
    """The one place that turns the links. Every method that changes anything wants `alone` around it."""

    places: Places
    services: Services
    healthy: Callable[[tuple[str, int], float], bool] = answers
    patience: float = 120.0
    """Seconds that the new appliance has until it says that it is well."""

    @property
    def releases(self) -> Releases:
        """What is installed."""
        return Releases(self.places)

    @property
    def journal(self) -> UpdateJournal:
        """Of the update that is going on, or was cut off."""
        return UpdateJournal(self.places.updates)

    @property
    def copies(self) -> Copies:
        """Of the databases."""
        return Copies(self.places.updates / "copies", self.places.data)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One update at a time; the kernel lets go when its holder dies. Raises Refused."""
        self.places.updates.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.places.updates / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refused("another update is going on") from error
            yield

    def activate(self, version: str, *, anyway: bool = False) -> None:
        """Use this release. Raises Refused, or Unable when the old one had to be brought back.

        What ran before is started again; when the appliance did not run, nothing is. `anyway` also in a sitting.
        """
        self.settle(booting=False)
        before, after = self.releases.current, self.releases.get(version)
        if before == version:
            say(f"already in use: {version}")
            return
        self.copies.must_fit()
        if not anyway:
            self._must_be_idle(before or version)
        plan = Plan(before, version, self.releases.previous, tuple(self.services.running()))
        with _undisturbed():
            self.journal.begin(plan)
            try:
                self._try(plan, after, anyway=anyway)
            finally:
                self._resume(plan)
        say(f"in use: {version}" + ("" if before is None else f"; before it: {before}"))

    def _try(self, plan: Plan, after: Release, *, anyway: bool) -> None:
        """Forward, or back. Raises what kept it from going forward."""
        try:
            self._change(plan, after, anyway=anyway)
        except (Refused, Unable, OSError) as why:
            if APPLIANCE in plan.running:
                self.services.stop([APPLIANCE])
            self._back(plan)
            if isinstance(why, Refused):
                raise
            raise Unable(f"{why}\n{_still(plan.before)}") from why
        self.journal.end("good")

    def settle(self, *, booting: bool) -> bool:
        """End an update that was cut off; False: there was none. At a start of the machine services are not touched."""
        found = self.journal.read()
        if found is None:
            return False
        plan, steps = found
        with _undisturbed():
            if END & set(steps):
                self.journal.end(steps[-1])
            else:
                if not booting:
                    self.services.stop(self.services.running())
                self._back(plan)
            if not booting:
                self._resume(plan)
        say(f"an update to {plan.after} had been cut off; in use: {self.releases.current or 'none'}")
        return True

    def _must_be_idle(self, version: str) -> None:
        """Asked of the ledger, by the program that wrote it: it need not be running."""
        matters = Program(self.places, self.releases.get(version)).open_matters()
        if matters:
            raise Refused(f"a sitting or a vote is open ({matters}); wait for its end, or say --anyway")

    def _change(self, plan: Plan, after: Release, *, anyway: bool) -> None:
        """Step by step; each is on the disk before it is said to be."""
        self.services.stop(plan.running)
        if not anyway:
            self._must_be_idle(plan.before or plan.after)
        self.journal.done("stopped")
        self.copies.make()
        self.journal.done("copied")
        self._newer(plan).migrate(after.schema)
        self.journal.done("migrated")
        self.releases.use(plan.after, plan.before)
        if plan.before is not None:
            hand_over(self.places, plan.before, plan.after)
        self.journal.done("swapped")
        if APPLIANCE in plan.running:
            # Alone: as long as nobody can reach it, nothing is written that the way back would have to carry.
            self.services.start([APPLIANCE])
            if not self.healthy(self.places.address, self.patience):
                raise Unable(f"{plan.after} does not say that it is well")
        self.journal.done("good")

    def _back(self, plan: Plan) -> None:
        """To where the plan began. Raises Unable; then it is tried again at the next start."""
        if running(self.places.data):
            raise Unable("an appliance works on the data; stop it, then `nghi-truong settle`")
        found = self.journal.read()
        steps: tuple[Step, ...] = found[1] if found is not None else ()
        if "copied" in steps and plan.before is not None:
            before = self.releases.get(plan.before)
            try:
                self._newer(plan).migrate(before.schema)
            except Unable as why:
                say(str(why), error=True)
                self.copies.put_back(before.schema)
        self.releases.use(plan.before, plan.previous)
        if plan.before is not None:
            hand_over(self.places, plan.after, plan.before)
        self.journal.done("returned")
        self.journal.end("returned")

    def _newer(self, plan: Plan) -> Program:
        """The program that knows both forms: forward or back, the newer one migrates."""
        after = self.releases.get(plan.after)
        before = self.releases.get(plan.before) if plan.before is not None else after
        return Program(self.places, before if before.schema.order > after.schema.order else after)

    def _resume(self, plan: Plan) -> None:
        if APPLIANCE in plan.running:
            self.services.start([TARGET, *plan.running])
        elif plan.running:
            self.services.start(plan.running)


def _still(before: str | None) -> str:
    return "no release is in use" if before is None else f"{before} is in use again, with everything that was written"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Neither Ctrl-C nor a line that breaks (ssh) ends an update half-way."""

    def later(number: int, frame: FrameType | None) -> None:
        say("the update is ended first", error=True)

    before = {number: signal.signal(number, later) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
