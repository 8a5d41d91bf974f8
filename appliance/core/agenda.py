"""The agenda: the way through its items. What changes the agenda itself is in `agenda_changes`."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import election_life, floor, hall_screen, straw
from appliance.core import events as e
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, Decision, Rule, Rules, Tellings
from appliance.core.state import ItemState, Meeting, Order

# --- decide


def start_item(state: Meeting, order: Order, command: c.StartItem) -> Decision:
    """Going on to another item ends what was private to the one before, and never leaves a poll behind.

    An item that is planned as private closes the doors in the same entry: nobody outside learns that it has begun.
    """
    item = state.items.get(command.item)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN)
    if state.current_item == command.item:
        return Refusal(Code.ITEM_ALREADY_STARTED)
    if item.off:
        return Refusal(Code.ITEM_OFF_AGENDA, item.state)
    unfinished = next((p for p in state.polls.values() if p.unfinished), None)
    if unfinished is not None:
        return Refusal(Code.POLL_UNFINISHED, unfinished.poll)
    issuing = election_life.in_hand(state)
    if issuing is not None:
        return Refusal(Code.ELECTION_UNFINISHED, issuing.election)
    started: tuple[e.Event, ...] = (e.ItemStarted(item=command.item),)
    if item.private and state.private is None and state.sitting is not None:
        started = (e.WentPrivate(scope="item"), *started)
    elif not item.private and state.private == "item":
        started = (e.WentPublic(), *started)
    return (*floor.ended(state), *straw.cleared(state), *started)


# --- evolve


def item_started(state: Meeting, event: e.ItemStarted, at: datetime) -> Meeting:
    """The one before is done; an item may be come back to."""
    items = dict(state.items)
    if state.current_item is not None:
        items[state.current_item] = replace(items[state.current_item], state=ItemState.DONE, ended=at)
    item = items[event.item]
    items[event.item] = replace(item, state=ItemState.CURRENT, started=(*item.started, at), ended=None)
    return replace(state, items=items, current_item=event.item, hall=hall_screen.given_back(state))


RULES: Final[Rules] = {c.StartItem: Rule(start_item, CHAIR, gavel=True)}

TELLINGS: Final[Tellings] = {e.ItemStarted: item_started}
