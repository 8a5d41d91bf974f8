"""What the recorder has the ledger keep."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command, Count
from appliance.core.people import Id


class SealRecording(Command, tag=True, frozen=True, kw_only=True):
    """The recorder's signed word on how far a take goes, for the ledger. Given by the appliance itself, also after
    the meeting has closed, because the last segment is closed a little later."""

    ledger: Id
    take: Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[\w.:-]+$(?!\n)")]
    lines: Count
    segments: Count
    milliseconds: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    head: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$(?!\n)")]


RecordingCommand = SealRecording
