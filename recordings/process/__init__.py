"""The main process of the recorder: `python -m recordings record --config recorder.toml`.

**The page on children.** It starts every other process of the recorder and is their only reader:

    python -m recordings source   --config F                      camera; while a take is wanted and may be seen
    python -m recordings archive  --config F --take T [--reason R] while a take is wanted and may be seen
    python -m recordings archive  --config F --take T --cut-from U to close what an archive has left open
    python -m recordings live     --config F                      always, if `live`
    python -m recordings house    --config F                      always, if `house_viewers` is not 0
    python -m recordings push     --config F                      always, if there is a `push_address_file`
    python -m recordings preview  --config F                      always
    python -m recordings finish   --config F --ledger L           after a take, and when its marks have changed
    python -m recordings clip     --config F --ledger L --item I  when it is ordered

* Working folder: that of the main process (relative paths in F are relative to it). Each child is a session of its
  own, dies by SIGKILL when the main process dies (PR_SET_PDEATHSIG, also kept over an exec), and has no other
  open files. A grandchild must be given PR_SET_PDEATHSIG by the child: `recordings.adapters.child.die_with_parent`
  is a preexec_fn that does it, for subprocess.Popen.
* stdin: lines of `reports.Word`. Its end means: the main process is gone, end at once. A child that shows
  (live, house, push, preview) gets its `show` as the very first line, and must show nothing before. It answers each
  with `shown`; one that has not said within 0.6 s that it withdrew is killed. It also looks at the standing file.
* stdout: lines of `reports.Report`, flushed one by one. `source` alone writes ffmpeg's -progress lines
  (`frame=17`), and may simply exec ffmpeg; a camera that is no ffmpeg writes Reports with `frames`.
* stderr: appended to `<data>/log/<name>.log`, cut to its second half at 1 MiB when a child starts.
* Every child but `source` says `{"beat": 1}` every second, whatever else it does. A silence of 4 s: SIGKILL, and
  started again. `source` is watched by its count of pictures: standing still for `lost_after_seconds` is the same.
* Ending: SIGTERM, then SIGKILL after 5 s (`archive`: 10 s; `finish` and `clip`: 2 s, they begin anew next time).
  Private: `source` gets SIGKILL in the same instant; `archive` gets `end_at_uptime_ms` and has 2 s (then SIGKILL,
  and another one is started with `--cut-from`, until one has ended with 0).
* Exit codes: 0 done; 69 the machine cannot (no camera, no address; told as a problem, tried again); 78 wrong
  configuration. Whatever ends unasked is started again: after 50 ms, then doubling to 5 s; the count is forgotten
  after 10 s of health.

**The archive's socket** belongs to the main process, which binds 127.0.0.1:`ports.archive` when a run begins and hands
it on: the environment variable `RECORDINGS_BUS_FD` is its file descriptor (`socket.socket(fileno=int(…))`; without the
variable the archive binds for itself). So an archive that is killed or hangs loses nothing that the kernel holds:
the next one reads on from the same buffer. What it finds there has waited: SO_TIMESTAMPNS says for how long.
When a run ends (private, stop) the socket is closed and what was in it is gone for ever.

`--reason R` (a GapReason) says why there is a gap before this run of the archive; a new take's first start has none.
With `--cut-from U` the archive records nothing: it closes the take and takes away what an earlier run had written
after that moment (the appliance came back and said: private since then; negative: in an earlier boot). `finish` and
`clip` run at nice 19.
"""
