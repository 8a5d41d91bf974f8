"""`python -m recordings archive`: the parts put together (the page is in `recordings/archive/__init__.py`)."""

import argparse
import logging
import os
import signal
import socket
import threading
import time
from typing import Final, get_args

from recordings.adapters import bus
from recordings.adapters.keys import KeyFault
from recordings.archive.receive import Inbox, Receiver
from recordings.archive.recover import NoTake
from recordings.archive.take import Busy, Recording, cut_take
from recordings.archive.words import Teller, listen
from recordings.config import Config
from recordings.reports import BEAT_SECONDS, Report
from recordings.segments import GapReason

_log: Final = logging.getLogger(__name__)
HANDED_ON: Final = "RECORDINGS_BUS_FD"
"""The descriptor of the socket, which the main process keeps over an archive's death."""
BIND_SECONDS: Final = 3.0
WRONG_USE: Final = 2
FAULT: Final = 69
HELD: Final = 75


def run(config: Config, given: argparse.Namespace) -> int:
    """The command; gives the exit code."""
    if given.reason is not None and given.reason not in get_args(GapReason):
        _log.error("%r is no reason for a gap", given.reason)
        return WRONG_USE
    threading.excepthook = _die
    try:
        if given.cut_from is not None:
            return _cut(config, given.take, int(given.cut_from))
        return _record(config, given.take, given.reason)
    except Busy as error:
        _log.error("%s", error)
        return HELD
    except (NoTake, KeyFault, OSError) as error:
        _log.error("%s", error)
        return FAULT


def _cut(config: Config, take: str, uptime_ms: int) -> int:
    teller = Teller(gone=lambda: None)
    cut_take(config, take, uptime_ms, teller.say)
    teller.end()
    return 0


def _record(config: Config, take: str, reason: GapReason | None) -> int:
    inbox: Inbox = Inbox()
    with _bus(config) as port:
        receiver = Receiver(port, inbox)
        teller = Teller(gone=receiver.end)
        signal.signal(signal.SIGTERM, lambda *_: receiver.end())
        signal.signal(signal.SIGINT, lambda *_: receiver.end())
        listen(receiver.end)
        receiver.thread.start()
        try:
            _watch(Recording(config, take, reason, inbox, teller.say), teller)
        finally:
            receiver.end()
            receiver.thread.join()
            teller.end()
    return 0


def _watch(recording: Recording, teller: Teller) -> None:
    """Beat until the recording has ended. Raises what it raised."""
    failed: list[Exception] = []

    def record() -> None:
        try:
            recording.run()
        except (Busy, NoTake, KeyFault, OSError) as error:
            failed.append(error)

    thread = threading.Thread(target=record, name="write")
    thread.start()
    while thread.is_alive():
        teller.say(Report(beat=1))
        teller.say(Report(bytes_written=recording.open_bytes))
        thread.join(timeout=BEAT_SECONDS)
    if failed:
        raise failed[0]


def _bus(config: Config) -> socket.socket:
    """The socket that was handed on, or one of our own when whoever had the port has let it go."""
    handed_on = os.environ.get(HANDED_ON)
    if handed_on:
        return socket.socket(fileno=int(handed_on))
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            return bus.bind(config.ports.archive)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _die(what: threading.ExceptHookArgs) -> None:
    """A thread that dies takes the process with it; the next one recovers the take."""
    name = what.thread.name if what.thread else "?"
    error = (what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback)
    _log.critical("the %s thread died", name, exc_info=error)
    os._exit(FAULT)
