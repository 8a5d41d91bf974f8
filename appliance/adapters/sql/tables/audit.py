"""The audit: its last line's number is the registry's version."""

from typing import Final

from sqlalchemy import (
    Column,
    Integer,
    Table,
)

from appliance.adapters.sql.tables.base import maybe_text, metadata, moment, text

audit: Final = Table(
    "audit",
    metadata,
    Column("version", Integer, primary_key=True),
    moment("at"),
    text("by"),
    text("what"),
    text("before"),
    text("after"),
    maybe_text("command", unique=True),
    maybe_text("content"),
    Column("seq", Integer, nullable=False),
)
