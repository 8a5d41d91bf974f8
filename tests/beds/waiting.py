"""Waiting for a bed to be so, with an end: a test does not sleep and hope."""

import time
from collections.abc import Callable


def until(
    come_true: Callable[[], bool], seconds: float, what: str, *, pause: float = 0.1, more: Callable[[], str] = str
) -> None:
    """Ask until it is true. Raises TimeoutError, with what `more` has to say of it."""
    deadline = time.monotonic() + seconds
    while not come_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s for {what}{more()}")
        time.sleep(pause)
