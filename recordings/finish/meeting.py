"""A meeting's video put together: what is to be published, from the takes and the marks. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from recordings.chapters import Chapter, chapters
from recordings.control import Mark
from recordings.finish.products import LeftOut, PlayedGap, Take
from recordings.finish.products import Piece as PlayedPiece
from recordings.finish.takes import FoundTake
from recordings.segments import Gap
from recordings.timeline import NO_PICTURE, Piece, Timeline, build


@dataclass(frozen=True)
class Meeting:
    """Takes and marks of one ledger."""

    ledger: str
    takes: tuple[FoundTake, ...]
    marks: tuple[Mark, ...]
    public: Path
    """The meeting's public folder: where the segments are when the archive's own have been removed."""

    @cached_property
    def timeline(self) -> Timeline:
        """All pictures that can be shown."""
        return build(
            [(take.note.take, [s for s in take.segments if self._is_there(take, s.file)]) for take in self.takes]
        )

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Of the whole meeting."""
        return chapters(self.marks, self.timeline)

    @cached_property
    def _folders(self) -> dict[str, Path]:
        return {
            take.note.take: self.public / take.note.take if take.removed else take.folder.path for take in self.takes
        }

    def where(self, take: str, file: str) -> Path:
        """A segment's file."""
        return self._folders[take] / file

    def _is_there(self, take: FoundTake, file: str) -> bool:
        return not take.removed or self.where(take.note.take, file).exists()

    def pieces_of(self, take: str) -> tuple[Piece, ...]:
        """Those of one take."""
        return tuple(piece for piece in self.timeline.pieces if piece.take == take)

    def played_takes(self) -> tuple[Take, ...]:
        """In the order of play; takes without a picture come last."""
        return tuple(sorted((self._take(take) for take in self.takes), key=lambda take: (not take.seconds, take.start)))

    def _take(self, found: FoundTake) -> Take:
        pieces = self.pieces_of(found.note.take)
        start = pieces[0].start if pieces else self.timeline.seconds
        return Take(
            take=found.note.take,
            sitting=found.note.sitting,
            started=found.note.started,
            start=round(start, 3),
            seconds=round(pieces[-1].end - start, 3) if pieces else 0.0,
        )

    def played_pieces(self) -> tuple[PlayedPiece, ...]:
        """As `video.json` has them."""
        return tuple(
            PlayedPiece(
                take=piece.take,
                start=round(piece.start, 3),
                seconds=round(piece.seconds, 3),
                boot=piece.first.boot,
                uptime_ms=piece.first.uptime_ms,
                utc=piece.first.utc,
            )
            for piece in self.timeline.pieces
        )

    def played_gaps(self) -> tuple[PlayedGap, ...]:
        """Times without pictures within takes: told by the recorder, or because a segment had to be left out."""
        found = [self._gap(take, gap) for take in self.takes for gap in take.gaps]
        for take in self.takes:
            pieces = self.pieces_of(take.note.take)
            for before, after in pairwise(pieces):
                if before.first.run == after.first.run and before.first.boot == after.first.boot:
                    seconds = (after.first.uptime_ms / 1000) - before.knots[-1][0]
                    found.append(
                        PlayedGap(
                            take=take.note.take, at=round(after.start, 3), seconds=round(max(0.0, seconds), 3),
                            reason="broken",
                        )
                    )  # fmt: skip
        return tuple(sorted(found, key=lambda gap: gap.at))

    def _gap(self, take: FoundTake, gap: Gap) -> PlayedGap:
        pieces = self.pieces_of(take.note.take)
        after = [piece.start for piece in pieces if piece.first.n > gap.after]
        at = after[0] if after else (pieces[-1].end if pieces else self.timeline.seconds)
        return PlayedGap(take=take.note.take, at=round(at, 3), seconds=round(gap.seconds, 3), reason=gap.reason)

    def left_out(self) -> tuple[LeftOut, ...]:
        """What is not published though it was recorded. Segments without a picture are nothing that is missed."""
        return tuple(
            LeftOut(take=take.note.take, file=file, why=why)
            for take in self.takes
            for file, why in sorted(take.left_out.items())
            if why != NO_PICTURE
        )

    def title(self, take: str) -> str:
        """For the file of a take."""
        return next((found.note.title for found in self.takes if found.note.take == take), "")


def ended(take: FoundTake) -> datetime | None:
    """When its last picture was taken."""
    return max((s.utc + timedelta(seconds=s.end - s.start) for s in take.segments), default=None)
