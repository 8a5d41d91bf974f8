"""The agenda: its items, and the way through them."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import floor
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CHAIR, CLERK, Decision, Rule, Rules, Tellings
from appliance.core.state import (
    Item,
    ItemState,
    Meeting,
    Order,
)

# --- decide


def add_item(state: Meeting, order: Order, command: c.AddItem) -> Decision:
    """Items are named by the client; a name is used once."""
    if command.item in state.items:
        return Refusal(Code.ITEM_TAKEN)
    return (e.ItemAdded(item=command.item, number=command.number, title=command.title, presenter=command.presenter),)


def start_item(state: Meeting, order: Order, command: c.StartItem) -> Decision:
    """Going on to another item ends what was private to the one before, and never leaves a poll behind."""
    if command.item not in state.items:
        return Refusal(Code.ITEM_UNKNOWN)
    if state.current_item == command.item:
        return Refusal(Code.ITEM_ALREADY_STARTED)
    unfinished = next((p for p in state.polls.values() if p.unfinished), None)
    if unfinished is not None:
        return Refusal(Code.POLL_UNFINISHED, unfinished.poll)
    started = e.ItemStarted(item=command.item)
    return (*floor.ended(state), e.WentPublic(), started) if state.private == "item" else (*floor.ended(state), started)


# --- evolve


def item_added(state: Meeting, event: e.ItemAdded, at: datetime) -> Meeting:
    """At the end of the agenda."""
    item = Item(item=event.item, number=event.number, title=event.title, presenter=event.presenter)
    return replace(state, items={**state.items, event.item: item})


def item_started(state: Meeting, event: e.ItemStarted, at: datetime) -> Meeting:
    """The one before is done; an item may be come back to."""
    items = dict(state.items)
    if state.current_item is not None:
        items[state.current_item] = replace(items[state.current_item], state=ItemState.DONE, ended=at)
    item = items[event.item]
    items[event.item] = replace(item, state=ItemState.CURRENT, started=(*item.started, at), ended=None)
    return replace(state, items=items, current_item=event.item)


RULES: Final[Rules] = {
    c.AddItem: Rule(add_item, CLERK),
    c.StartItem: Rule(start_item, CHAIR, gavel=True),
}

TELLINGS: Final[Tellings] = {
    e.ItemAdded: item_added,
    e.ItemStarted: item_started,
}
