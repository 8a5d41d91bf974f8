"""The live stream as far back as it can be watched: pieces, their parts in memory, and who waits for the next one."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from recordings.fragments import Fragment
from recordings.live_playlist import PIECES_WITH_PARTS, Part, Piece

PIECES: Final = 60
"""About a minute."""


class Window:
    """Grows by fragments; the oldest pieces leave it. `kept` is called with each piece that is whole and its bytes,
    before anybody is told of it; `left` with each that has left."""

    def __init__(
        self, first_number: int, kept: Callable[[Piece, bytes], None], left: Callable[[Piece], None] = lambda _: None
    ) -> None:
        self.pieces = list[Piece]()
        self.breaks_before = 0
        """Discontinuities that have left the window."""
        self._next = first_number
        self._run: str | None = None
        self._parts = dict[str, bytes]()
        self._sound = b""
        self._kept, self._left = kept, left
        self._changed = asyncio.Event()

    @property
    def next_number(self) -> int:
        """The number of the piece after the newest."""
        return self._next

    def add(self, run: str, fragment: Fragment, starts: datetime, *, last: bool) -> bool:
        """One more part; `starts` is its program time, `last` says that a key frame follows it. True: a piece was
        opened or closed. What comes before a run's first key frame is left out: nobody could decode it."""
        turned = False
        if not fragment.seconds:  # sound alone: nothing to list by itself, it goes out with the next picture
            self._sound += fragment.data
            return turned
        piece = self.pieces[-1] if self.pieces and not self.pieces[-1].whole else None
        if piece is not None and (fragment.key or piece.run != run):
            self._close(piece)
            piece, turned = None, True
        if piece is None:
            if not fragment.key:
                return turned
            piece, turned = self._open(run, starts), True
        self._parts[piece.part_name(len(piece.parts))] = self._sound + fragment.data
        self._sound = b""
        piece.parts.append(Part(fragment.seconds, fragment.key))
        if last:
            self._close(piece)
            turned = True
        self.tell()
        return turned

    def end_run(self) -> bool:
        """The source has stopped: what came of the open piece is all there will be of it. True: there was one."""
        if not self.pieces or self.pieces[-1].whole:
            return False
        self._close(self.pieces[-1])
        self.tell()
        return True

    def withdraw(self) -> None:
        """Forget everything at once. The numbers go on: a player that comes back does not take new for old."""
        self.breaks_before += sum(piece.breaks for piece in self.pieces)
        self.pieces.clear()
        self._parts.clear()
        self._sound = b""
        self.tell()

    def part(self, name: str) -> bytes | None:
        """A part's bytes, by its address relative to the playlist."""
        return self._parts.get(name)

    def tell(self) -> None:
        """Wake all who wait."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Until the next `tell`."""
        await self._changed.wait()

    def _open(self, run: str, starts: datetime) -> Piece:
        # Also after a withdrawal nothing follows without a break: a player that has waited must not join the ends.
        piece = Piece(self._next, run, starts, breaks=self._run not in {None, run})
        if self._run != run:
            self._sound = b""  # of the run before
        self._run = run
        self._next += 1
        self.pieces.append(piece)
        return piece

    def _close(self, piece: Piece) -> None:
        data = b"".join(self._parts[piece.part_name(index)] for index in range(len(piece.parts)))
        self._kept(piece, data)
        piece.whole = True
        for old in self.pieces[: -(PIECES_WITH_PARTS + 1)]:
            for index in range(len(old.parts)):
                self._parts.pop(old.part_name(index), None)
        while len(self.pieces) > PIECES:
            gone = self.pieces.pop(0)
            self.breaks_before += gone.breaks
            self._left(gone)
