"""Who speaks."""

from datetime import datetime

from msgspec import Struct


class Floor(Struct, frozen=True):
    """Who speaks, and since when; `member` is None for a guest."""

    member: str | None
    name: str
    office: str
    since: datetime
