"""Who may sign in, by what, and who has."""

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Table,
)

from appliance.adapters.sql.tables.base import maybe_text, metadata, moment, row_id, text

accounts: Final = Table(
    "accounts",
    metadata,
    row_id(),
    text("name"),
    text("role"),
    text("password_hash"),
    maybe_text("member", ForeignKey("members.id"), unique=True),
    Column("disabled", Boolean, nullable=False),
    Column("devices", JSON, nullable=False),
)


cards: Final = Table(
    "cards",
    metadata,
    row_id(),
    text("member", ForeignKey("members.id"), index=True),
    moment("issued"),
    moment("expires", nullable=True),
    moment("revoked", nullable=True),
    maybe_text("pin_hash"),
    maybe_text("device"),
)


sessions: Final = Table(
    "sessions",
    metadata,
    row_id(),
    text("role"),
    text("person"),
    text("name"),
    text("device"),
    moment("created"),
    maybe_text("member", ForeignKey("members.id")),
    moment("ended", nullable=True),
)
Index("ix_sessions_ended", sessions.c.ended)
Index("ix_sessions_ended", sessions.c.ended)


tablet_requests: Final = Table(
    "tablet_requests",
    metadata,
    row_id(),
    text("card", ForeignKey("cards.id")),
    text("member", ForeignKey("members.id")),
    text("device"),
    moment("asked"),
)


pairings: Final = Table(
    "pairings",
    metadata,
    row_id(),
    text("display", unique=True),
    moment("asked"),
    maybe_text("device"),
    moment("approved", nullable=True),
)
