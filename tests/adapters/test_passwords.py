"""argon2: what was hashed is recognised, nothing else is, and nobody costs as much as somebody."""

from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.adapters.passwords import Argon2

quick = Argon2(memory_kib=8, passes=1)


@settings(max_examples=20)
@given(st.text(max_size=30), st.text(max_size=30))
def test_only_the_same_secret_is_recognised(secret: str, other: str) -> None:
    hashed = quick.hash(secret)
    assert quick.verify(hashed, secret)
    assert quick.verify(hashed, other) == (secret == other)


def test_half_a_letter_is_a_wrong_secret_not_a_crash() -> None:
    assert not quick.verify(quick.hash("abc"), "\ud800")


def test_nobody_is_never_recognised_and_costs_a_whole_hash() -> None:
    counted = 0

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            nonlocal counted
            counted += 1
            return bool(super().verify(hash, password))

    hasher = Argon2(memory_kib=8, passes=1)
    hasher._argon2 = Counting(time_cost=1, memory_cost=8, parallelism=1)
    assert not hasher.verify(None, "")
    assert not hasher.verify(None, "anything")
    assert counted == 2


def test_a_hash_on_file_that_is_no_hash_recognises_nobody() -> None:
    assert not quick.verify("not a hash", "anything")


def test_the_same_secret_is_never_hashed_alike() -> None:
    assert quick.hash("2846") != quick.hash("2846")


def test_the_real_parameters_are_owasps() -> None:
    parameters = extract_parameters(Argon2().hash("x"))
    assert (parameters.type.name, parameters.memory_cost, parameters.time_cost) == ("ID", 19 * 1024, 2)
