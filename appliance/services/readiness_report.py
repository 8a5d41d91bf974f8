"""The readiness report: what was found before a meeting, by whom, and the appliance's seal on it. Pure.

The seal is an Ed25519 signature (RFC 8032) over the SHA-256 of the report's canonical JSON, in the words of
`message_of`. It shows that the report is as the appliance wrote it; it is no digital signature in the law's sense.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from appliance.core.ledger import canonical, sha256

VERSION: Final = 1

Light = Literal["green", "amber", "red"]
Choice = Literal["for", "against", "abstain"]
BUTTONS: Final[tuple[Choice, ...]] = ("for", "against", "abstain")


class ReadinessItem(Struct, frozen=True):
    """One thing that was looked at. Its words: `readiness.item.<item>`, `readiness.said.<item>.<say>` with `values` in
    its places, `readiness.do.<todo>`."""

    item: str
    light: Light
    say: str
    values: dict[str, str] = {}
    todo: str = ""
    """What to do about it; empty when nothing is to be done."""


class TriedPanel(Struct, frozen=True):
    """One panel in the guided test."""

    serial: str
    seat: str | None
    name: str = ""
    """Who sits there."""
    version: str = ""
    online: bool = False
    pressed: tuple[bool, bool, bool] = (False, False, False)
    lights: bool | None = None
    """Whether somebody has seen all three lights; None: nobody has said."""

    @property
    def whole(self) -> bool:
        """Nothing is wrong with it."""
        return self.online and all(self.pressed) and self.lights is True


class PollTape(Struct, frozen=True):
    """What the test poll has counted, and where the ledger ended then. Nothing of a test poll is ever in the ledger."""

    at: str
    yes: int
    no: int
    abstain: int
    silent: int
    """Panels on line that nobody pressed."""
    ledger: str
    seq: int
    head: str


class ReadinessReport(Struct, frozen=True):
    """All of it. Moments are ISO 8601 in UTC."""

    id: str
    begun: str
    at: str
    by: str
    """The account."""
    by_name: str
    council: str
    meeting: str
    """The title of the meeting that it was made for; empty: none is convened or planned."""
    ledger: str
    """That meeting's ledger; empty before it is convened."""
    plan: str
    items: tuple[ReadinessItem, ...]
    panels: tuple[TriedPanel, ...]
    zero: PollTape | None
    result: PollTape | None
    versions: dict[str, str]
    note: str = ""
    """What the technician adds, in their own words."""
    demo: bool = False
    rehearsal: bool = False
    version: int = VERSION

    @property
    def verdict(self) -> Light:
        """The worst of its items."""
        lights = {item.light for item in self.items}
        return "red" if "red" in lights else "amber" if "amber" in lights else "green"


def text_of(report: ReadinessReport) -> str:
    """Canonical JSON, as it is stored and sealed."""
    return canonical(report).decode()


def message_of(text: str) -> bytes:
    """What is signed of a report's text."""
    return b"nghi-truong readiness 1\n" + sha256(text.encode()).encode()


def read(text: str) -> ReadinessReport:
    """The report that was stored. Raises msgspec.MsgspecError when it is none."""
    return msgspec.json.decode(text, type=ReadinessReport)
