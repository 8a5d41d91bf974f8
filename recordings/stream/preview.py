"""`python -m recordings preview`: one small picture a second for the chair's and technician's screens.

Key frames alone are decoded. It also sees a picture that stands still (`stillness`): a camera that hangs, but goes on
sending, looks well to everybody else. And it hears how loud the hall is (`loudness`).
"""

import argparse
import asyncio
import itertools
import logging
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from recordings.config import Config
from recordings.layout import Layout
from recordings.reports import SILENT, Report, Show
from recordings.stream.bus import open_bus, uptime_ms
from recordings.stream.loudness import Loudness
from recordings.stream.stillness import Patch, Stillness, patches
from recordings.stream.told import Told, until_ended
from recordings.stream.transport import Gatherer

CANNOT: Final = 69
WIDTH: Final = 480
EVERY_MS: Final = 900
"""A key frame a second comes; of a source with more of them some are left out."""
_log = logging.getLogger(__name__)


class Preview:
    """The newest picture as a file, and whether it stands still."""

    def __init__(self, config: Config) -> None:
        self._path = Layout(config.data, config.public).preview
        self._gatherer = Gatherer()
        self._stillness = Stillness(config.lost_after_seconds)
        self._loudness = Loudness()
        self._last = 0
        self._may = False
        self.frozen = False

    def withdraw(self) -> None:
        """There is no picture."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.error("the preview cannot be withdrawn: %s", error)

    def show(self, state: Show) -> None:
        """Of what is private there is no picture anywhere; while unknown the room's own screens may go on."""
        self._may = state in {"live", "unknown"}
        self._gatherer = Gatherer()
        self._stillness.begin()
        self._loudness.forget()
        if not self._may:
            self.withdraw()

    def take(self, datagram: bytes, came: int) -> None:
        """A datagram from the bus."""
        if not self._may:
            return
        self._loudness.feed(datagram, came)
        for picture in self._gatherer.feed(datagram):
            if picture.key and came - self._last >= EVERY_MS:
                self._last = came
                self._see(picture.data, came)

    def peak(self, now: int) -> float | None:
        """How loud it was in the last two seconds, in dB below full scale; None: no sound came, or it is private."""
        return self._loudness.peak(now) if self._may else None

    def _see(self, data: bytes, came: int) -> None:
        try:
            frame = decoded(data)
        except (av.FFmpegError, EOFError):
            return  # a broken picture; the next second brings another
        if frame is None:
            return
        self.frozen = self._stillness.key(looked_at(frame), came)
        write(self._path, jpeg(frame))


def decoded(data: bytes) -> VideoFrame | None:
    """One key frame, decoded by itself."""
    decoder = VideoCodecContext.create("h264", "r")
    return next(iter([*decoder.decode(av.Packet(data)), *decoder.decode(None)]), None)


def looked_at(frame: VideoFrame) -> list[Patch]:
    """What is compared with the next key frame; a picture may have any form, its first plane is grey."""
    grey = frame if frame.format.name.startswith("yuv") else frame.reformat(format="gray")
    plane = grey.planes[0]
    return patches(bytes(plane), plane.line_size, frame.width, frame.height)


def jpeg(frame: VideoFrame) -> bytes:
    """The picture, small."""
    height = frame.height * WIDTH // frame.width // 2 * 2
    small = frame.reformat(width=WIDTH, height=height, format="yuvj420p")
    encoder = VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, height, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"qmin": "4", "qmax": "6"}
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])


def write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        # A full disk: the picture is the least of what is missing.
        _log.warning("the preview cannot be written: %s", error.strerror)
        fresh.unlink(missing_ok=True)


async def serve(config: Config) -> int:
    """Until told to end."""
    preview = Preview(config)
    preview.withdraw()
    told = Told(preview.show, config.standing)
    bus = await open_bus(config.ports.preview, preview.take)

    async def watch() -> None:
        last, heard = False, None
        for tick in itertools.count():
            if preview.frozen != last:
                last = preview.frozen
                told.tell(Report(frozen=last))
            peak = preview.peak(uptime_ms())
            if peak != heard and tick % 4 == 0:
                heard = peak
                told.tell(Report(sound_peak=SILENT if peak is None else peak))
            await asyncio.sleep(0.25)

    try:
        await until_ended(told, watch())
    finally:
        bus.close()
        preview.withdraw()
    return 0


def run(config: Config, _: argparse.Namespace) -> int:
    """The command."""
    try:
        config.data.mkdir(parents=True, exist_ok=True)
        return asyncio.run(serve(config))
    except OSError as error:
        _log.error("there is no preview: %s", error)
        return CANNOT
