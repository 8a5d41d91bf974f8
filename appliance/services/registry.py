"""What is on file: council, members, accounts, cards, sign-ins. Read from memory, written durably, audited.

The whole registry of a council is small, so it is held as one frozen value (`on_file`). Reading never
waits for a lock or the disk, and may be done on any thread. A change is decided on that value under a
lock, written together with its audit line in one transaction, and only then seen. Another process
(create-account) may write too: a change names the version it was decided on, and is decided again when
the file has moved.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Protocol

from msgspec.structs import replace

from appliance.core.ledger import canonical
from appliance.core.names import same
from appliance.core.people import MemberFacts, Role
from appliance.core.profile import RuleProfile
from appliance.core.refusals import Refusal
from appliance.core.slips import SlipFacts
from appliance.core.state import Facts
from appliance.services import excuses
from appliance.services.on_file import KINDS, Change, Member, Note, OnFile, QuestionSlip, SlipState, apply, told
from appliance.services.papers import document_ref
from appliance.services.ports import Clock


class RegistryMoved(Exception):
    """Somebody else has changed the registry: it is not at the version that the commit expected."""


class RegistryStore(Protocol):
    """Durable storage of the records and the audit. Safe to call from several threads."""

    def version(self) -> int:
        """How many changes there have been. Raises Fault."""

    def load(self) -> OnFile:
        """Everything on file, with its version. Raises Fault."""

    def commit(self, expected: int, changes: tuple[Change, ...], note: Note) -> None:
        """Write the changes and the audit's line in one transaction; the version is then `expected` + 1.

        Raises RegistryMoved when the version is not `expected`, Fault(STORAGE_FAULT) when the disk
        refuses; in both cases nothing has been written.
        """

    def noted(self, command: str) -> Note | None:
        """The audit's line about this desk command, or None. Raises Fault."""

    def audit(self, after: int = 0) -> Iterator[tuple[int, Note]]:
        """The audit's lines behind version `after`, in order. Raises Fault."""


Edit = Callable[[OnFile], tuple[Change, ...] | Refusal]
"""Decides, on what is on file, what changes; () changes nothing but is noted. May be called more than once."""


@dataclass(slots=True)
class Registry:
    """A FactsOnFile, and the one way to change what is on file. `on_file` is replaced, never altered."""

    store: RegistryStore
    profile: RuleProfile
    clock: Clock
    on_file: OnFile = field(init=False)
    listeners: list[Callable[[frozenset[str]], None]] = field(default_factory=list)
    """Told after each change, on whatever thread made it, which kinds of records (fields of `OnFile`) it touched."""
    _facts: Facts = field(init=False)
    _seats: dict[str, str] = field(init=False)
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.on_file = OnFile()
        self._facts, self._seats = Facts(profile=self.profile), {}
        self._now_on_file(self.store.load())

    def facts(self, plan: str | None = None) -> Facts:
        """Council, rules, members in office in the council's order, chairs; costs nothing. With that plan."""
        found = self.on_file.plans.get(plan) if plan is not None else None
        if found is None:
            return self._facts
        named = {poll.document for item in found.items for poll in item.polls if poll.document is not None}
        papers = {name: ref for name in named if (ref := document_ref(self.on_file, name)) is not None}
        return replace(self._facts, plan=found, documents=papers)

    def member_at(self, seat: str) -> str | None:
        """The member in office who sits at `seat`."""
        return self._seats.get(seat)

    def change(self, by: str, what: str, edit: Edit, receipt: tuple[str, str, int] | None = None) -> Refusal | None:
        """Decide, write, show. `receipt`: a desk command's id, content hash and ledger number.

        None means done and durable. Raises Fault; a refusal or a fault has changed nothing.
        """
        with self._lock:
            while True:
                changes = edit(self.on_file)
                if isinstance(changes, Refusal):
                    return changes
                before, after = told(self.on_file, changes)
                note = Note(self.clock.now().utc, by, what, before, after)
                if receipt is not None:
                    note = replace(note, command=receipt[0], content=receipt[1], seq=receipt[2])
                try:
                    self.store.commit(self.on_file.version, changes, note)
                except RegistryMoved:
                    self._now_on_file(self.store.load())
                    continue
                self._now_on_file(apply(self.on_file, changes, self.on_file.version + 1))
                return None

    def log(
        self,
        by: str,
        what: str,
        before: dict[str, Any],
        after: dict[str, Any],
        receipt: tuple[str, str, int] | None = None,
    ) -> None:
        """A line of the audit about what is kept elsewhere (who has which panel): kind → id → fields, as in any line.

        Nothing on file changes. Raises Fault.
        """
        note = Note(self.clock.now().utc, by, what, canonical(before).decode(), canonical(after).decode())
        if receipt is not None:
            note = replace(note, command=receipt[0], content=receipt[1], seq=receipt[2])
        with self._lock:
            while True:
                try:
                    self.store.commit(self.on_file.version, (), note)
                except RegistryMoved:
                    self._now_on_file(self.store.load())
                    continue
                self.on_file = replace(self.on_file, version=self.on_file.version + 1)
                return

    def refresh(self) -> None:
        """Take in what another process has written. Raises Fault."""
        if self.store.version() != self.on_file.version:
            with self._lock:
                self._now_on_file(self.store.load())

    def absences(self, ledger: str, sitting: str) -> dict[str, str]:
        """The reasons noted in that sitting, the last one of each member; an empty reason takes one back."""
        here = (a for a in self.on_file.absences.values() if (a.ledger, a.sitting) == (ledger, sitting))
        noted = sorted(here, key=lambda a: a.noted)
        return {m: reason for m, reason in {a.member: a.reason for a in noted}.items() if reason}

    def _now_on_file(self, on_file: OnFile) -> None:
        old, self.on_file = self.on_file, on_file
        touched = frozenset(kind for kind in KINDS.values() if getattr(on_file, kind) is not getattr(old, kind))
        if touched & {"members", "accounts", "councils", "question_slips", "issue_groups", "excuses"}:
            self._facts_anew(on_file)
        for listen in self.listeners:
            listen(touched)

    def _facts_anew(self, on_file: OnFile) -> None:
        members = in_office(on_file)
        names = Counter(same(m.name) for m in members)
        shared = frozenset(name for name, count in names.items() if count > 1)
        self._facts = Facts(
            council=on_file.council.name,
            term=on_file.council.term,
            profile=self.profile,
            roster=tuple(_frozen(m, shared) for m in members),
            chairs={a.id: a.name for a in on_file.accounts.values() if a.role is Role.CHAIR and not a.disabled},
            slips=_slips(on_file),
            excused=excuses.leaves(on_file),
        )
        self._seats = {m.seat: m.id for m in members if m.seat is not None}


def _slips(on_file: OnFile) -> dict[str, SlipFacts]:
    """The slips that may still be put in the hall, in the order in which they were sent."""
    waiting = (s for s in on_file.question_slips.values() if s.state in {SlipState.SENT, SlipState.SELECTED})
    return {s.id: _slip(s, on_file) for s in sorted(waiting, key=lambda s: (s.sent, s.id))}


def _slip(slip: QuestionSlip, on_file: OnFile) -> SlipFacts:
    group = on_file.issue_groups.get(slip.group or "")
    return SlipFacts(
        slip=slip.id,
        member=slip.member,
        name=on_file.members[slip.member].name,
        addressee=slip.addressee,
        title=slip.title,
        text=slip.text,
        group=group.id if group is not None else "",
        group_title=group.title if group is not None else "",
        selected=slip.state is SlipState.SELECTED,
    )


def in_office(on_file: OnFile) -> tuple[Member, ...]:
    """The members who count in N, in the council's order."""
    members = (m for m in on_file.members.values() if m.in_office)
    return tuple(sorted(members, key=lambda m: (m.position, m.id)))


def _frozen(member: Member, shared: frozenset[str]) -> MemberFacts:
    """Namesakes are told apart by their village, on every screen and in the minutes."""
    apart = f" ({member.unit})" if member.unit and same(member.name) in shared else ""
    return MemberFacts(
        member=member.id, name=member.name + apart, group=member.group, seat=member.seat or "", office=member.office
    )
