"""Bytes into frames: whatever comes in, a whole frame behind it is found, and nothing else is taken for one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from appliance.panels.bus.reader import Reader
from firmware.panel.frame import POLLED, SIZE, SYNC, Frame, Key

KEY = Key(bytes(range(16)))
frames = st.builds(
    lambda address, counter, body: Frame(address, POLLED, counter, body).pack(KEY),
    st.integers(0, 250),
    st.integers(0, 2**32 - 1),
    st.binary(min_size=8, max_size=8),
)
noise = st.one_of(st.binary(max_size=60), st.just(SYNC * 5), st.just(SYNC[:1] * 7), st.just(SYNC + bytes(21)))


def fed(reader: Reader, data: bytes, cuts: list[int]) -> list[bytes]:
    """What it hears when the bytes come in these pieces."""
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [heard.raw for a, b in pairwise(ends) for heard in reader.feed(data[a:b])]


@given(st.lists(frames, max_size=5), st.lists(st.integers(0, 200)))
def test_frames_are_heard_in_whatever_pieces_they_come(sent: list[bytes], cuts: list[int]) -> None:
    reader = Reader()
    assert fed(reader, b"".join(sent), cuts) == sent
    assert (reader.skipped, reader.missing) == (0, SIZE)


@given(noise, frames, st.lists(st.integers(0, 100)))
def test_a_frame_behind_noise_is_heard_once_the_noise_is_over(before: bytes, frame: bytes, cuts: list[int]) -> None:
    # What looks like the beginning of a frame may reach into the true one; the next one ends that at the latest.
    heard = fed(Reader(), before + frame + frame + bytes(SIZE), cuts)
    assert frame in heard
    assert set(heard) == {frame}


@given(frames, st.integers(0, SIZE * 8 - 1))
def test_a_frame_with_one_bit_turned_is_not_heard(frame: bytes, bit: int) -> None:
    turned = bytearray(frame)
    turned[bit // 8] ^= 1 << bit % 8
    assert Reader().feed(bytes(turned) + bytes(SIZE)) == []


@given(frames, frames, st.integers(1, SIZE - 1))
def test_two_frames_spliced_are_not_heard(one: bytes, other: bytes, cut: int) -> None:
    spliced = one[:cut] + other[cut:]
    assert [heard.raw for heard in Reader().feed(spliced + bytes(SIZE))] == (
        [spliced] if spliced in {one, other} else []
    )


@given(st.lists(st.one_of(noise, frames), max_size=20))
def test_it_never_raises_and_keeps_less_than_a_frame(pieces: list[bytes]) -> None:
    reader = Reader()
    taken = 0
    for piece in pieces:
        taken += sum(len(heard.raw) for heard in reader.feed(piece))
        assert 1 <= reader.missing <= SIZE
    assert taken + reader.skipped + SIZE - reader.missing == sum(map(len, pieces))
    reader.clear()
    assert reader.missing == SIZE
