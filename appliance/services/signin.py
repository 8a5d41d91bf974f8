"""Signing in: a member's card and PIN on one enrolled tablet, an account's password, a hall display's code.

Every way in ends in `SignedIn`, or in a refusal that has changed nothing but what the rules count. The
ways in may block (hashing, disk): call them off the hub; they are safe from many threads at once. Hashing
runs outside every lock; what was checked is looked at again when the result is written, so of two that
race one wins. `session` and `requests` only read memory and may be called anywhere. Raises Fault.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.credentials import Chance, Hasher, Throttle, digest, weak_pin
from appliance.services.displays import Displays
from appliance.services.lockout import Key, Limits, LockOut
from appliance.services.on_file import (
    Account,
    Card,
    Change,
    Drop,
    OnFile,
    Put,
    Session,
    TabletRequest,
)
from appliance.services.ports import Clock
from appliance.services.refused_tablets import RefusedTablets
from appliance.services.registry import Registry
from appliance.services.sessions import NOTHING, Sessions, SignedIn

_MAX_PIN: Final = 64
_MAX_PASSWORD: Final = 1024
_ROUNDS: Final = 5


class TabletAsked(Struct, frozen=True):
    """A member's other tablet waits for the clerk."""

    request: str
    member: str
    name: str
    asked: datetime


class DisplayAsked(Struct, frozen=True):
    """A hall display shows this code and waits for the clerk."""

    pairing: str
    asked: datetime


class Requests(Struct, frozen=True):
    """What waits for the clerk's yes, oldest first."""

    tablets: tuple[TabletAsked, ...] = ()
    displays: tuple[DisplayAsked, ...] = ()


@dataclass(slots=True)
class SignIn:
    """The three ways in, and the way out.

    `on_revoked` hears the id of each session that has ended, `on_requests` that `requests` has changed;
    both are called on the thread that brought it about.
    """

    registry: Registry
    hasher: Hasher
    chance: Chance
    clock: Clock
    throttle: Throttle
    limits: Limits = field(default_factory=Limits)
    on_revoked: list[Callable[[str], None]] = field(default_factory=list)
    on_requests: list[Callable[[], None]] = field(default_factory=list)
    sessions: Sessions = field(init=False)
    displays: Displays = field(init=False)
    _lockout: LockOut = field(init=False)
    refused: RefusedTablets = field(init=False)

    def __post_init__(self) -> None:
        self._lockout = LockOut(self.clock, self.limits)
        self.refused = RefusedTablets(self.clock, self.limits.refused_tablet_minutes)
        self.sessions = Sessions(self.registry, self.chance, self.clock, self.on_revoked)
        self.displays = Displays(self.registry, self.sessions, self.chance, self.clock, self.limits, self.on_requests)
        self.sessions.end_older_than(self.limits.session_days)

    def with_card(self, card: str, pin: str, device: str, address: str) -> SignedIn | Refusal:
        """A member's card and PIN. The first sign-in chooses the PIN and enrols the tablet; a further
        tablet with the right PIN waits for the clerk's yes, and then simply signs in again."""
        if not self.throttle.allows(address):
            return Refusal(Code.RATE_LIMITED)
        self.registry.refresh()
        for _ in range(_ROUNDS):
            answer = self._try_card(digest(card), pin[:_MAX_PIN], digest(device), address)
            if answer is not NOTHING:
                return answer
        return Refusal(Code.RATE_LIMITED, "the card is in use elsewhere")

    def with_password(self, account: str, password: str, device: str, address: str) -> SignedIn | Refusal:
        """Login and password. An unknown or disabled account answers, and costs, as a wrong password does."""
        if not self.throttle.allows(address):
            return Refusal(Code.RATE_LIMITED)
        self.registry.refresh()
        login, fingerprint = login_of(account), digest(device)
        found = self.registry.on_file.accounts.get(login)
        known = found is not None and fingerprint in found.devices
        place: Key = ("login", login, fingerprint) if known else ("login", login, "at", address)
        hashed = found.password_hash if found is not None and not found.disabled else None
        with self._lockout.attempt({place: self.limits.tries}) as attempt:
            if attempt.refusal is not None:
                return attempt.refusal
            if not self.hasher.verify(hashed, password_of(password)) or found is None:
                attempt.failed()
                return Refusal(Code.PASSWORD_WRONG)
            attempt.right()
            return self._account_in(found, fingerprint)

    def request_pairing(self, device: str) -> str | Refusal:
        """The six digits that a hall display shall show; the same ones as long as it waits."""
        return self.displays.ask(device)

    def with_pairing(self, pairing: str, device: str) -> SignedIn | Refusal:
        """A hall display asks with its code until the clerk has approved it. No other device may use it."""
        return self.displays.sign_in(pairing, device)

    def session(self, token: str) -> Session | None:
        """Whom the token stands for, or None when it stands for nobody (any more)."""
        return self.sessions.find(token)

    def sign_out(self, token: str) -> None:
        """End the session; a token that stands for nobody is ignored."""
        self.sessions.sign_out(token)

    def unlock(self, card: str) -> None:
        """The clerk vouches for the card (its id): wrong PINs and refused tablets so far are forgotten."""
        self._lockout.forget(card)
        self.refused.forget(card)

    def requests(self) -> Requests:
        """Tablets and displays that wait for the clerk's yes."""
        on_file = self.registry.on_file
        tablets = sorted(on_file.tablet_requests.values(), key=lambda r: r.asked)
        return Requests(
            tablets=tuple(TabletAsked(r.id, r.member, on_file.members[r.member].name, r.asked) for r in tablets),
            displays=tuple(DisplayAsked(p.id, p.asked) for p in self.displays.waiting(on_file)),
        )

    # --- a member's card

    def _try_card(self, card_id: str, pin: str, device: str, address: str) -> SignedIn | Refusal:
        """NOTHING: the card was changed while its PIN was being checked; look again."""
        card = self.registry.on_file.cards.get(card_id)
        closed = self._card_closed(card)
        if closed is not None:
            return closed
        if card is not None and card.pin_hash is None:
            return self._choose_pin(card, pin, device)
        with self._lockout.attempt(self._card_keys(card, device, address)) as attempt:
            if attempt.refusal is not None:
                return attempt.refusal
            if not self.hasher.verify(card.pin_hash if card else None, pin) or card is None:
                attempt.failed()
                return Refusal(Code.CARD_UNKNOWN if card is None else Code.PIN_WRONG)
            attempt.right()
            return self._card_in(card, card, device)

    def _card_keys(self, card: Card | None, device: str, address: str) -> dict[Key, int]:
        """Where wrong PINs count: the enrolled tablet by itself; strangers by address and all together."""
        if card is None:
            return {("card", "at", address): self.limits.tries}
        if card.device == device:
            return {(card.id, device): self.limits.tries}
        return {(card.id, "at", address): self.limits.tries, (card.id,): self.limits.strangers_tries}

    def _card_closed(self, card: Card | None) -> Refusal | None:
        if card is None:
            return None
        now = self.clock.now().utc
        if card.revoked is not None or (card.expires is not None and card.expires <= now):
            return Refusal(Code.CARD_EXPIRED)
        return None if _in_office(self.registry.on_file, card.member) else Refusal(Code.NOT_IN_OFFICE)

    def _choose_pin(self, card: Card, pin: str, device: str) -> SignedIn | Refusal:
        if card.device is not None and card.device != device:
            return self._ask_for_tablet(card, device)
        if weak_pin(pin):
            return Refusal(Code.PIN_WEAK)
        return self._card_in(card, replace(card, pin_hash=self.hasher.hash(pin)), device)

    def _card_in(self, seen: Card, card: Card, device: str) -> SignedIn | Refusal:
        """The PIN is right, or just chosen; `seen` is the card as it was when that was found."""
        if card.device is not None and card.device != device:
            return self._ask_for_tablet(card, device)
        enrolled = replace(card, device=device)

        def allow(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            if on_file.cards.get(seen.id) != seen:
                return NOTHING
            return () if enrolled == seen else (Put(enrolled),)

        member = self.registry.on_file.members[card.member]
        actor = Actor(role=Role.DELEGATE, person=member.id, member=member.id)
        return self.sessions.open(actor, member.name, device, allow)

    def _ask_for_tablet(self, card: Card, device: str) -> Refusal:
        if self.refused.holds(card.id, device):
            return Refusal(Code.TABLET_REFUSED)
        request = TabletRequest(self.chance.secret(), card.id, card.member, device, self.clock.now().utc)
        waits = Refusal(Code.TABLET_NEEDS_APPROVAL)

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            if on_file.cards.get(card.id) != card:
                return NOTHING
            mine = [r for r in on_file.tablet_requests.values() if r.card == card.id]
            if any(r.device == device for r in mine):
                return waits
            mine.sort(key=lambda r: r.asked, reverse=True)
            return (*(Drop(r) for r in mine[self.limits.waiting_tablets - 1 :]), Put(request))

        refusal = self.registry.change(card.member, "AskForTablet", edit)
        if refusal is None:
            self.displays.tell()
        return NOTHING if refusal is NOTHING else waits

    # --- an account

    def _account_in(self, seen: Account, device: str) -> SignedIn | Refusal:
        on_file = self.registry.on_file
        member = seen.member if seen.member and _in_office(on_file, seen.member) else None

        def allow(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            account = on_file.accounts.get(seen.id)
            if account is None or account.disabled or account.password_hash != seen.password_hash:
                return Refusal(Code.PASSWORD_WRONG)
            if device in account.devices:
                return ()
            devices = (*account.devices, device)[-self.limits.devices_remembered :]
            return (Put(replace(account, devices=devices)),)

        return self.sessions.open(Actor(seen.role, seen.id, member), seen.name, device, allow)


def login_of(account: str) -> str:
    """Logins are told apart without regard to case and spaces around."""
    return account.strip().casefold()[:_MAX_PIN]


def password_of(password: str) -> str:
    """One form for letters with marks, whichever keyboard typed them."""
    return unicodedata.normalize("NFC", password)[:_MAX_PASSWORD]


def _in_office(on_file: OnFile, member: str) -> bool:
    found = on_file.members.get(member)
    return found is not None and found.in_office
