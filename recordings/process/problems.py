"""What is wrong now, in the order in which it matters. Pure."""

from dataclasses import dataclass

from recordings.control import Problem
from recordings.recorder import RecorderStage


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be seen of each part."""

    stage: RecorderStage
    looking: bool
    disk_full: bool
    disk_low: bool
    source: Problem | None
    """NO_SOURCE or SOURCE_LOST."""
    frozen: bool
    archive_stalled: bool
    no_sound: bool
    live_down: bool
    push_down: bool
    packets_lost: bool
    clock_stepped: bool


def problems(now: Facts) -> tuple[Problem, ...]:
    """All of them, worst first. What only a take needs is no problem while none is wanted."""
    on = now.stage in {RecorderStage.STARTING, RecorderStage.RECORDING}
    camera = on or now.looking
    found = {
        Problem.DISK_FULL: now.disk_full,
        Problem.NO_SOURCE: camera and now.source is Problem.NO_SOURCE,
        Problem.SOURCE_LOST: camera and now.source is Problem.SOURCE_LOST,
        Problem.FROZEN: camera and now.frozen,
        Problem.ARCHIVE_STALLED: on and now.archive_stalled,
        Problem.NO_SOUND: camera and now.no_sound,
        Problem.DISK_LOW: now.disk_low and not now.disk_full,
        Problem.LIVE_DOWN: on and now.live_down,
        Problem.PUSH_DOWN: on and now.push_down,
        Problem.PACKETS_LOST: on and now.packets_lost,
        Problem.CLOCK_STEPPED: now.clock_stepped,
    }
    return tuple(problem for problem in Problem if found[problem])
