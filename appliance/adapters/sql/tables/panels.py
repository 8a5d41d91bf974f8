"""Wired panels that are out of use."""

from typing import Final

from sqlalchemy import Table

from appliance.adapters.sql.tables.base import metadata, moment, row_id, text

retired_panels: Final = Table("retired_panels", metadata, row_id(), text("seat"), moment("at"), text("by"))
