"""What the stream reads from the bus, on transport streams that a real ffmpeg made."""

import subprocess
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.ffmpeg import PIPE, live_fragments
from recordings.fragments import Fragment, Init, Malformed, Splitter
from recordings.mpegts import PACKET, TICKS
from recordings.stream.transport import Chunk, Gatherer, Joiner

SECONDS, RATE = 4, 15


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Four seconds with sound, in the form in which they come over the bus."""
    path = tmp_path_factory.mktemp("bus") / "stream.ts"
    source = [
        *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={RATE}", "-f", "lavfi", "-i", "sine=440:sample_rate=48000"),
        *("-t", str(SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", str(RATE)),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", str(path)),
    ]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *source], check=True)
    return path.read_bytes()


def datagrams(stream: bytes, packets: int = 7) -> list[bytes]:
    """As they come."""
    return [stream[at : at + PACKET * packets] for at in range(0, len(stream), PACKET * packets)]


def joined(joiner: Joiner, stream: bytes) -> list[Chunk]:
    """Everything given out."""
    return [chunk for datagram in datagrams(stream) for chunk in joiner.feed(datagram)]


def test_every_picture_is_gathered_as_another_reader_reads_it(stream: bytes, tmp_path: Path) -> None:
    path = tmp_path / "stream.ts"
    path.write_bytes(stream)
    gatherer = Gatherer()
    ours = [picture for datagram in datagrams(stream) for picture in gatherer.feed(datagram)]
    with av.open(str(path)) as container:
        theirs = [(bytes(p), p.is_keyframe, p.pts) for p in container.demux(video=0) if p.size]
    assert [picture.data for picture in ours] == [data for data, _, _ in theirs[: len(ours)]]
    assert [picture.key for picture in ours] == [key for _, key, _ in theirs[: len(ours)]]
    assert [picture.ticks for picture in ours] == [ticks for _, _, ticks in theirs[: len(ours)]]
    assert len(theirs) - len(ours) <= 1  # the last one, when it fills its packets to the brim


def test_a_picture_with_a_packet_missing_is_left_out_with_what_hangs_on_it(stream: bytes) -> None:
    sent = datagrams(stream)
    gatherer = Gatherer()
    whole = [picture for datagram in sent for picture in gatherer.feed(datagram)]
    gatherer = Gatherer()
    middle = len(sent) * 5 // 8
    some = [picture for datagram in [*sent[:middle], *sent[middle + 1 :]] for picture in gatherer.feed(datagram)]
    assert 0 < len(some) < len(whole)
    assert set(some) <= set(whole)
    missing = [picture for picture in whole if picture not in some]
    after = whole[whole.index(missing[-1]) + 1]
    assert after.key


def test_a_run_begins_with_the_tables_and_a_key_frame(stream: bytes) -> None:
    sent = datagrams(stream)
    chunks = joined(Joiner(), b"".join(sent[len(sent) // 3 :]))
    assert [chunk.begins for chunk in chunks[:2]] == [True, False]
    assert chunks[0].data[1:3] == b"\x40\x00"  # the association table
    keys = [ticks for chunk in chunks for ticks in chunk.keys]
    assert len(keys) in {2, 3}
    assert all(later - earlier == TICKS for earlier, later in pairwise(keys))


def test_a_source_that_was_started_again_begins_a_new_run(stream: bytes) -> None:
    joiner = Joiner()
    first, second = joined(joiner, stream), joined(joiner, stream)
    assert sum(chunk.begins for chunk in first) == 1
    assert sum(chunk.begins for chunk in second) == 1
    assert second[-1].data


def test_nothing_is_given_out_of_a_run_that_was_dropped_before_its_next_key_frame(stream: bytes) -> None:
    joiner = Joiner()
    sent = datagrams(stream)
    half = len(sent) // 2
    for datagram in sent[:half]:
        joiner.feed(datagram)
    joiner.drop()
    chunks = [chunk for datagram in sent[half:] for chunk in joiner.feed(datagram)]
    assert chunks[0].begins
    assert len(chunks[0].keys) == 1


@given(st.binary(max_size=4000))
def test_no_bytes_can_break_the_readers(noise: bytes) -> None:
    Joiner().feed(noise)
    Gatherer().feed(b"".join(b"\x47" + noise[at : at + 187] for at in range(0, len(noise), 187)))


@pytest.fixture(scope="module")
def fragmented(stream: bytes) -> bytes:
    """The same as ffmpeg's fragments."""
    done = subprocess.run(live_fragments(PIPE), input=stream, capture_output=True, check=True)
    return done.stdout


@settings(max_examples=20, deadline=None)
@given(st.integers(50, 40_000))
def test_fragments_are_found_in_any_portions(fragmented: bytes, size: int) -> None:
    splitter, found = Splitter(), list[Init | Fragment]()
    for at in range(0, len(fragmented), size):
        found += splitter.feed(fragmented[at : at + size])
    assert isinstance(found[0], Init)
    fragments = [one for one in found if isinstance(one, Fragment)]
    assert b"".join(one.data for one in found) == fragmented[: sum(len(one.data) for one in found)]
    assert sum(one.seconds for one in fragments) == pytest.approx(SECONDS, abs=0.1)
    assert all(one.seconds <= 0.2001 for one in fragments)
    assert [round(one.start - fragments[0].start) for one in fragments if one.key] == list(range(SECONDS))


@pytest.mark.parametrize("noise", [b"\0\0\0\x04moof", b"\xff\xff\xff\xffmdat", b"\0\0\0\x10moov" + b"\xff" * 8])
def test_what_is_no_fragmented_mp4_is_refused(noise: bytes) -> None:
    with pytest.raises(Malformed):
        Splitter().feed(noise)
