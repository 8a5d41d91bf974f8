"""How loud the hall is: measured from what the camera's sound really is, by the program that encodes it."""

import subprocess

import pytest

from recordings.mpegts import PACKET
from recordings.stream.loudness import FLOOR, Loudness

DATAGRAM = 7 * PACKET


def stream(sound: str, *encode: str) -> bytes:
    """Two seconds of picture and this sound, as the source sends them."""
    command = [
        "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10", "-f", "lavfi", "-i",
        sound, "-t", "2", "-c:v", "libx264", "-preset", "ultrafast", *(encode or ("-c:a", "aac", "-ac", "1")),
        "-f", "mpegts", "pipe:1",
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True).stdout


def heard(data: bytes, loudness: Loudness) -> Loudness:
    for number, at in enumerate(range(0, len(data), DATAGRAM)):
        loudness.feed(data[at : at + DATAGRAM], number)
    return loudness


@pytest.mark.parametrize(("volume", "low", "high"), [("0.5", -8.0, 0.0), ("0.01", -43.0, -37.0)])
def test_a_tone_is_as_loud_as_it_is(volume: str, low: float, high: float) -> None:

    peak = heard(stream(f"aevalsrc={volume}*sin(2*PI*440*t):s=48000"), Loudness()).peak(0)
    assert peak is not None
    assert low <= peak <= high


def test_silence_is_heard_as_silence_and_no_sound_as_none() -> None:
    silent = heard(stream("anullsrc=r=48000:cl=mono"), Loudness()).peak(0)
    assert silent is not None
    assert silent <= -90
    assert silent >= FLOOR
    assert heard(stream("anullsrc", "-an"), Loudness()).peak(0) is None


def test_what_was_heard_is_forgotten_after_two_seconds_and_when_told_to() -> None:
    data = stream("aevalsrc=sin(2*PI*440*t):s=48000")
    loudness = heard(data, Loudness())
    assert loudness.peak(10_000) is None
    loudness = heard(data, Loudness())
    loudness.forget()
    assert loudness.peak(0) is None


def test_damaged_sound_ends_nothing() -> None:
    data = bytearray(stream("aevalsrc=sin(2*PI*440*t):s=48000"))
    for at in range(50, len(data), 211):
        if at % PACKET > 3:
            data[at] ^= 0xFF
    loudness = heard(bytes(data), Loudness())
    assert heard(stream("aevalsrc=sin(2*PI*440*t):s=48000"), loudness).peak(0) is not None
