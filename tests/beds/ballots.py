"""Tablets in the hall that press without rest, each over its own TLS, until the box is gone and another answers.

    python -m tests.beds.ballots --base https://hoitruong.lan --ca ca.pem --members 60 --poll p1 --rate 60

Run in the hall's network. One JSON line an event, times of CLOCK_MONOTONIC, which all processes here share:
    {"ack": [seq, member, time]}          a ballot was answered *recorded*
    {"gone": [member, time]}              nothing answers any more, or no ballot is taken
    {"back": [member, time, signed in]}   something answers under the name again, and knows this tablet or does not
It ends when all are back. A line on standard input says: press no more; who has pressed last goes on looking.
"""

import argparse
import json
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

from tests.faults.council import token_of
from tests.house import name_of

ANSWER_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.3
FIRST_ADDRESS: Final = 100


class _From(HTTPAdapter):
    """A tablet has an address of its own: the box counts connections by it."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, source_address=(self._address, 0), **more)


class Tablet(threading.Thread):
    """One of them."""

    def __init__(self, i: int, given: argparse.Namespace, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self._given, self._i, self._enough = given, i, enough
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = str(given.ca)
        self._http.mount("https://", _From(f"10.77.0.{FIRST_ADDRESS + i}"))
        self._http.headers["Cookie"] = f"nghi_truong={token_of(name_of(i))}"

    def run(self) -> None:
        """Press, until no ballot is taken any more; look, until somebody answers."""
        due, choices = time.monotonic() + self._i / self._given.rate, 0
        while not self._enough.is_set():
            time.sleep(max(0.0, due - time.monotonic()))
            due += self._given.members / self._given.rate
            choices += 1
            if not self._press("for" if choices % 2 else "against"):
                break
        _say("gone", self._i, time.monotonic())
        while (status := self._look()) not in {200, 401}:
            time.sleep(LOOK_SECONDS)
        _say("back", self._i, time.monotonic(), status == requests.codes.ok)

    def _press(self, choice: str) -> bool:
        """Whether it was taken. A box that takes over soon answers in time, but not yet, or for another poll."""
        command = {"type": "CastBallot", "id": uuid.uuid4().hex, "poll": self._given.poll, "choice": choice}
        try:
            answer = self._http.post(f"{self._given.base}/api/commands", json=command, timeout=ANSWER_SECONDS)
        except requests.RequestException:
            return False
        if answer.status_code != requests.codes.ok or not answer.json()["accepted"]:
            return False
        _say("ack", answer.json()["seq"], self._i, time.monotonic())
        return True

    def _look(self) -> int:
        try:
            return self._http.get(f"{self._given.base}/api/snapshot", timeout=ANSWER_SECONDS).status_code
        except requests.RequestException:
            return 0


def _say(what: str, *told: float | bool) -> None:
    sys.stdout.write(json.dumps({what: told}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """All of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True)
    parser.add_argument("--ca", type=Path, required=True)
    parser.add_argument("--members", type=int, default=60)
    parser.add_argument("--poll", required=True)
    parser.add_argument("--rate", type=float, default=60.0, help="ballots a second, of all together")
    given = parser.parse_args()
    enough = threading.Event()
    tablets = [Tablet(i, given, enough) for i in range(1, given.members + 1)]
    for tablet in tablets:
        tablet.start()
    if sys.stdin.readline():
        enough.set()
    for tablet in tablets:
        tablet.join()


if __name__ == "__main__":
    main()
