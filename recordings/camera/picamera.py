"""The Raspberry Pi's own camera, through picamera2.

A Pi up to 4 encodes in hardware (H264Encoder), a Pi 5 has none and encodes by libx264 (LibavH264Encoder): picamera2
tells them apart. One PyavOutput then writes MPEG-TS, with the sensor's own times, to every consumer's port.

Bit rate and key frame period are always given: picamera2's own differ between the two encoders. An output that fails
is silent for ever unless one asks (`error_callback`), and so is a thread that dies: both end this process.
"""

import logging
import os
import signal
import sys
import threading
import time
from typing import Any, Final

import msgspec

from recordings.camera.port import UNAVAILABLE, CameraLost, tell_sound
from recordings.camera.udp_bus import UdpBus
from recordings.camera.wall_clock import WallClock
from recordings.config import Config

log = logging.getLogger(__name__)

TOLD_SECONDS: Final = 0.5
TRY_AGAIN_SECONDS: Final = 10.0
"""How often a microphone that was not there is looked for."""
ENCODER_THREADS: Final = 2
"""Each more holds the picture back by one; libx264 would take six on a Pi 5."""
PIXELS: Final = "YUV420"
MADE_SOUND: Final = {
    "tone": "sine=frequency=440:sample_rate=48000:samples_per_frame=1024,volume=0.1,arealtime",
    "silence": "anullsrc=sample_rate=48000:channel_layout=mono:nb_samples=1024,arealtime",
}


class PiCamera:
    """The camera on the Pi's own connector."""

    def __init__(self, config: Config) -> None:
        """Nothing is opened yet."""
        self._config = config
        self._ended = threading.Event()
        self._lost = ""
        self._missing: dict[str, str] | None = None
        """The microphone that could not be opened."""

    def run(self) -> int:
        """Send pictures until told to end. Raises CameraLost if it does not open; ends the process if it is lost."""
        try:
            import picamera2  # noqa: PLC0415 - there is none but on a Pi, and it takes a second to load
        except ImportError as error:
            raise CameraLost(f"picamera2 cannot be used here: {error}") from error
        threading.excepthook = lambda died: self._lose(f"{died.thread and died.thread.name}: {died.exc_value!r}")
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: self._ended.set())
        try:
            with picamera2.Picamera2(self._number(picamera2.Picamera2)) as camera:
                self._record(camera)
        except (RuntimeError, OSError) as error:
            raise CameraLost(str(error)) from error
        return 0

    def _number(self, kind: Any) -> int:
        """`device`: empty, the first camera; a number; or a part of its id, as `rpicam-hello --list-cameras` says."""
        cameras = kind.global_camera_info()
        wanted = self._config.device
        for number, camera in enumerate(cameras):
            if wanted in ("", str(number)) or (not wanted.isdigit() and wanted in camera["Id"]):
                return number
        raise CameraLost(f"no camera {wanted!r} among {[camera['Id'] for camera in cameras]}")

    def _record(self, camera: Any) -> None:
        config = self._config
        camera.configure(
            camera.create_video_configuration(
                main={"size": (config.width, config.height), "format": PIXELS},
                controls={"FrameRate": config.frames_per_second},
            )
        )
        encoder = self._encoder()
        self._start(camera, encoder)
        self._watch(encoder)
        if self._lost:
            # Not closed: picamera2 would ask the dead camera's own thread to close it, and wait for ever.
            log.error("picamera: %s", self._lost)
            os._exit(UNAVAILABLE)
        camera.stop_recording()

    def _encoder(self) -> Any:
        from picamera2.encoders import H264Encoder, LibavH264Encoder  # noqa: PLC0415
        from picamera2.platform import Platform, get_platform  # noqa: PLC0415

        config = self._config
        given = {
            "bitrate": config.kilobits_per_second * 1000,
            "repeat": True,
            "iperiod": config.frames_per_second,
            "framerate": config.frames_per_second,
        }
        if get_platform() is Platform.VC4:
            return H264Encoder(enable_sps_framerate=True, **given)
        encoder = LibavH264Encoder(**given)
        encoder.preset = config.preset
        encoder.threads = ENCODER_THREADS
        encoder.drop_final_frames = True
        return encoder

    def _start(self, camera: Any, encoder: Any) -> None:
        """With sound, or without if there is none to be had: a microphone that is missing must not cost the picture."""
        if sound := self._sound():
            encoder.audio = True
            encoder.audio_input = sound
            encoder.audio_output = {"codec_name": "aac", "rate": 48000, "bit_rate": 96_000}
            try:
                camera.start_recording(encoder, self._output())
            except OSError as error:  # PyAV's errors are OSErrors
                log.error("sound %s: %s", self._config.sound, error)
                encoder.audio = False
                encoder.stop()
                self._missing = sound
                tell_sound(False)
            else:
                if self._config.sound not in MADE_SOUND:
                    tell_sound(True)
                return
        camera.start_recording(encoder, self._output())

    def _output(self) -> Any:
        from picamera2.outputs import PyavOutput  # noqa: PLC0415

        bus = UdpBus(msgspec.structs.astuple(self._config.ports))
        output = PyavOutput(bus, format="mpegts", options={"flush_packets": "1", "max_interleave_delta": "500000"})
        output.error_callback = lambda error: self._lose(f"output: {error!r}")
        return output

    def _sound(self) -> dict[str, str] | None:
        """What PyAV is to open: `pulse:…` for PulseAudio, otherwise an ALSA device."""
        name = self._config.sound
        if name in ("", "source"):
            return None
        if name in MADE_SOUND:
            return {"file": MADE_SOUND[name], "format": "lavfi"}
        if name.startswith("pulse"):
            return {"file": name.partition(":")[2] or "default", "format": "pulse"}
        return {"file": name, "format": "alsa"}

    def _watch(self, encoder: Any) -> None:
        """Tell how many pictures there are, until told to end or until they stand still."""
        frames, moved, clock = -1, time.monotonic(), WallClock()
        tried = moved
        while not self._ended.wait(TOLD_SECONDS):
            now = time.monotonic()
            if encoder.frames_encoded != frames:
                frames, moved = encoder.frames_encoded, now
            elif now - moved > self._config.lost_after_seconds:
                self._lose("no picture")
            if encoder.audio and clock.stepped and self._config.sound not in MADE_SOUND:
                self._lose("the wall clock was stepped: opened anew, so that sound fits")
            if self._missing and now - tried > TRY_AGAIN_SECONDS:
                tried = now
                if _is_heard(self._missing):
                    self._lose("the microphone is back: opened anew")
            sys.stdout.write(f"frame={frames}\n")
            sys.stdout.flush()

    def _lose(self, why: str) -> None:
        self._lost = self._lost or why
        self._ended.set()


def _is_heard(sound: dict[str, str]) -> bool:
    """Whether the device opens now."""
    import av  # noqa: PLC0415 - loaded by picamera2 already

    try:
        av.open(sound["file"], "r", format=sound["format"]).close()
    except OSError:
        return False
    return True
