"""What recording and streaming cost: CPU by part and set of sinks, bytes an hour, viewers a core, votes beside it.

The recorder is the real one with all its children, on the test picture. The viewers are played by one process that
asks for what a player asks for; nginx runs with the portal's own configuration.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.bench import machine
from tests.bench.council import seed
from tests.bench.hall import Hall, appliance, connect_members, convene
from tests.bench.limits import arrivals
from tests.bench.rounds import Figures, progress
from tests.bench.viewers import Load, Site, anywhere, played, site
from tests.recordings.recorder_process import Link, Recorder, until

PICTURES: Final = {"720p30": (1280, 720, 2500), "1080p30": (1920, 1080, 4500)}
WARM_SECONDS: Final = 4.0
MEASURED_SECONDS: Final = 12.0
VIEWERS: Final = 50
SINKS: Final = (
    ("encode only", ("source",)),
    ("+ archive", ("source", "record", "archive")),
    ("+ live (HLS, LL-HLS)", ("source", "record", "archive", "live")),
    ("+ preview", ("source", "record", "archive", "live", "preview")),
    ("+ house, nobody there", ("source", "record", "archive", "live", "preview", "house")),
    ("+ push to an RTMP server", ("source", "record", "archive", "live", "preview", "house", "push")),
)
LIMIT: Final = 1.3
"""Press → durable with recording and viewers, beside the same without."""


class Cost(NamedTuple):
    """One picture size."""

    name: str
    cores: dict[str, float]
    """Share of one core, by part."""
    bytes_an_hour: float


@dataclass(slots=True)
class VideoFigures:
    """All that was measured."""

    costs: list[Cost] = field(default_factory=list)
    loads: list[tuple[str, Load, Load]] = field(default_factory=list)
    """What was watched; live; the same bytes as plain files."""
    votes: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Percentile: ms without and with recording and viewers."""


def measure_video(folder: Path, *, quick: bool) -> VideoFigures:
    """Everything. Raises AssertionError when a part does not come up."""
    found = VideoFigures()
    for name, (width, height, rate) in PICTURES.items():
        progress(f"video: {name}, every sink")
        with recording(folder / name, width, height, rate, push=True) as recorder:
            found.costs.append(_cost(name, recorder))
    progress(f"video: {VIEWERS} viewers, and votes beside them")
    _beside(folder, found, rounds=3 if quick else 8)
    return found


@contextmanager
def recording(folder: Path, width: int, height: int, rate: int, *, push: bool = False) -> Iterator[Recorder]:
    """A recorder that is on air, and an appliance at the other end of its socket."""
    folder.mkdir(parents=True)
    settings: dict[str, Any] = {
        "width": width, "height": height, "frames_per_second": 30, "kilobits_per_second": rate,
        "preset": "veryfast", "segment_seconds": 4, "fsync_seconds": 1.0, "lost_after_seconds": 3.0,
        "unknown_after_seconds": 60.0,
    }  # fmt: skip
    with _rtmp_server(folder) as address:
        if push:
            secret = folder / "push-address"
            secret.write_text(address)
            secret.chmod(0o600)
            settings["push_address_file"] = str(secret)
        recorder = Recorder(folder, faked=("finish", "clip"), settings=settings)
        recorder.write_config()
        with anywhere():
            recorder.start()
        try:
            link = recorder.public()
            link.until(lambda s: s["stage"] == "recording" and s["live"], "a recorder on air")
            with _attended(link):
                yield recorder
        finally:
            for one in recorder.links:
                one.close()
            recorder.stop()


@contextmanager
def _rtmp_server(folder: Path) -> Iterator[str]:
    """Somebody who takes what is pushed, and throws it away."""
    address = f"rtmp://127.0.0.1:{machine.free_port()}/live/key"
    argv = ["ffmpeg", "-nostdin", "-v", "quiet", "-listen", "1", "-i", address, "-c", "copy", "-f", "null", "-"]
    server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        yield address
    finally:
        machine.end(server)


def _cost(name: str, recorder: Recorder) -> Cost:
    time.sleep(WARM_SECONDS)
    before, bytes_before, started = _cpu(recorder), _archived(recorder), time.monotonic()
    time.sleep(MEASURED_SECONDS)
    after, bytes_after = _cpu(recorder), _archived(recorder)
    took = time.monotonic() - started
    cores = {part: (used - before.get(part, 0)) / took / 1e9 for part, used in after.items()}
    return Cost(name, cores, (bytes_after - bytes_before) / took * 3600)


@contextmanager
def _attended(link: Link) -> Iterator[None]:
    """Somebody says the beats while we measure."""
    over = threading.Event()

    def attend() -> None:
        while not over.is_set() and link.read():
            link.lines.clear()

    thread = threading.Thread(target=attend, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _archived(recorder: Recorder) -> int:
    return sum(file.stat().st_size for file in recorder.layout.takes.glob("*/s*.ts"))


def _cpu(recorder: Recorder) -> dict[str, int]:
    """CPU so far of each part, with what it has started."""
    assert recorder.process is not None
    found = {"record": machine.cpu_ns(recorder.process.pid)}
    for part in ("source", "archive", "live", "preview", "house", "push"):
        found[part] = sum(machine.cpu_ns(pid) for child in recorder.children(part) for pid in _family(child))
    return found


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in _family(int(child)))]


def _beside(folder: Path, found: VideoFigures, rounds: int) -> None:
    """Votes alone, then beside a recorder and fifty viewers, then alone again."""
    council = seed(folder / "council-video", 120)
    with appliance(council) as hall:
        convene(hall)
        connect_members(hall)
        alone, beside = Figures(120, slow=False), Figures(120, slow=False)
        _vote(hall, alone, 2, 90)
        alone.series.clear()  # the first ones warm up
        _vote(hall, alone, rounds // 2 + 1, 0)
        with recording(folder / "beside", 1280, 720, 2500) as recorder, site(recorder, folder) as there:
            with played(there, "low", VIEWERS):
                _come_back(hall)
                hall.tablets.quiet(2.0)
                for turn in range(rounds):
                    _vote(hall, beside, 1, turn)
            found.loads = _loads(there, recorder)
        _come_back(hall)
        _vote(hall, alone, rounds // 2 + 1, rounds)
    for which in ("vote p50", "vote p99", "vote max"):
        found.votes[which] = (alone.get(which) or 0.0, beside.get(which) or 0.0)


def _come_back(hall: Hall) -> None:
    """Everybody anew: while something else was made ready nobody answered the server's heartbeat."""
    everybody = [hall.chair, hall.clerk, *hall.members]
    hall.tablets.drop(everybody)
    hall.tablets.connect(everybody)


def _vote(hall: Hall, figures: Figures, rounds: int, first: int) -> None:
    for turn in range(rounds):
        hall.open_poll()
        took, _ = hall.vote(arrivals(len(hall.members), first + turn))
        figures.latencies("vote", took)
        hall.finish_poll()


def _loads(there: Site, recorder: Recorder) -> list[tuple[str, Load, Load]]:
    loads = []
    (live,) = until(lambda: recorder.children("live"), "live")
    for name, way in (("HLS, 1 s segments", "plain"), ("LL-HLS, 200 ms parts", "low")):
        measured = []
        for source in (way, "static"):
            with played(there, source, VIEWERS) as viewers:
                time.sleep(3.0)
                before = there.cpu(), sum(map(machine.cpu_ns, _family(live)))
                started = viewers.bytes, time.monotonic()
                time.sleep(10.0)
                took = time.monotonic() - started[1]
                extra = sum(map(machine.cpu_ns, _family(live))) - before[1] if source == "low" else 0
                measured.append(Load(there.cpu() - before[0], extra, viewers.bytes - started[0], took, viewers.late))
        loads.append((name, measured[0], measured[1]))
    return loads


def report(found: VideoFigures) -> str:
    """The tables."""
    head = f"{'share of one core, test picture, veryfast':<44}" + "".join(f"{c.name:>12}" for c in found.costs)
    rows = [
        f"  {name:<42}" + "".join(f"{sum(c.cores.get(p, 0) for p in parts):>11.1%} " for c in found.costs)
        for name, parts in SINKS
    ]
    size = f"  {'archive, GB an hour':<42}" + "".join(f"{c.bytes_an_hour / 1e9:>11.2f} " for c in found.costs)
    lines = [
        head,
        *rows,
        size,
        "",
        f"{VIEWERS} viewers of 720p30: what the web server uses (nginx; and the origin's share)",
    ]
    for name, live, files in found.loads:
        a, b = live.cpu_a_viewer, files.cpu_a_viewer
        lines.append(
            f"  {name:<24}{live.viewers_a_core:>7.0f} viewers a core   beside the same bytes from still files "
            f"{files.viewers_a_core:.0f}: {a / b:.2f}×   {live.megabits:.0f} Mbit/s, {live.late} late"
        )
    lines += ["", f"press → durable, N = 120, recording 720p30 with {VIEWERS} LL-HLS viewers, beside without"]
    for name, (alone, beside) in found.votes.items():
        goal = ("reached" if beside <= LIMIT * alone else "NOT REACHED") if name != "vote max" else ""
        aim = f"≤ {LIMIT}×" if name != "vote max" else ""
        lines.append(
            f"  {name.removeprefix('vote '):<6}{beside:7.2f} / {alone:.2f} ms = {beside / alone:.2f}×  {aim:<8} {goal}"
        )
    return "\n".join(lines)


def as_json(found: VideoFigures) -> dict[str, Any]:
    """The same for programs."""
    return {
        "cost": {c.name: {"cores": c.cores, "bytes_an_hour": round(c.bytes_an_hour)} for c in found.costs},
        "viewers": {name: {"live": a.as_json(), "files": b.as_json()} for name, a, b in found.loads},
        "votes_ms": found.votes,
    }


if __name__ == "__main__":
    import tempfile

    machine.pin(machine.CLIENT_CORE)
    with tempfile.TemporaryDirectory() as where:
        print(report(measure_video(Path(where), quick="--quick" in sys.argv)))
