"""The clerk's desk: commands about what is on file. Each is checked, written with its audit line, answered.

An accepted command is remembered in the audit: its id again, with the same content by the same actor, gets
the first answer and changes nothing, also after a restart. Runs off the hub; safe from several threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from appliance.core import ledger as lg
from appliance.core.commands import Command
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Meeting
from appliance.services import desk_commands as d
from appliance.services.answers import Accepted, Answer
from appliance.services.on_file import Absence, Card, Change, Drop, OnFile, Put, Session, TabletRequest
from appliance.services.registry import Registry
from appliance.services.sessions import ending
from appliance.services.signin import SignIn

_CLERK: Final = frozenset({Role.CLERK})
_DESK: Final = frozenset({Role.CLERK, Role.TECHNICIAN})
MAY: Final[dict[type[Command], frozenset[Role]]] = {
    d.ApproveTablet: _CLERK,
    d.RejectTablet: _CLERK,
    d.ApproveDisplay: _DESK,
    d.RevokeAccess: _DESK,
    d.ResetPin: _CLERK,
    d.NoteAbsence: _CLERK,
}
"""Who may give what. A technician keeps the house but lets nobody vote."""


class Effect(Struct, frozen=True):
    """What a command brings about: changes on file, sessions that end, cards whose lock-out is lifted,
    tablets that were told no."""

    changes: tuple[Change, ...] = ()
    ended: tuple[Session, ...] = ()
    unlocked: tuple[str, ...] = ()
    refused: tuple[TabletRequest, ...] = ()


@dataclass(slots=True)
class Desk:
    """`handle` is the door's desk. `ledger_seq` tells where the meeting's ledger stands.

    `where` names that ledger and the sitting that an absence is noted for: the last one, open or not.
    """

    registry: Registry
    signin: SignIn
    ledger_seq: Callable[[], int]
    where: Callable[[], tuple[str, str]] = lambda: ("", "")

    def handle(self, command: Command, actor: Actor) -> Answer:
        """The answer; accepted means durable. A refusal has changed nothing."""
        if actor.role not in MAY.get(type(command), frozenset()):
            return Refusal(Code.NOT_ALLOWED)
        content = lg.sha256(lg.canonical({"actor": actor, "command": command}))
        seq = self.ledger_seq()
        effect: Effect = Effect()
        first: Accepted | None = None

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            nonlocal effect, first
            note = self.registry.store.noted(command.id)
            if note is not None:
                first = Accepted(note.seq) if note.content == content else None
                return Refusal(Code.ID_REUSED)
            decided = self._decide(command, on_file)
            if isinstance(decided, Refusal):
                return decided
            effect = decided
            return (*decided.changes, *ending(decided.ended, self._now()))

        try:
            refusal = self.registry.change(actor.person, type(command).__name__, edit, (command.id, content, seq))
        except Fault as fault:
            return Refusal(fault.code, fault.detail)
        if refusal is not None:
            return first or refusal
        self._tell(effect)
        return Accepted(seq)

    def _now(self) -> datetime:
        return self.registry.clock.now().utc

    def _tell(self, effect: Effect) -> None:
        for card in effect.unlocked:
            self.signin.unlock(card)
        for asked in effect.refused:
            self.signin.refused.add(asked)
        self.signin.sessions.tell(effect.ended)
        self.signin.displays.tell()

    def _decide(self, command: Command, on_file: OnFile) -> Effect | Refusal:
        match command:
            case d.ApproveTablet(request=request):
                return self._approve_tablet(on_file, request)
            case d.RejectTablet(request=request):
                asked = on_file.tablet_requests.get(request)
                return Effect((Drop(asked),), refused=(asked,)) if asked is not None else Refusal(Code.REQUEST_UNKNOWN)
            case d.ApproveDisplay(pairing=code):
                return self._approve_display(on_file, code)
            case d.RevokeAccess(person=person):
                return self._revoke(on_file, person)
            case d.ResetPin(member=member):
                return _reset_pin(on_file, member)
            case d.NoteAbsence(member=member, reason=reason):
                if member not in on_file.members:
                    return Refusal(Code.MEMBER_UNKNOWN)
                return Effect((Put(Absence(command.id, member, reason, self._now(), *self.where())),))
            case _:
                return Refusal(Code.UNKNOWN_TYPE)

    def _approve_tablet(self, on_file: OnFile, request: str) -> Effect | Refusal:
        """The new tablet takes the first one's place, whose sign-ins end at once."""
        asked = on_file.tablet_requests.get(request)
        if asked is None:
            return Refusal(Code.REQUEST_UNKNOWN)
        card = on_file.cards[asked.card]
        if card.revoked is not None:
            return Refusal(Code.CARD_EXPIRED)
        others = (Drop(r) for r in on_file.tablet_requests.values() if r.card == card.id)
        ended = _sessions_of(on_file, card.member)
        return Effect((Put(replace(card, device=asked.device)), *others), ended, (card.id,))

    def _approve_display(self, on_file: OnFile, code: str) -> Effect | Refusal:
        pairing = on_file.pairings.get(code.replace(" ", ""))
        if pairing is None:
            return Refusal(Code.PAIRING_UNKNOWN)
        if pairing.approved is not None:
            return Effect()
        if not self.signin.displays.waits(pairing):
            return Refusal(Code.PAIRING_UNKNOWN)
        return Effect((Put(replace(pairing, approved=self._now())),))

    def _revoke(self, on_file: OnFile, person: str) -> Effect | Refusal:
        """A member's card ends, a display must be approved again, an account must sign in again."""
        ended = _sessions_of(on_file, person)
        changes: list[Change] = []
        if person in on_file.members:
            now = self._now()
            changes += [Put(replace(c, revoked=now)) for c in _cards_of(on_file, person)]
            changes += [Drop(r) for r in on_file.tablet_requests.values() if r.member == person]
        elif person in on_file.accounts:
            changes.append(Put(replace(on_file.accounts[person], devices=())))
        else:
            changes += [Drop(p) for p in on_file.pairings.values() if p.display == person]
            if not changes and not ended:
                return Refusal(Code.PERSON_UNKNOWN)
        return Effect(tuple(changes), ended)


def sitting_of(meeting: Meeting) -> tuple[str, str]:
    """Where an absence is noted now: the ledger and its last sitting, in a break the one before it."""
    return meeting.ledger, meeting.sittings[-1].sitting if meeting.sittings else ""


def _reset_pin(on_file: OnFile, member: str) -> Effect | Refusal:
    if member not in on_file.members:
        return Refusal(Code.MEMBER_UNKNOWN)
    cards = _cards_of(on_file, member)
    if not cards:
        return Refusal(Code.CARD_UNKNOWN)
    return Effect(tuple(Put(replace(c, pin_hash=None)) for c in cards), unlocked=tuple(c.id for c in cards))


def _cards_of(on_file: OnFile, member: str) -> tuple[Card, ...]:
    return tuple(c for c in on_file.cards.values() if c.member == member and c.revoked is None)


def _sessions_of(on_file: OnFile, person: str) -> tuple[Session, ...]:
    return tuple(s for s in on_file.sessions.values() if s.person == person)
