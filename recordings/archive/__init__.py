"""The archive: a child process that writes one take's segments, losing none, and vouches for them.

`python -m recordings archive --config recorder.toml --take TAKE [--reason REASON]` records what comes to
`config.ports.archive` into the take's folder, which the main process has made, with its `take.json`
(`recordings.adapters.durable.replace_file`). It is started as often as need be on the same take: it first *recovers*
the folder (a file without a manifest line gets one), goes on with the next number, and writes a Gap line with REASON
(a `GapReason`; by itself `archive-restarted`) when the first picture is there, if the take had pictures before or if
REASON was given. It speaks `recordings/reports.py`: on stdout `beat` and `bytes_written` every second, `opened`,
`line`, `head` (at once after recovery, every five minutes, at the end) and `disk_full`; on stdin a Word with
`end_at_uptime_ms`. That word, SIGTERM, SIGINT or the end of stdin end it: everything is sealed and signed, exit 0.
A source that is started anew while the archive runs needs no word: another sender's port, or a jump of the media
clock, begins a new run with a Gap `source-lost`. A full disk does not end it: it says `disk_full: true`, discards,
and goes on by itself with a Gap `disk-full` when there is room (`disk_full: false`).

`python -m recordings archive --config recorder.toml --take TAKE --cut-from UPTIME_MS` records nothing: it recovers
the folder and takes away what lies after that moment of this boot (the appliance said only later that the meeting
had become private), says the new `head`, exits 0. A take's lines are read with `recordings.manifest.read`, never by
hand: what was cut is a line too.

Exit codes: 0 ended as told, 1 a fault (start it again), 2 there is no such take, 3 another archive holds the take.
"""
