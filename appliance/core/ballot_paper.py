"""What stands on a ballot paper: the question and its document, how it is voted on, and the choices."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from appliance.core.people import Id, LongText, ShortText


class Choice(StrEnum):
    """What a delegate can choose: tán thành, không tán thành, không biểu quyết (law: three options)."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Method(StrEnum):
    """How an open poll is taken: on tablets and panels; by raised hands or voting slips that the clerk counts; or each
    name is called and the clerk enters what is said."""

    ELECTRONIC = "electronic"
    HANDS = "hands"
    PAPER = "paper"
    ROLL_CALL = "roll_call"

    @property
    def counted(self) -> bool:
        """Taken as numbers: nobody knows from it who voted how."""
        return self in {Method.HANDS, Method.PAPER}

    @property
    def named(self) -> bool:
        """Taken choice by choice, each with its member."""
        return not self.counted


class Matter(StrEnum):
    """What is put to the vote; it chooses the noun of the legal sentence."""

    RESOLUTION = "resolution"
    OTHER = "other"


class DocumentRef(Struct, frozen=True):
    """The frozen file that is voted on, named by its SHA-256 (64 lower-case hex digits)."""

    title: ShortText
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class Subject(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question of a poll, on one agenda item."""

    item: Id
    question: LongText
    document: DocumentRef | None = None
