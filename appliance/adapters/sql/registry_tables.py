"""The registry's tables. Migrations make them; a test sees that the two are the same."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: refuses one without a zone, gives it back with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, its zone taken off."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _text(name: str, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, Text, *args, nullable=False, **options)


def _maybe_text(name: str, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, Text, *args, nullable=True, **options)


def _at(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


councils: Final = Table("councils", metadata, _id(), _text("name"), _text("term"), _text("place"))

members: Final = Table(
    "members",
    metadata,
    _id(),
    _text("name"),
    _text("group"),
    _maybe_text("seat", unique=True),
    _text("office"),
    _text("status"),
    Column("position", Integer, nullable=False),
)

accounts: Final = Table(
    "accounts",
    metadata,
    _id(),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _maybe_text("member", ForeignKey("members.id"), unique=True),
    Column("disabled", Boolean, nullable=False),
    Column("devices", JSON, nullable=False),
)

cards: Final = Table(
    "cards",
    metadata,
    _id(),
    _text("member", ForeignKey("members.id"), index=True),
    _at("issued"),
    _at("expires", nullable=True),
    _at("revoked", nullable=True),
    _maybe_text("pin_hash"),
    _maybe_text("device"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    _id(),
    _text("role"),
    _text("person"),
    _text("name"),
    _text("device"),
    _at("created"),
    _maybe_text("member", ForeignKey("members.id")),
    _at("ended", nullable=True),
)
Index("ix_sessions_ended", sessions.c.ended)

tablet_requests: Final = Table(
    "tablet_requests",
    metadata,
    _id(),
    _text("card", ForeignKey("cards.id")),
    _text("member", ForeignKey("members.id")),
    _text("device"),
    _at("asked"),
)

pairings: Final = Table(
    "pairings",
    metadata,
    _id(),
    _text("display", unique=True),
    _at("asked"),
    _maybe_text("device"),
    _at("approved", nullable=True),
)

absences: Final = Table(
    "absences",
    metadata,
    _id(),
    _text("member", ForeignKey("members.id")),
    _text("reason"),
    _at("noted"),
    _text("ledger", server_default=""),
    _text("sitting", server_default=""),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("version", Integer, primary_key=True),
    _at("at"),
    _text("by"),
    _text("what"),
    _text("before"),
    _text("after"),
    _maybe_text("command", unique=True),
    _maybe_text("content"),
    Column("seq", Integer, nullable=False),
)
