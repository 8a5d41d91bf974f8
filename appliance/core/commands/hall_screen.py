"""The hall's big screens."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id
from appliance.core.scene import PageNumber, Scene

Place = Annotated[int, Meta(ge=0, le=1_000)]


class ShowOnHall(Command, tag=True, frozen=True, kw_only=True):
    """Show a scene at once. A vote that is opened, an item and a sitting take the screen back."""

    scene: Scene


class QueueForHall(Command, tag=True, frozen=True, kw_only=True):
    """Put a scene at the end of the queue, under a name of the client's."""

    entry: Id
    scene: Scene


class MoveInQueue(Command, tag=True, frozen=True, kw_only=True):
    """To another place in the queue, counted from 0; a place beyond the end is the end."""

    entry: Id
    to: Place


class DropFromQueue(Command, tag=True, frozen=True, kw_only=True):
    """Take a scene out of the queue unseen."""

    entry: Id


class ShowNext(Command, tag=True, frozen=True, kw_only=True):
    """Show what is first in the queue, and take it out. `entry`: what the screen had as the first; another: refused."""

    entry: Id | None = None


class ShowPage(Command, tag=True, frozen=True, kw_only=True):
    """Turn to a page of the paper that is shown: chair, clerk, or the member who has the floor."""

    page: PageNumber


HallScreenCommand = ShowOnHall | QueueForHall | MoveInQueue | DropFromQueue | ShowNext | ShowPage
