"""The clerk's desk: commands about what is on file. Each is checked, written with its audit line, answered.

An accepted command is remembered in the audit: its id again, with the same content by the same actor, gets
the first answer and changes nothing, also after a restart. Runs off the hub; safe from several threads.
To add one: the command (`desk_commands/`), its records (`on_file/`), a line in its subject's `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appliance.core import ledger as lg
from appliance.core.commands import Command
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Meeting
from appliance.services import desk_access, desk_attendance, desk_ease, desk_papers
from appliance.services.answers import Accepted, Answer
from appliance.services.desk_rule import DeskRules, Effect, Given
from appliance.services.on_file import Change, OnFile
from appliance.services.registry import Registry
from appliance.services.sessions import ending
from appliance.services.signin import SignIn

_SUBJECTS: Final = (desk_access, desk_attendance, desk_ease, desk_papers)
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
            decided = RULES[type(command)].decide(command, self._given(on_file, actor))
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

    def _given(self, on_file: OnFile, actor: Actor) -> Given:
        return Given(on_file, actor, self._now(), self.meeting(), self.signin.displays.waits)

    def _now(self) -> datetime:
        return self.registry.clock.now().utc

    def _tell(self, effect: Effect) -> None:
        for card in effect.unlocked:
            self.signin.unlock(card)
        for asked in effect.refused:
            self.signin.refused.add(asked)
        self.signin.sessions.tell(effect.ended)
        self.signin.displays.tell()
