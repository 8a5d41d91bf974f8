"""What the meeting goes through, item by item."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id, LongText


class AddItem(Command, tag=True, frozen=True, kw_only=True):
    """Add an agenda item at the end of the agenda. `item` is the client's name for it."""

    item: Id
    number: Annotated[str, Meta(max_length=16)]
    title: LongText
    presenter: Annotated[str, Meta(max_length=200)] = ""


class StartItem(Command, tag=True, frozen=True, kw_only=True):
    """Go to an agenda item; the one before is finished by it."""

    item: Id


AgendaCommand = AddItem | StartItem
