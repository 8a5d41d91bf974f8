"""A line of the table of commands: who may give one, whether the gavel is needed, and the function that decides.

Each room of `core` has its own lines (`RULES`, and `TELLINGS` for its events); `core/meeting.py` joins them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.people import Role
from appliance.core.refusals import Refusal
from appliance.core.state import Meeting, Order

Decision = tuple[e.Event, ...] | Refusal


class Rule(NamedTuple):
    """Who may give a command, whether the gavel is needed, and the function that decides."""

    decide: Callable[[Meeting, Order, Any], Decision]
    roles: frozenset[Role]
    gavel: bool = False


Rules = dict[type[c.Command], Rule]
Tellings = dict[type[e.Event], Callable[[Meeting, Any, datetime], Meeting]]

CLERK: Final = frozenset({Role.CLERK})
CHAIR: Final = frozenset({Role.CHAIR})
DESK: Final = frozenset({Role.CLERK, Role.CHAIR})
SYSTEM: Final = frozenset({Role.SYSTEM})
TIMER: Final = frozenset({Role.CHAIR, Role.SYSTEM})
MEMBERS: Final = frozenset({Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.PANELS})
VOTERS: Final = frozenset(
    {Role.DELEGATE, Role.CHAIR, Role.CLERK, Role.PANELS, Role.TECHNICIAN, Role.AUDITOR},
)
"""Whoever is also a member votes under the same sign-in; the rules refuse those who are not."""


def unchanged(state: Meeting, event: e.Event, at: datetime) -> Meeting:
    """For events that are in the record alone."""
    return state
