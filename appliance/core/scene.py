"""A scene of the hall's big screens: what may be put there beside what the meeting itself shows."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from appliance.core.people import Id

PageNumber = Annotated[int, Meta(ge=1, le=5_000)]


class SceneKind(StrEnum):
    """Kinds of scene. `auto` follows the meeting: the item, the vote, its result."""

    AUTO = "auto"
    MESSAGE = "message"
    COUNTDOWN = "countdown"
    PAPER = "paper"
    PRESENCE = "presence"
    POLL = "poll"
    SPEAKERS = "speakers"
    BLANK = "blank"


class Scene(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One scene. A message has `text`; a countdown `seconds`; a paper `document`, `sha256` and `page`."""

    kind: SceneKind
    text: Annotated[str, Meta(max_length=500)] = ""
    """The message; what is counted down to; the paper's title."""
    seconds: Annotated[int, Meta(ge=5, le=86_400)] | None = None
    document: Id | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")] | None = None
    page: PageNumber = 1
    pages: PageNumber | None = None
    """How many the paper has: a page beyond is refused."""


AUTO = Scene(SceneKind.AUTO)
