"""Who may come in, and by which door.

Every Flask route and every Socket.IO event says with `@allow` who may use it; the server refuses to
start if one does not. A session is a cookie that scripts cannot read and other sites cannot send.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from appliance.core.people import Role
from appliance.core.refusals import Code, Refusal
from appliance.services.on_file import Session

COOKIE: Final = "nghi_truong"
DEVICE_COOKIE: Final = "nghi_truong_device"
LANGUAGE_COOKIE: Final = "nghi_truong_lang"
PUBLIC: Final = "public"
ANYONE: Final = tuple(role for role in Role if role not in {Role.PANELS, Role.SYSTEM})
"""Whoever has signed in."""

F = TypeVar("F", bound=Callable[..., Any])


class Unguarded(RuntimeError):
    """Error raised at start when a route or a socket event does not say who may use it."""


def allow(*who: Role | str) -> Callable[[F], F]:
    """Say who may use a route or an event: roles, or PUBLIC."""
    if not who:
        raise Unguarded("allow() names nobody")

    def mark(function: F) -> F:
        function.allowed = frozenset(who)  # type: ignore[attr-defined]
        return function

    return mark


def dated(function: F) -> F:
    """Say of a route that it issues a document: it has a date, so it is refused while the clock is unset."""
    function.dated = True  # type: ignore[attr-defined]
    return function


def is_dated(function: object) -> bool:
    """Whether `dated` was used on it."""
    return bool(getattr(function, "dated", False))


def allowed(function: object) -> frozenset[Role | str] | None:
    """Whom `allow` named, or None when it was not used."""
    found: frozenset[Role | str] | None = getattr(function, "allowed", None)
    return found


def check(views: Mapping[str, Callable[..., Any]], events: Mapping[str, Callable[..., Any]]) -> None:
    """Raise Unguarded unless every route and every event has its `@allow`."""
    bare = sorted(name for name, function in {**views, **events}.items() if allowed(function) is None)
    if bare:
        raise Unguarded(f"no @allow on: {', '.join(bare)}")


def verdict(function: object, session: Session | None) -> Refusal | None:
    """Whether this session may use this route or event; None when it may."""
    who = allowed(function) or frozenset[Role | str]()
    if PUBLIC in who:
        return None
    if session is None:
        return Refusal(Code.NOT_SIGNED_IN)
    return None if session.actor.role in who else Refusal(Code.NOT_ALLOWED)


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a request comes from one of our own pages; a client that is no browser sends no Origin."""
    if origin is None:
        return True
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == str(host).lower()
    except ValueError:
        return False


def cookie_of(header: str | None, name: str) -> str | None:
    """One cookie's value from a Cookie header. Ours hold letters that need no quoting."""
    for cookie in (header or "").split(";"):
        found, _, value = cookie.strip().partition("=")
        if found == name:
            return value
    return None


def addresses(forwarded: Iterable[str], peer: str) -> str:
    """Where a request comes from: the last hop that our own web server wrote, otherwise the peer."""
    hops = [hop.strip() for hop in forwarded if hop.strip()]
    return hops[-1] if hops and peer in {"127.0.0.1", "::1", ""} else peer
