"""The public site: a process that follows the ledger and writes files; a web server serves them, here or elsewhere.

`python -m appliance portal`  (main)        follows the ledger read-only and keeps the folder `public` in line with it
`python -m appliance carry`   (carrier)     keeps a copy of that folder up to date at another place, by rclone
`python -m appliance web-server` (web_server) prints nginx's configuration for that folder

    <public>/index.html, en/index.html                      the council, now, next and last meetings
    <public>/watch.html, en/watch.html                      the live picture, and beside it what it shows
    <public>/archive/, en/archive/                          all meetings, with search
    <public>/meetings/<ledger>/, en/meetings/<ledger>/      a meeting: video, agenda, votes, files
    <public>/data/live.json                                 the frames beside the live picture (core/broadcast)
    <public>/data/meetings.json, data/meetings/<ledger>.json   the same for programs: open data
    <public>/assets/                                        scripts, styles, fonts: named by their content
    <public>/live/, video/                                  the recorder's; the portal only reads video/*/video.json
    <public>/.private                                       there while the ledger says họp kín: the web server then
                                                            refuses live/, whatever the recorder does

Every address in a page is relative, so the folder may lie under any path of any web server. Each file is written
beside its place and moved there, and only when it is another: what is served is always whole, and what has not
changed is not carried again. If this process dies, the last site stays up; started again it reads the ledger from
the beginning and puts right what has changed meanwhile.
"""
