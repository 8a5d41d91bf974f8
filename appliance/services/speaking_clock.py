"""Notes in the record when a speaker's time is up: on the monotonic clock, beside the ledger. It cuts nobody off.

After a restart it goes on from what the ledger says of the same boot; after a power cut nobody can know how long it
was, and the speaker's time begins anew with the boot (`Chronicle.speaking_ms`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.core import ledger as lg
from appliance.core.commands import NoteOvertime
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Floor
from appliance.services.answers import Answer
from appliance.services.chamber import SYSTEM, Chamber, Told
from appliance.services.ports import Clock, Timers

RETRY_SECONDS: Final = 1.0


@dataclass(slots=True)
class SpeakingClock:
    """Listens to the Chamber; `speaking_ms` tells how long the one who has the floor has had it."""

    chamber: Chamber
    clock: Clock
    timers: Timers
    speaking_ms: Callable[[], int]
    _floor: Floor | None = None
    _cancel: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._follow(self.chamber.durable.floor)
        self.chamber.listeners.append(self.told)

    def told(self, told: Told) -> None:
        """Somebody else speaks, or has another time."""
        if told.before.floor is not told.after.floor:
            self._follow(told.after.floor)

    def _follow(self, floor: Floor | None) -> None:
        if self._cancel is not None:
            self._cancel()
        self._floor, self._cancel = floor, None
        if floor is not None and floor.seconds is not None and not floor.overran:
            left = max(0, floor.seconds * 1000 - self.speaking_ms())
            self._cancel = self.timers.after(left / 1000, lambda: self._up(floor))

    def _up(self, floor: Floor) -> None:
        if self._floor is not floor:
            return
        head = self.chamber.head
        name = f"{head.ledger}:overtime:{head.seq}:{self.clock.now().uptime_ms}"

        def answered(answer: Answer) -> None:
            if isinstance(answer, Refusal) and answer.code is Code.STORAGE_FAULT and self._floor is floor:
                self._cancel = self.timers.after(RETRY_SECONDS, lambda: self._up(floor))

        self.chamber.handle(NoteOvertime(id=lg.sha256(name.encode())[:32]), SYSTEM, answered)
