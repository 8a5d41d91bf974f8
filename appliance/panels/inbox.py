"""What comes into the one thread of the panels process, and what it needs of those around it."""

import queue
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from appliance.panels import wire


class Relaying(Protocol):
    """What is needed of the microphones (`microphones.Microphones`)."""

    def show(self, seats: Iterable[str]) -> None: ...


class Sender(Protocol):
    """What is needed of the connection (`link.Link`)."""

    def send(self, line: bytes) -> bool: ...
    def good(self) -> None: ...
    def drop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stop:
    """Put into the inbox: `run` returns, with this exit code."""

    code: int = 0


Inbox = queue.SimpleQueue[object]
"""Of the link, of the fixtures (each knows its own items), and of signals."""
OnShown = Callable[[dict[str, wire.Lit]], None]
REPLACED: Final = 4
"""Exit code: another panels process has taken the connection over."""
