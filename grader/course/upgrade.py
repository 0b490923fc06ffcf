"""Runs the migrations, one process at a time, all or nothing."""

from __future__ import annotations

from pathlib import Path

import alembic.command
import alembic.config
import sqlalchemy as sa

LOCK = 0x67726164
"""Key of the PostgreSQL advisory lock that one migration at a time holds."""


def upgrade(engine: sa.Engine) -> None:
    """Bring the tables to the newest revision, under the lock that keeps others out until it is committed."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; with foreign keys on, that would empty those that point there.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=off")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        alembic.command.upgrade(configuration(connection), "head")
        connection.commit()


def configuration(connection: sa.Connection) -> alembic.config.Config:
    """Alembic's configuration, bound to a connection whose transaction is ours."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
