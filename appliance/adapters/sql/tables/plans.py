"""Meetings in preparation; sittings, items and questions are packed into their plan's row."""

from typing import Final

from sqlalchemy import Column, Integer, Table

from appliance.adapters.sql.tables.base import Packed, maybe_text, metadata, moment, row_id, text

plans: Final = Table(
    "plans",
    metadata,
    row_id(),
    text("kind"),
    text("title"),
    text("place"),
    Column("sittings", Packed, nullable=False),
    Column("items", Packed, nullable=False),
    maybe_text("ledger"),
    moment("invited", nullable=True),
    Column("done", Packed, nullable=False),
    Column("revision", Integer, nullable=False),
)
