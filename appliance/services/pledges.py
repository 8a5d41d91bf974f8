"""Pledges of all meetings (lời hứa), carried on until they are settled: the ledgers say what was promised, the
registry what was heard of it since.

An earlier ledger never changes, so each is read once; the newest is the Chamber's own state.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.questioning import HALL_TIME
from appliance.core.slips import PledgeKind
from appliance.core.state import Meeting
from appliance.services.on_file import OnFile, PledgeFollowUp
from appliance.services.ports import LedgerStore


class Promised(Struct, frozen=True):
    """A pledge as its ledger has it, that was not struck out."""

    ledger: str
    meeting: str
    pledge: str
    kind: PledgeKind
    who: str
    what: str
    made: date
    deadline: date | None = None
    slip: str | None = None


class Carried(Struct, frozen=True):
    """A pledge with what was heard of it since, oldest first."""

    promised: Promised
    heard: tuple[PledgeFollowUp, ...]

    @property
    def settled(self) -> bool:
        """It is kept."""
        return any(f.settled for f in self.heard)

    def overdue(self, today: date) -> bool:
        """Its day has gone by, and nobody has said that it is kept."""
        deadline = self.promised.deadline
        return not self.settled and deadline is not None and deadline < today


@dataclass(slots=True)
class Pledges:
    """Call off the hub: an earlier ledger is read from the disk the first time."""

    store: LedgerStore
    meeting: Callable[[], Meeting]
    on_file: Callable[[], OnFile]
    _read: dict[str, tuple[Promised, ...]] = field(default_factory=dict)

    def all(self) -> tuple[Carried, ...]:
        """Every pledge of every meeting, the newest first. Raises Fault."""
        now = self.meeting()
        found = [*(p for ledger in self.store.ledgers() if ledger != now.ledger for p in self._of(ledger)), *_now(now)]
        heard: dict[tuple[str, str], list[PledgeFollowUp]] = {}
        for note in sorted(self.on_file().pledge_follow_ups.values(), key=lambda f: (f.at, f.id)):
            heard.setdefault((note.ledger, note.pledge), []).append(note)
        return tuple(Carried(p, tuple(heard.get((p.ledger, p.pledge), ()))) for p in reversed(found))

    def _of(self, ledger: str) -> tuple[Promised, ...]:
        if ledger not in self._read:
            self._read[ledger] = promised(lg.read(body for _, _, body in self.store.rows(ledger)))
        return self._read[ledger]


def promised(entries: Iterable[lg.LedgerEntry]) -> tuple[Promised, ...]:
    """The pledges of one ledger, in their order."""
    title, found = "", dict[str, Promised]()
    for entry in entries:
        for event in entry.events:
            match event:
                case e.MeetingConvened():
                    title = event.title
                case e.PledgeMade():
                    found[event.pledge] = Promised(
                        entry.ledger, title, event.pledge, event.kind, event.who, event.what,
                        entry.time.astimezone(HALL_TIME).date(), event.deadline, event.slip,
                    )  # fmt: skip
                case e.PledgeWithdrawn():
                    found.pop(event.pledge, None)
    return tuple(found.values())


def _now(meeting: Meeting) -> tuple[Promised, ...]:
    return tuple(
        Promised(
            meeting.ledger, meeting.title, p.pledge, p.kind, p.who, p.what, p.made.astimezone(HALL_TIME).date(),
            p.deadline, p.slip,
        )
        for p in meeting.questioning.pledges.values()
        if p.withdrawn is None
    )  # fmt: skip
