"""Takes on disk for the tests of what is made of them: real pictures that say when they were taken.

The pictures are encoded once (`film`), each with the true time burned in, and cut at key frames as the archive does.
A `Hall` writes them as takes of a meeting, with clocks that may be wrong.
"""

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ffmpeg
import msgspec
from PIL import Image

from recordings import manifest
from recordings.adapters.keys import RecorderKey
from recordings.config import Config
from recordings.control import Mark, Marks
from recordings.ffmpeg.burned_clock import bit_is_set
from recordings.layout import Layout
from recordings.mpegts import PACKET, TICKS, Reader, unwrapped
from recordings.segments import Gap, GapReason, Segment, TakeNote
from tests.recordings.clock_blocks import read_clock

RATE = 15
START = datetime(2021, 11, 22, 1, 0, tzinfo=UTC)
"""True time 0."""
BOOTED_MS = 1_000_000
"""The uptime at true time 0."""


@dataclass(frozen=True)
class Shot:
    """A segment's content: what it shows and when that was."""

    content: bytes
    true: float
    start: float
    end: float
    frames: int


def film(folder: Path, true: float, seconds: int) -> list[Shot]:
    """Pictures taken from `true` on, as segments of 4 s."""
    out = folder / f"from-{true:g}.ts"
    since = START.timestamp() + true
    video = ffmpeg.input(f"testsrc2=size=320x180:rate={RATE}", f="lavfi", t=seconds).video
    video = video.filter("settb", expr="1/90000").filter("setpts", f"PTS+{since}/TB")
    video = video.filter("drawbox", x=0, y=0, w="iw", h="2*iw/40", color="black", thickness="fill")
    for block in range(40):
        video = video.filter(
            "drawbox", x=block * 8, y=0, w=8, h=16, color="white", thickness="fill", enable=bit_is_set(block)
        )
    video = video.filter("setpts", "PTS-STARTPTS")
    tone = ffmpeg.input("sine=frequency=440:sample_rate=48000", f="lavfi", t=seconds).audio
    coding: dict[str, Any] = {"c:v": "libx264", "preset": "ultrafast", "tune": "zerolatency", "pix_fmt": "yuv420p"}
    coding |= {"crf": 20, "g": RATE, "keyint_min": RATE, "sc_threshold": 0, "c:a": "aac", "b:a": "64k"}
    made = ffmpeg.output(video, tone, str(out), format="mpegts", **coding).global_args("-v", "error", "-nostdin")
    subprocess.run(ffmpeg.compile(made), check=True)
    return _cut(out.read_bytes(), true)


def _cut(stream: bytes, true: float) -> list[Shot]:
    reader, parts, starts, counts = Reader(), [bytearray()], list[int](), [0]
    last = 0
    for at in range(0, len(stream), PACKET):
        packet = stream[at : at + PACKET]
        begin = reader.feed(packet)
        if begin is not None and begin.kind == "video":
            last = unwrapped(begin.ticks, last)
            if begin.key and (not starts or last - starts[-1] >= 4 * TICKS):
                if starts:
                    parts.append(bytearray(reader.tables))
                    counts.append(0)
                starts.append(last)
            counts[-1] += 1
        parts[-1] += packet
    ends = [*starts[1:], last + TICKS // RATE]
    return [
        Shot(bytes(part), true + (start - starts[0]) / TICKS, start / TICKS, end / TICKS, count)
        for part, start, end, count in zip(parts, starts, ends, counts, strict=True)
    ]


@dataclass
class Hall:
    """A meeting with takes, marks and a machine whose wall clock may be wrong."""

    folder: Path
    ledger: str = "meeting-1"
    wrong: float = 0.0
    marks: list[Mark] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        return Layout(self.folder / "data", self.folder / "public")

    def config(self, **changes: Any) -> Config:
        given = {"data": self.layout.data, "public": self.layout.public, "warn_hours": 0.0, "reserve_megabytes": 16}
        return msgspec.convert(
            {**given, "width": 320, "height": 180, "frames_per_second": RATE, **changes},
            Config,
            dec_hook=lambda _, v: v,
        )

    @property
    def public(self) -> Path:
        return self.layout.video(self.ledger)

    def clock(self, true: float) -> tuple[datetime, int]:
        """What a ledger entry reads at a true time."""
        return START + timedelta(seconds=true + self.wrong), round(BOOTED_MS + true * 1000)

    def mark(self, kind: Any, name: str, true: float, ends: float | None = None, item: str | None = None) -> None:
        at, uptime_ms = self.clock(true)
        end = self.clock(ends) if ends is not None else (None, None)
        self.marks.append(
            Mark(
                kind=kind, id=name, title=f"Mục {name}: chi; thu = 5 # \\", at=at, uptime_ms=uptime_ms, item=item,
                ends=end[0], ends_uptime_ms=end[1],
            )
        )  # fmt: skip

    def tell_marks(self) -> None:
        path = self.layout.marks(self.ledger)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(Marks(ledger=self.ledger, marks=tuple(self.marks))))

    def take(self, name: str) -> "Filming":
        note = TakeNote(
            take=name, ledger=self.ledger, sitting="s1", title="Kỳ họp thứ nhất", started=self.clock(0)[0],
            width=320, height=180, frames_per_second=RATE,
        )  # fmt: skip
        folder = self.layout.take(name)
        folder.path.mkdir(parents=True)
        folder.note.write_bytes(msgspec.json.encode(note))
        return Filming(self, name)


@dataclass
class Filming:
    """Writes one take, line by line."""

    hall: Hall
    take: str
    run: int = 0
    count: int = 0

    def shots(self, shots: list[Shot], step: float = 0.0) -> None:
        """A run. The wall clock is stepped after the first segment."""
        self.run += 1
        for number, shot in enumerate(shots):
            self.hall.wrong += step if number == 1 else 0.0
            self.count += 1
            utc, uptime_ms = self.hall.clock(shot.true)
            path = self.hall.layout.take(self.take).segment(self.count)
            path.write_bytes(shot.content)
            self._write(
                Segment(
                    n=self.count, file=path.name, start=shot.start, end=shot.end, frames=shot.frames, run=self.run,
                    boot="boot-1", uptime_ms=uptime_ms, utc=utc, prev=self._hash(),
                    size=len(shot.content), sha256=manifest.hash_of(shot.content),
                )
            )  # fmt: skip

    def gap(self, true: float, seconds: float, reason: GapReason) -> None:
        utc, uptime_ms = self.hall.clock(true)
        self._write(
            Gap(
                after=self.count, reason=reason, boot="boot-1", uptime_ms=uptime_ms, utc=utc, seconds=seconds,
                prev=self._hash(),
            )
        )  # fmt: skip

    def sign(self) -> None:
        key = RecorderKey(self.hall.layout.key)
        folder = self.hall.layout.take(self.take)
        found = manifest.read(folder.manifest.read_bytes() if folder.manifest.exists() else b"")
        head = manifest.unsigned_head(self.take, self.hall.ledger, found, key.public_key())
        signed = msgspec.structs.replace(head, signature=key.sign(manifest.head_message(head)))
        folder.head.write_bytes(msgspec.json.encode(signed))

    def _write(self, line: Segment | Gap) -> None:
        with self.hall.layout.take(self.take).manifest.open("ab") as file:
            file.write(manifest.encoded(line) + b"\n")

    def _hash(self) -> str:
        path = self.hall.layout.take(self.take).manifest
        return manifest.read(path.read_bytes() if path.exists() else b"").hash


def true_time_at(video: Path, seconds: float, scratch: Path) -> float:
    """The true time that the video's picture at this time shows."""
    shot = scratch / "shot.png"
    shot.unlink(missing_ok=True)
    seek, source = ["-ss", f"{seconds:.3f}"], ["-i", str(video)]
    # a seek in MPEG-TS is a guess: there all is decoded up to the picture
    asked = [*source, *seek] if video.suffix == ".ts" else [*seek, *source]
    subprocess.run(["ffmpeg", "-v", "error", *asked, "-frames:v", "1", str(shot)], check=True)
    with Image.open(shot) as picture:
        return true_time_of(picture)


def true_times(video: Path, scratch: Path) -> list[float]:
    """What the video's pictures show, two a second."""
    folder = scratch / f"of-{video.name}"
    folder.mkdir()
    out = ["-vf", "fps=2", str(folder / "%04d.png")]
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(video), *out], check=True)
    found = []
    for path in sorted(folder.iterdir()):
        with Image.open(path) as picture:
            found.append(true_time_of(picture))
    return found


def true_time_of(picture: Image.Image) -> float:
    """The true time burned in."""
    found = read_clock(picture, near=START.timestamp())
    assert found is not None
    return found - START.timestamp()
