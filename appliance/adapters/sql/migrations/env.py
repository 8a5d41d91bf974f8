"""Run by Alembic: migrates the connection it is given, inside the transaction that `migrate` has begun."""

from alembic import context
from sqlalchemy import Connection, Engine

from appliance.adapters.sql.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes["connection"]
if isinstance(given, Engine):
    with given.connect() as opened:
        _run(opened)
else:
    _run(given)
