"""Rehearsal: the same hall, people and papers, with a ledger of its own.

Given through the one door; they change neither the record's ledger nor what is on file. The same id again gets the
first answer. The server restarts itself between the two: every screen is away for a moment and comes back.
"""

from typing import Final

from appliance.core.commands import Command
from appliance.core.people import Id, Role


class StartRehearsal(Command, tag=True, frozen=True, kw_only=True):
    """From now on everything that happens goes to a ledger made for this rehearsal alone. Refused while a sitting of
    the record is open. `plan`: the prepared meeting that is convened at once."""

    plan: Id | None = None


class EndRehearsal(Command, tag=True, frozen=True, kw_only=True):
    """Back to the record, which stands as it stood. What was rehearsed is kept beside it until the next rehearsal."""


RehearsalCommand = StartRehearsal | EndRehearsal

MAY: Final[dict[type[Command], frozenset[Role]]] = {
    StartRehearsal: frozenset({Role.CLERK}),
    EndRehearsal: frozenset({Role.CLERK}),
}
"""Who may give what."""
