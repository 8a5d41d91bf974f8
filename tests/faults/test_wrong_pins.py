"""Ten thousand wrong PINs: cheap to refuse, worth nothing to whoever guesses, and no live sign-in notices."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from appliance.core.refusals import Code
from appliance.server.access import DEVICE_COOKIE
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.council import CARD, PIN, TABLET
from tests.faults.tablet import PATIENCE_SECONDS, Json
from tests.faults.test_bad_input import nothing_changes
from tests.house import fresh_id, name_of

GUESSES: Final = 10_000
IN_ONE_GO: Final = 100
THIEF: Final = "10.0.0.66"
MEMBER: Final = "10.0.0.1"


def attempt(pin: str, device: str, address: str) -> bytes:
    """One sign-in as it stands on the wire, from behind the web server."""
    form = json.dumps({"card": CARD, "pin": pin}).encode()
    head = (
        f"POST /api/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {DEVICE_COOKIE}={device}\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Type: application/json\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


def attempts(house: Appliance, pins: Iterator[str], device: str, address: str) -> Iterator[Json]:
    """Many on one connection, a hundred at a time; their answers."""
    connection = socket.create_connection(("127.0.0.1", house.port), timeout=PATIENCE_SECONDS)
    with closing(connection), connection.makefile("rb") as answers:
        while batch := [attempt(pin, device, address) for pin in islice(pins, IN_ONE_GO)]:
            connection.sendall(b"".join(batch))
            for _ in batch:
                length = 0
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                yield json.loads(answers.read(length))


def test_ten_thousand_wrong_pins_open_nothing_and_change_nothing(tmp_path: Path) -> None:
    with appliance(tmp_path, members=9) as house:
        house.open_poll(present=9)
        member = house.tablet(name_of(1))
        wrong = (f"{pin:04}" for pin in range(GUESSES) if f"{pin:04}" != PIN)
        with nothing_changes(house):
            codes = Counter[str]()
            for answer in attempts(house, wrong, "a thief's", THIEF):
                codes[answer["refusal"]] += 1
                member.take_in()
            (right,) = attempts(house, iter([PIN]), "a thief's", THIEF)
        assert codes.total() == GUESSES - 1
        assert set(codes) == {Code.PIN_WRONG, Code.LOCKED_OUT, Code.RATE_LIMITED}
        assert codes[Code.PIN_WRONG] <= 5, "a thief must not get more tries than a person"
        assert right["refusal"] in {Code.LOCKED_OUT, Code.RATE_LIMITED}, "the right PIN came too late for the thief"

        ballot = {"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"}
        assert member.ask(ballot)["accepted"], "a lock-out must never end a live sign-in"
        (own,) = attempts(house, iter([PIN]), TABLET, MEMBER)
        assert own["signed_in"], "the member's own tablet is not locked by what others try"
