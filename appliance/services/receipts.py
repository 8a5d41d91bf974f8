"""What accepted commands were answered with: the same id again gets the first answer and changes nothing.

The ledger holds it (an entry's receipt), so it is known after a restart too. Refusals and faults leave no receipt.
"""

from dataclasses import dataclass, field

from msgspec import Struct

from appliance.core import events as e
from appliance.core import ledger as lg
from appliance.core.commands import Command, ConveneMeeting
from appliance.core.refusals import Code, Refusal
from appliance.services.answers import Accepted, Answer
from appliance.services.ports import LedgerStore

MEETINGS_REMEMBERED = 5
"""So many meetings back the ids of commands are known after a restart."""


class _Kept(Struct, frozen=True):
    content: str
    answer: Accepted


@dataclass(slots=True)
class Receipts:
    """Of the meeting that is on, and of those before it. On the Chamber's thread."""

    store: LedgerStore
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _ledgers: set[str] = field(default_factory=set)

    def load(self) -> None:
        """A tablet may still give again what it gave in an earlier meeting: it is not to count in this one.

        Raises Fault.
        """
        ledgers = self.store.ledgers()
        self._ledgers.update(ledgers)
        for ledger in ledgers[-1 - MEETINGS_REMEMBERED : -1]:
            for row in self.store.rows(ledger):
                self.keep(lg.take(*row).entry)

    def opened(self, ledger: str) -> None:
        """Its first entry is on the way to the disk."""
        self._ledgers.add(ledger)

    def keep(self, entry: lg.LedgerEntry) -> None:
        """An entry is on disk: whoever gives its command again gets this answer."""
        if entry.receipt is not None:
            self._kept[entry.receipt.id] = _Kept(entry.receipt.hash, answer_to(entry))

    def first_answer(self, command: Command, content: str) -> Answer | None:
        """The answer that `command` was given, a refusal when its id had other content, None when it is new."""
        kept = self._kept.get(command.id)
        if kept is None and isinstance(command, ConveneMeeting):
            kept = self._convened(command.id.lower())
        if kept is None:
            return None
        return kept.answer if kept.content == content else Refusal(Code.ID_REUSED)

    def _convened(self, ledger: str) -> _Kept | None:
        """A ledger is named by the command that convened it, so that id can never open a second one."""
        if ledger not in self._ledgers:
            return None
        entry = lg.take(*next(iter(self.store.rows(ledger)))).entry
        return _Kept(entry.receipt.hash if entry.receipt else "", Accepted(entry.seq))


def answer_to(entry: lg.LedgerEntry) -> Accepted:
    """What the command behind an entry is answered with."""
    return Accepted(entry.seq, next((x.poll for x in entry.events if isinstance(x, e.PollDrafted)), None))
