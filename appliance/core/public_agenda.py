"""The agenda as the public may know it: in its real order, without what is private and has not been begun in public.

A private item (họp kín) is not even named outside until the meeting comes to it with the doors open. Why an item was
withdrawn is told when it was said in public.
"""

from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from appliance.core import agenda_order as order_of
from appliance.core import events as e
from appliance.core.public_record import At, PublicItem

Changed = e.ItemAdded | e.ItemEdited | e.ItemMoved | e.ItemWithdrawn | e.ItemPostponed | e.ItemRestored


@dataclass(slots=True)
class PublicAgenda:
    """All items as they are, and which of them the public is not told of."""

    items: dict[str, PublicItem] = field(default_factory=dict)
    _hidden: set[str] = field(default_factory=set)

    def note(self, event: Changed, *, shut: bool) -> None:
        """What happened to the agenda; `shut`: while the public was away."""
        match event:
            case e.ItemAdded():
                self._added(event, shut=shut)
            case e.ItemEdited():
                self._edited(event, shut=shut)
            case e.ItemMoved():
                self.items[event.item] = replace(self.items[event.item], parent=event.parent)
                self._place(event.item, event.parent, event.after)
            case e.ItemWithdrawn():
                self._off(event.item, "withdrawn", "" if shut else event.reason)
            case e.ItemPostponed():
                self._off(event.item, "postponed", "" if shut else event.reason)
            case e.ItemRestored():
                self._off(event.item, None, "")

    def begun(self, item: str, now: At) -> PublicItem:
        """The public sees the meeting come to it."""
        self._hidden.discard(item)
        self.items[item] = begun = replace(self.items[item], started=(*self.items[item].started, now))
        return begun

    def told(self) -> tuple[PublicItem, ...]:
        """What the public sees of it now."""
        return tuple(item for item in self.items.values() if not self._away(item))

    def _away(self, item: PublicItem) -> bool:
        return item.item in self._hidden or (item.parent in self._hidden and not item.started)

    def _added(self, event: e.ItemAdded, *, shut: bool) -> None:
        row = order_of.parents_of(self.items.values())
        after = event.after or order_of.last_of(row, event.parent)
        told = PublicItem(
            item=event.item, number=event.number, title=event.title, presenter=event.presenter, kind=event.kind,
            parent=event.parent, starts=event.starts,
        )  # fmt: skip
        self.items[event.item] = told
        self._place(event.item, event.parent, after)
        if shut or event.private:
            self._hidden.add(event.item)

    def _edited(self, event: e.ItemEdited, *, shut: bool) -> None:
        item = self.items[event.item]
        says = {name: getattr(event, name) for name in ("number", "title", "presenter", "kind", "starts")}
        self.items[event.item] = replace(item, **says)
        if event.private and not item.started:
            self._hidden.add(event.item)
        elif not event.private and not shut:
            self._hidden.discard(event.item)

    def _off(self, name: str, off: Literal["withdrawn", "postponed"] | None, reason: str) -> None:
        self.items[name] = replace(self.items[name], off=off, reason=reason)

    def _place(self, item: str, parent: str | None, after: str | None) -> None:
        order = order_of.moved(order_of.parents_of(self.items.values()), item, parent, after)
        self.items = {name: self.items[name] for name in order}
