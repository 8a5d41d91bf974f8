"""A take's manifest, pure: its lines, the chain that holds them together, its signed end, and what is wrong with it.

`manifest.jsonl` has one JSON line a closed segment, gap or cut; each carries the SHA-256 of the line before, and the
last one's hash is signed in a Head. So a changed byte, a line taken out and a tail taken off all show. Nothing is
ever taken back: when pictures must go because the meeting had already become private, a Cut line says so, and
heads that were signed before stay true. `Manifest.now` is what remains after all cuts.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from recordings.segments import Gap, Head, Line, Segment

NO_LINE: Final = "0" * 64
"""What the first line names as the hash of the one before."""


class Cut(Struct, frozen=True, tag="cut", kw_only=True):
    """From this moment on the meeting was private: what the lines before say of later pictures is void."""

    n: int
    """The last segment that remains, shortened or whole; those after it are gone. 0: none remains."""
    file: str
    size: int
    sha256: str
    end: float
    frames: int
    boot: str
    uptime_ms: int
    """Where the private part begins."""
    utc: datetime
    prev: str


AnyLine = Segment | Gap | Cut
_decoder: Final = msgspec.json.Decoder(AnyLine)


class Manifest(NamedTuple):
    """What a manifest's bytes say."""

    lines: tuple[AnyLine, ...]
    """As written."""
    hashes: tuple[str, ...]
    """Of each line."""
    whole: int
    """So many bytes are whole lines, each chained to the one before; what follows is torn or not ours."""
    why: str = ""
    """Why reading ended before the end of the bytes."""

    @property
    def now(self) -> tuple[Line, ...]:
        """The segments and gaps that remain after all cuts: what is there to be seen."""
        return remaining(self.lines)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments that remain."""
        return tuple(line for line in self.now if isinstance(line, Segment))

    @property
    def hash(self) -> str:
        """Of the last line."""
        return self.hashes[-1] if self.hashes else NO_LINE

    @property
    def last_number(self) -> int:
        """The highest number that a segment ever had: numbers are never used twice."""
        return max((line.n for line in self.lines if isinstance(line, Segment)), default=0)


def encoded(line: AnyLine) -> bytes:
    """The line as it is written, without its line feed."""
    return msgspec.json.encode(line)


def hash_of(written: bytes) -> str:
    """SHA-256 of a line without its line feed."""
    return hashlib.sha256(written).hexdigest()


def read(content: bytes) -> Manifest:
    """The lines up to the first that is torn, malformed or not chained to the one before."""
    lines: list[AnyLine] = []
    hashes: list[str] = []
    whole = 0
    while whole < len(content):
        end = content.find(b"\n", whole)
        written = content[whole:end] if end >= 0 else b""
        try:
            line = _decoder.decode(written)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return Manifest(tuple(lines), tuple(hashes), whole, f"line {len(lines) + 1} is torn or malformed")
        if line.prev != (hashes[-1] if hashes else NO_LINE):
            why = f"line {len(lines) + 1} does not follow the one before: a line is missing or was changed"
            return Manifest(tuple(lines), tuple(hashes), whole, why)
        lines.append(line)
        hashes.append(hash_of(written))
        whole = end + 1
    return Manifest(tuple(lines), tuple(hashes), whole)


def remaining(lines: Iterable[AnyLine]) -> tuple[Line, ...]:
    """The segments and gaps after all cuts."""
    found: list[Line] = []
    for line in lines:
        if isinstance(line, Cut):
            found = [_shortened(kept, line) for kept in found if _place(kept) <= line.n]
            while found and isinstance(found[-1], Gap):
                found.pop()
        else:
            found.append(line)
    return tuple(found)


def _place(line: Line) -> int:
    return line.n if isinstance(line, Segment) else line.after


def _shortened(line: Line, cut: Cut) -> Line:
    if isinstance(line, Segment) and line.n == cut.n:
        return msgspec.structs.replace(line, size=cut.size, sha256=cut.sha256, end=cut.end, frames=cut.frames)
    return line


def seconds_of(lines: Iterable[Line]) -> float:
    """Of picture, to the millisecond."""
    return round(sum((line.end - line.start for line in lines if isinstance(line, Segment)), 0.0), 3)


def unsigned_head(take: str, ledger: str, manifest: Manifest, key: str) -> Head:
    """The manifest's end as it is to be signed."""
    return Head(
        take=take,
        ledger=ledger,
        lines=len(manifest.lines),
        segments=len(manifest.segments),
        seconds=seconds_of(manifest.now),
        hash=manifest.hash,
        key=key,
        signature="",
    )


def head_message(head: Head) -> bytes:
    """What is signed: all of the head but the signature, under the name of what it is."""
    return b"nghi-truong take head 1\n" + msgspec.json.encode(msgspec.structs.replace(head, signature=""))


class Finding(NamedTuple):
    """One thing that is wrong with a take."""

    kind: str
    """`segment-changed`, `segment-missing`, `segment-not-listed`, `segment-open`, `manifest`, `head`."""
    name: str
    """The file that it is about."""
    what: str


class FileFacts(NamedTuple):
    """A segment's file as it is on disk."""

    size: int
    sha256: str


Check = Callable[[str, str, bytes], bool]
"""Whether a signature (second) over a message (third) was made with a key (first)."""


def head_findings(manifest: Manifest, head: Head, name: str, check: Check, key: str | None) -> list[Finding]:
    """What speaks against this signed end, or this manifest if the end is true.

    `key` is the recorder's, known from elsewhere (its key file, the ledger); without it a forger who signs with a
    key of their own is not found.
    """
    if key is not None and head.key != key:
        return [Finding("head", name, "was signed with another key than the recorder's")]
    if not check(head.key, head.signature, head_message(head)):
        return [Finding("head", name, "the signature is not over this head")]
    if head.lines > len(manifest.lines):
        missing = head.lines - len(manifest.lines)
        return [Finding("manifest", "manifest.jsonl", f"the signed end has {missing} lines more: the tail is missing")]
    signed = manifest.hashes[head.lines - 1] if head.lines else NO_LINE
    if signed != head.hash:
        return [Finding("manifest", "manifest.jsonl", f"line {head.lines} is not the one that was signed")]
    return []


def file_findings(manifest: Manifest, files: Mapping[str, FileFacts]) -> list[Finding]:
    """Segments that are not as their lines say, and files that no line names (`files`: all of the take's)."""
    found: list[Finding] = []
    listed = {segment.file: segment for segment in manifest.segments}
    for name, segment in listed.items():
        facts = files.get(name)
        if facts is None:
            found.append(Finding("segment-missing", name, "the file is missing or cannot be read"))
        elif facts.size != segment.size:
            found.append(Finding("segment-changed", name, f"has {facts.size} bytes, not {segment.size}"))
        elif facts.sha256 != segment.sha256:
            found.append(Finding("segment-changed", name, "its content is not what was recorded"))
    found += [
        Finding("segment-not-listed", n, "no line of the manifest names it") for n in sorted(files) if n not in listed
    ]
    return found
