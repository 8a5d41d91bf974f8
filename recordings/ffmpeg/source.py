"""The sources' commands: one encode, H.264 with a key frame every second and AAC, to every consumer's UDP port."""

from typing import Any, Final

import ffmpeg

from recordings.config import Config
from recordings.ffmpeg.burned_clock import burn_clocks

ALWAYS: Final = ("-nostdin", "-nostats", "-v", "warning", "-progress", "pipe:1", "-stats_period", "0.5")
"""Warnings on standard error, `frame=n` on standard output twice a second."""
SAMPLE_RATE: Final = 48000


def source_test(config: Config) -> list[str]:
    """A moving test pattern with a clock for people and one for machines (`burned_clock`), and a tone."""
    pattern = f"testsrc2=size={config.width}x{config.height}:rate={config.frames_per_second}"
    video = burn_clocks(ffmpeg.input(pattern, f="lavfi", re=None).video, config.frames_per_second)
    return _command(config, video, _tone())


def _tone() -> Any:
    return ffmpeg.input(f"sine=frequency=440:sample_rate={SAMPLE_RATE}", f="lavfi", re=None).audio.filter("volume", 0.1)


def _command(config: Config, video: Any, sound: Any) -> list[str]:
    options = {"format": "tee", "max_interleave_delta": 500_000} | _encoded_video(config) | _encoded_sound()
    out = ffmpeg.output(video, sound, bus(config), **options).global_args(*ALWAYS)
    return list(ffmpeg.compile(out))


def _encoded_video(config: Config) -> dict[str, Any]:
    rate = config.frames_per_second
    return {
        "c:v": "libx264",
        "preset": config.preset,
        "tune": "zerolatency",
        "pix_fmt": "yuv420p",
        "b:v": f"{config.kilobits_per_second}k",
        "maxrate": f"{config.kilobits_per_second}k",
        "bufsize": f"{config.kilobits_per_second}k",
        "g": rate,
        "keyint_min": rate,
        "sc_threshold": 0,
    }


def _encoded_sound() -> dict[str, Any]:
    return {"c:a": "aac", "b:a": "96k", "ar": SAMPLE_RATE, "ac": 1}


def bus(config: Config) -> str:
    """The tee's targets: each consumer its own UDP port, so that none can stall another."""
    options = "f=mpegts:onfail=ignore:flush_packets=1:max_interleave_delta=500000"
    ports = config.ports
    return "|".join(
        f"[{options}]udp://127.0.0.1:{port}?pkt_size=1316"
        for port in (ports.archive, ports.live, ports.house, ports.push, ports.preview)
    )
