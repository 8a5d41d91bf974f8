"""Readiness reports."""

from typing import Final

from sqlalchemy import Column, Integer, Table

from appliance.adapters.sql.tables.base import metadata, moment, row_id, text

readiness_reports: Final = Table(
    "readiness_reports",
    metadata,
    row_id(),
    moment("at"),
    text("by"),
    text("by_name"),
    text("meeting"),
    text("ledger"),
    text("plan"),
    text("verdict"),
    Column("green", Integer, nullable=False),
    Column("amber", Integer, nullable=False),
    Column("red", Integer, nullable=False),
    text("text"),
    text("sha256"),
    text("key"),
    text("signature"),
)
