"""The sources' commands: one encode, H.264 with a key frame every second and AAC, to every consumer's UDP port."""

from typing import Any, Final

import ffmpeg

from recordings.config import Config
from recordings.ffmpeg.burned_clock import burn_clocks

ALWAYS: Final = ("-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5")
"""Errors on standard error, `frame=n` on standard output twice a second."""
SAMPLE_RATE: Final = 48000
HELD_FOR_THE_OTHER_MICROSECONDS: Final = 500_000
"""Picture waits so long for sound, not ffmpeg's ten seconds: a microphone that dies must not stop the picture."""


def source_test(config: Config) -> list[str]:
    """A moving test pattern with a clock for people and one for machines (`burned_clock`)."""
    pattern = f"testsrc2=size={config.width}x{config.height}:rate={config.frames_per_second}"
    video = burn_clocks(ffmpeg.input(pattern, format="lavfi", re=None).video, config.frames_per_second)
    return _command(config, video, _sound(config))


def source_v4l2(config: Config, pixels: str = "") -> list[str]:
    """A USB camera. `pixels` is what it is asked for (`mjpeg`, `yuyv422`); empty: its first format."""
    asked = {"input_format": pixels} if pixels else {}
    camera = ffmpeg.input(
        config.device,
        format="v4l2",
        video_size=(config.width, config.height),
        framerate=config.frames_per_second,
        thread_queue_size=64,
        **asked,
    )
    return _command(config, _fitted(config, camera.video), _sound(config))


def source_rtsp(config: Config) -> list[str]:
    """A camera in the house's network, over TCP: over UDP a lost packet spoils a second of picture."""
    camera = ffmpeg.input(
        config.device,
        rtsp_transport="tcp",
        timeout=round(config.lost_after_seconds * 1_000_000),
        fflags="+genpts+discardcorrupt",
        probesize=2_000_000,
        analyzeduration=2_000_000,
        fpsprobesize=0,
        thread_queue_size=256,
    )
    video = camera["v:0"] if config.copy_video else _fitted(config, camera["v:0"])
    return _command(config, video, _sound(config, camera))


def source_file(config: Config) -> list[str]:
    """A file at its own speed, again and again."""
    film = ffmpeg.input(config.device, re=None, stream_loop=-1, fflags="+genpts")
    video = film["v:0"] if config.copy_video else _fitted(config, film["v:0"])
    return _command(config, video, _sound(config, film))


def try_sound(device: str) -> list[str]:
    """A command that ends well if this ALSA device can be heard."""
    heard = ffmpeg.output(ffmpeg.input(device, format="alsa").audio, "-", format="null", **{"frames:a": 1})
    return list(ffmpeg.compile(heard.global_args("-nostdin", "-v", "error")))


def _sound(config: Config, own: Any = None) -> Any:
    """`tone`, `silence`, the source's own, or an ALSA device's."""
    match config.sound:
        case "tone":
            return _made(f"sine=frequency=440:sample_rate={SAMPLE_RATE}").filter("volume", 0.1)
        case "source" if own is not None:
            return own["a:0?"]
        case "silence" | "source" | "":
            return _made(f"anullsrc=sample_rate={SAMPLE_RATE}:channel_layout=mono")
        case device:
            microphone = ffmpeg.input(device, format="alsa", thread_queue_size=1024)
            return microphone.audio.filter("aresample", **{"async": 1000})


def _made(what: str) -> Any:
    return ffmpeg.input(what, format="lavfi", re=None).audio


def _fitted(config: Config, video: Any) -> Any:
    """Of the wanted size whatever the source gives; black beside it where the shape differs."""
    size = (config.width, config.height)
    video = video.filter("scale", *size, force_original_aspect_ratio="decrease", flags="bilinear")
    return video.filter("pad", *size, "-1", "-1").filter("setsar", 1)


def _command(config: Config, video: Any, sound: Any) -> list[str]:
    options = {"format": "tee", "max_interleave_delta": HELD_FOR_THE_OTHER_MICROSECONDS}
    options |= _copied_video() if config.copy_video and config.source in COPYABLE else _encoded_video(config)
    options |= {"c:a": "aac", "b:a": "96k", "ar": SAMPLE_RATE, "ac": 1}
    return list(ffmpeg.compile(ffmpeg.output(video, sound, bus(config), **options).global_args(*ALWAYS)))


COPYABLE: Final = frozenset({"rtsp", "file"})


def _encoded_video(config: Config) -> dict[str, Any]:
    """Pictures at exactly the wanted rate, doubled or dropped if need be, so that a key frame comes every second."""
    rate = config.frames_per_second
    return {
        "c:v": "libx264",
        "preset": config.preset,
        "tune": "zerolatency",
        "pix_fmt": "yuv420p",
        "b:v": f"{config.kilobits_per_second}k",
        "maxrate": f"{config.kilobits_per_second}k",
        "bufsize": f"{config.kilobits_per_second}k",
        "fps_mode": "cfr",
        "r": rate,
        "g": rate,
        "keyint_min": rate,
        "sc_threshold": 0,
    }


def _copied_video() -> dict[str, Any]:
    """The camera's own H.264; its headers are said again at each key frame, where a file or a viewer begins."""
    return {"c:v": "copy", "bsf:v": "h264_mp4toannexb,dump_extra=freq=keyframe"}


def bus(config: Config) -> str:
    """The tee's targets: each consumer its own UDP port, so that none can stall another.

    MPEG-TS says its tables (PAT, PMT) ten times a second and always right before a key frame.
    """
    options = f"f=mpegts:onfail=ignore:flush_packets=1:max_interleave_delta={HELD_FOR_THE_OTHER_MICROSECONDS}"
    ports = config.ports
    return "|".join(
        f"[{options}]udp://127.0.0.1:{port}?pkt_size=1316"
        for port in (ports.archive, ports.live, ports.house, ports.push, ports.preview)
    )
