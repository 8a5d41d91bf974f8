"""After a take: the meeting's video on demand, its chapters, files to take home, pictures; and what may be deleted.

    python -m recordings finish --config F --ledger L            write the meeting's video, or write it anew
    python -m recordings clip   --config F --ledger L --item I   one item, speech or poll (by its id) as a file
    python -m recordings retain --config F [--delete]            takes that were kept long enough

`main` and `clip` run `finishing` (the order of things): `takes` holds each take against its manifest, `meeting` puts
takes and marks together, `folder` puts each file into public in one step, `pictures` and `files` make what needs
ffmpeg with the help of `media`, and `made` remembers what was made of what. `products` is what `video.json` says.

Segments are never copied or changed: the public has them under a second name. A file of a take is joined from its
segments without encoding, as fast as the disk writes.
"""
