"""A line of the table of desk commands: who may give one, and the function that decides what changes on file.

Each subject has its own lines (`RULES` in `desk_access.py`, …); `desk.py` joins them and carries them out.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec import Struct

from appliance.core.commands import Command
from appliance.core.people import Actor, Role
from appliance.core.refusals import Refusal
from appliance.core.state import Meeting
from appliance.services.on_file import Change, OnFile, Pairing, Session, TabletRequest


class Effect(Struct, frozen=True):
    """What a command brings about: changes on file, sessions that end, cards whose lock-out is lifted,
    tablets that were told no."""

    changes: tuple[Change, ...] = ()
    ended: tuple[Session, ...] = ()
    unlocked: tuple[str, ...] = ()
    refused: tuple[TabletRequest, ...] = ()


class Given(Struct, frozen=True):
    """All that deciding on a desk command needs beside it: what is on file, who gives it, when, and the meeting."""

    on_file: OnFile
    actor: Actor
    now: datetime
    meeting: Meeting
    """As it is on disk. What is on file never changes what has happened in it."""
    waits: Callable[[Pairing], bool] = lambda _pairing: False
    """Whether a display's code still waits for the clerk."""


class DeskRule(NamedTuple):
    """`decide` is pure and may be called more than once; a Refusal changes nothing."""

    decide: Callable[[Any, Given], Effect | Refusal]
    roles: frozenset[Role]


DeskRules = dict[type[Command], DeskRule]

CLERK: Final = frozenset({Role.CLERK})
HOUSE: Final = frozenset({Role.CLERK, Role.TECHNICIAN})
"""A technician keeps the house but lets nobody vote."""
