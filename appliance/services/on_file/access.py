"""Who may sign in, by what, and who has."""

from datetime import datetime

from msgspec import Struct

from appliance.core.people import Actor, Role


class Account(Struct, frozen=True):
    """Someone who signs in with a password; `member` is set when that person is a delegate too."""

    id: str
    name: str
    role: Role
    password_hash: str
    member: str | None = None
    disabled: bool = False
    devices: tuple[str, ...] = ()
    """Fingerprints of the devices last used: strangers who guess lock out themselves, not these."""


class Card(Struct, frozen=True):
    """A member's QR card, known by the digest of its token. `device` is the one tablet it has enrolled."""

    id: str
    member: str
    issued: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    pin_hash: str | None = None
    """None until the member chooses a PIN at the first sign-in."""
    device: str | None = None


class Session(Struct, frozen=True):
    """A live sign-in, known by the digest of its token."""

    id: str
    role: Role
    person: str
    name: str
    device: str
    """The device's fingerprint."""
    created: datetime
    member: str | None = None
    ended: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who acts through it."""
        return Actor(role=self.role, person=self.person, member=self.member)


class TabletRequest(Struct, frozen=True):
    """A member's other tablet, with the right card and PIN, waits for the clerk's yes."""

    id: str
    card: str
    member: str
    device: str
    asked: datetime


class Pairing(Struct, frozen=True):
    """A hall display's code (`id`). `device` None: whoever has the code, which only the demo arranges."""

    id: str
    display: str
    """What the display is called as a person, e.g. `hall:1`."""
    asked: datetime
    device: str | None = None
    approved: datetime | None = None
