"""The council and its members."""

from typing import Final

from sqlalchemy import (
    Column,
    Integer,
    Table,
)

from appliance.adapters.sql.tables.base import maybe_text, metadata, row_id, text

councils: Final = Table("councils", metadata, row_id(), text("name"), text("term"), text("place"))


members: Final = Table(
    "members",
    metadata,
    row_id(),
    text("name"),
    text("group"),
    maybe_text("seat", unique=True),
    text("office"),
    text("status"),
    Column("position", Integer, nullable=False),
)
