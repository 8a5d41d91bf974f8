"""Every ffmpeg and ffprobe command of the project, as lists of arguments. Pure: nothing is started, read or asked here.

The commands are made with ffmpeg-python (its quoting of filters and its order of options are right; its way to run
them is not ours: who runs one gives it a log file as standard error and no standard input).
"""

from recordings.ffmpeg.source import source_test

__all__ = ["source_test"]
