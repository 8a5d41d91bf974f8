"""All ports in memory: for tests, and for reading how little a port has to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from appliance.core.ledger import EMPTY, Head, Sealed, sha256
from appliance.core.refusals import Code, Fault
from appliance.core.state import Facts
from appliance.services.ports import HeadMoved, LedgerStore, Moment, Settled
from appliance.services.rehearsal import Mode


@dataclass(slots=True)
class MemoryLedger:
    """A LedgerStore without a disk. `broken` makes every write fail, as a full disk does."""

    entries: list[Sealed] = field(default_factory=list)
    broken: bool = False

    def head(self) -> Head:
        """The end of the newest ledger."""
        return self.entries[-1].head if self.entries else EMPTY

    def append(self, expected: Head, entries: Sequence[Sealed]) -> None:
        """All or nothing."""
        if self.head() != expected:
            raise HeadMoved
        self.probe()
        self.entries.extend(entries)

    def rows(self, ledger: str, after: int = 0) -> Iterator[tuple[int, str, bytes]]:
        """One ledger's entries behind `after`."""
        for sealed in list(self.entries):
            if sealed.entry.ledger == ledger and sealed.entry.seq > after:
                yield sealed.entry.seq, sealed.hash, sealed.body

    def ledgers(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(dict.fromkeys(s.entry.ledger for s in self.entries))

    def probe(self) -> None:
        """Raises Fault while `broken`."""
        if self.broken:
            raise Fault(Code.STORAGE_FAULT, "memory ledger told to refuse")


@dataclass(slots=True)
class InlineWriter:
    """A LedgerWriter without a thread: entries wait until `flush`, or are written at once if `at_once`."""

    store: LedgerStore
    at_once: bool = True
    _queue: list[tuple[Head, Sealed, object]] = field(default_factory=list)
    _settled: Settled | None = None

    def start(self, settled: Settled) -> None:
        """Where results go."""
        self._settled = settled

    def submit(self, previous: Head, entry: Sealed, token: object) -> None:
        """Queue, and write at once if so told."""
        self._queue.append((previous, entry, token))
        if self.at_once:
            self.flush()

    def flush(self) -> None:
        """Write what is queued, as one group; a group that fails undoes all of it."""
        group, self._queue = self._queue, []
        if not group or self._settled is None:
            return
        fault: Fault | None = None
        try:
            self.store.append(group[0][0], [sealed for _, sealed, _ in group])
        except Fault as error:
            fault = error
        except HeadMoved:
            fault = Fault(Code.STORAGE_FAULT, "another writer was faster")
        self._settled([token for _, _, token in group], fault)


@dataclass(slots=True)
class ManualClock:
    """A Clock that stands still until told; `step` moves the wall clock alone."""

    utc: datetime = datetime(2026, 12, 18, 1, 0, tzinfo=UTC)
    uptime_ms: int = 1_000

    def now(self) -> Moment:
        """The two clocks."""
        return Moment(self.utc, self.uptime_ms)

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.utc += timedelta(seconds=seconds)
        self.uptime_ms += int(seconds * 1000)

    def step(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.utc += timedelta(seconds=seconds)


@dataclass(slots=True)
class ManualTimers:
    """Timers that ring when told. `due` holds those not cancelled: (seconds, call)."""

    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Remember the call."""
        item = (seconds, call)
        self.due.append(item)

        def cancel() -> None:
            if item in self.due:
                self.due.remove(item)

        return cancel

    def ring(self) -> None:
        """Let all that are due now ring."""
        ringing, self.due = self.due, []
        for _, call in ringing:
            call()


@dataclass(slots=True)
class HashSigner:
    """A Signer whose 'signature' is a hash: enough to see that it covers the message."""

    key: str = "00" * 32

    def public_key(self) -> str:
        """64 hex digits."""
        return self.key

    def sign(self, message: bytes) -> str:
        """128 hex digits."""
        return sha256(self.key.encode() + message) * 2

    def check(self, key: str, signature: str, message: bytes) -> bool:
        """Whether `sign` gave this."""
        return key == self.key and signature == self.sign(message)


@dataclass(slots=True)
class MemoryFacts:
    """FactsOnFile from a value."""

    on_file: Facts
    seats: dict[str, str] = field(default_factory=dict)

    def facts(self, plan: str | None = None) -> Facts:
        """As given; its plan only when it is the one asked for."""
        found = self.on_file.plan
        return self.on_file if found is None or found.id == plan else replace(self.on_file, plan=None)

    def member_at(self, seat: str) -> str | None:
        """As given."""
        return self.seats.get(seat)


class MemoryMode:
    """A ModeStore that is forgotten with the process."""

    def __init__(self) -> None:
        self.mode = Mode()
        self.broken = False

    def read(self) -> Mode:
        """What was written last."""
        return self.mode

    def write(self, mode: Mode) -> None:
        """Raises Fault while `broken`."""
        if self.broken:
            raise Fault(Code.STORAGE_FAULT, "broken on purpose")
        self.mode = mode
