"""Papers: their place, who may see them, and sending them. A file itself comes by `POST /api/papers`."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from appliance.core.commands import Command
from appliance.core.paper_rights import DocumentKind
from appliance.core.people import Id

Rights = Annotated[str, Meta(pattern=r"^(public|delegates|presiding|committee:.{1,200})$(?!\n)")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Revision = Annotated[int, Meta(ge=1)]


class EditDocument(Command, tag=True, frozen=True, kw_only=True):
    """What is left out stays; `item` null takes the paper off its item. `seen`: the revision on the clerk's screen."""

    document: Id
    seen: Revision
    title: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
    kind: DocumentKind | None = None
    rights: Rights | None = None
    item: Id | UnsetType | None = UNSET


class MoveDocument(Command, tag=True, frozen=True, kw_only=True):
    """To the place behind `after` among the papers of its item; null: first."""

    document: Id
    after: Id | None = None


class WithdrawDocument(Command, tag=True, frozen=True, kw_only=True):
    """Nobody but the clerk sees it from now on. Refused when a poll is about it."""

    document: Id
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class DropVersion(Command, tag=True, frozen=True, kw_only=True):
    """Take a version off file that was never sent: the wrong file, or one that could not be prepared. With its last
    version the document goes."""

    document: Id
    sha256: Sha256


class SendPapers(Command, tag=True, frozen=True, kw_only=True):
    """Delegates see every version that is ready, from now on. Once a plan's papers have been sent, what comes later
    is supplementary. `documents`: only these."""

    plan: Id
    documents: tuple[Id, ...] | None = None


PapersCommand = EditDocument | MoveDocument | WithdrawDocument | DropVersion | SendPapers
