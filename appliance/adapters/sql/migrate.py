"""Brings the registry's file to another form, forward or back, by the migrations that lie beside."""

from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from appliance.core.refusals import Code, Fault

HEAD: Final = "0004"
"""The newest migration. A test sees that it is."""
SCRIPTS: Final = "appliance.adapters.sql:migrations"


def migrate(engine: Engine, to: str = HEAD) -> None:
    """Bring the file to `to` in one transaction; nothing happens when it is there already. Raises Fault.

    The way back undoes one migration after the other. It drops what the older form has no room for.
    """
    with engine.connect() as connection:
        if current(connection) == to:
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if (now := current(connection)) != to:
            _go(connection, now, to)
        connection.exec_driver_sql("COMMIT")


def current(connection: Connection) -> str | None:
    """The newest migration that has been run on this file; None: none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _go(connection: Connection, now: str | None, to: str) -> None:
    # Alembic is loaded only when there is something to do: a restart in mid-poll must be quick.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    if now is not None and now not in known:
        raise Fault(Code.STORAGE_FAULT, f"the registry was written by a newer version: its form is {now}")
    if to not in known:
        raise Fault(Code.STORAGE_FAULT, f"this version knows no form {to} of the registry")
    # Newest first: what stands before `now` lies ahead of it.
    back = now is not None and known.index(to) > known.index(now)
    try:
        (command.downgrade if back else command.upgrade)(config, to)
    except CommandError as error:
        raise Fault(Code.STORAGE_FAULT, f"the registry cannot be brought to {to}: {error}") from error
