"""What signing in needs from the outside (hashing, chance, a brake), and what makes a secret a weak one."""

import hashlib
from itertools import pairwise
from typing import Final, Protocol

MIN_PASSWORD: Final = 10
_COMMON_PINS: Final = frozenset({"2580", "0852", "1590", "1357", "2468", "6868", "8686"})
"""Straight lines on the keypad and lucky numbers: what people choose first."""


class Hasher(Protocol):
    """Slow, salted hashing of short secrets (argon2). Safe to call from several threads."""

    def hash(self, secret: str) -> str:
        """The hash to keep on file."""

    def verify(self, hashed: str | None, secret: str) -> bool:
        """Whether `secret` is the one behind `hashed`. None takes as long as any other, and is False."""


class Chance(Protocol):
    """Where unguessable things come from."""

    def secret(self) -> str:
        """At least 128 bits that nobody has seen before, in letters that a URL can hold."""

    def code(self) -> str:
        """Six digits that a person can read aloud."""


class Throttle(Protocol):
    """A brake on each address, whatever it tries."""

    def allows(self, address: str) -> bool:
        """Count one attempt; False when there were too many in the last minute."""


def digest(secret: str) -> str:
    """How a token, a card or a device is known on file: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def weak_pin(pin: str) -> bool:
    """Not 4 to 8 digits, or one that is guessed first: 0000, 1234, 4321, 1212, 123123, …"""
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()) or pin in _COMMON_PINS:
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return True
    half = len(pin) // 2
    return pin[:half] * 2 == pin


def weak_password(password: str, login: str) -> bool:
    """Shorter than ten characters, made of fewer than four different ones, or the login itself."""
    folded = password.casefold()
    return len(password) < MIN_PASSWORD or len(set(folded)) < 4 or folded.strip("0123456789") == login
