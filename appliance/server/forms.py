"""The wire of signing in, typed: what is given, and who one is then."""

from typing import Annotated

from msgspec import Meta, Struct

from appliance.services.on_file import Ease


class CardSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /api/sign-in` of a member: the card as scanned, and the PIN (chosen at the first sign-in)."""

    card: Annotated[str, Meta(min_length=1, max_length=256)]
    pin: Annotated[str, Meta(max_length=64)]


class PasswordSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /api/sign-in` of a chair, clerk, technician or auditor."""

    account: Annotated[str, Meta(min_length=1, max_length=128)]
    password: Annotated[str, Meta(max_length=1024)]


class PairingSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /api/sign-in` of a hall display, with the code it shows; again until the clerk has approved it."""

    pairing: Annotated[str, Meta(min_length=1, max_length=16)]


class Pairing(Struct, frozen=True):
    """Answer to `POST /api/pairings`: the code that the hall display must show."""

    pairing: str


class Me(Struct, frozen=True):
    """`GET /api/me`, and the answer to a sign-in: who this client is. All null: not signed in."""

    signed_in: bool
    role: str | None = None
    name: str | None = None
    person: str | None = None
    member: str | None = None
    ease: Ease | None = None
    """How a member wants to see and hear the screens; null: as they are."""
