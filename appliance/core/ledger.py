"""The ledger's entries: canonical JSON, chained by SHA-256, checked from first to last.

One entry holds what one accepted command brought about. Its canonical form is RFC 8785 (for the
strings, integers and ASCII keys that entries are made of, sorted msgspec output is exactly that; a
property test compares it with a reference implementation). The hash of an entry is the SHA-256 of
those bytes; `prev` is the hash of the entry before, 64 zeros for the first of all.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from appliance.core.events import CheckpointSigned, MeetingConvened, MeetingEvent
from appliance.core.people import Actor
from appliance.core.refusals import Code, Fault

VERSION: Final = 1
NO_ENTRY: Final = "0" * 64
"""`prev` of the first entry, and the head of an empty ledger."""


class Receipt(Struct, frozen=True):
    """The command behind an entry, remembered so that the same id again changes nothing."""

    id: str
    hash: str
    """SHA-256 (hex) of the command's canonical form and its actor: the same id with other content is refused."""


class LedgerEntry(Struct, frozen=True, omit_defaults=True):
    """One line of the ledger. `seq` counts from 1; `time` is UTC; `uptime_ms` is the monotonic clock."""

    ledger: str
    seq: int
    time: datetime
    uptime_ms: int
    prev: str
    actor: Actor
    events: tuple[MeetingEvent, ...]
    v: int
    receipt: Receipt | None = None
    time_doubtful: bool = False
    """The wall clock had been stepped, or stood behind an earlier entry: the order is sure, the time is not."""


class Head(Struct, frozen=True):
    """Where a ledger ends: what an append must name to be taken."""

    ledger: str
    seq: int
    hash: str


EMPTY: Final = Head(ledger="", seq=0, hash=NO_ENTRY)

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(LedgerEntry)


class Sealed(Struct, frozen=True):
    """An entry with its canonical bytes and their hash, as it is stored."""

    entry: LedgerEntry
    body: bytes
    hash: str

    @property
    def head(self) -> Head:
        """The head of a ledger that ends with this entry."""
        return Head(self.entry.ledger, self.entry.seq, self.hash)


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a value made of strings, integers, booleans, null, arrays and ASCII-keyed objects."""
    return _encoder.encode(value)


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def seal(entry: LedgerEntry) -> Sealed:
    """The entry in the form in which it is stored."""
    body = _encoder.encode(entry)
    return Sealed(entry, body, hashlib.sha256(body).hexdigest())


def unseal(body: bytes) -> Sealed:
    """Read a stored entry. Raises msgspec.ValidationError or DecodeError when it is not one."""
    try:
        entry = _decoder.decode(body)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
    return Sealed(entry, body, hashlib.sha256(body).hexdigest())


def take(seq: int, stored_hash: str, body: bytes) -> Sealed:
    """A stored entry, if it still is what was written. Raises Fault: on a spoiled ledger nobody may go on."""
    try:
        sealed = unseal(body)
    except msgspec.MsgspecError as error:
        raise Fault(Code.STORAGE_FAULT, f"entry {seq} of the ledger is unreadable: {error}") from error
    if sealed.hash != stored_hash:
        raise Fault(Code.STORAGE_FAULT, f"entry {seq} of the ledger does not match its hash")
    return sealed


def follow(head: Head | None, entries: Sequence[Sealed]) -> None:
    """Raise Fault unless the entries follow each other, and `head` if it is given: nobody builds on a broken chain."""
    for sealed in entries:
        entry = sealed.entry
        if head is not None and (entry.prev, entry.seq) != (head.hash, head.seq + 1):
            raise Fault(Code.STORAGE_FAULT, f"entry {entry.seq} of the ledger does not follow the one before")
        head = sealed.head


class BadEntry(Struct, frozen=True):
    """The first entry that does not fit, and why."""

    seq: int
    why: str


class Verified(Struct, frozen=True):
    """What a check of a ledger found. `bad` is None when every entry fits."""

    entries: int
    head: Head
    checkpoints: int
    signed_seq: int
    keys: tuple[str, ...]
    bad: BadEntry | None


CheckSignature = Callable[[str, str, bytes], bool]
"""(key hex, signature hex, message) -> whether the Ed25519 signature holds."""


def checkpoint_message(ledger: str, seq: int, head: str) -> bytes:
    """What a checkpoint's signature is over."""
    return canonical({"checkpoint": head, "ledger": ledger, "seq": seq})


def verify(rows: Iterable[tuple[int, str, bytes]], check: CheckSignature) -> Verified:
    """Walk stored rows `(seq, hash, body)` of one ledger and name the first that does not fit.

    Checks the numbering, each body's canonical form and hash, the chain, and every checkpoint's signature.
    """
    head, checkpoints, signed, keys = EMPTY, 0, 0, dict[str, None]()
    for seq, stored_hash, body in rows:
        why, sealed = _misfit(head, seq, stored_hash, body)
        if why or sealed is None:
            return Verified(head.seq, head, checkpoints, signed, tuple(keys), BadEntry(seq, why))
        for event in sealed.entry.events:
            if isinstance(event, CheckpointSigned):
                message = checkpoint_message(sealed.entry.ledger, event.seq, event.head)
                if (event.seq, event.head) != (head.seq, head.hash):
                    bad = BadEntry(seq, "the checkpoint names another head")
                elif not check(event.key, event.signature, message):
                    bad = BadEntry(seq, "the checkpoint's signature does not hold")
                else:
                    checkpoints, signed, keys = checkpoints + 1, event.seq, {**keys, event.key: None}
                    continue
                return Verified(head.seq, head, checkpoints, signed, tuple(keys), bad)
        head = sealed.head
    return Verified(head.seq, head, checkpoints, signed, tuple(keys), None)


def _misfit(head: Head, seq: int, stored_hash: str, body: bytes) -> tuple[str, Sealed | None]:
    try:
        sealed = unseal(body)
    except msgspec.MsgspecError as error:
        return f"unreadable: {error}", None
    entry = sealed.entry
    if sealed.hash != stored_hash:
        return "the content does not match its hash", None
    if seq != head.seq + 1 or entry.seq != seq:
        return f"numbered {entry.seq}, expected {head.seq + 1}", None
    if head.seq and entry.ledger != head.ledger:
        return "belongs to another ledger", None
    if entry.prev != head.hash and not _first(entry):
        return "does not follow the entry before", None
    if not _canonical(entry, body):
        return "not in canonical form", None
    return "", sealed


def _canonical(entry: LedgerEntry, body: bytes) -> bool:
    """Whether these are the bytes that were hashed. An entry of an earlier version may lack fields that have been
    added since (a new setting of the rule profile); it may not have any that nobody knows."""
    whole = _encoder.encode(entry)
    if whole == body:
        return True
    plain = msgspec.json.decode(body)
    return _encoder.encode(plain) == body and _within(plain, msgspec.json.decode(whole))


def _within(part: object, whole: object) -> bool:
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _within(value, whole[key]) for key, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(_within, part, whole))
    return part == whole


def _first(entry: LedgerEntry) -> bool:
    """A ledger's first entry follows the head of the council's ledger before, named in its event."""
    first = entry.events[0] if entry.events else None
    return entry.seq == 1 and isinstance(first, MeetingConvened) and entry.prev == (first.previous or NO_ENTRY)


def read(bodies: Iterable[bytes]) -> Iterator[LedgerEntry]:
    """The entries of stored bodies, in order."""
    for body in bodies:
        yield _decoder.decode(body)
