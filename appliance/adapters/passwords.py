"""Hashing of PINs and passwords with argon2id.

The parameters are OWASP's first choice for small machines (19 MiB, two passes): about 40 ms on a laptop.
What protects a short PIN is the lock-out, not the hash. No more than two hashes run at a time, so that a
hall that signs in at once leaves cores and memory to the votes.
"""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2
AT_A_TIME: Final = 2


@dataclass(slots=True)
class Argon2:
    """A Hasher. Releases the interpreter while it works; call it off the hub."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    _argon2: PasswordHasher = field(init=False)
    _nobody: str = field(init=False)
    _room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_A_TIME))

    def __post_init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=1)
        self._nobody = self._argon2.hash("")

    def hash(self, secret: str) -> str:
        """The hash to keep on file, with its salt and parameters in it."""
        with self._room:
            return self._argon2.hash(_bytes(secret))

    def verify(self, hashed: str | None, secret: str) -> bool:
        """Whether `secret` is the one behind `hashed`. None takes as long as any other, and is False."""
        with self._room:
            try:
                self._argon2.verify(hashed or self._nobody, _bytes(secret))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None


def _bytes(secret: str) -> bytes:
    # JSON can carry half of a surrogate pair, which UTF-8 cannot.
    return secret.encode("utf-8", "surrogatepass")
