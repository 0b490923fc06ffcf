"""A database for each test: an SQLite file and, where GRADER_TEST_POSTGRES names a server, a PostgreSQL database."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.course.database import Database, migrate
from grader.course.tables import Base
from grader.settings import Settings
from tests.cast import Cast, assemble

SERVER = os.environ.get("GRADER_TEST_POSTGRES", "")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("course") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[sa.Engine]:
    if not SERVER:
        if os.environ.get("CI") == "true":
            pytest.fail("GRADER_TEST_POSTGRES names no server")
        pytest.skip("GRADER_TEST_POSTGRES names no PostgreSQL server")
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@contextmanager
def postgres_database(server: sa.Engine) -> Iterator[str]:
    """The URL of an empty database of its own."""
    name = f"course_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_postgres(server: sa.Engine) -> Iterator[str]:
    """A PostgreSQL database with every table, which each test finds empty."""
    with postgres_database(server) as url:
        migrate(url)
        yield url


def empty(url: str) -> None:
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY")
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds no table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'grader.db'}"
        return
    with postgres_database(request.getfixturevalue("server")) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database that holds no row."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "grader.db")
        yield f"sqlite:///{tmp_path / 'grader.db'}"
        return
    made: str = request.getfixturevalue("migrated_postgres")
    empty(made)
    yield made


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database(Settings(database_url=url)) as database:
        yield database


@pytest.fixture
def cast(database: Database) -> Cast:
    return assemble(database)
