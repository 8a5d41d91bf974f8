"""Wrong secrets: how many are tried, who is locked out and who is not, and for how long."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.adapters.memory import ManualClock
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.lockout import Key, Limits, LockOut
from tests.services.reception import HOME, PASSWORD, Reception, accepted, code, signed

TRIES = Limits().tries


@pytest.fixture
def house() -> Reception:
    return Reception.of()


def guess(house: Reception, card: str, device: str = "tablet", address: str = HOME) -> Code | None:
    """One wrong PIN."""
    return code(house.sign_in.with_card(card, "9999", device, address))


def test_after_five_wrong_pins_even_the_right_one_is_refused_unchecked(house: Reception) -> None:
    card, _ = house.enrolled()
    assert [guess(house, card) for _ in range(TRIES)] == [Code.PIN_WRONG] * TRIES
    before, checked = house.on_file, house.hasher.checked
    assert code(house.sign_in.with_card(card, "2846", "tablet", HOME)) is Code.LOCKED_OUT
    assert house.hasher.checked == checked
    assert house.on_file == before


def test_a_lock_lasts_fifteen_minutes_then_thirty(house: Reception) -> None:
    card, _ = house.enrolled()
    for minutes in (15, 30, 60):
        for _ in range(TRIES):
            assert guess(house, card) is Code.PIN_WRONG
        house.clock.advance(minutes * 60 - 1)
        assert guess(house, card) is Code.LOCKED_OUT
        house.clock.advance(1)
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_stepping_the_wall_clock_neither_lifts_nor_prolongs_a_lock(house: Reception) -> None:
    card, _ = house.enrolled()
    for _ in range(TRIES):
        guess(house, card)
    house.clock.step(5 * 3600)
    assert guess(house, card) is Code.LOCKED_OUT
    house.clock.step(-10 * 3600)
    house.clock.advance(15 * 60)
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_the_right_pin_starts_the_count_anew(house: Reception) -> None:
    card, _ = house.enrolled()
    for _ in range(3):
        for _ in range(TRIES - 1):
            assert guess(house, card) is Code.PIN_WRONG
        signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_a_lock_never_ends_a_live_sign_in(house: Reception) -> None:
    card = house.card()
    live = signed(house.sign_in.with_card(card, "2846", "tablet", HOME))
    for _ in range(2 * TRIES):
        guess(house, card)
    assert house.sign_in.session(live.token) == live.session
    assert house.revoked == []


def test_a_thief_elsewhere_does_not_lock_out_the_members_own_tablet(house: Reception) -> None:
    card, _ = house.enrolled()
    for i in range(100):
        guess(house, card, device=f"thief-{i}", address=f"10.0.1.{i}")
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_a_thief_behind_the_same_address_does_not_lock_out_the_members_own_tablet(house: Reception) -> None:
    card, _ = house.enrolled()
    for _ in range(2 * TRIES):
        guess(house, card, device="thief")
    signed(house.sign_in.with_card(card, "2846", "tablet", HOME))


def test_throwing_the_device_cookie_away_gives_no_new_tries(house: Reception) -> None:
    card, _ = house.enrolled()
    found = [guess(house, card, device=f"thief-{i}") for i in range(2 * TRIES)]
    assert found == [Code.PIN_WRONG] * TRIES + [Code.LOCKED_OUT] * TRIES


def test_changing_the_address_gives_few_new_tries(house: Reception) -> None:
    card, _ = house.enrolled()
    found = [guess(house, card, "thief", f"10.0.{i // 250}.{i % 250}") for i in range(1000)]
    assert found.count(Code.PIN_WRONG) == Limits().strangers_tries


def test_one_members_lock_does_not_concern_another(house: Reception) -> None:
    card, _ = house.enrolled("m02", device="t2")
    other, _ = house.enrolled("m03", device="t3")
    for _ in range(2 * TRIES):
        guess(house, card, "t2")
    signed(house.sign_in.with_card(other, "2846", "t3", HOME))


def test_unknown_cards_count_by_address(house: Reception) -> None:
    cards = [f"guessed-card-{i:022}" for i in range(2 * TRIES)]
    found = [guess(house, card) for card in cards]
    assert found == [Code.CARD_UNKNOWN] * TRIES + [Code.LOCKED_OUT] * TRIES
    assert guess(house, cards[0], address="10.0.0.2") is Code.CARD_UNKNOWN
    signed(house.sign_in.with_card(house.card(), "2846", "tablet", HOME))


def test_known_and_unknown_accounts_are_locked_alike(house: Reception) -> None:
    for login in ("clerk", "nobody"):
        found = [code(house.sign_in.with_password(login, "sai mật khẩu", "x", HOME)) for _ in range(TRIES + 1)]
        assert found == [Code.PASSWORD_WRONG] * TRIES + [Code.LOCKED_OUT]
    assert code(house.sign_in.with_password("clerk", PASSWORD, "x", HOME)) is Code.LOCKED_OUT
    signed(house.sign_in.with_password("chair", PASSWORD, "x", HOME))
    signed(house.sign_in.with_password("clerk", PASSWORD, "x", "10.0.0.2"))


def test_the_desk_that_signed_in_before_is_not_locked_out_by_a_stranger_at_its_address(house: Reception) -> None:
    given = signed(house.sign_in.with_password("clerk", PASSWORD, "desk", HOME))
    house.sign_in.sign_out(given.token)
    for _ in range(2 * TRIES):
        house.sign_in.with_password("clerk", "sai mật khẩu", "stranger", HOME)
    signed(house.sign_in.with_password("clerk", PASSWORD, "desk", HOME))


def test_ten_thousand_wrong_pins_find_no_pin_and_cost_next_to_nothing(house: Reception) -> None:
    card, live = house.enrolled(pin="7305")
    before, checked = house.on_file, house.hasher.checked
    found = {code(house.sign_in.with_card(card, f"{pin:04}", "tablet", HOME)) for pin in range(10_000)}
    assert found == {Code.PIN_WRONG, Code.LOCKED_OUT}
    assert house.hasher.checked - checked == TRIES
    assert house.on_file == before
    assert live.id in house.on_file.sessions


def test_a_pin_that_the_clerk_has_reset_is_chosen_at_once_in_spite_of_the_lock(house: Reception) -> None:
    card, _ = house.enrolled()
    for _ in range(2 * TRIES):
        guess(house, card)
    accepted(house.at_desk(d.ResetPin, member="m02"))
    signed(house.sign_in.with_card(card, "5173", "tablet", HOME))
    signed(house.sign_in.with_card(card, "5173", "tablet", HOME))


def test_guesses_made_at_the_same_moment_win_no_extra_tries() -> None:
    lockout = LockOut(ManualClock())
    keys: dict[Key, int] = {("card", "tablet"): TRIES}
    checked: list[int] = []
    everyone = threading.Barrier(20)
    checking = threading.Barrier(20)

    def wrong(i: int) -> None:
        everyone.wait()
        with lockout.attempt(keys) as attempt:
            if attempt.refusal is None:
                checked.append(i)
                attempt.failed()
            checking.wait()  # nobody's check ends before everybody has asked

    threads = [threading.Thread(target=wrong, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == TRIES


def test_a_flood_of_made_up_logins_is_forgotten_before_a_lock_is() -> None:
    lockout = LockOut(ManualClock())
    locked: dict[Key, int] = {("login", "clerk", "at", HOME): TRIES}
    for _ in range(TRIES):
        with lockout.attempt(locked) as attempt:
            attempt.failed()
    for i in range(12_000):
        with lockout.attempt({("login", f"made-up-{i}", "at", HOME): TRIES}) as attempt:
            attempt.failed()
    with lockout.attempt(locked) as attempt:
        assert attempt.refusal is not None
    assert len(lockout._counters) <= 10_000


@given(st.lists(st.sampled_from(["wrong", "right", "nothing", "wait 1 min", "wait 20 min"]), max_size=60))
def test_counting_agrees_with_the_rule_written_down_naively(steps: list[str]) -> None:
    clock = ManualClock()
    lockout = LockOut(clock)
    failures, locks, locked_until = 0, 0, 0.0
    now = 0.0
    for step in steps:
        if step.startswith("wait"):
            minutes = int(step.split()[1])
            clock.advance(minutes * 60)
            now += minutes
            continue
        with lockout.attempt({("card", "tablet"): TRIES}) as attempt:
            assert (attempt.refusal is not None) == (now < locked_until)
            if attempt.refusal is not None:
                continue
            if step == "wrong":
                attempt.failed()
                failures += 1
            elif step == "right":
                attempt.right()
                failures = locks = 0
        if failures == TRIES:
            locked_until = now + min(15 * 2**locks, 480)
            failures, locks = 0, locks + 1
