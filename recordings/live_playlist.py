"""The live stream's two playlists as text, and when a waiting question about them has its answer. Pure.

A *piece* is one segment (a second, from key frame to key frame); its *parts* are the fragments of 200 ms it is made
of. Both playlists name the same pieces under the same numbers, so a player that changes from one to the other finds
its place. Pieces of one *run* share an initialisation section; a new run (the source was started again) has another
one under another name, with EXT-X-DISCONTINUITY before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Final

PART_SECONDS: Final = 0.2
PIECES_WITH_PARTS: Final = 3
"""Older parts are of no use: a player that is three seconds late takes whole pieces."""
LOW_PIECES: Final = 15
"""How many pieces the low-latency playlist names; it is fetched five times a second by each viewer."""
TOO_FAR_AHEAD: Final = 2
"""A question for a piece so far beyond the newest is a mistake (RFC 8216bis 6.2.5.2)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One fragment."""

    seconds: float
    key: bool
    """It begins with a key frame: a player can begin here."""


@dataclass(slots=True)
class Piece:
    """One segment, while it grows and after."""

    number: int
    """The media sequence number: never used twice, also not by the next live process."""
    run: str
    starts: datetime
    """Program time of its first picture."""
    breaks: bool = False
    """It does not follow the piece before without a break."""
    whole: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Of picture, so far."""
        return sum(part.seconds for part in self.parts)

    @property
    def name(self) -> str:
        """Its file, relative to the playlist."""
        return f"{self.run}-{self.number}.m4s"

    def part_name(self, index: int) -> str:
        """Its part's address, relative to the playlist; only the origin has it."""
        return f"parts/{self.run}-{self.number}.{index}.m4s"


def init_name(run: str) -> str:
    """The initialisation section of a run."""
    return f"{run}-init.mp4"


def plain(pieces: Sequence[Piece], breaks_before: int) -> str:
    """Plain HLS of the whole pieces; `breaks_before` counts the discontinuities that have left the window."""
    whole = [piece for piece in pieces if piece.whole]
    lines = _head(whole, breaks_before, version=7)
    for index, piece in enumerate(whole):
        lines += _opening(piece, first=index == 0)
        lines += _closing(piece)
    return _text(lines)


def low_latency(pieces: Sequence[Piece], breaks_before: int) -> str:
    """LL-HLS: the newest pieces with their parts, and the part that will come next."""
    gone, shown = pieces[:-LOW_PIECES], pieces[-LOW_PIECES:]
    breaks_before += sum(piece.breaks for piece in gone)
    target = max([PART_SECONDS, *(part.seconds for piece in shown for part in piece.parts)])
    control = [
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={3 * target:.3f}",
        f"#EXT-X-PART-INF:PART-TARGET={target:.3f}",
    ]
    lines = _head(shown, breaks_before, version=9, control=control)
    for index, piece in enumerate(shown):
        lines += _opening(piece, first=index == 0)
        if len(shown) - index <= PIECES_WITH_PARTS:
            lines += [_part(piece, number) for number in range(len(piece.parts))]
        if piece.whole:
            lines += _closing(piece)
    if shown:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{hinted(shown[-1])}"')
    return _text(lines)


def hinted(newest: Piece) -> str:
    """The address of the part that comes next."""
    if not newest.whole:
        return newest.part_name(len(newest.parts))
    return Piece(newest.number + 1, newest.run, newest.starts).part_name(0)


def target_seconds(pieces: Sequence[Piece]) -> int:
    """EXT-X-TARGETDURATION: no piece, rounded, may be longer."""
    return max([1, *(ceil(piece.seconds - 0.5) for piece in pieces)])


class Senseless(ValueError):
    """Error raised when a blocking question asks for what cannot come."""


@dataclass(frozen=True, slots=True)
class Question:
    """A blocking reload: answered when this piece, or this part of it, is there."""

    number: int
    part: int | None = None


def question(number: str | None, part: str | None, pieces: Sequence[Piece]) -> Question | None:
    """What `_HLS_msn` and `_HLS_part` ask for; None: nothing, answer at once. Raises Senseless."""
    if number is None:
        if part is not None:
            raise Senseless("_HLS_part without _HLS_msn")
        return None
    digits = (number, part or "0")
    if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in digits):
        raise Senseless("not a number")
    asked = Question(int(number), None if part is None else int(part))
    if pieces and asked.number > pieces[-1].number + TOO_FAR_AHEAD:
        raise Senseless("too far ahead")
    return asked


def answered(asked: Question, pieces: Sequence[Piece]) -> bool:
    """Whether what is asked for is there. A part beyond a piece's last one means the next piece's first."""
    if not pieces:
        return False
    newest = pieces[-1]
    if newest.number != asked.number:
        return newest.number > asked.number
    return newest.whole if asked.part is None else len(newest.parts) > asked.part


def _head(pieces: Sequence[Piece], breaks_before: int, *, version: int, control: Sequence[str] = ()) -> list[str]:
    # The first piece's own break is counted, not written: nothing is before it.
    first = pieces[0].number if pieces else 0
    gone = breaks_before + (pieces[0].breaks if pieces else 0)
    return [
        "#EXTM3U",
        f"#EXT-X-VERSION:{version}",
        f"#EXT-X-TARGETDURATION:{target_seconds(pieces)}",
        *control,
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        *([f"#EXT-X-DISCONTINUITY-SEQUENCE:{gone}"] if gone else []),
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]


def _opening(piece: Piece, *, first: bool) -> list[str]:
    fresh = [f'#EXT-X-MAP:URI="{init_name(piece.run)}"'] if first or piece.breaks else []
    broken = ["#EXT-X-DISCONTINUITY"] if piece.breaks and not first else []
    return [*broken, *fresh, f"#EXT-X-PROGRAM-DATE-TIME:{program_time(piece.starts)}"]


def _closing(piece: Piece) -> list[str]:
    return [f"#EXTINF:{piece.seconds:.5f},", piece.name]


def _part(piece: Piece, index: int) -> str:
    part = piece.parts[index]
    key = ",INDEPENDENT=YES" if part.key else ""
    return f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{piece.part_name(index)}"{key}'


def program_time(moment: datetime) -> str:
    """As EXT-X-PROGRAM-DATE-TIME writes it: UTC, milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
