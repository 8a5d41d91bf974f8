"""The clerk's desk: commands about what is on file. Each is checked, written with its audit line, answered.

An accepted command is remembered in the audit: its id again, with the same content by the same actor, gets
the first answer and changes nothing, also after a restart. Runs off the hub; safe from several threads.
To add one: the command (`desk_commands/`), its records (`on_file/`), a line in its subject's `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from msgspec import structs

from appliance.core import ledger as lg
from appliance.core.commands import Command
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Meeting
from appliance.services import (
    desk_access,
    desk_accounts,
    desk_attendance,
    desk_ease,
    desk_import,
    desk_opinions,
    desk_papers,
    desk_people,
    desk_plans,
    desk_questioning,
)
from appliance.services.answers import Accepted, Answer
from appliance.services.card_sheets import CardSheet, CardSheets
from appliance.services.desk_rule import DeskRules, Effect, Given
from appliance.services.on_file import Change, OnFile
from appliance.services.registry import Registry
from appliance.services.sessions import ending
from appliance.services.signin import SignIn, password_of
from appliance.services.staging import Staging

_SUBJECTS: Final = (
    desk_access,
    desk_accounts,
    desk_attendance,
    desk_ease,
    desk_import,
    desk_papers,
    desk_people,
    desk_plans,
    desk_questioning,
    desk_opinions,
)
RULES: Final[DeskRules] = {command: rule for subject in _SUBJECTS for command, rule in subject.RULES.items()}
MAY: Final[dict[type[Command], frozenset[Role]]] = {command: rule.roles for command, rule in RULES.items()}
"""Who may give what."""


@dataclass(slots=True)
class Desk:
    """`handle` is the door's desk. `ledger_seq` tells where the meeting's ledger stands; `meeting` is that meeting,
    as it is on disk."""

    registry: Registry
    signin: SignIn
    ledger_seq: Callable[[], int]
    meeting: Callable[[], Meeting] = Meeting
    staging: Staging = field(default_factory=Staging)
    """Lists that were read in and wait to be taken over."""
    sheets: CardSheets = field(default_factory=CardSheets)
    """What new cards hold, until their sheet is opened."""

    def handle(self, command: Command, actor: Actor) -> Answer:
        """The answer; accepted means durable. A refusal has changed nothing."""
        if actor.role not in MAY.get(type(command), frozenset()):
            return Refusal(Code.NOT_ALLOWED)
        content = lg.sha256(lg.canonical({"actor": actor, "command": _without_password(command)}))
        hashed = self._hashed(command)
        seq = self.ledger_seq()
        effect: Effect = Effect()
        first: Accepted | None = None

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            nonlocal effect, first
            note = self.registry.store.noted(command.id)
            if note is not None:
                first = Accepted(note.seq) if note.content == content else None
                return Refusal(Code.ID_REUSED)
            decided = RULES[type(command)].decide(command, self._given(on_file, actor, hashed))
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
        if effect.tokens:
            self.sheets.keep(command.id, CardSheet(actor.person, effect.tokens, self._now()))
        self._tell(effect)
        return Accepted(seq)

    def _hashed(self, command: Command) -> str:
        """Before the registry is locked: hashing takes its time."""
        password = getattr(command, "password", None)
        return self.signin.hasher.hash(password_of(password)) if isinstance(password, str) else ""

    def _given(self, on_file: OnFile, actor: Actor, hashed: str) -> Given:
        now = self._now()
        return Given(
            on_file,
            actor,
            now,
            self.meeting(),
            self.signin.displays.waits,
            hashed,
            self.signin.chance.secret,
            lambda name, purpose: self.staging.find(name, actor.person, purpose, now),
            self.registry.profile,
        )

    def _now(self) -> datetime:
        return self.registry.clock.now().utc

    def _tell(self, effect: Effect) -> None:
        for card in effect.unlocked:
            self.signin.unlock(card)
        for asked in effect.refused:
            self.signin.refused.add(asked)
        self.signin.sessions.tell(effect.ended)
        self.signin.displays.tell()


def _without_password(command: Command) -> Command:
    """The audit keeps a digest of the command for ever, and a password could be found from it by trying."""
    return structs.replace(command, password="") if isinstance(getattr(command, "password", None), str) else command
