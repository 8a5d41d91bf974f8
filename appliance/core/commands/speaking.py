"""The floor: asking for it, giving it, and what is handed in instead of speaking."""

from typing import Annotated

from msgspec import Meta

from appliance.core.commands.base import Command, Seconds
from appliance.core.people import Id, ShortText
from appliance.core.speech import SpeechKind

SpokenText = Annotated[str, Meta(min_length=1, max_length=12_000)]
"""A contribution of some eight pages; what is longer is a paper (document) of its own."""


class AskToSpeak(Command, tag=True, frozen=True, kw_only=True):
    """A member who is present asks for the floor on the current item; the request is named by this command's id.

    `note`: what about, in a line, for the presiding table. From a panel there is neither kind nor note.
    """

    kind: SpeechKind = SpeechKind.DISCUSSION
    note: Annotated[str, Meta(max_length=200)] = ""


class WithdrawRequest(Command, tag=True, frozen=True, kw_only=True):
    """Who asked to speak does not want to any more."""

    request: Id


class DeclineRequest(Command, tag=True, frozen=True, kw_only=True):
    """The chair does not give the floor for this request."""

    request: Id
    reason: Annotated[str, Meta(max_length=200)] = ""


class OrderSpeakers(Command, tag=True, frozen=True, kw_only=True):
    """The queue in the chair's order. Who is not named (they asked meanwhile) comes behind, as they stood."""

    requests: Annotated[tuple[Id, ...], Meta(max_length=500)]


class GiveFloor(Command, tag=True, frozen=True, kw_only=True):
    """Give the floor to a `member` who is present, to whoever made a `request`, or to a `guest` by name; whoever had
    it, has it no longer. Exactly one of the three. `seconds` left out: the rule profile's time for this kind; 0: no
    limit."""

    member: Id | None = None
    guest: ShortText | None = None
    request: Id | None = None
    kind: SpeechKind | None = None
    seconds: Annotated[int, Meta(ge=0, le=86_400)] | None = None


class AddTime(Command, tag=True, frozen=True, kw_only=True):
    """So much longer for whoever speaks."""

    seconds: Seconds


class NoteOvertime(Command, tag=True, frozen=True, kw_only=True):
    """The appliance's own: the time of whoever speaks is up. It goes into the record; nothing is cut off."""


class EndFloor(Command, tag=True, frozen=True, kw_only=True):
    """Take the floor back: nobody speaks."""


class HandInText(Command, tag=True, frozen=True, kw_only=True):
    """A contribution in writing, which counts like a speech and stands in the minutes. By the member, or by the clerk
    for a `member`; on the current item, or another `item`. With `request`: instead of speaking."""

    text: SpokenText
    member: Id | None = None
    item: Id | None = None
    request: Id | None = None


SpeakingCommand = (
    AskToSpeak | WithdrawRequest | DeclineRequest | OrderSpeakers | GiveFloor | AddTime | NoteOvertime | EndFloor
    | HandInText
)  # fmt: skip
