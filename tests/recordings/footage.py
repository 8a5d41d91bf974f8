"""A few seconds of test picture and tone as the source sends them, encoded once, and what ffprobe says of a file."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

from recordings.mpegts import PACKET, WRAP, Begin, Reader

FRAMES_PER_SECOND: Final = 15
DATAGRAM: Final = 7 * PACKET


@cache
def footage(seconds: int = 6, offset: float = 0.0) -> bytes:
    """MPEG-TS: 320x180, a key frame every second, sound. `offset`: where its media clock begins."""
    encoder = (
        "-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -keyint_min 15 -sc_threshold 0 -b:v 300k "
        f"-c:a aac -b:a 64k -flags +global_header -output_ts_offset {offset} -f mpegts -"
    )
    picture = f"testsrc2=size=320x180:rate={FRAMES_PER_SECOND}"
    sources = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
    command = ("ffmpeg", "-nostdin", "-v", "error", *sources, "-t", str(seconds), *encoder.split())
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return made.stdout


def datagrams(data: bytes) -> list[bytes]:
    """As ffmpeg's UDP output sends them."""
    return [data[at : at + DATAGRAM] for at in range(0, len(data), DATAGRAM)]


def begins(data: bytes) -> list[tuple[int, Begin]]:
    """The positions of all pictures, and what they are."""
    reader = Reader()
    found = ((at, reader.feed(data[at : at + PACKET])) for at in range(0, len(data), PACKET))
    return [(at, begin) for at, begin in found if begin is not None and begin.kind == "video"]


def pictures(data: bytes) -> int:
    """How many begin in these bytes."""
    return len(begins(data))


def moved_to_the_end_of_the_clock(data: bytes, before: float) -> bytes:
    """The same stream, its clock so set that it begins `before` seconds before the 33 bits are full."""
    packets = []
    reader = Reader()
    shift = None
    for at in range(0, len(data), PACKET):
        packet = bytearray(data[at : at + PACKET])
        begin = reader.feed(bytes(packet))
        if begin is not None:
            shift = WRAP - round(before * 90_000) - begin.ticks if shift is None else shift
            start = 5 + packet[4] if packet[3] & 0x20 else 4
            _set_ticks(packet, start + 9, (begin.ticks + shift) % WRAP)
        packets.append(bytes(packet))
    return b"".join(packets)


def _set_ticks(packet: bytearray, at: int, ticks: int) -> None:
    packet[at] = packet[at] & 0xF1 | (ticks >> 30 & 7) << 1
    packet[at + 1] = ticks >> 22 & 0xFF
    packet[at + 2] = (ticks >> 15 & 0x7F) << 1 | 1
    packet[at + 3] = ticks >> 7 & 0xFF
    packet[at + 4] = (ticks & 0x7F) << 1 | 1


def probed(*files: Path) -> Any:
    """What ffprobe says of the files, one after the other: streams with their decoded pictures, and its complaints."""
    source = str(files[0]) if len(files) == 1 else "concat:" + "|".join(map(str, files))
    entries = "stream=codec_type,nb_read_frames,start_time:packet=pts_time,flags,codec_type"
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_frames", "-show_entries", entries, "-of", "json", source],
        capture_output=True,
        check=True,
    )
    return {**json.loads(done.stdout), "complaints": done.stderr.decode()}


def decoded_pictures(*files: Path) -> int:
    """How many pictures an independent decoder gets out of the files, which it must not complain about."""
    found = probed(*files)
    assert found["complaints"] == ""
    return next(int(s["nb_read_frames"]) for s in found["streams"] if s["codec_type"] == "video")
