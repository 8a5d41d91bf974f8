"""The registry's migrations: one head, from nothing to it and back, and exactly the tables that the code has."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic.tests import (
    test_model_definitions_match_ddl as test_the_models_are_what_the_migrations_make,
)
from pytest_alembic.tests import test_single_head_revision as test_there_is_a_single_head
from pytest_alembic.tests import test_up_down_consistency as test_every_migration_can_be_undone
from pytest_alembic.tests import test_upgrade as test_an_empty_file_is_upgraded_to_the_head
from sqlalchemy import Engine, text

from appliance.adapters.sql.migrate import HEAD, SCRIPTS, migrate
from appliance.adapters.sql.registry import SqlRegistry, open_engine
from appliance.core.refusals import Fault

__all__ = [
    "test_an_empty_file_is_upgraded_to_the_head",
    "test_every_migration_can_be_undone",
    "test_the_models_are_what_the_migrations_make",
    "test_there_is_a_single_head",
]


@pytest.fixture
def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config


@pytest.fixture
def alembic_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "migrated.db")
    yield engine
    engine.dispose()


def test_the_program_knows_the_newest_migration(alembic_config: Config) -> None:
    assert ScriptDirectory.from_config(alembic_config).get_current_head() == HEAD


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    store = SqlRegistry(tmp_path / "registry.db")
    migrate(store.engine)
    assert SqlRegistry(tmp_path / "registry.db").version() == 0


def test_a_file_from_a_newer_program_is_not_opened(tmp_path: Path) -> None:
    store = SqlRegistry(tmp_path / "registry.db")
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Fault, match="newer version"):
        SqlRegistry(tmp_path / "registry.db")


def test_migrating_leaves_the_programs_logging_alone(tmp_path: Path) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers))
    SqlRegistry(tmp_path / "registry.db")
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
