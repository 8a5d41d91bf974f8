"""The code on the hall screen."""

import pytest

from appliance.adapters.memory import ManualClock
from appliance.services.room_code import DIGITS, TRIES, WINDOW_SECONDS, RoomCode


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(uptime_ms=WINDOW_SECONDS * 1_000 * 7)


@pytest.fixture
def room(clock: ManualClock) -> RoomCode:
    return RoomCode(b"secret", clock)


def test_the_code_on_the_screen_is_taken_and_so_is_the_one_before_it(room: RoomCode, clock: ManualClock) -> None:
    code = room.current()
    assert len(code) == DIGITS
    assert code.isdigit()
    assert room.matches(code, "m01")
    assert room.matches(f" {code} ", "m01")
    clock.advance(WINDOW_SECONDS)
    assert room.current() != code
    assert room.matches(code, "m01")
    clock.advance(WINDOW_SECONDS)
    assert not room.matches(code, "m01")


def test_the_code_stays_for_its_whole_window(room: RoomCode, clock: ManualClock) -> None:
    code = room.current()
    assert room.seconds_left() == WINDOW_SECONDS
    clock.advance(WINDOW_SECONDS - 1)
    assert room.current() == code
    assert room.seconds_left() == 1


def test_a_stepped_wall_clock_changes_no_code(room: RoomCode, clock: ManualClock) -> None:
    code = room.current()
    clock.step(-86_400)
    assert room.current() == code


@pytest.mark.parametrize("code", [None, "", "12345", "１２３４５６", "𝟏𝟐𝟑𝟒𝟓𝟔", "🗳️", "'; DROP TABLE entries"])
def test_whatever_else_is_typed_does_not_match(room: RoomCode, code: str | None) -> None:
    assert not room.matches(code, "m01")


def test_another_process_has_other_codes(clock: ManualClock) -> None:
    codes = {RoomCode(bytes([i]), clock).current() for i in range(20)}
    assert len(codes) > 15


def test_whoever_guesses_is_not_believed_until_the_next_code(clock: ManualClock, room: RoomCode) -> None:
    wrong = "000000" if room.current() != "000000" else "111111"
    for _ in range(TRIES):
        assert not room.matches(wrong, "m01")
    assert not room.matches(room.current(), "m01"), "a guess that hits at last is still a guess"
    assert room.matches(room.current(), "m02"), "others in the room are not held up by it"
    clock.advance(WINDOW_SECONDS)
    assert room.matches(room.current(), "m01")
