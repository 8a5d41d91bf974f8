"""Papers of a meeting; their contents are in a store of their own."""

from typing import Final

from sqlalchemy import Column, Integer, Table

from appliance.adapters.sql.tables.base import Packed, maybe_text, metadata, moment, row_id, text

documents: Final = Table(
    "documents",
    metadata,
    row_id(),
    text("plan", index=True),
    maybe_text("item"),
    text("title"),
    text("kind"),
    text("rights"),
    Column("order", Integer, nullable=False),
    Column("versions", Packed, nullable=False),
    moment("withdrawn", nullable=True),
    text("reason"),
    Column("revision", Integer, nullable=False),
)
