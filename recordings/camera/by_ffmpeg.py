"""Every source but the Pi's own camera: one ffmpeg.

It takes this process's place, so that nobody stands between it and the main process. Two things need a keeper, and
then it is this process's child instead:

* An address with a password: ffmpeg would write it into its log.
* A microphone. ffmpeg takes its times from the wall clock, so after a step of that clock lips and voice would stay
  apart. And when it goes, ffmpeg goes on without sound for ever. Both times the source is opened anew, in silence if
  there is no microphone; and once more when it is back.
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
from typing import Final

from msgspec.structs import replace

from recordings import ffmpeg
from recordings.adapters.child import die_with_parent
from recordings.camera.port import UNAVAILABLE, CameraLost, tell_sound
from recordings.camera.v4l2 import best_pixels
from recordings.camera.wall_clock import WallClock
from recordings.config import Config

log = logging.getLogger(__name__)

MADE_SOUND: Final = frozenset({"tone", "silence", "source", ""})
LOOK_SECONDS: Final = 0.5
TRY_SECONDS: Final = 3.0
TRY_AGAIN_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ByFfmpeg:
    """A camera that is an ffmpeg command."""

    command: Sequence[str]
    secret: str = ""
    """Never to be seen in a log."""
    microphone: str = ""
    """In use."""
    missing: str = ""
    """Wanted, but not there."""

    def run(self) -> int:
        """Become ffmpeg, or keep it."""
        if not (self.secret or self.microphone or self.missing):
            try:
                os.execvp(self.command[0], list(self.command))  # noqa: S606 - no shell is wanted
            except OSError as error:
                raise CameraLost(f"{self.command[0]}: {error}") from error
        return self._keep()

    def _keep(self) -> int:
        if self.microphone or self.missing:
            tell_sound(bool(self.microphone))
        clock = WallClock()
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
        telling = threading.Thread(target=self._tell, args=(kept,), daemon=True)
        telling.start()
        code = self._wait(kept, clock)
        telling.join(timeout=1)
        return code

    def _wait(self, kept: subprocess.Popen[bytes], clock: WallClock) -> int:
        tried = time.monotonic()
        while True:
            try:
                return UNAVAILABLE if kept.wait(LOOK_SECONDS) else 0
            except subprocess.TimeoutExpired:
                pass
            if self.microphone and clock.stepped:
                log.warning("the wall clock was stepped: opened anew, so that sound fits")
                kept.kill()
            elif self.missing and time.monotonic() - tried > TRY_AGAIN_SECONDS:
                tried = time.monotonic()
                if _is_heard(self.missing):
                    log.warning("sound %s is back: opened anew", self.missing)
                    kept.kill()

    def _tell(self, kept: subprocess.Popen[bytes]) -> None:
        for line in kept.stderr or ():
            words = line.decode(errors="replace").rstrip()
            log.warning("%s", words.replace(self.secret, "…") if self.secret else words)
            if self.microphone and words.startswith(f"{self.microphone}: "):
                kept.kill()


def open_by_ffmpeg(config: Config) -> ByFfmpeg:
    """The ffmpeg of the configured source."""
    microphone, missing = config.sound if config.sound not in MADE_SOUND else "", ""
    if microphone and not _is_heard(microphone):
        log.error("sound %s cannot be had: recording goes on in silence", microphone)
        config, microphone, missing = replace(config, sound="silence"), "", microphone
    secret = secret_of(config.device) if config.source == "rtsp" else ""
    return ByFfmpeg(_command(config), secret, microphone, missing)


def _command(config: Config) -> list[str]:
    match config.source:
        case "test":
            return ffmpeg.source_test(config)
        case "v4l2":
            return ffmpeg.source_v4l2(config, best_pixels(config.device))
        case "rtsp":
            return ffmpeg.source_rtsp(config)
        case "file" if Path(config.device).is_file():
            return ffmpeg.source_file(config)
        case "file":
            raise CameraLost(f"{config.device}: no such file")
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
