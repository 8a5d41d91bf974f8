"""How members see and hear the screens."""

from typing import Final

from sqlalchemy import Boolean, Column, Table

from appliance.adapters.sql.tables.base import metadata, row_id, text

eases: Final = Table(
    "eases", metadata, row_id(), text("size"), Column("contrast", Boolean, nullable=False), text("spoken")
)
