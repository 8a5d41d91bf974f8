"""Reasons for absences, and excuses sent ahead."""

from typing import Final

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Table,
)

from appliance.adapters.sql.tables.base import maybe_text, metadata, moment, row_id, text

absences: Final = Table(
    "absences",
    metadata,
    row_id(),
    text("member", ForeignKey("members.id")),
    text("reason"),
    moment("noted"),
    text("ledger", server_default=""),
    text("sitting", server_default=""),
)


excuses: Final = Table(
    "excuses",
    metadata,
    row_id(),
    text("member", ForeignKey("members.id")),
    Column("day", Date, nullable=False),
    text("part"),
    text("reason"),
    moment("sent"),
    text("sent_by"),
    text("state"),
    text("answer"),
    moment("answered", nullable=True),
    maybe_text("file"),
    text("file_name"),
    text("file_type"),
)
