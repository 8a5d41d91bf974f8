"""Who speaks, who waits to, who has spoken for how long, and what was handed in."""

from datetime import datetime

from msgspec import Struct

from appliance.core.speech import RequestState, SpeechKind


class Floor(Struct, frozen=True):
    """Who speaks, and since when; `member` is None for a guest."""

    member: str | None
    name: str
    office: str
    since: datetime
    kind: SpeechKind | None = None
    seconds: int | None = None
    """The time given, with what was added; None: no limit."""
    request: str | None = None
    overran: bool = False


class SpeechRequest(Struct, frozen=True):
    """Somebody asked to speak, on this item."""

    request: str
    member: str
    kind: SpeechKind
    note: str
    item: str | None
    asked: datetime
    by: str = "tablet"
    state: RequestState = RequestState.WAITING


class Spoken(Struct, frozen=True):
    """How often and how long in all a member has had the floor in this meeting, by the wall clock."""

    times: int = 0
    seconds: float = 0.0


class HandedIn(Struct, frozen=True):
    """A contribution in writing."""

    member: str
    name: str
    text: str
    item: str | None
    at: datetime


class Speakers(Struct, frozen=True):
    """The speakers' list. `order` has the requests that wait, of all items; `requests` has every one ever made."""

    requests: dict[str, SpeechRequest] = {}
    order: tuple[str, ...] = ()
    spoken: dict[str, Spoken] = {}
    texts: tuple[HandedIn, ...] = ()
