"""Every source but the Pi's own camera: one ffmpeg.

It takes this process's place, so that nobody stands between it and the main process. Two things need a keeper, and
then it is this process's child instead: an address with a password, which ffmpeg would write into its log; and a
microphone, whose times ffmpeg takes from the wall clock, so that after a step of that clock lips and voice would stay
apart: the source is opened anew instead.
"""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from msgspec.structs import replace

from recordings import ffmpeg
from recordings.adapters.child import die_with_parent
from recordings.camera.port import UNAVAILABLE, CameraLost
from recordings.camera.v4l2 import best_pixels
from recordings.config import Config

log = logging.getLogger(__name__)

MADE_SOUND: Final = frozenset({"tone", "silence", "source", ""})
STEP_SECONDS: Final = 0.25
LOOK_SECONDS: Final = 0.5
TRY_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class ByFfmpeg:
    """A camera that is an ffmpeg command."""

    command: Sequence[str]
    secret: str = ""
    """Never to be seen in a log."""
    watch_clock: bool = False

    def run(self) -> int:
        """Become ffmpeg, or keep it."""
        if not self.secret and not self.watch_clock:
            try:
                os.execvp(self.command[0], list(self.command))  # noqa: S606 - no shell is wanted
            except OSError as error:
                raise CameraLost(f"{self.command[0]}: {error}") from error
        return self._keep()

    def _keep(self) -> int:
        apart = _clocks_apart()
        try:
            kept = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - there is one thread yet
            )
        except OSError as error:
            raise CameraLost(f"{self.command[0]}: {error}") from error
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: kept.send_signal(signal.SIGINT))  # ffmpeg ends well by either
        telling = threading.Thread(target=self._tell, args=(cast(IO[bytes], kept.stderr),), daemon=True)
        telling.start()
        code = self._wait(kept, apart)
        telling.join(timeout=1)
        return code

    def _wait(self, kept: subprocess.Popen[bytes], apart: float) -> int:
        while True:
            try:
                return UNAVAILABLE if kept.wait(LOOK_SECONDS) else 0
            except subprocess.TimeoutExpired:
                if self.watch_clock and abs(_clocks_apart() - apart) > STEP_SECONDS:
                    log.warning("the wall clock was stepped: opened anew, so that sound fits")
                    kept.kill()

    def _tell(self, said: IO[bytes]) -> None:
        for line in said:
            words = line.decode(errors="replace").rstrip()
            log.warning("%s", words.replace(self.secret, "…") if self.secret else words)


def open_by_ffmpeg(config: Config) -> ByFfmpeg:
    """The ffmpeg of the configured source."""
    microphone = config.sound not in MADE_SOUND
    if microphone and not _is_heard(config.sound):
        log.error("sound %s cannot be had: recording goes on in silence", config.sound)
        config, microphone = replace(config, sound="silence"), False
    match config.source:
        case "test":
            return ByFfmpeg(ffmpeg.source_test(config), watch_clock=microphone)
        case "v4l2":
            return ByFfmpeg(ffmpeg.source_v4l2(config, best_pixels(config.device)), watch_clock=microphone)
        case "rtsp":
            return ByFfmpeg(ffmpeg.source_rtsp(config), secret=secret_of(config.device), watch_clock=microphone)
        case "file":
            if not Path(config.device).exists():
                raise CameraLost(f"{config.device}: no such file")
            return ByFfmpeg(ffmpeg.source_file(config), watch_clock=microphone)
        case other:
            raise CameraLost(f"{other}: no ffmpeg source")


def secret_of(address: str) -> str:
    """Name and password in an address (`rtsp://name:password@camera/`), empty if there are none."""
    host = address.partition("://")[2].partition("/")[0]
    return host.rpartition("@")[0]


def _is_heard(device: str) -> bool:
    """Tried before: in one ffmpeg with the camera, a microphone that is missing would cost the picture."""
    try:
        tried = subprocess.run(
            ffmpeg.try_sound(device), stdin=subprocess.DEVNULL, timeout=TRY_SECONDS, check=False, capture_output=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _clocks_apart() -> float:
    return time.time() - time.monotonic()
