"""The receivers' commands: what was encoded once is passed on as it is, in another box.

`arrives` is where the MPEG-TS comes from: `from_bus(port)`, or `PIPE` when the process that runs the command has
received the datagrams itself and writes them to its standard input.
"""

from pathlib import Path
from typing import Any, Final

import ffmpeg

QUIET: Final = ("-nostats", "-v", "error")
PIPE: Final = "pipe:0"
SILENCE_MICROSECONDS: Final = 5_000_000
PART_MICROSECONDS: Final = 200_000
PUSH_SCHEMES: Final = ("rtmp", "rtmps", "srt")


def from_bus(port: int) -> str:
    """The address at which a receiver listens; it ends when nothing has come for five seconds."""
    return (
        f"udp://127.0.0.1:{port}?fifo_size=40000&overrun_nonfatal=1&timeout={SILENCE_MICROSECONDS}&buffer_size=4194304"
    )


def live_fragments(arrives: str) -> list[str]:
    """Fragmented MP4 on standard output: an `ftyp` + `moov`, then a `moof` + `mdat` each 200 ms and at each key frame.

    The fragments keep the source's own times (`tfdt` is the PTS), so that they can be told apart from one another
    and put in relation with the machine's clock.
    """
    return _command(
        ffmpeg.output(
            *_all(_received(arrives, copyts=None)),
            "pipe:1",
            **COPIED,
            **{"bsf:a": "aac_adtstoasc"},
            format="mp4",
            movflags="+frag_keyframe+empty_moov+delay_moov+default_base_moof+skip_trailer+frag_discont",
            frag_duration=PART_MICROSECONDS,
            use_editlist=0,
            avoid_negative_ts="disabled",
            flush_packets=1,
            max_interleave_delta=300_000,
        )
    )


def push(arrives: str, address: str) -> list[str]:
    """To an outside server: rtmp(s) or srt. The address carries the stream key: never log this command."""
    if address.startswith("srt://"):
        return _command(ffmpeg.output(*_all(_received(arrives)), address, **COPIED, format="mpegts", flush_packets=1))
    return _command(
        ffmpeg.output(
            *_all(_received(arrives)),
            address,
            **COPIED,
            format="flv",
            flvflags="no_duration_filesize",
            rw_timeout=3_000_000,
        )
    )


def preview(arrives: str, picture: Path, width: int = 640) -> list[str]:
    """The newest key frame as a JPEG file, written anew (whole, then renamed) about once a second."""
    received = _received(arrives, skip_frame="nokey")
    return _command(
        ffmpeg.output(
            received.video.filter("scale", width, -2),
            str(picture),
            format="image2",
            update=1,
            atomic_writing=1,
            fps_mode="passthrough",
            **{"c:v": "mjpeg", "q:v": 5, "pix_fmt": "yuvj420p"},
        ).overwrite_output()
    )


def preview_pictures(arrives: str, width: int = 640) -> list[str]:
    """The same as JPEGs one after another on standard output."""
    received = _received(arrives, skip_frame="nokey")
    return _command(
        ffmpeg.output(
            received.video.filter("scale", width, -2),
            "pipe:1",
            format="mjpeg",
            fps_mode="passthrough",
            flush_packets=1,
            **{"c:v": "mjpeg", "q:v": 5, "pix_fmt": "yuvj420p"},
        )
    )


COPIED: Final[dict[str, Any]] = {"c": "copy"}
QUICK: Final[dict[str, Any]] = {
    "probesize": 2_000_000,
    "analyzeduration": 500_000,
    "fpsprobesize": 0,
    "fflags": "+genpts+discardcorrupt",
}


def _received(arrives: str, **options: Any) -> Any:
    """Small probes: with ffmpeg's own, up to five seconds are held in memory before the first byte goes out."""
    return ffmpeg.input(arrives, format="mpegts", **QUICK, **options)


def _all(received: Any) -> tuple[Any, Any]:
    """Its picture and, if there is one, its sound."""
    return received["v:0"], received["a:0?"]


def _command(out: Any) -> list[str]:
    return list(ffmpeg.compile(out.global_args(*QUIET)))
