"""What all tables are made of."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    MetaData,
    Text,
    TypeDecorator,
)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: refuses one without a zone, gives it back with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, its zone taken off."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


class Packed(TypeDecorator[Any]):
    """A record's nested parts as one JSON text; read back as plain lists and dicts for the record's type to convert."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else msgspec.json.decode(value)


def row_id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def text(name: str, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, Text, *args, nullable=False, **options)


def maybe_text(name: str, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, Text, *args, nullable=True, **options)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)
