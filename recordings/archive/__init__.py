"""The archive: a child process that writes one take's segments, losing none, and vouches for them.

`python -m recordings archive --config recorder.toml --take TAKE [--reason REASON]` records what comes to the archive's
socket (`recordings/process/__init__.py`) into the take's folder, which the main process has made, with its
`take.json`. It is started as often as need be on the same take: it first *recovers* the folder (a file without a
manifest line gets one), goes on with the next number, and says in a Gap line how long there was no picture, and why
(REASON, a `GapReason`; without it `archive-restarted`, or nothing for a take that has no pictures yet).

It speaks `recordings/reports.py`: on stdout `beat` and `bytes_written` every second, `opened`, `line` (a Gap comes
with the line of the segment after it), `head` (at once after recovery, every five minutes, at the end) and
`disk_full`; on stdin a Word with `end_at_uptime_ms`, which also takes away what an earlier run wrote after that
moment. That word, SIGTERM, SIGINT or the end of stdin end it: everything is sealed and signed, exit 0. A source that
is started anew while the archive runs needs no word: another sender's port, or a jump of the media clock, begins a
new run with a Gap `source-lost`. A full disk does not end it: it says `disk_full: true`, discards, and goes on by
itself with a Gap `disk-full` when there is room (`disk_full: false`).

`python -m recordings archive --config recorder.toml --take TAKE --cut-from UPTIME_MS` records nothing: it recovers
the folder and takes away what lies after that moment of this boot (the appliance said only later that the meeting
had become private), says the new `head`, exits 0. A negative moment lies in an earlier boot, by UTC.
It may be killed and started again at any moment.

A take's lines are read with `recordings.manifest.read`, never by hand: what was cut is a line too.

Exit codes: 0 ended as told; 69 a fault of the machine or no such take; 75 another archive holds the take.

**Three threads.** *receive* takes datagrams off the socket with the moment they came, and nothing else. *write*
(`segmenter`, pure, and `shelf`) cuts at key frames and writes each datagram as it comes. *seal* (`sealer`) fsyncs
the open segment and the folder every `fsync_seconds`, and owns the manifest: a closed segment is fsynced before its
line is written, so no line ever speaks of what a power cut can take away. A slow disk delays the sealer, a slow write
the queue between the first two; neither loses a picture.
"""
