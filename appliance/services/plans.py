"""Meetings in preparation, beside the desk's commands: the link from a plan to the meeting that came of it.

The ledger says what a meeting was convened from; the plan on file is told of it afterwards, again at the next start
if the machine stopped in between. Not fitted in a rehearsal: what is only tried leaves the plan as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from appliance.core.plan import Plan
from appliance.core.refusals import Refusal
from appliance.core.state import Meeting
from appliance.services.chamber import Told
from appliance.services.on_file import Change, OnFile, Put
from appliance.services.registry import Registry

Later = Callable[[Callable[[], None]], None]
"""Runs something off the hub, soon."""


@dataclass(slots=True)
class PlanKeeper:
    """Listens to the Chamber. `later` runs what waits for the registry's disk."""

    registry: Registry
    later: Later

    def told(self, told: Told) -> None:
        """A meeting was convened: its plan is told, off the hub."""
        if told.before.ledger != told.after.ledger:
            self.catch_up(told.after)

    def catch_up(self, meeting: Meeting) -> None:
        """See that the meeting's plan names it."""
        plan = self.registry.on_file.plans.get(meeting.plan or "")
        if plan is not None and plan.ledger is None:
            self.later(lambda: self._link(plan.id, meeting.ledger))

    def _link(self, name: str, ledger: str) -> None:
        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            plan = on_file.plans.get(name)
            return (Put(replace(plan, ledger=ledger)),) if plan is not None and plan.ledger is None else ()

        self.registry.change("appliance", "MeetingConvened", edit)


def waiting(on_file: OnFile) -> tuple[Plan, ...]:
    """The meetings that delegates have been convened to and that have not begun, the next one first."""
    plans = (p for p in on_file.plans.values() if p.invited is not None and p.ledger is None and p.sittings)
    return tuple(sorted(plans, key=lambda p: (p.sittings[0].day, p.sittings[0].starts)))
