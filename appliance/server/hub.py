"""The hub: one thread on which all state lives, and the only ways onto it and off it.

No monkey-patching anywhere: what blocks goes through `offload`, what comes back comes through `post`.
"""

import logging
import os
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool

from appliance.core.refusals import Fault

log = logging.getLogger(__name__)
T = TypeVar("T")
BROKEN: Final = 70
SIGNING_IN: Final = 3
"""Threads for signing in: the hasher lets two work at a time, and one more looks after the disk."""


def die(what: str) -> None:
    """A task without which nothing is right has failed: end the process, so that it is started afresh."""
    log.critical("%s has failed; the process ends so that it can be started again\n%s", what, traceback.format_exc())
    logging.shutdown()
    os._exit(BROKEN)


def _caught(call: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """The pool itself would print every error before it hands it on, a disk that refuses included."""
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - raised again where the call was made
        return None, error


def _result(pool: ThreadPool, call: Callable[[], T]) -> T:
    result, error = pool.apply(_caught, (call,))
    if error is not None:
        raise error
    return cast("T", result)


class Hub:
    """Timers, wake-ups from other threads, and a pool for slow work."""

    def __init__(self) -> None:
        self._hub = gevent.get_hub()
        self._signing_in = ThreadPool(SIGNING_IN)
        self._calls: deque[Callable[[], None]] = deque()
        self._wake = self._hub.loop.async_()
        self._wake.start(self._drain)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` on the hub. May be called from any thread; many calls cost one wake-up."""
        self._calls.append(call)
        self._wake.send()

    def soon(self, call: Callable[[], None]) -> None:
        """Run `call` on the hub once the current greenlet has given way."""
        self._hub.loop.run_callback(self._guarded, call)

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call once after `seconds` of monotonic time; returns a function that cancels it."""
        timer = gevent.spawn_later(seconds, self._guarded, call)

        def cancel() -> None:
            # A timer that is ringing may cancel itself; that must not end the call it is in.
            if timer is not gevent.getcurrent():
                timer.kill(block=False)

        return cancel

    def offload(self, call: Callable[[], T]) -> T:
        """Run slow work on a worker thread; only the calling greenlet waits for it. Raises what `call` raises."""
        return _result(self._hub.threadpool, call)

    def aside(self, call: Callable[[], None], then: Callable[[Fault | None], None]) -> None:
        """Run slow work on a worker thread while nobody waits; then `then` on the hub, with the fault or None."""

        def run() -> None:
            try:
                self.offload(call)
            except Fault as fault:
                then(fault)
            else:
                then(None)

        self.forever("work beside the hub", run)

    def sign_in(self, call: Callable[[], T]) -> T:
        """The same for what may hash a secret, on threads of its own: a whole hall that signs in, or somebody
        who tries passwords, keeps nobody else waiting."""
        return _result(self._signing_in, call)

    def forever(self, what: str, call: Callable[[], None]) -> "gevent.Greenlet[..., Any]":
        """Start a task that must never end by an error."""

        def run() -> None:
            try:
                call()
            except Exception:  # noqa: BLE001 - whatever it is, the process must not go on without the task
                die(what)

        return gevent.spawn(run)

    def close(self) -> None:
        """Stop listening for other threads."""
        self._wake.stop()
        self._wake.close()
        self._signing_in.kill()

    def _drain(self) -> None:
        while self._calls:
            self._guarded(self._calls.popleft())

    @staticmethod
    def _guarded(call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:  # noqa: BLE001 - see die
            die("a task on the hub")


class Waiting:
    """One greenlet's wait for one answer."""

    def __init__(self) -> None:
        self._result: AsyncResult[Any] = AsyncResult()

    def reply(self, answer: object) -> None:
        """Give the answer."""
        self._result.set(answer)

    def wait(self) -> Any:
        """The answer, when it is there."""
        return self._result.get()
