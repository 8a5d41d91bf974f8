"""The fuzzer's short version, the same rounds every time; `python -m tests.panels.fuzz` is the long one."""

from tests.panels.fuzz import fuzz


def test_no_bytes_stop_the_master_or_make_it_believe_a_press() -> None:
    rounds, fed = fuzz(2.0, seed=20261122)
    assert rounds > 1
    assert fed > 10_000
