"""Changes to the agenda of a running meeting: added, edited, moved, withdrawn, postponed, taken up again.

Nothing is ever removed: what polls refer to stays in the record, with the reason why it was not dealt with.
The numbers stay as they were printed, wherever an item is moved.
"""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import asdict, replace

from appliance.core import agenda_order as order_of
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core import floor
from appliance.core.refusals import Code, Refusal
from appliance.core.rule import CLERK, DESK, Decision, Rule, Rules, Tellings
from appliance.core.state import Item, ItemState, Meeting, Order

MOST_ITEMS: Final = 500
_CONTENT: Final = ("title", "presenter", "kind", "starts", "minutes", "sitting", "private")

# --- decide


def add_item(state: Meeting, order: Order, command: c.AddItem) -> Decision:
    """Items are named by the client; a name is used once."""
    if command.item in state.items:
        return Refusal(Code.ITEM_TAKEN)
    if len(state.items) >= MOST_ITEMS:
        return Refusal(Code.TOO_MANY_ITEMS, str(MOST_ITEMS))
    where = _where(state, command.item, command.parent, command.after)
    if isinstance(where, Refusal):
        return where
    items = tuple(state.items.values())
    number = command.number or order_of.next_number(items, command.parent)
    content = _content(command)
    return (e.ItemAdded(item=command.item, number=number, parent=command.parent, after=command.after, **content),)


def edit_item(state: Meeting, order: Order, command: c.EditItem) -> Decision:
    """Whoever edits what somebody else has changed meanwhile is told; the screen shows both."""
    item = state.items.get(command.item)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN)
    if command.seen != item.revision:
        return Refusal(Code.EDITED_MEANWHILE, str(item.revision))
    # Doors are opened by GoPublic and closed by GoPrivate, which everybody sees: never by an edit.
    if item.state is ItemState.CURRENT and command.private != item.private:
        return Refusal(Code.ITEM_ALREADY_STARTED)
    return (e.ItemEdited(item=command.item, number=command.number or item.number, **_content(command)),)


def move_item(state: Meeting, order: Order, command: c.MoveItem) -> Decision:
    """The order of what is to come; what has been is told by its times."""
    if command.item not in state.items:
        return Refusal(Code.ITEM_UNKNOWN)
    where = _where(state, command.item, command.parent, command.after)
    return where or (e.ItemMoved(item=command.item, parent=command.parent, after=command.after),)


def withdraw_item(state: Meeting, order: Order, command: c.WithdrawItem) -> Decision:
    """With its parts that have not been dealt with."""
    items = _to_take_off(state, command.item)
    if isinstance(items, Refusal):
        return items
    off = tuple(e.ItemWithdrawn(item=item, reason=command.reason) for item in items)
    return (*_left(state, items), *off)


def postpone_item(state: Meeting, order: Order, command: c.PostponeItem) -> Decision:
    """With its parts that have not been dealt with."""
    items = _to_take_off(state, command.item)
    if isinstance(items, Refusal):
        return items
    off = tuple(e.ItemPostponed(item=item, reason=command.reason) for item in items)
    return (*_left(state, items), *off)


def restore_item(state: Meeting, order: Order, command: c.RestoreItem) -> Decision:
    """On the agenda again, where it stood."""
    item = state.items.get(command.item)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN)
    return (e.ItemRestored(item=command.item),) if item.off else Refusal(Code.ITEM_ON_AGENDA)


def _where(state: Meeting, item: str, parent: str | None, after: str | None) -> Refusal | None:
    unknown = next((name for name in (parent, after) if name is not None and name not in state.items), None)
    if unknown is not None:
        return Refusal(Code.ITEM_UNKNOWN, unknown)
    row = order_of.parents_of(state.items.values())
    return Refusal(Code.ITEM_MISPLACED) if order_of.misplaced(row, item, parent, after) else None


def _to_take_off(state: Meeting, name: str) -> tuple[str, ...] | Refusal:
    """The item and its parts; refused while a vote on one of them is not finished."""
    item = state.items.get(name)
    if item is None:
        return Refusal(Code.ITEM_UNKNOWN)
    if item.settled:
        return Refusal(Code.ITEM_OFF_AGENDA if item.off else Code.ITEM_DONE, item.state)
    parts = (i.item for i in state.items.values() if i.parent == name and not i.settled)
    off = (name, *parts)
    for poll in state.polls.values():
        if poll.unfinished and any(subject.item in off for subject in poll.subjects):
            return Refusal(Code.POLL_UNFINISHED, poll.poll)
    return off


def _left(state: Meeting, off: tuple[str, ...]) -> tuple[e.Event, ...]:
    """The meeting is at no item when the current one is taken off: nobody speaks to it, its doors are open again."""
    if state.current_item not in off:
        return ()
    public = (e.WentPublic(),) if state.private == "item" else ()
    return (*floor.ended(state), *public)


def _content(command: c.AddItem | c.EditItem) -> dict[str, Any]:
    return {name: getattr(command, name) for name in _CONTENT}


# --- evolve


def item_added(state: Meeting, event: e.ItemAdded, at: datetime) -> Meeting:
    """Where it was put; old ledgers know only the end of the agenda."""
    fields = asdict(event)
    after = fields.pop("after")
    items = {**state.items, event.item: Item(**fields)}
    row = order_of.parents_of(items.values())
    if after is None:
        after = order_of.last_of({name: above for name, above in row.items() if name != event.item}, event.parent)
    return replace(state, items=_in_order(items, order_of.moved(row, event.item, event.parent, after)))


def item_edited(state: Meeting, event: e.ItemEdited, at: datetime) -> Meeting:
    """What it says."""
    item = state.items[event.item]
    edited = replace(item, **asdict(event), revision=item.revision + 1)
    return replace(state, items={**state.items, event.item: edited})


def item_moved(state: Meeting, event: e.ItemMoved, at: datetime) -> Meeting:
    """Where it stands."""
    order = order_of.moved(order_of.parents_of(state.items.values()), event.item, event.parent, event.after)
    items = {**state.items, event.item: replace(state.items[event.item], parent=event.parent)}
    return replace(state, items=_in_order(items, order))


def item_withdrawn(state: Meeting, event: e.ItemWithdrawn, at: datetime) -> Meeting:
    """Off the agenda."""
    return _off(state, event.item, ItemState.WITHDRAWN, event.reason, at)


def item_postponed(state: Meeting, event: e.ItemPostponed, at: datetime) -> Meeting:
    """For a later meeting."""
    return _off(state, event.item, ItemState.POSTPONED, event.reason, at)


def item_restored(state: Meeting, event: e.ItemRestored, at: datetime) -> Meeting:
    """On the agenda again."""
    item = replace(state.items[event.item], state=ItemState.WAITING, reason="", ended=None)
    return replace(state, items={**state.items, event.item: item})


def _off(state: Meeting, name: str, how: ItemState, reason: str, at: datetime) -> Meeting:
    item = state.items[name]
    current = state.current_item == name
    off = replace(item, state=how, reason=reason, ended=at if current else item.ended)
    items = {**state.items, name: off}
    return replace(state, items=items, current_item=None if current else state.current_item)


def _in_order(items: dict[str, Item], order: tuple[str, ...]) -> dict[str, Item]:
    return {name: items[name] for name in order}


RULES: Final[Rules] = {
    c.AddItem: Rule(add_item, CLERK),
    c.EditItem: Rule(edit_item, CLERK),
    c.MoveItem: Rule(move_item, DESK),
    c.WithdrawItem: Rule(withdraw_item, DESK),
    c.PostponeItem: Rule(postpone_item, DESK),
    c.RestoreItem: Rule(restore_item, DESK),
}

TELLINGS: Final[Tellings] = {
    e.ItemAdded: item_added,
    e.ItemEdited: item_edited,
    e.ItemMoved: item_moved,
    e.ItemWithdrawn: item_withdrawn,
    e.ItemPostponed: item_postponed,
    e.ItemRestored: item_restored,
}
