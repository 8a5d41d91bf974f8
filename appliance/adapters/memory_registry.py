"""The registry's ports in memory: for tests, and for reading how little a port has to do."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from appliance.core.refusals import Code, Fault
from appliance.services.on_file import Change, Note, OnFile, apply
from appliance.services.registry import RegistryMoved


@dataclass(slots=True)
class MemoryRegistry:
    """A RegistryStore without a disk. `broken` makes every write fail, as a full disk does."""

    on_file: OnFile = field(default_factory=OnFile)
    notes: list[Note] = field(default_factory=list)
    broken: bool = False
    _lock: Lock = field(default_factory=Lock)

    def version(self) -> int:
        """How many changes there have been."""
        return self.on_file.version

    def load(self) -> OnFile:
        """Everything on file."""
        return self.on_file

    def commit(self, expected: int, changes: tuple[Change, ...], note: Note) -> None:
        """All or nothing."""
        with self._lock:
            if self.on_file.version != expected:
                raise RegistryMoved
            if self.broken:
                raise Fault(Code.STORAGE_FAULT, "memory registry told to refuse")
            self.on_file = apply(self.on_file, changes, expected + 1)
            self.notes.append(note)

    def noted(self, command: str) -> Note | None:
        """The audit's line about this desk command."""
        return next((n for n in self.notes if n.command == command), None)

    def audit(self, after: int = 0) -> Iterator[tuple[int, Note]]:
        """The lines behind `after`."""
        yield from list(enumerate(self.notes, start=1))[after:]


@dataclass(slots=True)
class QuickHasher:
    """A Hasher that is not slow, and counts how often it was asked to check a secret."""

    checked: int = 0

    def hash(self, secret: str) -> str:
        """Not for real use: a plain digest."""
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

    def verify(self, hashed: str | None, secret: str) -> bool:
        """Whether `secret` is the one behind `hashed`."""
        self.checked += 1
        return hashed == self.hash(secret)


@dataclass(slots=True)
class CountingChance:
    """A Chance without any: it counts."""

    drawn: int = 0

    def secret(self) -> str:
        """The next one."""
        self.drawn += 1
        return f"secret-{self.drawn:022}"

    def code(self) -> str:
        """The next one."""
        self.drawn += 1
        return f"{self.drawn:06}"


class NoThrottle:
    """A Throttle that never brakes."""

    def allows(self, address: str) -> bool:
        """Always."""
        return True
