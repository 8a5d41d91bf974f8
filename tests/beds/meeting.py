"""A whole meeting, from an empty box to a result on the wall, as the people in the hall would hold it: over TLS.

    python -m tests.beds.meeting --base https://hoitruong.lan --ca ca.pem --account thu-ky     (the password on stdin)

Runs wherever a tablet stands; all that it knows of the box is its name and its authority. Prints the result as JSON.
One ballot goes over a WebSocket, by the client that the README shows; the others over HTTP.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any, Final

import requests

from tests.journey.card_reading import read_card

PATIENCE_SECONDS: Final = 60
CHAIR: Final = "chu-toa"
PASSWORD: Final = "hoàng hôn trên núi"
PIN: Final = "270618"
CHOICES: Final = ("for", "for", "for", "against", "abstain")
"""What the members press; the first of them over a WebSocket."""
_CARD: Final = re.compile(r'<svg[^>]*viewBox="0 0 (\d+) \d+"[^>]*>.*?<path[^>]*\bd="([^"]+)"', re.DOTALL)
_CLIENT: Final = Path(__file__).parents[1] / "example_client.py"


class Person:
    """Somebody with a device of their own, who believes the hall's authority and nobody else."""

    def __init__(self, base: str, ca: Path) -> None:
        self.base = base
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(ca)

    def sign_in(self, **way: str) -> None:
        """By account, card or pairing."""
        self._post("/api/sign-in", way)

    def give(self, kind: str, **fields: object) -> str:
        """A command that is accepted; its id."""
        name = uuid.uuid4().hex
        answer = self._post("/api/commands", {"type": kind, "id": name, **fields})
        assert answer["accepted"], answer
        return name

    def view(self) -> dict[str, Any]:
        """What their screen shows."""
        found: dict[str, Any] = self.get("/api/snapshot").json()["view"]
        return found

    def get(self, path: str, **query: str) -> requests.Response:
        """Something that is there."""
        answer = self.http.get(self.base + path, params=query, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer

    def _post(self, path: str, body: dict[str, object] | dict[str, str]) -> dict[str, Any]:
        answer = self.http.post(self.base + path, json=body, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        found: dict[str, Any] = answer.json()
        return found

    def pair(self) -> str:
        """A hall display's code."""
        return str(self._post("/api/pairings", {})["pairing"])


class Meeting:
    """Clerk, chair, hall display and members of one council that is new on this box."""

    def __init__(self, base: str, ca: Path) -> None:
        self.base, self.ca = base, ca
        self.clerk, self.chair, self.wall = (Person(base, ca) for _ in range(3))
        self.members: list[Person] = []
        self.cards: list[str] = []

    def look(self) -> None:
        """Every place in the room has its screen: the page names a script, and the script is there."""
        for place in ("", "chair", "clerk", "hall", "technician"):
            page = self.clerk.get(f"/{place}").text
            scripts = re.findall(r'src="(/assets/[^"]+\.js)"', page)
            assert scripts, f"/{place} has no screen: {page[:600]}"
            for script in scripts:
                assert len(self.clerk.get(script).content) > 0

    def begin(self, account: str, password: str) -> None:
        """On file: members with cards, a chair (the council itself is there by the settings); the wall is let in."""
        self.clerk.sign_in(account=account, password=password)
        names = [f"m{i}" for i in range(1, len(CHOICES) + 1)]
        for i, member in enumerate(names, 1):
            self.clerk.give("SaveMember", member=member, name=f"Nguyễn Văn Mẫu {i}", member_seat=f"A{i:02}")
        self.clerk.give("CreateAccount", account=CHAIR, name="Vũ Đình Mẫu", role="chair", password=PASSWORD)
        self.chair.sign_in(account=CHAIR, password=PASSWORD)
        sheet = self.clerk.give("IssueCards", members=names)
        printed = _CARD.findall(self.clerk.get("/print/cards", sheet=sheet).text)
        self.cards = [read_card(path, int(size)).rpartition("#card=")[2] for size, path in printed]
        assert len(self.cards) == len(names)
        pairing = self.wall.pair()
        self.clerk.give("ApproveDisplay", pairing=pairing)
        self.wall.sign_in(pairing=pairing)

    def convene(self) -> None:
        """A sitting is open, everybody has come by their card, and the item is called."""
        self.clerk.give("ConveneMeeting", title="Kỳ họp thứ nhất")
        self.clerk.give("AddItem", item="i1", number="1", title="Dự toán ngân sách")
        self.chair.give("OpenSitting")
        code = self.wall.view()["room"]["code"]
        for card in self.cards:
            member = Person(self.base, self.ca)
            member.sign_in(card=card, pin=PIN)
            member.give("CheckIn", code=code)
            self.members.append(member)
        self.chair.give("StartItem", item="i1")

    def vote(self, poll: str = "p1") -> dict[str, Any]:
        """A poll from its draft to the wall; what the wall shows of it."""
        self.clerk.give("DraftPoll", item="i1", poll=poll, question="Thông qua dự toán ngân sách")
        self.chair.give("OpenPoll", poll=poll)
        self._by_websocket(self.members[0], CHOICES[0])
        for member, choice in zip(self.members[1:], CHOICES[1:], strict=True):
            member.give("CastBallot", poll=poll, choice=choice)
        self.chair.give("ClosePoll", poll=poll)
        self.clerk.give("ConfirmPoll", poll=poll)
        self.chair.give("ConfirmPoll", poll=poll)
        self.chair.give("AnnouncePoll", poll=poll)
        shown: dict[str, Any] = self.wall.view()["poll"]
        return shown

    def end(self) -> None:
        """The sitting is closed."""
        self.chair.give("CloseSitting")

    def _by_websocket(self, member: Person, choice: str) -> None:
        """With the session that this member's device has: the README's client, told who it is by its cookies."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in member.http.cookies)
        program = (
            "import sys, tests.example_client as client; client.sign_in = lambda *_: sys.argv[2]; "
            "answer = client.vote(sys.argv[1], '', '', sys.argv[3]); sys.exit(not answer['accepted'])"
        )
        known = {**os.environ, "SSL_CERT_FILE": str(self.ca), "REQUESTS_CA_BUNDLE": str(self.ca)}
        subprocess.run(
            [sys.executable, "-c", program, self.base, cookies, choice],
            check=True, env=known, cwd=_CLIENT.parents[1], timeout=PATIENCE_SECONDS,
        )  # fmt: skip


def main() -> None:
    """The meeting, and what the wall showed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--ca", type=Path, required=True)
    parser.add_argument("--account", required=True)
    given = parser.parse_args()
    meeting = Meeting(given.base, given.ca)
    meeting.look()
    meeting.begin(given.account, sys.stdin.readline().rstrip("\n"))
    meeting.convene()
    shown = meeting.vote()
    meeting.end()
    print(json.dumps(shown, ensure_ascii=False))


if __name__ == "__main__":
    main()
