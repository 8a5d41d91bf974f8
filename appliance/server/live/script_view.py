"""The chair's script as its screen is given it: each step's command, ready to be sent."""

from datetime import datetime
from typing import Any, Final

import msgspec

from appliance.core import commands as c
from appliance.core.people import Actor, Role
from appliance.core.script import steps
from appliance.core.state import Facts, Meeting
from appliance.server.live.audiences import Audience
from appliance.server.view import StepView

_ASKED_FOR: Final = (c.VoidPoll, c.RepeatPoll)
"""Commands of the script whose `reason` a person must fill in."""


def script(state: Meeting, audience: Audience, now: datetime, facts: Facts) -> tuple[StepView, ...]:
    """The steps as whoever holds the gavel sees them, or another chair."""
    if not state.ledger:
        return ()
    holder = state.gavel if audience is Audience.GAVEL else None
    actor = Actor(Role.CHAIR, holder or "another chair")
    return tuple(
        StepView(command=_as_given(step.command), allowed=step.refusal is None, main=step.main, why=step.refusal)
        for step in steps(state, actor, now, facts)
    )


def _as_given(command: c.Command) -> dict[str, Any]:
    """A command of the script but for its id; null stands for what a person must fill in."""
    fields: dict[str, Any] = msgspec.to_builtins(command)
    del fields["id"]
    if isinstance(command, _ASKED_FOR):
        fields["reason"] = None
    return fields
