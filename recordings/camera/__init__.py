"""The sources behind one small port.

A `Camera` is opened with `open_camera(config)` and then *run*: from then on it sends MPEG-TS to every consumer's port
and says how many pictures it has made so far (`frame=17`) on standard output, about twice a second. It ends when the
process ends or when its pictures do. What it cannot do is told by its exit code: 69, there is no such device or it
does not give pictures (again). The main process watches the count, never the process, and opens it again.

Everything but the Pi's own camera is one ffmpeg, which takes the place of the process (exec) or is its only child.
"""
