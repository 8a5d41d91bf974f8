"""Reasons for absences."""

from typing import Final

from sqlalchemy import (
    ForeignKey,
    Table,
)

from appliance.adapters.sql.tables.base import metadata, moment, row_id, text

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
