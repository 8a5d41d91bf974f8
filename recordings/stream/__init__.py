"""The stream: what people see while the meeting is on. Four processes, each fed by its own port of the bus.

`python -m recordings live`     LL-HLS from an origin of ours on `live_port`, and plain HLS as files in <public>/live
`python -m recordings house`    WebRTC (WHEP) on `house_port`: under half a second, for the screens in the building
`python -m recordings push`     to an outside RTMP, RTMPS or SRT address
`python -m recordings preview`  one small picture a second, for the chair's and technician's screens

Each has `run(config) -> int` in the module of its name, reads Words on standard input, writes Reports on standard
output, ends at the end of its input or at SIGTERM, and shows nothing before it is told `show: live`.

**What the web server must do** (all under one host; nothing here listens beyond 127.0.0.1):

- `GET /live/ll.m3u8[?_HLS_msn=…&_HLS_part=…]` and `GET /live/parts/…`: passed to `127.0.0.1:<live_port>` with path and
  query. Never cached (`no-store`). The answer waits for the part that comes next: up to 5 s.
- `GET /live/index.m3u8`: the file `<public>/live/index.m3u8`, plain HLS, written anew each second by rename.
  `no-cache`, or at most 1 s.
- `GET /live/state.json`, `GET /live/clock.json`: files, there always. `no-cache`.
- `GET /live/<run>-<n>.m4s`, `GET /live/<run>-init.mp4`: files; both playlists name them. Names are never used twice:
  `public, max-age=60`.
- `POST /house/whep`, `DELETE /house/whep/<id>`: passed to `127.0.0.1:<house_port>`. Never cached. The body is up to
  64 KiB of `application/sdp`. Only for the house's own network.

For the passed ones: HTTP/1.1 to the origin, `Connection ""` with `keepalive` in the upstream, `proxy_buffering off`,
`proxy_read_timeout 15s`, `proxy_cache off` (nginx's cache lock sleeps half a second at a time, which is more than two
parts), `gzip off` for media. `Host` does not matter. Types: `.m3u8` application/vnd.apple.mpegurl, `.m4s`
video/iso.segment, `.mp4` video/mp4, `.json` application/json. Files are to be opened anew for each request (no
`open_file_cache` in /live/): what is withdrawn must be gone at once.

The origin's own statuses: 200; 400 for a query that asks for what cannot be; 403 while private or off (body
`{"state": "private"}`); 404 for what is gone; 503 with `Retry-After` when the wait was in vain (`unknown`, no source)
or too many wait: the player then falls back to `index.m3u8`. WHEP: 201 with `Location: /house/whep/<id>`, 403 while
not live, 415, 503 when all places are taken. For a CDN, only `<public>/live`'s files are carried: no origin needed.
"""
