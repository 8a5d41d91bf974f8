"""The real appliance in a process of its own, and a council of N tablets around it.

Everything goes through the public wire: Socket.IO connections with a cookie, commands and their answers. Only
signing in is left out of what is measured: the members' sessions are on file before the server starts.
"""

import json
import random
import sqlite3
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import machine
from tests.bench.council import CHAIR, CLERK, Seeded
from tests.bench.frames import client_frame
from tests.bench.limits import wait_for_port
from tests.bench.tablets import BenchError, Due, Tablet, Tablets

_CHOICES = ("for", "for", "for", "against", "abstain")


class Acknowledged(NamedTuple):
    """What a tablet was told is on disk."""

    seq: int
    poll: str
    member: str
    choice: str


@dataclass(slots=True)
class Hall:
    """One running appliance with everybody connected."""

    pid: int
    tablets: Tablets
    members: list[Tablet]
    chair: Tablet
    clerk: Tablet
    ledger: Path
    acknowledged: list[Acknowledged] = field(default_factory=list)
    push_bytes: int = 0
    polls: int = 0
    _answers: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)
    _sent: int = 0

    def heard(self, tablet: Tablet, at: int, text: bytes) -> None:
        """An answer, or the push that tells of an opened poll; nothing else is kept."""
        if text.startswith(b"43"):
            self._answers[text[2 : text.index(b"[")]] = (at, text)
        elif text.startswith(b'42["push"') and b'"PollOpened"' in text:
            self._told[tablet.name] = at
            if tablet is self.members[0]:
                self.push_bytes = len(text)

    def give(self, tablet: Tablet, **command: Any) -> dict[str, Any]:
        """One command, and its answer; anything but *accepted* ends the bench."""
        (answer,) = self.give_all(tablet, [command])
        return answer

    def give_all(self, tablet: Tablet, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Many commands from one sign-in at once."""
        numbers = []
        for command in commands:
            self._sent += 1
            numbers.append(b"%d" % self._sent)
            self.tablets.send(tablet, _event(self._sent, {"id": str(uuid.uuid4()), **command}))
        self.tablets.listen(lambda: all(n in self._answers for n in numbers), 60, f"answers to {commands[0]}")
        return [_accepted(self._answers.pop(n)[1], str(commands[0])) for n in numbers]

    def open_poll(self) -> tuple[int, int]:
        """Draft and open a poll: ns until the last member's tablet has it, ns of the server's CPU."""
        self.polls += 1
        question = f"Thông qua Nghị quyết về dự toán ngân sách, lần {self.polls}"
        self.give(self.clerk, type="DraftPoll", item="i1", poll=self._poll, question=question)
        self.tablets.quiet(0.12)
        self._told.clear()
        before, want = machine.cpu_ns(self.pid), {tablet.name for tablet in self.members}
        command = {"type": "OpenPoll", "id": str(uuid.uuid4()), "poll": self._poll}
        self._sent += 1
        sent = self.tablets.send(self.chair, _event(self._sent, command))
        self.tablets.listen(lambda: want <= self._told.keys(), 60, "the open poll on all tablets")
        used = machine.cpu_ns(self.pid) - before
        last = max(self._told[name] for name in want)
        self.tablets.quiet(0.12)
        _accepted(self._answers.pop(b"%d" % self._sent)[1], "OpenPoll")
        return last - sent, used

    def vote(self, offsets: list[int]) -> tuple[list[int], int]:
        """A ballot from each member at its time: ns until each durable answer, ns of the server's CPU."""
        chance = random.Random(self.polls)
        ballots: list[tuple[str, str]] = []
        due: list[Due] = []
        for at, tablet in zip(offsets, self.members, strict=True):
            choice, number = chance.choice(_CHOICES), self._sent + len(due) + 1
            command = {"type": "CastBallot", "id": str(uuid.uuid4()), "poll": self._poll, "choice": choice}
            due.append(Due(at, tablet, client_frame(_event(number, command))))
            ballots.append((tablet.name, choice))
        first, sent = self._sent + 1, [0] * len(due)
        self._sent += len(due)
        self._answers.clear()
        before = machine.cpu_ns(self.pid)
        self.tablets.storm(due, sent, lambda: len(self._answers) == len(due), 60)
        self.tablets.quiet(0.15)
        used, took = machine.cpu_ns(self.pid) - before, []
        for i, (member, choice) in enumerate(ballots):
            at, text = self._answers[b"%d" % (first + i)]
            took.append(at - sent[i])
            seq = _accepted(text, "CastBallot")["seq"]
            self.acknowledged.append(Acknowledged(seq, self._poll, member, choice))
        self._answers.clear()
        return took, used

    def finish_poll(self) -> None:
        """Close, confirm by two, announce."""
        for who, what in (
            (self.chair, "ClosePoll"), (self.clerk, "ConfirmPoll"), (self.chair, "ConfirmPoll"),
            (self.chair, "AnnouncePoll"),
        ):  # fmt: skip
            self.give(who, type=what, poll=self._poll)
        self.tablets.quiet(0.12)

    def reconnect(self) -> int:
        """All members' tablets gone and back at once: ns until the last has its snapshot."""
        self.tablets.drop(self.members)
        machine.settled(self.pid)
        return max(self.tablets.connect(self.members))

    def row_bytes(self) -> int:
        """How long a ballot's entry is in the ledger."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT avg(length(body)) FROM entries WHERE body LIKE '%BallotCast%'")
            return int(found.fetchone()[0] or 500)

    @property
    def _poll(self) -> str:
        return f"p-{self.pid}-{self.polls}"


@contextmanager
def appliance(council: Seeded, *, slow: bool = False, program: Sequence[str] = ("-m", "appliance")) -> Iterator[Hall]:
    """Start the appliance on a seeded council and connect chair, clerk and the hall's tablets but no members."""
    command = [sys.executable, *program, "serve", "--config", str(council.config)]
    with (
        council.log.open("ab") as log,
        machine.running(command, core=machine.SERVER_CORE, slow=slow, stdout=log, stderr=log) as (process, pid),
    ):
        try:
            wait_for_port(council.port, process)
        except BenchError as error:
            raise BenchError(f"{error}: {council.log.read_text()[-2000:]}") from error
        tablets = Tablets(council.port)
        people = {name: Tablet(name, cookie) for name, cookie in council.cookies.items()}
        chair, clerk = people.pop(CHAIR), people.pop(CLERK)
        hall = Hall(pid, tablets, list(people.values()), chair, clerk, council.ledger)
        tablets.heard = hall.heard
        try:
            tablets.connect([chair, clerk])
            yield hall
        finally:
            tablets.close()


def convene(hall: Hall) -> None:
    """A meeting with an item, an open sitting, and every member in the room."""
    hall.give(hall.clerk, type="ConveneMeeting", title="Kỳ họp đo đạc")
    hall.give(hall.clerk, type="AddItem", item="i1", number="1", title="Dự toán ngân sách")
    hall.give(hall.chair, type="OpenSitting")
    hall.give_all(hall.clerk, [{"type": "CheckIn", "member": tablet.name} for tablet in hall.members])
    hall.give(hall.chair, type="StartItem", item="i1")
    hall.tablets.quiet(0.2)


def connect_members(hall: Hall) -> float | None:
    """Everybody; gives KiB of the server's memory a tablet, for as many as tell more than noise."""
    first = max(10, len(hall.members) // 10)
    hall.tablets.connect(hall.members[:first])
    machine.settled(hall.pid)
    before = machine.pss_kib(hall.pid)
    hall.tablets.connect(hall.members[first:])
    machine.settled(hall.pid)
    rest = len(hall.members) - first
    return (machine.pss_kib(hall.pid) - before) / rest if rest >= 50 else None


def _event(number: int, command: dict[str, Any]) -> bytes:
    return f'42{number}["command",{json.dumps(command, ensure_ascii=False)}]'.encode()


def _accepted(text: bytes, what: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text[text.index(b"[") :])[0]
    if answer.get("accepted") is not True:
        raise BenchError(f"{what} was refused: {answer}")
    return answer
