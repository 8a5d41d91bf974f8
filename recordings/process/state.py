"""What the screens are told of the recorder, put together from its parts."""

from typing import TYPE_CHECKING, Final

from recordings.control import Problem, RecorderState
from recordings.disk import Duty
from recordings.process.problems import Facts, problems
from recordings.recorder import Eyes

LOSS_TOLD_SECONDS: Final = 60.0

if TYPE_CHECKING:
    from recordings.process.loop import Loop


def state_of(loop: "Loop", now: float) -> RecorderState:
    """All of it, as it is now."""
    take, knowledge, showing = loop.recording.take, loop.knowledge, loop.showing
    gaps, gap_seconds = (0, 0.0) if take is None else take.tally.all_gaps
    standing = knowledge.standing
    return RecorderState(
        stage=loop.stage,
        private=knowledge.eyes in {Eyes.PRIVATE, Eyes.UNKNOWN},
        known=knowledge.known,
        take=None if take is None else take.note.take,
        ledger="" if standing is None else standing.ledger,
        since=None if take is None else take.note.started,
        seconds=0.0 if take is None else round(take.seconds, 1),
        gaps=gaps,
        gap_seconds=round(gap_seconds, 1),
        source=loop.source.state,
        live=showing.live,
        push=showing.push,
        free_bytes=loop.space.free,
        seconds_left=loop.space.seconds_left,
        problems=_problems(loop, now),
        working_on=loop.finishing.working_on,
        progress=loop.finishing.progress,
        looking_until=loop.looking.until,
        sound_peak=showing.sound_peak,
    )


def _problems(loop: "Loop", now: float) -> tuple[Problem, ...]:
    take = loop.recording.take
    return problems(
        Facts(
            stage=loop.stage,
            looking=loop.looking.on,
            disk_full=not loop.space.may(Duty.ARCHIVE) or (take is not None and take.disk_full),
            disk_low=loop.space.low,
            source=loop.source.problem,
            frozen=loop.source.frozen,
            no_sound=loop.source.no_sound,
            archive_stalled=take is not None and take.stalled,
            live_down=loop.showing.down("live", now),
            push_down=loop.showing.down("push", now),
            packets_lost=take is not None and take.lost_at is not None and now - take.lost_at < LOSS_TOLD_SECONDS,
            clock_stepped=loop.clocks.stepped(now),
        )
    )
