"""Hall displays: each shows a code, the clerk approves it, and the display that shows it is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.credentials import Chance, digest
from appliance.services.lockout import Limits
from appliance.services.on_file import Change, Drop, OnFile, Pairing, Put
from appliance.services.ports import Clock
from appliance.services.registry import Registry
from appliance.services.sessions import NOTHING, Sessions, SignedIn


@dataclass(slots=True)
class Displays:
    """Codes that wait are bound to the device that asked; nobody else can use one, approved or not."""

    registry: Registry
    sessions: Sessions
    chance: Chance
    clock: Clock
    limits: Limits
    on_requests: list[Callable[[], None]] = field(default_factory=list)

    def ask(self, device: str) -> str | Refusal:
        """The code that this display shall show; the same one as long as it waits."""
        fingerprint = digest(device)
        code = ""

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            nonlocal code
            waiting = self.waiting(on_file)
            code = next((p.id for p in waiting if p.device == fingerprint), "")
            if code:
                return NOTHING
            if len(waiting) >= self.limits.waiting_pairings:
                return Refusal(Code.RATE_LIMITED, "too many displays are waiting")
            code = self.new_code(on_file)
            pairing = Pairing(code, next_display(on_file), self.clock.now().utc, fingerprint)
            stale = (p for p in on_file.pairings.values() if p.approved is None and p not in waiting)
            return (*(Drop(p) for p in stale), Put(pairing))

        refusal = self.registry.change("hall", "AskForPairing", edit)
        if refusal is None:
            self.tell()
        return code if refusal is None or refusal is NOTHING else refusal

    def sign_in(self, pairing: str, device: str) -> SignedIn | Refusal:
        """The display asks with its code until the clerk has approved it."""
        fingerprint = digest(device)
        # Displays ask every few seconds: no lock and no disk while they wait.
        found = self._usable(self.registry.on_file, pairing, fingerprint)
        if isinstance(found, Refusal):
            return found

        def allow(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            usable = self._usable(on_file, pairing, fingerprint)
            return usable if isinstance(usable, Refusal) else ()

        actor = Actor(role=Role.HALL, person=found.display)
        return self.sessions.open(actor, found.display, fingerprint, allow)

    def tell(self) -> None:
        """What waits for the clerk has changed."""
        for call in self.on_requests:
            call()

    def waiting(self, on_file: OnFile) -> tuple[Pairing, ...]:
        """The codes that wait for the clerk, oldest first."""
        return tuple(sorted((p for p in on_file.pairings.values() if self.waits(p)), key=lambda p: p.asked))

    def waits(self, pairing: Pairing) -> bool:
        """Not approved yet, and not so old that the display has surely gone."""
        age = self.clock.now().utc - pairing.asked
        return pairing.approved is None and age <= timedelta(minutes=self.limits.pairing_minutes)

    def new_code(self, on_file: OnFile) -> str:
        """A code that no display has."""
        code = self.chance.code()
        while code in on_file.pairings:
            code = self.chance.code()
        return code

    def _usable(self, on_file: OnFile, pairing: str, fingerprint: str) -> Pairing | Refusal:
        found = on_file.pairings.get(pairing)
        if found is None or found.device not in {None, fingerprint}:
            return Refusal(Code.PAIRING_UNKNOWN)
        if found.approved is not None:
            return found
        return Refusal(Code.PAIRING_PENDING if self.waits(found) else Code.PAIRING_UNKNOWN)


def next_display(on_file: OnFile) -> str:
    """The next free name of a display: hall:1, hall:2, …"""
    taken = {p.display for p in on_file.pairings.values()}
    return next(name for n in range(1, len(taken) + 2) if (name := f"hall:{n}") not in taken)
