"""The wire, typed: answers, the snapshot and its sections, pushes. OpenAPI and the web's types come from here.

A view is made of *sections*. A snapshot holds all sections of a role; a push holds the sections that
changed, whole. A client keeps a view by putting each pushed section in place of the one it had.
"""

from typing import Literal

from msgspec import Struct

from appliance.server.view import MineView, Sentence, View


class AcceptedAnswer(Struct, frozen=True, omit_defaults=True):
    """The command is done and on disk. `poll` names the poll that a DraftPoll or RepeatPoll made."""

    accepted: Literal[True]
    seq: int
    poll: str | None = None


class RefusedAnswer(Struct, frozen=True):
    """Nothing has changed. `refusal` is the code; `message` is its sentence in the client's language."""

    accepted: Literal[False]
    refusal: str
    message: str
    messages: Sentence
    fault: bool = False
    """True when the machine cannot, rather than a rule says no: trying again later makes sense."""
    detail: str = ""


class Snapshot(Struct, frozen=True):
    """Event `snapshot` on connect, and `GET /api/snapshot`: the whole view of the client's role."""

    ledger: str
    seq: int
    role: str
    name: str
    view: View


class Push(Struct, frozen=True):
    """Event `push`. `prev` is the seq last pushed to this role: if it is not the last one you saw, or the
    ledger is another, fetch the snapshot. `changed` has the sections to replace (null: none now)."""

    ledger: str
    seq: int
    prev: int
    changed: View
    happened: tuple[str, ...] = ()
    """Names of the events behind this push, for announcements to screen readers."""


class MinePush(Struct, frozen=True):
    """Event `mine`: the member's own section, to that member's clients only."""

    ledger: str
    seq: int
    mine: MineView
