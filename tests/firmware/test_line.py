"""From bytes to frames, on the panel: whatever is cut, spliced or flipped, no noise passes for a frame."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from firmware.panel import frame as f
from firmware.panel.line import MANY, STALE_MS, Line

KEY = f.Key(bytes(range(16)))
US, OTHER = 7, 8
bodies = st.binary(min_size=8, max_size=8)
counters = st.integers(0, 2**32 - 1)
frames = st.builds(f.Frame, st.sampled_from([0, US]), st.sampled_from([f.POLL, f.OPEN, f.WHO]), counters, bodies)
others = st.builds(f.Frame, st.just(OTHER), st.sampled_from([f.POLL, f.POLLED]), counters, bodies)
packed = frames.map(lambda frame: frame.pack(KEY))


def heard(*chunks: bytes, pause: int = 0) -> list[bytes]:
    line = Line()
    return [one for at, chunk in enumerate(chunks) for one in line.heard(chunk, US, at * pause)]


@given(
    st.lists(st.one_of(packed, others.map(lambda frame: frame.pack(KEY))), max_size=6), st.lists(st.integers(0, 144))
)
def test_frames_are_found_however_they_are_cut_into_reads(said: list[bytes], cuts: list[int]) -> None:
    bytes_said = b"".join(said)
    places = sorted({0, len(bytes_said), *(cut for cut in cuts if cut < len(bytes_said))})
    chunks = [bytes_said[a:b] for a, b in pairwise(places)]
    assert heard(*chunks) == [one for one in said if one[2] != OTHER]


@given(packed, st.lists(st.integers(0, f.SIZE * 8 - 1), min_size=1, max_size=3, unique=True))
def test_a_frame_with_flipped_bits_is_none(said: bytes, places: list[int]) -> None:
    """Three bits at most: so many the crc finds always, more of them all but always, and then there is the mac."""
    bits = bytearray(said)
    for place in places:
        bits[place // 8] ^= 1 << place % 8
    assert heard(bytes(bits)) == []


@given(packed, st.integers(0, f.SIZE - 1), packed)
def test_a_frame_that_was_cut_off_does_not_cost_the_one_after_the_pause(said: bytes, cut: int, after: bytes) -> None:
    assert heard(said[:cut], after, pause=STALE_MS + 1) == [after]


@given(packed, packed, st.integers(1, f.SIZE - 1))
def test_two_frames_spliced_are_neither(one: bytes, other: bytes, at: int) -> None:
    spliced = one[:at] + other[at:]
    assert heard(spliced) == ([spliced] if spliced in {one, other} else [])


@given(st.binary(max_size=400), packed)
@example(f.SYNC * 12, f.Frame(US, f.POLL, 1, bytes(8)).pack(KEY))
def test_noise_is_no_frame_and_is_over_when_it_stops(noise: bytes, after: bytes) -> None:
    assert heard(noise, after, pause=STALE_MS + 1) == [after]


@given(st.lists(st.binary(max_size=700), max_size=10))
def test_what_is_kept_of_any_bytes_is_less_than_a_frame(chunks: list[bytes]) -> None:
    line = Line()
    for chunk in chunks:
        line.heard(chunk, US, 0)
        assert len(line._held) < f.SIZE


def test_what_was_not_read_in_time_is_passed_over_up_to_the_newest() -> None:
    said = [f.Frame(US, f.POLL, number, bytes(8)).pack(KEY) for number in range(60)]
    found = heard(b"".join(said))
    assert found == said[-(MANY // f.SIZE) :]
