"""What the meeting goes through, item by item. The agenda may be changed while the meeting goes on."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id, LongText
from appliance.core.plan import ItemKind, Minute

_Number = Annotated[str, Meta(max_length=16)]
_Presenter = Annotated[str, Meta(max_length=200)]
_Minutes = Annotated[int, Meta(ge=1, le=1440)]
_SittingNumber = Annotated[int, Meta(ge=1, le=20)]
_Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class AddItem(Command, tag=True, frozen=True, kw_only=True):
    """Add an agenda item: behind `after`, otherwise last of its level. `item` is the client's name for it."""

    item: Id
    title: LongText
    number: _Number = ""
    """As printed; empty: the next free one."""
    presenter: _Presenter = ""
    kind: ItemKind = ItemKind.OTHER
    parent: Id | None = None
    after: Id | None = None
    starts: Minute | None = None
    minutes: _Minutes | None = None
    sitting: _SittingNumber = 1
    private: bool = False


class EditItem(Command, tag=True, frozen=True, kw_only=True):
    """Put this in place of what an agenda item says. `seen`: the revision that was on the screen."""

    item: Id
    seen: int
    title: LongText
    number: _Number = ""
    presenter: _Presenter = ""
    kind: ItemKind = ItemKind.OTHER
    starts: Minute | None = None
    minutes: _Minutes | None = None
    sitting: _SittingNumber = 1
    private: bool = False


class MoveItem(Command, tag=True, frozen=True, kw_only=True):
    """Put an item (its parts go along) behind another of the same level; without `after` it comes first there."""

    item: Id
    parent: Id | None = None
    after: Id | None = None


class StartItem(Command, tag=True, frozen=True, kw_only=True):
    """Go to an agenda item; the one before is finished by it. A private item closes the doors in the same moment."""

    item: Id


class WithdrawItem(Command, tag=True, frozen=True, kw_only=True):
    """Take an item off the agenda. It stays in the record, with the reason."""

    item: Id
    reason: _Reason


class PostponeItem(Command, tag=True, frozen=True, kw_only=True):
    """Leave an item for a later meeting. It stays in the record, with the reason."""

    item: Id
    reason: _Reason


class RestoreItem(Command, tag=True, frozen=True, kw_only=True):
    """Take an item that was withdrawn or postponed up again."""

    item: Id


AgendaCommand = AddItem | EditItem | MoveItem | StartItem | WithdrawItem | PostponeItem | RestoreItem
