"""The sockets in the wall: what the services need from the outside, as promises.

Each has an adapter for the real thing and one in memory; the contract suite (`tests/contract`) runs on both.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from appliance.core.ledger import Head, Sealed
from appliance.core.refusals import Fault
from appliance.core.state import Facts


class HeadMoved(Exception):
    """Another writer was faster: the ledger does not end where the append expected it to."""


class LedgerStore(Protocol):
    """Append-only storage of sealed entries of all ledgers, one after another.

    An append is all or nothing, and durable (fsynced) when it returns. Reading is possible at any time.
    """

    def head(self) -> Head:
        """The end of the newest ledger; `ledger.EMPTY` when there is none. Raises Fault."""

    def append(self, expected: Head, entries: Sequence[Sealed]) -> None:
        """Write `entries` behind `expected`, durably, in one transaction.

        Raises HeadMoved when the store does not end at `expected`, Fault(STORAGE_FAULT) when the disk
        refuses; in both cases nothing has been written.
        """

    def rows(self, ledger: str, after: int = 0) -> Iterator[tuple[int, str, bytes]]:
        """`(seq, hash, body)` of one ledger's entries behind `after`, in order. Raises Fault."""

    def ledgers(self) -> tuple[str, ...]:
        """The ids of all ledgers, oldest first. Raises Fault."""

    def probe(self) -> None:
        """Write something durable that is not an entry. Raises Fault while the disk refuses."""


class Settled(Protocol):
    """Called on the Chamber's thread once for each batch: the tokens, and None or the fault that undid them."""

    def __call__(self, tokens: Sequence[object], fault: Fault | None) -> None: ...


class LedgerWriter(Protocol):
    """Takes entries in order, commits them in groups, off the Chamber's thread; tells when they are durable."""

    def start(self, settled: Settled) -> None:
        """Say where results go. Called once, before the first submit."""

    def submit(self, previous: Head, entry: Sealed, token: object) -> None:
        """Queue one entry that follows `previous`. Never blocks; `settled` is called later with `token`."""


class Moment(Struct, frozen=True):
    """Two clocks read together: UTC (may be stepped) and the monotonic one in milliseconds (never is)."""

    utc: datetime
    uptime_ms: int


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> Moment:
        """The two clocks now."""


class Timers(Protocol):
    """Calls back on the Chamber's thread, on the monotonic clock."""

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call once after `seconds`; returns a function that cancels it."""


class Signer(Protocol):
    """The appliance's own Ed25519 key (seal, not a digital signature in the law's sense)."""

    def public_key(self) -> str:
        """The public key, 64 hex digits."""

    def sign(self, message: bytes) -> str:
        """The signature of `message`, 128 hex digits."""


class FactsOnFile(Protocol):
    """What the registry knows that a meeting command's decision needs."""

    def facts(self, plan: str | None = None) -> Facts:
        """Council, rule profile, members in office, chair accounts; with that plan and the documents it names.

        `previous` and `in_room` are not its business.
        """

    def member_at(self, seat: str) -> str | None:
        """The member who sits at `seat`, or None."""
