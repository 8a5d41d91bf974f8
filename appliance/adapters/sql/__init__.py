"""What is kept in SQLite through SQLAlchemy: the ledger in its own file, the registry in another."""
