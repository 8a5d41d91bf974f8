"""The council, its members, their groups and committees, guests, seats."""

from typing import Final

from sqlalchemy import (
    Column,
    Integer,
    Table,
)

from appliance.adapters.sql.tables.base import Packed, maybe_text, metadata, row_id, text

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
    text("committee", server_default=""),
    text("unit", server_default=""),
    text("photo", server_default=""),
)


member_groups: Final = Table(
    "member_groups",
    metadata,
    row_id(),
    text("name", unique=True),
    text("area"),
    Column("position", Integer, nullable=False),
)


committees: Final = Table(
    "committees",
    metadata,
    row_id(),
    text("name", unique=True),
    Column("position", Integer, nullable=False),
)


guests: Final = Table("guests", metadata, row_id(), text("name"), text("title"), text("body"))


seat_maps: Final = Table("seat_maps", metadata, row_id(), Column("rows", Packed, nullable=False))
