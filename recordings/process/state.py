"""What the screens are told of the recorder, put together from its parts."""

from dataclasses import dataclass
from typing import Final

from recordings.control import Problem, RecorderState
from recordings.disk import Duty
from recordings.process.clock_watch import ClockWatch
from recordings.process.finishing import Finishing
from recordings.process.knowledge import Knowledge
from recordings.process.looking import Looking
from recordings.process.problems import Facts, problems
from recordings.process.recording import Recording
from recordings.process.showing import Showing
from recordings.process.source import Source
from recordings.process.space import Space
from recordings.recorder import Eyes, RecorderStage

LOSS_TOLD_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """The parts that something is told of."""

    stage: RecorderStage
    knowledge: Knowledge
    source: Source
    showing: Showing
    recording: Recording
    finishing: Finishing
    space: Space
    clocks: ClockWatch
    looking: Looking


def state_of(parts: Told, now: float) -> RecorderState:
    """All of it, as it is now."""
    take, knowledge, showing = parts.recording.take, parts.knowledge, parts.showing
    gaps, gap_seconds = (0, 0.0) if take is None else take.tally.all_gaps
    standing = knowledge.standing
    return RecorderState(
        stage=parts.stage,
        private=knowledge.eyes in {Eyes.PRIVATE, Eyes.UNKNOWN},
        known=knowledge.known,
        take=None if take is None else take.note.take,
        ledger="" if standing is None else standing.ledger,
        since=None if take is None else take.note.started,
        seconds=0.0 if take is None else round(take.seconds, 1),
        gaps=gaps,
        gap_seconds=round(gap_seconds, 1),
        source=parts.source.state,
        live=showing.live,
        push=showing.push,
        free_bytes=parts.space.free,
        seconds_left=parts.space.seconds_left,
        problems=_problems(parts, now),
        working_on=parts.finishing.working_on,
        progress=parts.finishing.progress,
        looking_until=parts.looking.until,
        sound_peak=showing.sound_peak,
    )


def _problems(parts: Told, now: float) -> tuple[Problem, ...]:
    take = parts.recording.take
    return problems(
        Facts(
            stage=parts.stage,
            looking=parts.looking.on,
            disk_full=not parts.space.may(Duty.ARCHIVE) or (take is not None and take.disk_full),
            disk_low=parts.space.low,
            source=parts.source.problem,
            frozen=parts.source.frozen,
            no_sound=parts.source.no_sound,
            archive_stalled=take is not None and take.stalled,
            live_down=parts.showing.down("live", now),
            push_down=parts.showing.down("push", now),
            packets_lost=take is not None and take.lost_at is not None and now - take.lost_at < LOSS_TOLD_SECONDS,
            clock_stepped=parts.clocks.stepped(now),
        )
    )
