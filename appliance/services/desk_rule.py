"""A line of the table of desk commands: who may give one, and the function that decides what changes on file.

Each subject has its own lines (`RULES` in `desk_access.py`, …); `desk.py` joins them and carries them out.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec import Struct

from appliance.core.commands import Command
from appliance.core.people import Actor, Role
from appliance.core.profile import RuleProfile
from appliance.core.refusals import Code, Refusal
from appliance.core.state import Meeting
from appliance.services.on_file import Change, OnFile, Pairing, Record, Session, TabletRequest, revision
from appliance.services.sheets import Sheet


class Effect(Struct, frozen=True):
    """What a command brings about: changes on file, sessions that end, cards whose lock-out is lifted,
    tablets that were told no."""

    changes: tuple[Change, ...] = ()
    ended: tuple[Session, ...] = ()
    unlocked: tuple[str, ...] = ()
    refused: tuple[TabletRequest, ...] = ()
    tokens: tuple[tuple[str, str], ...] = ()
    """What new cards hold (member, token): on file only as a digest, shown once to whoever issued them."""


class Given(Struct, frozen=True):
    """All that deciding on a desk command needs beside it: what is on file, who gives it, when, and the meeting."""

    on_file: OnFile
    actor: Actor
    now: datetime
    meeting: Meeting
    """As it is on disk. What is on file never changes what has happened in it."""
    waits: Callable[[Pairing], bool] = lambda _pairing: False
    """Whether a display's code still waits for the clerk."""
    hashed: str = ""
    """The hash of the command's password, if it has one: hashing is slow, and runs before anything is decided."""
    draw: Callable[[], str] = lambda: ""
    """A new card's token."""
    staged: Callable[[str, str], Sheet | None] = lambda _name, _purpose: None
    """A list that was read in, by its name and what it was sent for."""
    profile: RuleProfile | None = None
    """The rules on file now; a meeting that has been convened has its own."""


class DeskRule(NamedTuple):
    """`decide` is pure and may be called more than once; a Refusal changes nothing."""

    decide: Callable[[Any, Given], Effect | Refusal]
    roles: frozenset[Role]


DeskRules = dict[type[Command], DeskRule]


def not_as_seen(record: Record | None, seen: str | None) -> Refusal | None:
    """Two people edit one record: the second one saw what is no longer so, is told, and is shown the difference.

    `seen` is the record's `revision` as the editor's page had it; None: there was no such record.
    """
    if record is None:
        return Refusal(Code.EDITED_MEANWHILE) if seen is not None else None
    if seen is None:
        return Refusal(Code.ALREADY_ON_FILE)
    return None if revision(record) == seen else Refusal(Code.EDITED_MEANWHILE)


CLERK: Final = frozenset({Role.CLERK})
HOUSE: Final = frozenset({Role.CLERK, Role.TECHNICIAN})
"""A technician keeps the house but lets nobody vote."""
