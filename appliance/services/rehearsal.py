"""Whether this is a rehearsal, and the way into one and back: the mode is written down, then the server starts anew.

A process that rehearses has never opened the record's ledger, and one that keeps the record never a rehearsal's:
there is no moment at which an entry could go to the wrong one. A power cut in a rehearsal comes back in it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from appliance.core.commands import ConveneMeeting
from appliance.core.people import Actor, Role
from appliance.core.plan import Plan
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import Meeting, MeetingStage
from appliance.services.answers import Accepted, Answer, Reply
from appliance.services.chamber import Chamber
from appliance.services.rehearsal_commands import MAY, RehearsalCommand, StartRehearsal

log = logging.getLogger(__name__)


class Mode(Struct, frozen=True):
    """What is written down: the record's keeping, or a rehearsal; and the command that said so."""

    rehearsal: bool = False
    command: str = ""
    plan: str | None = None
    """To be convened when the rehearsal begins."""
    by: str = ""


class ModeStore(Protocol):
    """Where the mode is written down."""

    def read(self) -> Mode:
        """The mode; the record's keeping where nothing is written. Raises Fault when it cannot be read."""

    def write(self, mode: Mode) -> None:
        """Return when it is on disk; a rehearsal that begins begins with nothing. Raises Fault."""


@dataclass(slots=True)
class Rehearsals:
    """`handle` is the door's. `leave` ends the server so that it starts in the other mode; it is called after the
    answer was given."""

    store: ModeStore
    mode: Mode
    meeting: Callable[[], Meeting]
    ledger_seq: Callable[[], int]
    offload: Callable[[Callable[[], Answer]], Answer]
    leave: Callable[[], None] = lambda: None
    _leaving: bool = field(default=False)

    def handle(self, command: RehearsalCommand, actor: Actor, reply: Reply) -> None:
        """Accepted means: it is written down, and the server is about to start anew."""
        if actor.role not in MAY[type(command)]:
            reply(Refusal(Code.NOT_ALLOWED))
            return
        if command.id == self.mode.command:
            reply(Accepted(self.ledger_seq()))
            return
        refusal = self._against(command)
        if refusal is not None:
            reply(refusal)
            return
        self._leaving = True
        answer = self.offload(lambda: self._written(command, actor))
        reply(answer)
        if isinstance(answer, Refusal):
            self._leaving = False
        else:
            self.leave()

    def _against(self, command: RehearsalCommand) -> Refusal | None:
        begins = isinstance(command, StartRehearsal)
        if begins is (self.mode.rehearsal or self._leaving):
            return Refusal(Code.ALREADY_REHEARSING if begins else Code.NOT_REHEARSING)
        if begins and self.meeting().sitting is not None:
            return Refusal(Code.SITTING_ALREADY_OPEN)
        return None

    def _written(self, command: RehearsalCommand, actor: Actor) -> Answer:
        plan = command.plan if isinstance(command, StartRehearsal) else None
        mode = Mode(isinstance(command, StartRehearsal), command.id, plan, actor.person)
        try:
            self.store.write(mode)
        except Fault as fault:
            return Refusal(fault.code, fault.detail)
        return Accepted(self.ledger_seq())


def convene_what_is_rehearsed(chamber: Chamber, plans: Mapping[str, Plan], mode: Mode) -> None:
    """A rehearsal of a plan begins with its meeting convened, once: the command that asked for it names the ledger."""
    plan = plans.get(mode.plan or "")
    if not mode.rehearsal or plan is None or chamber.durable.stage is not MeetingStage.NONE:
        return
    command = ConveneMeeting(id=mode.command, title=plan.title, place=plan.place, plan=plan.id)
    chamber.handle(command, Actor(Role.CLERK, mode.by), _said)


def _said(answer: Answer) -> None:
    if isinstance(answer, Refusal):  # the clerk sees no meeting, and convenes one by hand
        log.warning("the rehearsed plan could not be convened: %s %s", answer.code, answer.detail)


def must_fit(meeting: Meeting, mode: Mode) -> None:
    """A ledger says of itself which it is. Raises Fault when one lies in the place of the other."""
    if meeting.stage is not MeetingStage.NONE and meeting.rehearsal is not mode.rehearsal:
        what = (
            "a rehearsal's ledger in the record's place" if meeting.rehearsal else "the record in a rehearsal's place"
        )
        raise Fault(Code.STORAGE_FAULT, what)
