"""Brings the registry's file to this version of the program, by the migrations that lie beside."""

from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from appliance.core.refusals import Code, Fault

HEAD: Final = "0004"
"""The newest migration. A test sees that it is."""
SCRIPTS: Final = "appliance.adapters.sql:migrations"


def migrate(engine: Engine) -> None:
    """Upgrade to `HEAD` in one transaction; nothing happens when the file is there already. Raises Fault."""
    with engine.connect() as connection:
        if _current(connection) == HEAD:
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if _current(connection) != HEAD:
            _upgrade(connection)
        connection.exec_driver_sql("COMMIT")


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    # Alembic is loaded only when there is something to do: a restart in mid-poll must be quick.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise Fault(Code.STORAGE_FAULT, f"the registry was written by a newer version: {error}") from error
