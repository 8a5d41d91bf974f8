"""The transport stream: what an independent reader finds is found, what is missing is counted, rubbish harms nobody."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import mpegts
from recordings.mpegts import PACKET, TICKS, WRAP, Reader, contents, unwrapped, whole_packets
from tests.recordings.footage import begins, footage, probed


def test_each_picture_is_found_where_ffprobe_finds_it(tmp_path: Path) -> None:
    file = tmp_path / "a.ts"
    file.write_bytes(footage())
    packets = [p for p in probed(file)["packets"] if p["codec_type"] == "video"]
    found = [begin for _, begin in begins(footage())]
    assert [round(b.ticks / TICKS, 6) for b in found] == [float(p["pts_time"]) for p in packets]
    assert [b.key for b in found] == ["K" in p["flags"] for p in packets]
    assert sum(b.key for b in found) == 6


def test_a_stream_from_a_key_frame_on_plays_with_the_tables_before_it(tmp_path: Path) -> None:
    data = footage()
    reader, at = Reader(), 0
    second_key = [position for position, begin in begins(data) if begin.key][1]
    while at < second_key:
        reader.feed(data[at : at + PACKET])
        at += PACKET
    file = tmp_path / "a.ts"
    file.write_bytes(reader.tables + data[second_key:])
    found = probed(file)
    assert found["complaints"] == ""
    assert next(int(s["nb_read_frames"]) for s in found["streams"] if s["codec_type"] == "video") == 75


def test_a_whole_stream_misses_nothing() -> None:
    assert contents(footage()).lost == 0


@given(st.integers(40, 900), st.integers(1, 5))
def test_packets_that_are_missing_in_the_middle_are_counted(first: int, count: int) -> None:
    data = footage()
    gone = data[first * PACKET : (first + count) * PACKET]
    # A packet without a payload (a clock alone) has no number of its own.
    numbered = sum(bool(gone[at + 3] & 0x10) for at in range(0, len(gone), PACKET))
    rest = data[: first * PACKET] + data[(first + count) * PACKET :]
    # What has the flag of a discontinuity may begin anywhere; the test stream has none after its start.
    assert contents(rest).lost == numbered


@given(st.integers(0, 200_000))
def test_a_file_that_was_cut_off_anywhere_keeps_its_whole_packets(size: int) -> None:
    found = contents(footage()[:size])
    assert found.size == min(size, len(footage())) // PACKET * PACKET
    assert len(found.pictures) == len(begins(footage()[: found.size]))


@given(st.integers(0, 100), st.integers(1, 5_000))
def test_zeros_that_a_power_cut_left_are_not_taken_for_packets(packets: int, zeros: int) -> None:
    assert whole_packets(footage()[: packets * PACKET] + bytes(zeros)) == packets * PACKET


@given(st.lists(st.binary(min_size=PACKET - 1, max_size=PACKET - 1), max_size=8))
def test_rubbish_is_read_without_harm(packets: list[bytes]) -> None:
    data = b"".join(b"\x47" + packet for packet in packets)
    assert contents(data).size == len(data)


@given(st.integers(0, 2_000), st.integers(0, PACKET - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_without_harm(packet: int, offset: int, value: int) -> None:
    data = bytearray(footage())
    at = packet * PACKET % len(data) + offset
    data[at] = value
    contents(bytes(data))


@given(st.integers(0, 10 * WRAP), st.integers(-WRAP // 2 + 1, WRAP // 2 - 1))
def test_the_clock_goes_on_over_its_33_bits(now: int, step: int) -> None:
    assert unwrapped((now + step) % WRAP, now) == now + step


@pytest.mark.parametrize("otherwise", [0.04])
def test_a_picture_stands_as_long_as_its_neighbours_say(otherwise: float) -> None:
    assert contents(footage()).picture_seconds(otherwise) == pytest.approx(1 / 15, abs=1e-4)
    assert contents(b"").picture_seconds(otherwise) == otherwise


def test_the_order_of_kinds_in_the_file_is_kept() -> None:
    kinds = {place.kind for place in contents(footage()).places}
    assert kinds == {"video", "audio"}
    assert mpegts.contents(footage()).places[0].kind == "video", "what is before the first key frame is no content"
