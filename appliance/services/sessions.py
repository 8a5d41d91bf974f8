"""Live sign-ins: a secret token with the client, its digest on file. Read from memory, on any thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.people import Actor
from appliance.core.refusals import Code, Refusal
from appliance.services.credentials import Chance, digest
from appliance.services.on_file import Change, OnFile, Put, Session
from appliance.services.ports import Clock
from appliance.services.registry import Edit, Registry

NOTHING: Final = Refusal(Code.INTERNAL_ERROR, "nothing to write")
"""An edit's own word that there is nothing to write (any more); it never leaves the services."""


class SignedIn(Struct, frozen=True):
    """The secret token for the client's cookie, and whom it stands for."""

    token: str
    session: Session


@dataclass(slots=True)
class Sessions:
    """Opened with the change that allows them, ended at once. `on_revoked` hears the id of each that ends."""

    registry: Registry
    chance: Chance
    clock: Clock
    on_revoked: list[Callable[[str], None]] = field(default_factory=list)

    def find(self, token: str) -> Session | None:
        """Whom the token stands for, or None when it stands for nobody (any more)."""
        return self.registry.on_file.sessions.get(digest(token))

    def open(self, actor: Actor, name: str, device: str, allow: Edit) -> SignedIn | Refusal:
        """A new session, together with the changes that `allow` wants, unless it refuses."""
        token = self.chance.secret()
        session = Session(
            id=digest(token),
            role=actor.role,
            person=actor.person,
            name=name,
            device=device,
            created=self.clock.now().utc,
            member=actor.member,
        )

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            changes = allow(on_file)
            return changes if isinstance(changes, Refusal) else (*changes, Put(session))

        return self.registry.change(actor.person, "SignIn", edit) or SignedIn(token, session)

    def sign_out(self, token: str) -> None:
        """End one session; a token that stands for nobody is ignored."""
        session = self.find(token)
        if session is not None:
            self.end(session.person, "SignOut", lambda s: s.id == session.id)

    def end(self, by: str, what: str, chosen: Callable[[Session], bool]) -> None:
        """End all sessions that are `chosen`; then tell."""
        ended: tuple[Session, ...] = ()

        def edit(on_file: OnFile) -> tuple[Change, ...] | Refusal:
            nonlocal ended
            ended = tuple(s for s in on_file.sessions.values() if chosen(s))
            return ending(ended, self.clock.now().utc) or NOTHING

        if self.registry.change(by, what, edit) is None:
            self.tell(ended)

    def tell(self, ended: tuple[Session, ...]) -> None:
        """These sessions have ended: their sockets are to be closed now."""
        for session in ended:
            for call in self.on_revoked:
                call(session.id)

    def end_older_than(self, days: int) -> None:
        """Only for the start: a clock that is stepped in a meeting must sign nobody out."""
        oldest = self.clock.now().utc - timedelta(days=days)
        if any(s.created < oldest for s in self.registry.on_file.sessions.values()):
            self.end("appliance", "EndOldSessions", lambda s: s.created < oldest)


def ending(sessions: tuple[Session, ...], at: datetime) -> tuple[Change, ...]:
    """The changes that end these sessions."""
    return tuple(Put(replace(s, ended=at)) for s in sessions)
