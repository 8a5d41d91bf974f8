"""Commands for the recorder, given through the same door as the meeting's and answered by the recorder itself.

They change neither ledger nor registry. The same id again gets the recorder's first answer.
"""

from typing import Final

from appliance.core.commands import Command
from appliance.core.people import Id, Role


class StartRecording(Command, tag=True, frozen=True, kw_only=True):
    """Begin a take of the open sitting, if none runs (the recorder begins one by itself when a sitting opens)."""


class StopRecording(Command, tag=True, frozen=True, kw_only=True):
    """End the take that runs."""


class CheckCamera(Command, tag=True, frozen=True, kw_only=True):
    """Run the camera for the desks' preview alone, for two minutes: to aim it before a sitting. Nothing is kept."""


class MakeClip(Command, tag=True, frozen=True, kw_only=True):
    """Cut one file of an agenda `item` of the meeting `ledger` out of its recording."""

    ledger: Id
    item: Id


RecorderCommand = StartRecording | StopRecording | CheckCamera | MakeClip

_DESK: Final = frozenset({Role.CHAIR, Role.CLERK})
MAY: Final[dict[type[Command], frozenset[Role]]] = {
    StartRecording: _DESK | {Role.TECHNICIAN},
    StopRecording: _DESK | {Role.TECHNICIAN},
    CheckCamera: _DESK | {Role.TECHNICIAN},
    MakeClip: _DESK,
}
"""Who may give what."""
