"""What the devices in a storm gave and were told, and the ledger's word on it.

A tablet's promise to its delegate is the answer it got. The book keeps the answers; `settled` compares
them with what is on disk.
"""

import random
import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.core.ledger import unseal

CHOICES: Final = ("for", "against", "abstain")
Json = dict[str, Any]


@dataclass(slots=True)
class Book:
    """One delegate's ballots, oldest first, and the answer to each that has come."""

    member: str
    given: list[Json] = field(default_factory=list)
    told: dict[str, Json] = field(default_factory=dict)

    def next(self, poll: str, chance: random.Random) -> Json:
        """A new ballot, noted as given."""
        ballot = {
            "type": "CastBallot", "id": str(uuid.UUID(int=chance.getrandbits(128))), "poll": poll,
            "choice": chance.choice(CHOICES),
        }  # fmt: skip
        self.given.append(ballot)
        return ballot

    def was_told(self, ballot: str, answer: Json) -> None:
        """An answer has come; the same ballot never gets a second, different one."""
        assert answer["accepted"], f"{self.member}: {answer}"
        assert self.told.setdefault(ballot, answer) == answer

    @property
    def unanswered(self) -> list[Json]:
        """What the tablet must give again, in the order in which it was given."""
        return [ballot for ballot in self.given if ballot["id"] not in self.told]

    @property
    def last(self) -> str:
        """The choice that must count in the end."""
        return str(self.given[-1]["choice"])


def entries_of(ledger: Path) -> dict[str, list[int]]:
    """Command id → the numbers of the entries it became, read from the file beside the running server."""
    found: dict[str, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as file:
        for (body,) in file.execute("SELECT body FROM entries ORDER BY position"):
            entry = unseal(body).entry
            if entry.receipt is not None:
                found[entry.receipt.id].append(entry.seq)
    return found


def settled(books: Iterable[Book], on_disk: dict[str, list[int]]) -> tuple[int, int]:
    """Each acknowledged ballot is there once with the number it was told, each other one once or not at all.

    Gives how many unacknowledged ones are there, and how many are not.
    """
    there = missing = 0
    for book in books:
        for ballot in book.given:
            seqs, answer = on_disk.get(ballot["id"], []), book.told.get(ballot["id"])
            if answer is not None:
                assert seqs == [answer["seq"]], f"{book.member} was told {answer}, the ledger has {seqs}"
            else:
                assert len(seqs) <= 1, f"{book.member}'s ballot counts {len(seqs)} times"
                there, missing = there + len(seqs), missing + 1 - len(seqs)
    return there, missing
