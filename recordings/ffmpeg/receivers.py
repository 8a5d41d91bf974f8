"""The receivers' commands: what was encoded once is passed on as it is, in another box.

`arrives` is where the MPEG-TS comes from: `PIPE`, since the process that runs the command has received the datagrams
itself and writes them to its standard input; or a file.
"""

from typing import Any, Final

import ffmpeg

QUIET: Final = ("-nostats", "-v", "error")
PIPE: Final = "pipe:0"
PART_MICROSECONDS: Final = 200_000
PUSH_SCHEMES: Final = ("rtmp", "rtmps", "srt")


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
