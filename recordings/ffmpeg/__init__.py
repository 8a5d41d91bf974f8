"""Every ffmpeg and ffprobe command of the project, as lists of arguments. Pure: nothing is started, read or asked here.

The commands are made with ffmpeg-python (its quoting of filters and its order of options are right; its way to run
them is not ours: who runs one gives it a log file as standard error and no standard input, unless it reads `PIPE`).
"""

from recordings.ffmpeg.files import (
    chapters_metadata,
    clip,
    concat_list,
    concat_mp4,
    count_frames,
    pieces_list,
    poster,
    probe,
    sheet,
    sheet_list,
)
from recordings.ffmpeg.receivers import PIPE, PUSH_SCHEMES, live_fragments, push
from recordings.ffmpeg.source import bus, source_file, source_rtsp, source_test, source_v4l2, try_sound

__all__ = [
    "PIPE",
    "PUSH_SCHEMES",
    "bus",
    "chapters_metadata",
    "clip",
    "concat_list",
    "concat_mp4",
    "count_frames",
    "live_fragments",
    "pieces_list",
    "poster",
    "probe",
    "push",
    "sheet",
    "sheet_list",
    "source_file",
    "source_rtsp",
    "source_test",
    "source_v4l2",
    "try_sound",
]
