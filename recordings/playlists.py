"""HLS playlists of a finished meeting, as text. Pure.

The segments are the very ones that the archive recorded; a player starts its clock anew at each piece
(EXT-X-DISCONTINUITY), and each piece says when it was (EXT-X-PROGRAM-DATE-TIME).
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from recordings.timeline import Piece


def beside(take: str, file: str) -> str:
    """Where a segment lies, as seen from the meeting's playlist."""
    return f"{take}/{file}"


def on_demand(pieces: Sequence[Piece], address: Callable[[str, str], str] = beside) -> str:
    """The whole video, `#EXT-X-ENDLIST` and all. `address` of a take and a file is what the playlist names."""
    durations = [duration for piece in pieces for duration in durations_of(piece)]
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(max(durations, default=1.0)))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for index, piece in enumerate(pieces):
        if index:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date_time(piece.first.utc)}")
        for segment, duration in zip(piece.segments, durations_of(piece), strict=True):
            lines += [f"#EXTINF:{duration:.6f},", address(piece.take, segment.file)]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def durations_of(piece: Piece) -> list[float]:
    """Of each segment: until the next begins. Together they are exactly the piece's seconds."""
    starts = [segment.start for segment in piece.segments] + [piece.segments[-1].end]
    return [after - before for before, after in pairwise(starts)]


def with_subtitles(playlist: str, subtitles: str, *, language: str, name: str, bandwidth: int) -> str:
    """A main playlist: the video, and a track of subtitles beside it."""
    track = (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="{name}",LANGUAGE="{language}",DEFAULT=NO,'
        f'AUTOSELECT=YES,URI="{subtitles}"'
    )
    video = f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},SUBTITLES="subtitles"'
    return "\n".join(["#EXTM3U", "#EXT-X-VERSION:3", track, video, playlist, ""])


def whole(file: str, seconds: float) -> str:
    """A playlist of one file, as long as the video."""
    return (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{max(1, math.ceil(seconds))}\n#EXT-X-MEDIA-SEQUENCE:0\n"
        f"#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:{seconds:.6f},\n{file}\n#EXT-X-ENDLIST\n"
    )


def date_time(utc: datetime) -> str:
    """As playlists write a moment."""
    return utc.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
