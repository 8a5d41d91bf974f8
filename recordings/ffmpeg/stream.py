"""The stream's commands: MPEG-TS in on a pipe, nothing encoded again."""

from typing import Any, Final

import ffmpeg

FRAGMENT_MICROSECONDS: Final = 200_000
PUSH_TIMEOUT_MICROSECONDS: Final = 5_000_000
"""A target that takes nothing for so long is given up; the push begins anew."""


def _from_pipe() -> Any:
    # A small look is enough: a run begins with its tables and a key frame. Without it ffmpeg holds back five seconds.
    return ffmpeg.input(
        "pipe:0", f="mpegts", probesize=131_072, analyzeduration=1_200_000, fflags="+genpts+discardcorrupt+nobuffer"
    )


def fragments() -> list[str]:
    """MPEG-TS on standard input to fragmented MP4 on standard output: a fragment every 200 ms and at key frames."""
    out = ffmpeg.output(
        _from_pipe(),
        "pipe:1",
        f="mp4",
        map=["0:v:0", "0:a:0?"],
        **{
            "c": "copy",
            "movflags": "+empty_moov+default_base_moof+frag_keyframe",
            "frag_duration": FRAGMENT_MICROSECONDS,
            "flush_packets": 1,
            "max_interleave_delta": 500_000,
        },
    )
    return list(ffmpeg.compile(out.global_args("-nostats", "-v", "warning")))


def push(address: str) -> list[str]:
    """MPEG-TS on standard input to an outside server; how far it is, on standard output.

    Whoever runs processes as the same user can read the address in this list while it runs: ffmpeg takes it in no
    other way.
    """
    options: dict[str, Any] = {"c": "copy", "map": ["0:v:0", "0:a:0?"], "max_interleave_delta": 500_000}
    if address.startswith("srt://"):
        # Microseconds for srt's own time-outs too; a push that stalls is seen by its progress as well.
        options |= {"f": "mpegts", "mpegts_flags": "+pat_pmt_at_frames"}
    else:
        options |= {"f": "flv", "flvflags": "no_duration_filesize", "rw_timeout": PUSH_TIMEOUT_MICROSECONDS}
    out = ffmpeg.output(_from_pipe(), address, **options)
    told = ("-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5")
    return list(ffmpeg.compile(out.global_args(*told)))
